//! The norms of one stimulus.

use askama::Template;
use nameit_proto::findings::v1::StopVerdict;

use crate::charts::{Svg, names, number};
use crate::views::norms::verdict;
use crate::views::picture::Picture;

/// Names that a card plots; the rest is summed up in a line.
pub(crate) const NAMES_SHOWN: usize = 6;

/// The norms of one stimulus, with its picture.
#[derive(Debug, Clone, Template)]
#[template(path = "results/card.html")]
pub(crate) struct Card {
    /// Place in the experiment, from 0.
    pub(crate) ordinal: u32,
    /// Key of the stimulus.
    pub(crate) key: String,
    /// Where everything about it stands.
    pub(crate) url: String,
    /// Its own question.
    pub(crate) question: Option<String>,
    /// Language of the names.
    pub(crate) language: String,
    /// What was shown.
    pub(crate) picture: Picture,
    /// The figures.
    pub(crate) norms: Norms,
}

/// The figures of one stimulus.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Norms {
    /// Answers: names that were given.
    pub(crate) n: u64,
    /// Responses without a name.
    pub(crate) non_answers: u64,
    /// Those of them that said "I don't know".
    pub(crate) dont_know: u64,
    /// Those of them that went on without a word.
    pub(crate) skipped: u64,
    /// Those of them that typed something without a name.
    pub(crate) blank: u64,
    /// Different names.
    pub(crate) types: u64,
    /// The first of the names that tie for the most frequent.
    pub(crate) modal_names: Vec<String>,
    /// How many tie.
    pub(crate) modal_types: u64,
    /// Share of the modal name, 0 to 1.
    pub(crate) agreement: Option<f64>,
    /// H statistic in bits.
    pub(crate) h: Option<f64>,
    /// Unbiased Simpson index.
    pub(crate) simpson: Option<f64>,
    /// Sample coverage, 0 to 1.
    pub(crate) coverage: Option<f64>,
    /// Median time to the first key in milliseconds.
    pub(crate) median_first_key_ms: Option<f64>,
    /// Names in descending order of their counts.
    pub(crate) names: Vec<(String, u64)>,
    /// What the stop rule says; `None` without a rule.
    pub(crate) verdict: Option<StopVerdict>,
}

// === impl Card ===

impl Card {
    fn plot(&self) -> Svg {
        names::plot(&self.key, &self.norms.names, self.norms.types, self.norms.n, NAMES_SHOWN)
    }

    fn n(&self) -> String {
        number::count(self.norms.n)
    }

    fn types(&self) -> String {
        number::count(self.norms.types)
    }

    fn agreement(&self) -> String {
        number::percent(self.norms.agreement)
    }

    fn h(&self) -> String {
        number::two_decimals(self.norms.h)
    }

    fn simpson(&self) -> String {
        number::two_decimals(self.norms.simpson)
    }

    fn coverage(&self) -> String {
        number::percent(self.norms.coverage)
    }

    fn first_key(&self) -> String {
        number::seconds(self.norms.median_first_key_ms)
    }

    fn non_answers(&self) -> String {
        number::count(self.norms.non_answers)
    }

    fn non_answers_in_words(&self) -> String {
        format!(
            "{} said that they do not know, {} skipped, {} typed something without a name",
            number::count(self.norms.dont_know),
            number::count(self.norms.skipped),
            number::count(self.norms.blank)
        )
    }

    /// What the stop rule says, in words.
    fn verdict(&self) -> Option<String> {
        self.norms.verdict.as_ref().map(verdict)
    }

    fn is_enough(&self) -> bool {
        self.norms.verdict.as_ref().is_some_and(|verdict| verdict.enough)
    }
}

impl askama::filters::HtmlSafe for Card {}
