//! Whether there are enough answers: what the stop rule says, and the form it is set by.

use askama::Template;
use nameit_proto::findings::v1::{ExperimentVerdict, StopRule};

use crate::charts::number;

/// What the stop rule says of the experiment.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "results/enough.html")]
pub(crate) struct Enough {
    /// The verdict; `None` when there is no rule.
    pub(crate) verdict: Option<ExperimentVerdict>,
    /// Address of the results.
    pub(crate) url: String,
}

/// The stop rule as it stands in its form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StopRuleForm {
    /// At least so many answers.
    pub(crate) min_answers: String,
    /// Coverage at least this.
    pub(crate) coverage: String,
    /// Probability of a new name at most this.
    pub(crate) max_next_new: String,
    /// Half the width of the interval of H at most this.
    pub(crate) h_half_width: String,
    /// Half the width of the interval of agreement at most this.
    pub(crate) agreement_half_width: String,
    /// The version that was looked at; 0 when nothing was decided.
    pub(crate) version: u64,
    /// Whether a rule is in force.
    pub(crate) is_set: bool,
    /// Why what was typed was not kept.
    pub(crate) problem: Option<String>,
}

// === impl Enough ===

impl Enough {
    fn share(verdict: &ExperimentVerdict) -> f64 {
        if verdict.stimuli == 0 { 0.0 } else { 100.0 * verdict.enough as f64 / verdict.stimuli as f64 }
    }

    /// The verdict as sentences.
    fn sentences(verdict: &ExperimentVerdict) -> Vec<String> {
        let short = verdict.stimuli.saturating_sub(verdict.enough);
        let told = short.saturating_sub(verdict.unknown);
        let mut sentences = Vec::new();
        if told > 0 {
            let (more, most) = (verdict.about_more, verdict.about_more_at_most);
            let more = number::counted(more, "more answer", "more answers");
            sentences.push(if told == 1 {
                format!("One stimulus needs about {more}.")
            } else {
                format!(
                    "{} need about {more} together, the neediest about {}: as many more participants, where each sees \
                     every stimulus.",
                    number::counted(told, "stimulus", "stimuli"),
                    number::count(most)
                )
            });
        }
        if verdict.unknown > 0 {
            let unknown = number::counted(verdict.unknown, "stimulus has", "stimuli have");
            sentences.push(format!("{unknown} too few answers to tell."));
        }
        sentences
    }

    /// The conditions of a rule in words.
    fn conditions(rule: Option<&StopRule>) -> String {
        let rule = rule.copied().unwrap_or_default();
        let percent = |share| number::percent(Some(share));
        let conditions = [
            rule.min_answers.map(|least| format!("at least {}", number::counted(least, "answer", "answers"))),
            rule.coverage.map(|least| format!("coverage at least {}", percent(least))),
            rule.max_next_new.map(|most| format!("a new name next with at most {}", percent(most))),
            rule.h_half_width.map(|most| format!("H within ± {most} bits")),
            rule.agreement_half_width.map(|most| format!("agreement within ± {}", percent(most))),
        ];
        conditions.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl askama::filters::HtmlSafe for Enough {}

// === impl StopRuleForm ===

impl StopRuleForm {
    /// The rule of a decision.
    pub(crate) fn of(rule: &StopRule, version: u64) -> Self {
        let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        Self {
            min_answers: rule.min_answers.map(|least| least.to_string()).unwrap_or_default(),
            coverage: number(rule.coverage),
            max_next_new: number(rule.max_next_new),
            h_half_width: number(rule.h_half_width),
            agreement_half_width: number(rule.agreement_half_width),
            version,
            is_set: *rule != StopRule::default(),
            problem: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_told_in_sentences() {
        let rule = StopRule { min_answers: Some(20), coverage: Some(0.95), ..StopRule::default() };
        let verdict = ExperimentVerdict {
            rule: Some(rule),
            stimuli: 20,
            enough: 12,
            about_more: 140,
            about_more_at_most: 40,
            unknown: 3,
        };
        let told = Enough::sentences(&verdict);
        assert!(
            told[0].starts_with(
                "5\u{a0}stimuli need about 140\u{a0}more answers together, the neediest about 40"
            )
        );
        assert_eq!(told[1], "3\u{a0}stimuli have too few answers to tell.");
        assert_eq!(
            Enough::conditions(Some(&rule)),
            "at least 20\u{a0}answers, coverage at least 95.0\u{202f}%"
        );
        let done =
            ExperimentVerdict { enough: 20, about_more: 0, about_more_at_most: 0, unknown: 0, ..verdict };
        assert!(Enough::sentences(&done).is_empty());
        assert!((Enough::share(&done) - 100.0).abs() < 1e-12);
        assert!(Enough::share(&ExperimentVerdict::default()).abs() < 1e-12);
    }

    #[test]
    fn the_form_shows_the_rule_in_force() {
        let form = StopRuleForm::of(&StopRule { coverage: Some(0.95), ..StopRule::default() }, 3);
        assert_eq!((form.coverage.as_str(), form.min_answers.as_str(), form.version), ("0.95", "", 3));
        assert!(form.is_set && !StopRuleForm::of(&StopRule::default(), 2).is_set);
    }
}
