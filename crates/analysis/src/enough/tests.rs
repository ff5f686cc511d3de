use proptest::prelude::*;

use super::*;
use crate::norms::{NameCount, NonAnswers};

fn norms(counts: &[u64]) -> StimulusNorms {
    let names = counts
        .iter()
        .enumerate()
        .map(|(at, count)| NameCount { name: format!("name {at}"), count: *count })
        .collect();
    StimulusNorms::from_counts(names, NonAnswers::default(), None)
}

fn rule(json: &str) -> StopRule {
    serde_json::from_str(json).unwrap()
}

#[test]
fn every_condition_must_be_met() {
    let rule = rule(r#"{"min_answers": 20, "coverage": 0.95}"#);
    let agreed = rule.judge(&norms(&[25]));
    assert_eq!(agreed, Verdict { enough: true, about_more: Some(0), unmet: Vec::new() });
    let few = rule.judge(&norms(&[12]));
    assert_eq!(few, Verdict { enough: false, about_more: Some(8), unmet: vec![Condition::MinAnswers] });
    let varied = rule.judge(&norms(&[10, 5, 2, 1, 1, 1, 1, 1]));
    assert_eq!(varied.unmet, [Condition::Coverage]);
    assert!(varied.about_more > Some(0));
}

#[test]
fn of_nothing_nothing_can_be_told() {
    let nothing = norms(&[]);
    let counted = rule(r#"{"min_answers": 20}"#).judge(&nothing);
    assert_eq!((counted.enough, counted.about_more), (false, Some(20)));
    for json in [
        r#"{"coverage": 0.9}"#,
        r#"{"max_next_new": 0.1}"#,
        r#"{"h_half_width": 0.2}"#,
        r#"{"agreement_half_width": 0.1}"#,
        r#"{"min_answers": 20, "coverage": 0.9}"#,
    ] {
        let verdict = rule(json).judge(&nothing);
        assert_eq!((verdict.enough, verdict.about_more), (false, None), "{json}");
    }
    // One answer agrees with itself, which is not enough for any figure.
    for json in [r#"{"coverage": 0.9}"#, r#"{"max_next_new": 0.1}"#, r#"{"h_half_width": 0.2}"#] {
        assert!(!rule(json).judge(&norms(&[1])).enough, "{json}");
    }
}

#[test]
fn the_experiment_is_the_sum_of_its_stimuli() {
    let rule = rule(r#"{"min_answers": 10, "coverage": 0.9}"#);
    let verdicts = [norms(&[12]), norms(&[4]), norms(&[8]), norms(&[])].map(|norms| rule.judge(&norms));
    let all = ExperimentVerdict::of(&verdicts);
    assert_eq!(
        all,
        ExperimentVerdict { stimuli: 4, enough: 1, about_more: 8, about_more_at_most: 6, unknown: 1 }
    );
    assert_eq!(ExperimentVerdict::of([]), ExperimentVerdict::default());
}

proptest! {
    #[test]
    fn with_as_many_more_answers_the_widths_are_reached(
        counts in prop::collection::vec(1u64..60, 1..12), target in 0.02f64..0.45,
    ) {
        let before = norms(&counts);
        prop_assume!(before.n >= 2);
        // Answers that keep all shares as they are: every count times the same number.
        if let Some(half) = agreement_half_width_of(&before).filter(|half| *half > target) {
            let more = answers_to_agreement_half_width(&before, target).unwrap();
            let times = (before.n + more).div_ceil(before.n);
            let after = norms(&counts.iter().map(|count| count * times).collect::<Vec<_>>());
            prop_assert!(agreement_half_width_of(&after).unwrap() <= target + 1e-9, "{half} {more}");
        }
        if let Some(half) = h_half_width_of(&before).filter(|half| *half > target) {
            let more = answers_to_h_half_width(&before, target).unwrap();
            let times = (before.n + more).div_ceil(before.n);
            let after = norms(&counts.iter().map(|count| count * times).collect::<Vec<_>>());
            prop_assert!(h_half_width_of(&after).unwrap() <= target + 1e-9, "{half} {more}");
        }
    }

    #[test]
    fn enough_means_no_more(counts in prop::collection::vec(1u64..60, 0..12)) {
        let rule = rule(
            r#"{"min_answers":20,"coverage":0.9,"max_next_new":0.1,"h_half_width":0.4,"agreement_half_width":0.2}"#,
        );
        let verdict = rule.judge(&norms(&counts));
        prop_assert_eq!(verdict.enough, verdict.about_more == Some(0));
        prop_assert_eq!(verdict.enough, verdict.unmet.is_empty());
    }
}
