//! What must hold of a tally.

use nameit_domain::NonAnswer;
use proptest::prelude::*;

use super::*;
use crate::mapping::VariantMapping;
use crate::normalise::{Normalisation, Normaliser};

fn text(stimulus: u32, raw: &str) -> Observation<'_> {
    Observation { stimulus, said: Said::Text(raw), first_key_ms: None, submitted_at_ms: None }
}

fn standard() -> Tally {
    Tally::new(Normaliser::new(Normalisation::Standard, "en"))
}

#[test]
fn answers_non_answers_and_blanks_are_kept_apart() {
    let mut tally = standard();
    for raw in ["Dog", "the dog", "puppy", "?", "  "] {
        tally.add(Observation { first_key_ms: Some(700), ..text(2, raw) });
    }
    tally.add(Observation {
        said: Said::NonAnswer(NonAnswer::DontKnow),
        first_key_ms: Some(1),
        ..text(2, "")
    });
    tally.add_non_answers(2, NonAnswer::Skipped, 3);
    let norms = tally.norms(2);
    assert_eq!((norms.n, norms.types, norms.modal_count), (3, 2, 2));
    assert_eq!(norms.non_answers_by_kind, NonAnswers { dont_know: 1, skipped: 3, blank: 2 });
    assert_eq!(norms.modal_name.as_deref(), Some("dog"));
    assert_eq!(norms.median_first_key_ms, Some(700.0));
    assert_eq!(tally.norms(0).n, 0);
    assert_eq!(tally.norms(99).n, 0);
    let totals = tally.totals();
    assert_eq!(totals, Totals { stimuli: 1, n: 3, non_answers: 6, types: 2, distinct_texts: 5 });
}

#[test]
fn a_live_report_learns_which_stimuli_changed() {
    let mut tally = standard();
    tally.add(text(3, "dog"));
    tally.add(text(1, "cat"));
    let seen = tally.revision();
    assert_eq!(tally.refresh(), [1, 3]);
    assert_eq!(tally.refresh(), [0; 0]);
    tally.add(text(1, "cat"));
    tally.add(text(1, "cats"));
    assert!(tally.revision() > seen);
    assert_eq!(tally.refresh(), [1]);
    tally.rename(Normaliser::new(Normalisation::None, "en"));
    assert_eq!(tally.refresh(), [1, 3], "nobody answered the others");
}

#[test]
fn a_copy_stays_what_it_was() {
    let mut tally = standard();
    tally.add(text(0, "dog"));
    tally.refresh();
    let copy = tally.clone();
    tally.add(text(0, "cat"));
    assert_eq!((tally.norms(0).types, copy.norms(0).types), (2, 1));
    assert_eq!((copy.responses(), copy.non_answers()), (1, 0));
}

#[test]
fn a_few_names_are_the_first_of_all() {
    let mut tally = standard();
    for number in 0..200u64 {
        tally.add_grouped(0, &format!("name {number}"), 1 + number % 7);
    }
    for refreshed in [false, true] {
        let all = tally.norms(0);
        for limit in [0, 1, 6, 28, 29, 40, 200, 500] {
            let some = tally.norms_with(0, limit);
            assert_eq!(some.names, all.names[..limit.min(200)], "refreshed: {refreshed}");
            assert_eq!(some.modal_names, all.modal_names[..limit.min(28)], "refreshed: {refreshed}");
            assert_eq!((some.modal_types, some.modal_count), (28, 7), "refreshed: {refreshed}");
            let StimulusNorms { modal_name, modal_names, names, .. } = all.clone();
            assert_eq!(StimulusNorms { modal_name, modal_names, names, ..some }, all);
        }
        tally.refresh();
    }
}

#[test]
fn another_naming_is_applied_to_what_was_added_before() {
    let mut tally = standard();
    for raw in ["TV", "tv", "the telly", "television"] {
        tally.add(text(0, raw));
    }
    assert_eq!(tally.norms(0).types, 3);
    let mapping = VariantMapping::parse_csv("tv,television\ntelly,television\n").unwrap();
    let naming = Naming::new(Normaliser::new(Normalisation::Standard, "en"));
    tally.rename(naming.with_mapping(&mapping).unwrap());
    assert_eq!((tally.norms(0).types, tally.norms(0).modal_count), (1, 4));
    assert_eq!(tally.names()["television"].len(), 4);
    tally.rename(Normaliser::new(Normalisation::None, "en"));
    assert_eq!(tally.norms(0).types, 4);
    assert_eq!(tally.raw_counts(0), [("TV", 1), ("television", 1), ("the telly", 1), ("tv", 1)]);
}

#[test]
fn the_first_key_median_is_exact() {
    let mut tally = standard();
    for first_key_ms in [0, 900, 500, 700, 701] {
        tally.add(Observation { first_key_ms: Some(first_key_ms), ..text(0, "dog") });
    }
    assert_eq!(tally.norms(0).median_first_key_ms, Some(700.5));
}

const WORDS: [&str; 9] = ["Dog", "dog", "the dog", "puppy", "cat", "CAT!", "?", " ", "n/a"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    stimulus: u32,
    word: Option<usize>,
    first_key_ms: Option<u32>,
    submitted_at_ms: i64,
}

