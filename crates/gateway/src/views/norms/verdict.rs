//! What the stop rule says, in words.

use nameit_proto::findings::v1::{StopRule, StopVerdict};

use crate::charts::number;

/// What the stop rule says of a stimulus.
pub(crate) fn verdict(verdict: &StopVerdict) -> String {
    match (verdict.enough, verdict.about_more) {
        (true, _) => "Enough answers".to_owned(),
        (false, Some(more)) => format!("About {}", number::counted(more, "more answer", "more answers")),
        (false, None) => "Too few answers to tell".to_owned(),
    }
}

/// What a rule says of a stimulus without answers: how many more is known only of a number of answers.
pub(crate) fn of_nothing(rule: &StopRule) -> StopVerdict {
    let StopRule { min_answers, coverage, max_next_new, h_half_width, agreement_half_width } = *rule;
    let conditions = [
        ("min_answers", min_answers.is_some()),
        ("coverage", coverage.is_some()),
        ("max_next_new", max_next_new.is_some()),
        ("h_half_width", h_half_width.is_some()),
        ("agreement_half_width", agreement_half_width.is_some()),
    ];
    let unmet: Vec<String> =
        conditions.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| (*name).to_owned()).collect();
    StopVerdict { enough: false, about_more: min_answers.filter(|_| unmet.len() == 1), unmet }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_told_in_words() {
        let of = |enough, about_more| verdict(&StopVerdict { enough, about_more, unmet: Vec::new() });
        assert_eq!(of(true, Some(0)), "Enough answers");
        assert_eq!(of(false, Some(1)), "About 1\u{a0}more answer");
        assert_eq!(of(false, Some(1200)), "About 1\u{202f}200\u{a0}more answers");
        assert_eq!(of(false, None), "Too few answers to tell");
    }

    #[test]
    fn of_nothing_only_a_number_of_answers_can_be_told() {
        let counted = StopRule { min_answers: Some(20), ..StopRule::default() };
        assert_eq!(of_nothing(&counted).about_more, Some(20));
        let both = of_nothing(&StopRule { coverage: Some(0.9), ..counted });
        assert_eq!((both.about_more, both.unmet.len()), (None, 2));
    }
}
