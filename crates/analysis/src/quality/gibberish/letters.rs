//! How likely a sequence of letters is among the names of this cohort.

use std::hash::Hash;

use rustc_hash::FxHashMap;

use crate::quality::limits::Limits;
use crate::quality::threshold::Spread;

/// Begins a name twice, so that its first letter has two before it.
const BEGIN: char = '\u{2}';
/// Ends a name.
const END: char = '\u{3}';
/// Weight of the shorter context within the longer one, in observations.
const PRIOR: f64 = 4.0;

/// Trigrams of letters, learned from names that two participants or more gave, each name once.
///
/// Smoothed towards shorter contexts as in MacKay & Peto (1995), A hierarchical Dirichlet language model, eq. 27,
/// with a fixed weight of four observations: p(c | ab) = (n(abc) + 4 p(c | b)) / (n(ab·) + 4), and so on down to
/// equal chances for all letters that occur and one that does not.
#[derive(Debug)]
pub(super) struct Letters {
    counts: Counts,
    /// Distinct letters, the end among them, and one that was never seen.
    alphabet: f64,
    /// Mean bits per letter under which a name is unlike the others; `None` when too few names are shared.
    threshold: Option<f64>,
}

#[derive(Debug, Default)]
struct Counts {
    three: FxHashMap<[char; 3], u32>,
    two: FxHashMap<[char; 2], u32>,
    /// As context: how often something followed these two, this one.
    after_two: FxHashMap<[char; 2], u32>,
    after_one: FxHashMap<char, u32>,
    one: FxHashMap<char, u32>,
    all: u32,
}

// === impl Letters ===

impl Letters {
    /// Learns from distinct names that two participants or more gave.
    ///
    /// The threshold comes from the same names: each is judged by what the *others* teach, so an unseen but
    /// proper word is what the cohort of scores consists of.
    pub(super) fn learn<'a>(shared: impl Iterator<Item = &'a str> + Clone, limits: &Limits) -> Self {
        let mut counts = Counts::default();
        for name in shared.clone() {
            counts.add(name);
        }
        let alphabet = counts.one.len() as f64 + 1.0;
        let mut letters = Self { counts, alphabet, threshold: None };
        let scores: Vec<f64> = shared
            .map(|name| {
                let mut own = Counts::default();
                own.add(name);
                letters.score(name, &own)
            })
            .collect();
        if scores.len() >= limits.min_lexicon as usize {
            letters.threshold = Spread::of(&scores).map(|spread| spread.below(spread.median, limits));
        }
        letters
    }

    /// Whether a name that nobody else gave is unlike the names of the cohort; `false` when too little is known.
    pub(super) fn unlike(&self, name: &str) -> bool {
        self.threshold.is_some_and(|threshold| self.score(name, &Counts::default()) < threshold)
    }

    /// Mean log2 likelihood per letter (the end counts as one), with `own` taken out of what was learned.
    fn score(&self, name: &str, own: &Counts) -> f64 {
        let mut sum = 0.0;
        let mut length = 0.0;
        for [first, second, third] in trigrams(name) {
            let all = &self.counts;
            let letters = f64::from(all.all - own.all);
            let p_one = (left(&all.one, &own.one, third) + PRIOR / self.alphabet) / (letters + PRIOR);
            let after_one = left(&all.after_one, &own.after_one, second);
            let p_two = (left(&all.two, &own.two, [second, third]) + PRIOR * p_one) / (after_one + PRIOR);
            let after_two = left(&all.after_two, &own.after_two, [first, second]);
            let three = left(&all.three, &own.three, [first, second, third]);
            sum += ((three + PRIOR * p_two) / (after_two + PRIOR)).log2();
            length += 1.0;
        }
        sum / length
    }
}

// === impl Counts ===

impl Counts {
    fn add(&mut self, name: &str) {
        for [first, second, third] in trigrams(name) {
            *self.three.entry([first, second, third]).or_default() += 1;
            *self.two.entry([second, third]).or_default() += 1;
            *self.after_two.entry([first, second]).or_default() += 1;
            *self.after_one.entry(second).or_default() += 1;
            *self.one.entry(third).or_default() += 1;
            self.all += 1;
        }
    }
}

/// What was counted, without what is taken out.
fn left<K: Copy + Eq + Hash>(all: &FxHashMap<K, u32>, own: &FxHashMap<K, u32>, key: K) -> f64 {
    let count = |counts: &FxHashMap<K, u32>| counts.get(&key).copied().unwrap_or(0);
    f64::from(count(all) - count(own))
}

/// The letters of a name in threes, words separated by one space. Digits and signs say nothing: a model number
/// is no gibberish, and a slip onto the key beside Enter neither.
fn trigrams(name: &str) -> impl Iterator<Item = [char; 3]> {
    let mut before = [BEGIN, BEGIN];
    let letters = name.chars().filter(|character| character.is_alphabetic() || *character == ' ');
    letters.chain([END]).map(move |third| {
        let trigram = [before[0], before[1], third];
        before = [before[1], third];
        trigram
    })
}
