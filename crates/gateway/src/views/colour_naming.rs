//! What colours are called: the map, colours, terms, and how terms relate.

use askama::Template;
use nameit_domain::experiment::{Experiment, ExperimentState};
use nameit_proto::findings::v1 as findings;

use super::plot::Figure;
use super::{Section, Site};
use crate::charts::number;

/// Names of a colour that are shown; the rest is summed up.
const NAMES_SHOWN: usize = 4;

/// The page of colour naming.
#[derive(Template)]
#[template(path = "colour_naming/page.html")]
pub(crate) struct ColoursPage {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// What was found.
    pub(crate) found: findings::ColourNaming,
    /// The map.
    pub(crate) map: Figure,
    /// How terms go together.
    pub(crate) association: Figure,
    /// Whether the map goes by chroma.
    pub(crate) by_chroma: bool,
}

/// A name of a colour, as wide as its share.
struct Part<'found> {
    term: &'found str,
    share: String,
    /// Where it begins and how wide it is, in hundredths.
    from: f64,
    width: f64,
}

// === impl ColoursPage ===

impl ColoursPage {
    /// The names of a colour as parts of a bar.
    fn parts(colour: &findings::ColourNorms) -> Vec<Part<'_>> {
        let mut from = 0.0;
        let shown = colour.names.iter().take(NAMES_SHOWN);
        shown
            .map(|name| {
                let part = Part {
                    term: &name.term,
                    share: number::percent(Some(name.p)),
                    from,
                    width: name.p * 100.0,
                };
                from += part.width;
                part
            })
            .collect()
    }

    fn more(colour: &findings::ColourNorms) -> usize {
        colour.names.len().saturating_sub(NAMES_SHOWN)
    }

    fn lab(lab: Option<&findings::Cielab>) -> String {
        let lab = lab.copied().unwrap_or_default();
        [lab.l, lab.a, lab.b].map(number::one_decimal).join(", ")
    }

    /// The same page under another white or on another plane.
    fn url(&self, white: &str, by_chroma: bool) -> String {
        let plane = if by_chroma { "chroma" } else { "hue" };
        format!("/experiments/{}/results/colours?white={white}&plane={plane}", self.experiment.id)
    }

    fn colours(&self) -> String {
        number::counted(self.found.colours.len() as u64, "colour", "colours")
    }

    /// How many terms there are that are not shown.
    fn terms_left_out(&self) -> u64 {
        self.found.types.saturating_sub(self.found.terms.len() as u64)
    }

    fn is_under(&self, white: &str) -> bool {
        self.found.white == white
    }

    fn api(&self) -> String {
        format!("/api/v1/experiments/{}", self.experiment.id)
    }

    /// The pairs that lie nearest together, by the earth mover's distance.
    fn nearest(&self) -> Vec<&findings::TermPair> {
        let mut pairs: Vec<&findings::TermPair> =
            self.found.pairs.iter().filter(|pair| pair.distance.is_some()).collect();
        pairs.sort_by(|one, other| {
            one.distance.unwrap_or(f64::MAX).total_cmp(&other.distance.unwrap_or(f64::MAX))
        });
        pairs.truncate(10);
        pairs
    }
}
