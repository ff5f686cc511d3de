use proptest::prelude::*;

use super::*;
use crate::intern::Interner;
use crate::intervals::{Bootstrap, of_counts};
use crate::normalise::{Normalisation, Normaliser};
use crate::norms::StimulusNorms;
use crate::response_times::{TimedAnswer, by_stimulus};
use crate::tally::{Tally, Totals};
use nameit_domain::NonAnswer;

/// A row of a table: stimulus, response (`None` for "I don't know"), how many.
type Row = (String, Option<String>, u64);

fn normaliser() -> Normaliser {
    Normaliser::new(Normalisation::Standard, "en")
}

/// Counts rows as a reader does: some rows a block, the blocks in any order by several counters.
fn bulk(rows: &[Row], per_block: usize, counters: usize) -> Counts {
    let bulk = Bulk::new(normaliser());
    let blocks: Vec<(u32, &[Row])> = (0..).zip(rows.chunks(per_block)).collect();
    for own in 0..counters {
        let mut counter = bulk.counter();
        // The later blocks first: what comes out must not show it.
        for (number, rows) in blocks.iter().rev().filter(|(number, _)| *number as usize % counters == own) {
            let mut block = String::new();
            let mut places = Vec::new();
            for (stimulus, response, _) in *rows {
                let start = block.len();
                block.push_str(stimulus);
                let end = block.len();
                block.push_str(response.as_deref().unwrap_or_default());
                places.push((start..end, end..block.len()));
            }
            for ((at, (stimulus, response, count)), (of_stimulus, of_response)) in
                rows.iter().enumerate().zip(places)
            {
                // Every third row is written otherwise than it stands in the block.
                let text = |range: std::ops::Range<usize>, text: &str| match at % 3 {
                    0 => Text::Rewritten(text.to_owned().into()),
                    _ => Text::At(range),
                };
                let said = match response {
                    Some(response) => Said::Text(text(of_response, response)),
                    None => Said::NonAnswer(NonAnswer::DontKnow),
                };
                let place = of_stimulus.start;
                counter.note(&block, place, &text(of_stimulus, stimulus), &said, *count, None);
            }
            counter.count(&block, *number);
        }
    }
    bulk.finish(counters)
}

/// The same rows one by one into a tally.
fn one_by_one(rows: &[Row]) -> (Vec<(String, StimulusNorms)>, Totals) {
    let mut stimuli = Interner::default();
    let mut tally = Tally::new(normaliser());
    for (stimulus, response, count) in rows {
        let stimulus = stimuli.intern(stimulus);
        match response {
            Some(response) => tally.add_grouped(stimulus, response, *count),
            None => tally.add_non_answers(stimulus, NonAnswer::DontKnow, *count),
        }
    }
    let norms = (0u32..).zip(stimuli.iter()).map(|(number, key)| (key.to_owned(), tally.norms(number)));
    (norms.collect(), tally.totals())
}

fn norms(counts: &Counts) -> Vec<(String, StimulusNorms)> {
    (0..counts.len())
        .map(|place| (counts.stimulus(place).key().to_owned(), counts.stimulus(place).norms()))
        .collect()
}

fn row() -> impl Strategy<Value = Row> {
    let stimulus = prop_oneof!["[ab]", "a stimulus with a long key [0-9]"];
    let response = prop_oneof![
        "[a-c]{0,2}",
        "[A-C ]{1,3}",
        Just("?".to_owned()),
        Just("a description that is longer than a word".to_owned()),
        Just("ÄÖ狗".to_owned()),
    ];
    (stimulus, prop::option::weighted(0.9, response), prop_oneof![Just(1), Just(1), 0..9u64, Just(1 << 40)])
}

proptest! {
    #[test]
    fn blocks_and_threads_leave_no_trace_and_a_tally_says_the_same(
        rows in prop::collection::vec(row(), 0..120),
        per_block in 1..40usize,
        counters in 1..4usize,
    ) {
        let counts = bulk(&rows, per_block, counters);
        let (expected, totals) = one_by_one(&rows);
        prop_assert_eq!(norms(&counts), expected);
        prop_assert_eq!(counts.totals(), totals);
    }
}

#[test]
fn nothing_counted_is_nothing() {
    let counts = Bulk::new(normaliser()).finish(3);
    assert!(counts.is_empty());
    assert_eq!((counts.len(), counts.participants(), counts.totals()), (0, 0, Totals::default()));
}

