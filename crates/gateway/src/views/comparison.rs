//! Own norms beside published ones: how far both agree, and where they do not.

use askama::Template;
use nameit_domain::experiment::{Experiment, ExperimentState};
use nameit_proto::findings::v1 as findings;

use super::plot::Figure;
use super::{Paging, Section, Site};
use crate::charts::number;

/// Stimuli on one page.
pub(crate) const ROWS_PER_PAGE: usize = 25;

/// Names of one stimulus that are shown.
const NAMES_SHOWN: usize = 5;

/// The page of the comparison.
#[derive(Template)]
#[template(path = "comparison/page.html")]
pub(crate) struct ComparisonPage {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// What was found.
    pub(crate) found: findings::Comparison,
    /// H here against H there; none where no stimulus has both.
    pub(crate) plot: Option<Figure>,
    /// The page of the stimuli, from 1.
    pub(crate) page: usize,
    /// What became of the last form.
    pub(crate) said: Said,
}

/// What is said of a form.
pub(crate) enum Said {
    /// None was sent.
    Nothing,
    /// It was done, and something is to be known about that.
    Note(String),
    /// It was not done, and why.
    Problem(String),
}

/// One row of the table of correlations.
struct FigureRow {
    label: &'static str,
    pearson: String,
    spearman: String,
    difference: String,
}

/// A name with its bars, in hundredths.
struct Pair<'found> {
    name: &'found str,
    here: String,
    there: String,
    shares: String,
}

// === impl ComparisonPage ===

impl ComparisonPage {
    fn url(&self) -> String {
        format!("/experiments/{}/results/comparison", self.experiment.id)
    }

    fn api(&self) -> String {
        format!("/api/v1/experiments/{}", self.experiment.id)
    }

    fn pages_url(&self) -> String {
        format!("{}?page=", self.url())
    }

    fn paging(&self) -> Paging {
        Paging::new(self.page, ROWS_PER_PAGE, self.found.stimuli as usize)
    }

    fn has_reference(&self) -> bool {
        self.found.reference_stimuli > 0
    }

    /// `51.2 % to 88.0 %`; nothing without compared stimuli.
    fn match_interval(&self) -> Option<String> {
        let low = number::percent(Some(self.found.modal_match_low?));
        Some(format!("{low} to {}", number::percent(Some(self.found.modal_match_high?))))
    }

    fn figures(&self) -> [FigureRow; 2] {
        let found = &self.found;
        [
            FigureRow {
                label: "H",
                pearson: correlation(found.h_pearson.as_ref()),
                spearman: correlation(found.h_spearman.as_ref()),
                difference: signed(found.h_difference, " bits"),
            },
            FigureRow {
                label: "Agreement",
                pearson: correlation(found.agreement_pearson.as_ref()),
                spearman: correlation(found.agreement_spearman.as_ref()),
                difference: signed(found.agreement_difference.map(|share| share * 100.0), " points"),
            },
        ]
    }

    /// What was not compared, part by part.
    fn left_out(&self) -> Vec<String> {
        let unanswered = self.found.only_in_reference.saturating_sub(self.found.unknown_stimuli);
        let parts = [
            (self.found.only_here, "stimulus", "stimuli", "not in the published norms"),
            (unanswered, "published stimulus", "published stimuli", "without an answer here yet"),
            (self.found.unnamed_stimuli, "published stimulus", "published stimuli", "without a name"),
        ];
        let some = parts.into_iter().filter(|(count, ..)| *count > 0);
        some.map(|(count, one, many, why)| format!("{} {why}", number::counted(count, one, many))).collect()
    }

    /// How many unknown stimuli are not listed.
    fn unknown_unlisted(&self) -> u64 {
        self.found.unknown_stimuli.saturating_sub(self.found.unknown.len() as u64)
    }
}

/// The most frequent names of one stimulus on both sides.
fn pairs(row: &findings::StimulusComparison) -> Vec<Pair<'_>> {
    fn pair(name: &findings::NameShares) -> Pair<'_> {
        let findings::NameShares { name, share, reference_share, .. } = name;
        Pair {
            name,
            here: format!("{:.1}", share * 100.0),
            there: format!("{:.1}", reference_share.unwrap_or_default() * 100.0),
            shares: format!("{} · {}", number::percent(Some(*share)), number::percent(*reference_share)),
        }
    }
    row.names.iter().take(NAMES_SHOWN).map(pair).collect()
}

/// How many names of one stimulus are not shown.
fn more(row: &findings::StimulusComparison) -> u64 {
    row.types.saturating_sub(row.names.len().min(NAMES_SHOWN) as u64)
}

/// `0.81 (0.52 to 0.93)`.
fn correlation(found: Option<&findings::Correlation>) -> String {
    let Some(found) = found else { return number::UNDEFINED.to_owned() };
    let r = number::two_decimals(Some(found.r));
    match (found.low, found.high) {
        (Some(low), Some(high)) => {
            format!("{r} ({} to {})", number::two_decimals(Some(low)), number::two_decimals(Some(high)))
        }
        _ => r,
    }
}

/// A difference with its sign: `+0.12 bits`.
fn signed(difference: Option<f64>, unit: &str) -> String {
    let Some(difference) = difference else { return number::UNDEFINED.to_owned() };
    let text = number::two_decimals(Some(difference));
    let sign = if difference > 0.0 && text != "0.00" { "+" } else { "" };
    format!("{sign}{}{unit}", text.replace('-', "−"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_one_way() {
        let found = findings::Correlation { r: 0.814, n: 20, low: Some(0.5), high: Some(0.93) };
        assert_eq!(correlation(Some(&found)), "0.81 (0.50 to 0.93)");
        assert_eq!(correlation(Some(&findings::Correlation { low: None, ..found })), "0.81");
        assert_eq!(correlation(None), "–");
        assert_eq!(signed(Some(0.123), " bits"), "+0.12 bits");
        assert_eq!(signed(Some(-0.123), " bits"), "−0.12 bits");
        assert_eq!(signed(Some(-0.001), ""), "0.00");
        assert_eq!(signed(None, " bits"), "–");
    }
}
