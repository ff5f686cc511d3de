//! How long it takes to look for spelling variants. Run with `cargo bench -p nameit-analysis --bench variants`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use nameit_analysis::variants::{VariantDecisions, Vocabulary, proposals};

const STIMULI: usize = 500;

fn main() {
    divan::main();
}

/// Names of syllables with the skew of real naming data, every third of them misspelt in one letter.
fn vocabulary(names: usize) -> Vocabulary {
    const SYLLABLES: [&str; 12] =
        ["ba", "ko", "tri", "len", "sar", "mun", "de", "pol", "gas", "wi", "ther", "on"];
    let mut counts: Vec<Vec<(String, u64)>> = vec![Vec::new(); STIMULI];
    for number in 0..names {
        let digits = [number, number / 12, number / 144, number / 1728];
        let mut name: String = digits.iter().map(|digit| SYLLABLES[digit % 12]).collect();
        if number % 3 == 0 {
            name.replace_range(2..3, "q");
        }
        counts[number % STIMULI].push((name, 1 + (names / (number + 1)) as u64));
    }
    let stimuli = (0u32..).zip(&counts).map(|(stimulus, names)| {
        (stimulus, names.iter().map(|(name, count)| (name.as_str(), *count)).collect::<Vec<_>>())
    });
    Vocabulary::from_counts(stimuli)
}

#[divan::bench(args = [1_000, 10_000, 20_000], sample_count = 10)]
fn proposals_over_names(bencher: Bencher<'_, '_>, names: usize) {
    let vocabulary = vocabulary(names);
    let decisions = VariantDecisions::default();
    bencher
        .counter(ItemsCount::new(names))
        .bench_local(|| proposals(black_box(&vocabulary), &decisions, "en").len());
}
