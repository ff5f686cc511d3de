//! Spelling variants: proposals with what speaks for them, groups, steps of normalisation, history.

mod query;

pub(crate) use query::Query;

use askama::Template;
use nameit_domain::experiment::{Experiment, ExperimentState};
use nameit_domain::{DecisionVersion, Timestamp};
use nameit_proto::findings::v1 as findings;

use super::{Paging, Section, Site};
use crate::charts::number;

/// Proposals on one page.
pub(crate) const PROPOSALS_PER_PAGE: usize = 50;

/// Groups on one page.
pub(crate) const GROUPS_PER_PAGE: usize = 50;

/// Versions that are listed.
pub(crate) const VERSIONS_SHOWN: u32 = 20;

/// The page of spelling variants.
#[derive(Template)]
#[template(path = "variants/page.html")]
pub(crate) struct VariantsPage {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// What was decided and what is proposed.
    pub(crate) found: findings::Variants,
    /// Which part of it is shown.
    pub(crate) query: Query,
    /// Versions of the decision, newest first.
    pub(crate) history: Vec<DecisionVersion>,
    /// Why the last form was not done.
    pub(crate) problem: Option<String>,
    /// What was typed into the form for merging by hand, when it was not done.
    pub(crate) typed: Typed,
}

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    /// The names to be merged.
    pub(crate) names: String,
    /// What they shall count for.
    pub(crate) canonical: String,
}

/// One row of the table of figures.
struct FigureRow {
    label: &'static str,
    explanation: &'static str,
    typed: String,
    normalised: String,
    merged: String,
}

// === impl VariantsPage ===

impl VariantsPage {
    fn url(&self) -> String {
        format!("/experiments/{}/results/variants", self.experiment.id)
    }

    fn proposals_url(&self) -> String {
        format!("{}?{}page=", self.url(), self.query.filter())
    }

    fn groups_url(&self) -> String {
        format!("{}?{}groups=", self.url(), self.query.filter())
    }

    fn proposals_paging(&self) -> Paging {
        Paging::new(self.query.page, PROPOSALS_PER_PAGE, self.found.proposals_total as usize)
    }

    fn groups_paging(&self) -> Paging {
        Paging::new(self.query.groups_page, GROUPS_PER_PAGE, self.found.groups_total as usize)
    }

    /// Whether anything was said yet.
    fn has_answers(&self) -> bool {
        self.found.typed.as_ref().is_some_and(|figures| figures.n > 0)
    }

    /// The version that undoing leads back to; none when there is nothing to undo.
    fn previous_version(&self) -> Option<u64> {
        self.found.version.checked_sub(1)
    }

    fn figures(&self) -> Vec<FigureRow> {
        let figures = |found: &Option<findings::VariantFigures>| found.unwrap_or_default();
        let (typed, normalised, merged) =
            (figures(&self.found.typed), figures(&self.found.normalised), figures(&self.found.merged));
        let row = |label, explanation, shown: &dyn Fn(&findings::VariantFigures) -> String| FigureRow {
            label,
            explanation,
            typed: shown(&typed),
            normalised: shown(&normalised),
            merged: shown(&merged),
        };
        vec![
            row("Names", "distinct, over all stimuli", &|figures| number::count(figures.types)),
            row("Given once", "names that only one answer has", &|figures| number::count(figures.singletons)),
            row("Names per stimulus", "mean", &|figures| number::two_decimals(figures.mean_types)),
            row("Agreement", "share of the modal name, mean", &|figures| {
                number::percent(figures.mean_agreement)
            }),
            row("H", "bits, mean", &|figures| number::two_decimals(figures.mean_h)),
            row("Coverage", "mean", &|figures| number::percent(figures.mean_coverage)),
            row("Coverage of all", "answers of all stimuli together", &|figures| {
                number::percent(figures.coverage)
            }),
        ]
    }
}

/// A pair of names as the value of a button.
fn pair(from: &str, to: &str) -> String {
    serde_json::to_string(&[from, to]).expect("two texts are JSON")
}

/// What happened to the letters, in words.
fn reasons(proposal: &findings::VariantProposal) -> String {
    let words: Vec<&str> = proposal.reasons.iter().map(|reason| reason_in_words(reason)).collect();
    words.join(", ")
}

fn reason_in_words(reason: &str) -> &str {
    match reason {
        "space_or_hyphen" => "space or hyphen",
        "accent" => "accent",
        "transposed_letters" => "letters swapped",
        "neighbouring_key" => "neighbouring key",
        "doubled_letter" => "letter doubled",
        "undoubled_letter" => "letter not doubled",
        "missing_letter" => "letter missing",
        "extra_letter" => "letter too many",
        "other_letter" => "other letter",
        other => other,
    }
}

/// `both at 3 of 4 stimuli`.
fn shared(proposal: &findings::VariantProposal) -> String {
    match (proposal.shared_stimuli, proposal.from_stimuli) {
        (0, 1) => "not at the same stimulus".to_owned(),
        (0, _) => "at no stimulus together".to_owned(),
        (1, 1) => "both at the same stimulus".to_owned(),
        (shared, all) => {
            format!("both at {} of {}", number::count(shared), number::counted(all, "stimulus", "stimuli"))
        }
    }
}

fn time(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_told_in_words() {
        let proposal = findings::VariantProposal {
            reasons: vec!["space_or_hyphen".to_owned(), "transposed_letters".to_owned()],
            from_stimuli: 1200,
            shared_stimuli: 3,
            ..findings::VariantProposal::default()
        };
        assert_eq!(reasons(&proposal), "space or hyphen, letters swapped");
        assert_eq!(shared(&proposal), "both at 3 of 1\u{202f}200\u{a0}stimuli");
        assert_eq!(pair("a\"", "b"), r#"["a\"","b"]"#);
    }
}
