//! Agreement between participants: of names, of numbers, and what was compared.

use askama::Template;
use nameit_domain::experiment::{Experiment, ExperimentState};
use nameit_proto::findings::v1 as findings;

use super::{Section, Site};
use crate::charts::number;

/// The page of agreement.
#[derive(Template)]
#[template(path = "agreement/page.html")]
pub(crate) struct AgreementPage {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// What was found.
    pub(crate) found: findings::Agreement,
    /// Of it, what is about names.
    pub(crate) names: findings::NameAgreement,
    /// Of it, what is about numbers.
    pub(crate) numbers: findings::NumberAgreement,
}

// === impl AgreementPage ===

impl AgreementPage {
    /// Alpha of the names.
    fn nominal(&self) -> findings::Alpha {
        self.names.alpha.clone().unwrap_or_default()
    }

    /// Whether anybody gave a name.
    fn has_answers(&self) -> bool {
        self.names.answers + self.names.unpaired_stimuli > 0
    }

    /// `35`, or `20 to 35`; nothing without compared stimuli.
    fn answers_range(&self) -> Option<String> {
        match (self.names.answers_min?, self.names.answers_max?) {
            (min, max) if min == max => Some(number::count(min)),
            (min, max) => Some(format!("{} to {}", number::count(min), number::count(max))),
        }
    }

    /// How many answers kappa compares for each stimulus.
    fn kappa_size(&self) -> String {
        number::counted(self.names.answers_per_stimulus.unwrap_or_default(), "answer", "answers")
    }

    fn replicates(&self) -> String {
        number::count(self.nominal().replicates.into())
    }

    /// What was left out, part by part; nothing when all was compared.
    fn left_out(&self) -> Vec<String> {
        let parts = [
            (self.found.non_answers, "trial without a name", "trials without a name"),
            (self.found.unanswered_stimuli, "stimulus without an answer", "stimuli without an answer"),
            (self.names.unpaired_stimuli, "stimulus with a single answer", "stimuli with a single answer"),
        ];
        let some = parts.into_iter().filter(|(count, ..)| *count > 0);
        some.map(|(count, one, many)| number::counted(count, one, many)).collect()
    }

    /// The same of what is about numbers.
    fn numbers_left_out(&self) -> Vec<String> {
        let parts = [
            (self.numbers.words, "answer that is no number", "answers that are no numbers"),
            (self.numbers.unpaired_stimuli, "stimulus with a single number", "stimuli with a single number"),
            (self.numbers.word_stimuli, "stimulus answered with words", "stimuli answered with words"),
        ];
        let some = parts.into_iter().filter(|(count, ..)| *count > 0);
        some.map(|(count, one, many)| number::counted(count, one, many)).collect()
    }
}

/// A coefficient with three decimals, the customary number.
fn coefficient(value: Option<f64>) -> String {
    value.map_or_else(
        || number::UNDEFINED.to_owned(),
        |value| format!("{:.3}", value + 0.0).replace("-0.000", "0.000"),
    )
}

/// `0.412 to 0.577`; nothing without an interval.
fn interval(alpha: &findings::Alpha) -> Option<String> {
    Some(format!("{} to {}", coefficient(Some(alpha.low?)), coefficient(Some(alpha.high?))))
}

/// A reason as a sentence.
fn because(reason: Option<&str>) -> String {
    super::sentence(&capital(reason.unwrap_or_default()))
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_one_way() {
        assert_eq!(coefficient(Some(0.743_421)), "0.743");
        assert_eq!(coefficient(Some(-0.000_1)), "0.000");
        assert_eq!(coefficient(None), "–");
        let alpha = findings::Alpha { low: Some(0.4), high: Some(0.58), ..findings::Alpha::default() };
        assert_eq!(interval(&alpha).as_deref(), Some("0.400 to 0.580"));
        assert_eq!(interval(&findings::Alpha::default()), None);
        assert_eq!(because(Some("no stimulus has two answers")), "No stimulus has two answers.");
    }
}