impl Row {
    fn observation(self) -> Observation<'static> {
        Observation {
            stimulus: self.stimulus,
            said: self.word.map_or(Said::NonAnswer(NonAnswer::Skipped), |word| Said::Text(WORDS[word])),
            first_key_ms: self.first_key_ms,
            submitted_at_ms: Some(self.submitted_at_ms),
        }
    }
}

fn counted(normalisation: Normalisation, rows: &[Row]) -> Tally {
    let mut tally = Tally::new(Normaliser::new(normalisation, "en"));
    for row in rows {
        tally.add(row.observation());
    }
    tally
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row =
        (0u32..4, prop::option::of(0..WORDS.len()), prop::option::of(0u32..50), 0i64..1_000_000_000_000);
    prop::collection::vec(
        row.prop_map(|(stimulus, word, first_key_ms, submitted_at_ms)| Row {
            stimulus,
            word,
            first_key_ms,
            submitted_at_ms,
        }),
        0..300,
    )
}

/// All that a report shows, as text in which a float keeps every bit.
fn report(tally: &Tally) -> String {
    let norms: Vec<_> = (0..4).map(|stimulus| tally.norms(stimulus)).collect();
    let bits: Vec<_> = norms
        .iter()
        .flat_map(|norms| [norms.h, norms.h_se, norms.simpson, norms.coverage, norms.median_first_key_ms])
        .map(|figure| figure.map(f64::to_bits))
        .collect();
    let totals = tally.totals();
    assert_eq!((tally.responses(), tally.non_answers()), (totals.n + totals.non_answers, totals.non_answers));
    format!("{norms:?} {bits:?} {totals:?} {:?}", tally.progress().points())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn order_does_not_matter(rows in rows(), seed in any::<u64>()) {
        let in_order = counted(Normalisation::Standard, &rows);
        let mut shuffled = rows;
        shuffled.sort_by_key(|row| (row.submitted_at_ms as u64 ^ seed).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let in_disorder = counted(Normalisation::Standard, &shuffled);
        prop_assert_eq!(report(&in_order), report(&in_disorder));
    }

    #[test]
    fn adding_an_answer_and_counting_anew_agree_bit_for_bit(rows in rows(), first in 0usize..300) {
        let mut live = standard();
        for (at, row) in rows.iter().enumerate() {
            live.add(row.observation());
            if at >= first {
                live.refresh();
            }
            if at % 50 == 0 {
                prop_assert_eq!(report(&live), report(&counted(Normalisation::Standard, &rows[..=at])));
            }
        }
        live.refresh();
        prop_assert_eq!(report(&live), report(&counted(Normalisation::Standard, &rows)));
        live.rename(Normaliser::new(Normalisation::Case, "en"));
        live.refresh();
        prop_assert_eq!(report(&live), report(&counted(Normalisation::Case, &rows)));
    }

    #[test]
    fn one_by_one_equals_grouped_counts(rows in rows()) {
        let mut live = standard();
        for row in &rows {
            live.add(row.observation());
            live.refresh();
        }
        let mut batch = standard();
        let mut counts: BTreeMap<(u32, Option<usize>), u64> = BTreeMap::new();
        for row in &rows {
            *counts.entry((row.stimulus, row.word)).or_default() += 1;
            batch.add_progress(row.submitted_at_ms, 1);
            if let (Some(word), Some(first_key_ms)) = (row.word, row.first_key_ms)
                && !WORDS[word].trim().is_empty()
            {
                batch.add_first_keys(row.stimulus, first_key_ms, 1);
            }
        }
        for ((stimulus, word), count) in counts.into_iter().rev() {
            match word {
                Some(word) => batch.add_grouped(stimulus, WORDS[word], count),
                None => batch.add_non_answers(stimulus, NonAnswer::Skipped, count),
            }
        }
        prop_assert_eq!(report(&live), report(&batch));
    }

    #[test]
    fn merging_two_names_never_raises_types_or_loses_an_answer(
        rows in rows(), from in 0..WORDS.len(), to in 0..WORDS.len(),
    ) {
        let mut tally = counted(Normalisation::Standard, &rows);
        let before: Vec<_> = (0..4).map(|stimulus| tally.norms(stimulus)).collect();
        let normaliser = Normaliser::new(Normalisation::Standard, "en");
        let (from, to) = (normaliser.apply(WORDS[from]), normaliser.apply(WORDS[to]));
        prop_assume!(!from.is_empty() && !to.is_empty());
        let mapping = VariantMapping::from_pairs([(from.into_owned(), to.into_owned())]).unwrap();
        tally.rename(Naming::new(normaliser.clone()).with_mapping(&mapping).unwrap());
        for (stimulus, before) in (0..4).zip(before) {
            let after = tally.norms(stimulus);
            prop_assert!(after.types <= before.types);
            prop_assert_eq!((after.n, after.non_answers), (before.n, before.non_answers));
            if let Some(h) = after.h {
                prop_assert!(h <= (after.types as f64).log2());
            }
        }
    }

    #[test]
    fn renaming_equals_counting_anew(rows in rows()) {
        let mut renamed = counted(Normalisation::Standard, &rows);
        renamed.rename(Normaliser::new(Normalisation::Case, "en"));
        let anew = counted(Normalisation::Case, &rows);
        prop_assert_eq!(report(&renamed), report(&anew));
    }
}