#[test]
fn threads_that_count_at_once_lose_nothing() {
    let bulk = Bulk::new(normaliser());
    let block = "pet-0 cat pet-1 dog ";
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let bulk = &bulk;
            scope.spawn(move || {
                let mut counter = bulk.counter();
                for number in 0..200 {
                    for (stimulus, response) in [(0..5, 6..9), (10..15, 16..19), (0..5, 16..19)] {
                        let place = stimulus.start;
                        counter.note(
                            block,
                            place,
                            &Text::At(stimulus),
                            &Said::Text(Text::At(response)),
                            1,
                            None,
                        );
                    }
                    counter.count(block, number * 4 + thread);
                }
            });
        }
    });
    let counts = bulk.finish(2);
    let names: Vec<_> = counts.stimulus(0).names().collect();
    assert_eq!((counts.stimulus(0).key(), names), ("pet-0", vec![("cat", 800), ("dog", 800)]));
    assert_eq!(counts.stimulus(1).names().collect::<Vec<_>>(), [("dog", 800)]);
}

#[test]
fn people_and_times_are_those_of_a_cohort() {
    let answers: Vec<(u32, &str, Option<u32>, Option<u32>)> = (0..60)
        .map(|at: u32| {
            let name = ["cat", "Cat", "dog", "?"][(at * 7 % 11 % 4) as usize];
            (at * 13 % 9, name, (!at.is_multiple_of(5)).then_some(300 + at * 37 % 900), Some(at * 91 % 4000))
        })
        .collect();
    let bulk = Bulk::new(normaliser());
    let mut counter = bulk.counter();
    for (participant, name, first_key_ms, submitted_ms) in &answers {
        let id = format!("p{participant}");
        let said = Said::Text(Text::Rewritten((*name).into()));
        let details =
            Details { participant: Some(&id), first_key_ms: *first_key_ms, submitted_ms: *submitted_ms };
        counter.note("pet", 0, &Text::At(0..3), &said, 1, Some(&details));
    }
    counter.count("pet", 0);
    drop(counter);
    let counts = bulk.finish(1);
    let pet = counts.stimulus(0);
    assert_eq!((counts.participants(), pet.participants()), (9, 9));

    let modal = pet.names().next().unwrap().0;
    let timed: Vec<TimedAnswer> = answers
        .iter()
        .filter_map(|&(participant, name, first_key_ms, submitted_ms)| {
            let name = name.to_lowercase();
            let modal = name == modal;
            (name != "?").then_some(TimedAnswer {
                participant,
                stimulus: 0,
                modal,
                first_key_ms,
                submitted_ms,
            })
        })
        .collect();
    for rule in ["none", "min:350,max:3000", "sd:1", "min:200,mad:1"] {
        let trimming = rule.parse().unwrap();
        let times = pet.response_times(&TimeLimits::new(&counts, trimming).unwrap());
        assert_eq!(times, by_stimulus(&timed, 1, &trimming)[0], "{rule}");
    }
    let by_people = pet.intervals(Bootstrap::default()).unwrap();
    assert_eq!(by_people.units, 9, "people are resampled, with all that each said");
    let by_counts =
        of_counts(&pet.names().map(|(_, count)| count).collect::<Vec<_>>(), "pet", Bootstrap::default());
    assert_ne!(Some(by_people), by_counts);
}

#[test]
fn a_rule_for_people_is_refused_where_nobody_is_known() {
    let bulk = Bulk::new(normaliser());
    let mut counter = bulk.counter();
    let said = Said::Text(Text::At(0..1));
    let details = Details { first_key_ms: Some(5), ..Details::default() };
    counter.note("x", 0, &Text::At(0..1), &said, 2, Some(&details));
    counter.count("x", 0);
    drop(counter);
    let counts = bulk.finish(1);
    assert!(TimeLimits::new(&counts, "sd:2.5".parse().unwrap()).is_err());
    let times =
        counts.stimulus(0).response_times(&TimeLimits::new(&counts, "none".parse().unwrap()).unwrap());
    assert_eq!((times.first_key.all.n, times.first_key.all.mean_ms), (2, Some(5.0)));
    assert_eq!(counts.stimulus(0).participants(), 0);
}
