//! How fast answers are counted and norms are computed. Run with `cargo bench -p nameit-analysis`.

use std::fmt::Write as _;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use nameit_analysis::normalise::{Normalisation, Normaliser};
use nameit_analysis::tally::{Observation, Said, Tally};

const STIMULI: u32 = 1000;
const ANSWERS: u32 = 100_000;

fn main() {
    divan::main();
}

/// Answers with the skew of real naming data: few names are frequent, many are rare.
fn answers() -> Vec<(u32, String)> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    (0..ANSWERS)
        .map(|_| {
            let stimulus = (next() % u64::from(STIMULI)) as u32;
            let rank = 40_000 / (1 + next() % 20_000);
            let mut raw = String::from(if next() % 10 == 0 { "The " } else { "" });
            write!(raw, "name {rank}").expect("writing into a string cannot fail");
            (stimulus, raw)
        })
        .collect()
}

fn tally(answers: &[(u32, String)]) -> Tally {
    let mut tally = Tally::new(Normaliser::new(Normalisation::Standard, "en"));
    for (stimulus, raw) in answers {
        tally.add(Observation {
            stimulus: *stimulus,
            said: Said::Text(raw),
            first_key_ms: Some(500 + raw.len() as u32),
            submitted_at_ms: None,
        });
    }
    tally
}

#[divan::bench]
fn add_one_by_one(bencher: Bencher<'_, '_>) {
    let answers = answers();
    bencher.counter(ItemsCount::new(ANSWERS)).bench_local(|| tally(black_box(&answers)));
}

#[divan::bench]
fn norms_of_all_stimuli(bencher: Bencher<'_, '_>) {
    let tally = tally(&answers());
    bencher
        .counter(ItemsCount::new(STIMULI))
        .bench_local(|| (0..STIMULI).map(|stimulus| tally.norms(stimulus).types).sum::<u64>());
}

#[divan::bench]
fn rename_everything(bencher: Bencher<'_, '_>) {
    let tally = tally(&answers());
    bencher.with_inputs(|| tally.clone()).bench_local_values(|mut tally| {
        tally.rename(Normaliser::new(Normalisation::Case, "en"));
        tally
    });
}
