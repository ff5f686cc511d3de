//! The first page: what NameIT is in one look.

use askama::Template;

use super::{Section, Site};
use crate::charts::{Svg, names, number};

/// The first page.
#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct Home {
    /// The frame.
    pub(crate) site: Site,
    /// Whether the button that creates the demo is offered: only on a server without any account.
    pub(crate) may_create_demo: bool,
    /// Experiments that anybody may take part in.
    pub(crate) public: Vec<Listed>,
}

/// An experiment as the first page lists it.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// What it is called.
    pub(crate) title: String,
    /// What it asks.
    pub(crate) question: String,
    /// Language of the answers.
    pub(crate) language: String,
    /// The part of its link after `/run/`.
    pub(crate) slug: String,
    /// How many trials there are.
    pub(crate) stimulus_count: u32,
}

/// The names of the illustration, by count. Its figures are computed like all others.
const EXAMPLE: [(&str, u64); 5] = [("cup", 17), ("mug", 9), ("teacup", 3), ("coffee cup", 2), ("beaker", 1)];

// === impl Home ===

impl Home {
    fn example_n() -> u64 {
        EXAMPLE.iter().map(|(_, count)| count).sum()
    }

    fn example_plot() -> Svg {
        let names: Vec<(String, u64)> =
            EXAMPLE.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        names::plot("the marked object", &names, names.len() as u64, Self::example_n(), names.len())
    }

    fn example_agreement() -> String {
        number::percent(Some(EXAMPLE[0].1 as f64 / Self::example_n() as f64))
    }

    fn example_h() -> String {
        let n = Self::example_n() as f64;
        let h = EXAMPLE.iter().map(|(_, count)| *count as f64 / n).map(|share| -share * share.log2()).sum();
        number::two_decimals(Some(h))
    }
}

// === impl Listed ===

impl Listed {
    fn trials(&self) -> String {
        number::counted(u64::from(self.stimulus_count), "stimulus", "stimuli")
    }
}
