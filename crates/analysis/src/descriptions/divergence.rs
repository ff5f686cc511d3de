//! Naming divergence: how little the words of one answer come back in the answers of others.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};
use rustc_hash::FxBuildHasher;
use serde::Serialize;

use super::words::WordRule;

/// Naming divergence of one stimulus.
///
/// Source: Ji, Kojima, Rush, Suhr, Vong, Hawkins & Artzi (2022), Abstract visual reasoning with tangram shapes,
/// EMNLP, section 3, and the program published with it. For an answer *a* with the words *w*₁ … *w*ₘ, and *n*
/// answers to the stimulus,
///
/// > divergence = 1/n · Σₐ 1/m · Σᵢ (1 − (number of other answers with *w*ᵢ) / (n − 1)).
///
/// A word that stands twice in an answer counts twice in the inner mean. An answer of which no word is left
/// contributes 0, and stays in *n*. Over the descriptions of the whole the published name is shape naming
/// divergence (SND); over the names of parts it is part naming divergence (PND), where an answer's words are
/// those of its *distinct* part names, each part name counted once however many parts it names.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Divergence {
    /// Answers, `n`, those without a word among them.
    pub n: u64,
    /// Answers of which no word is left; they contribute 0.
    pub without_words: u64,
    /// From 0 (all answers have the same words) to 1 (no word comes twice). `None` when `n` < 2.
    pub divergence: Option<f64>,
}

/// Collects answers and computes their divergence.
///
/// Memory is proportional to the distinct words of distinct answers, not to the answers.
#[derive(Debug, Clone, Default)]
pub struct Collector {
    rule: WordRule,
    ids: HashMap<String, u32, FxBuildHasher>,
    /// By word: the answers that have it.
    answers_with: Vec<u128>,
    /// The words of each distinct answer, in order of their ids, with the answers that gave it.
    answers: HashMap<Box<[u32]>, u128, FxBuildHasher>,
}

// === impl Divergence ===

impl Divergence {
    /// Divergence of the wholes (SND): distinct descriptions with how often each was given, in any order.
    pub fn of_wholes<'text>(
        rule: WordRule,
        descriptions: impl IntoIterator<Item = (&'text str, u64)>,
    ) -> Self {
        let mut collector = Collector::new(rule);
        for (description, count) in descriptions {
            collector.add_whole(description, count);
        }
        collector.divergence()
    }
}

// === impl Collector ===

impl Collector {
    /// Nothing collected yet.
    pub fn new(rule: WordRule) -> Self {
        Self { rule, ..Self::default() }
    }

    /// Adds a description that `count` answers gave.
    pub fn add_whole(&mut self, description: &str, count: u64) {
        let words = self.rule.words(description);
        self.add_words(words, count);
    }

    /// Adds the names of the parts that each of `count` answers gave. Equal names are one name, as in the
    /// published program; names that differ in capitals or spaces are two.
    pub fn add_parts<'text>(&mut self, parts: impl IntoIterator<Item = &'text str>, count: u64) {
        let distinct: HashSet<&str, FxBuildHasher> = parts.into_iter().collect();
        let words = distinct.into_iter().flat_map(|part| self.rule.words(part)).collect();
        self.add_words(words, count);
    }

    fn add_words(&mut self, words: Vec<String>, count: u64) {
        if count == 0 {
            return;
        }
        let mut ids: Vec<u32> = words.into_iter().map(|word| self.id(word)).collect();
        ids.sort_unstable();
        let mut before = None;
        for id in &ids {
            if before != Some(id) {
                self.answers_with[*id as usize] += u128::from(count);
            }
            before = Some(id);
        }
        *self.answers.entry(ids.into_boxed_slice()).or_default() += u128::from(count);
    }

    fn id(&mut self, word: String) -> u32 {
        let next = u32::try_from(self.answers_with.len()).expect("four billion words do not fit in memory");
        *self.ids.entry(word).or_insert_with(|| {
            self.answers_with.push(0);
            next
        })
    }

    /// The figures.
    ///
    /// Everything up to the last two divisions is done in whole numbers, so neither the order of the answers
    /// nor how they were grouped changes a bit of the result.
    pub fn divergence(&self) -> Divergence {
        let n: u128 = self.answers.values().sum();
        // By number of words: over all such answers and their words, how many other answers lack the word.
        let mut lacking: BTreeMap<usize, u128> = BTreeMap::new();
        let mut without_words = 0;
        for (words, &count) in &self.answers {
            if words.is_empty() {
                without_words = count;
                continue;
            }
            let missing: u128 = words.iter().map(|word| n - self.answers_with[*word as usize]).sum();
            let sum = lacking.entry(words.len()).or_default();
            *sum = sum.saturating_add(count.saturating_mul(missing));
        }
        let total: f64 = lacking.into_iter().map(|(words, missing)| missing as f64 / words as f64).sum();
        Divergence {
            n: saturated(n),
            without_words: saturated(without_words),
            divergence: (n > 1).then(|| (total / (n - 1) as f64 / n as f64).clamp(0.0, 1.0)),
        }
    }
}

fn saturated(count: u128) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wholes(descriptions: &[(&str, u64)]) -> Divergence {
        Divergence::of_wholes(WordRule::English, descriptions.iter().copied())
    }

    #[test]
    fn a_case_that_can_be_done_by_hand() {
        // dog: 1 of 2 others has it; cat: none has it; the third has two words, of which one is with one other.
        let divergence = wholes(&[("a dog", 1), ("cat", 1), ("the big dogs", 1)]);
        assert_eq!(divergence.n, 3);
        let expected = (0.5 + 1.0 + f64::midpoint(1.0, 0.5)) / 3.0;
        assert!((divergence.divergence.unwrap() - expected).abs() < 1e-15);
    }

    #[test]
    fn a_word_twice_in_one_answer_counts_twice_there_and_once_elsewhere() {
        let divergence = wholes(&[("red red bird", 1), ("red", 1)]);
        let (first, second) = ((0.0 + 0.0 + 1.0) / 3.0, 0.0);
        let expected = f64::midpoint(first, second);
        assert!((divergence.divergence.unwrap() - expected).abs() < 1e-15);
    }

    #[test]
    fn answers_without_words_stay_in_n_and_contribute_nothing() {
        let divergence = wholes(&[("the", 2), ("dog", 1), ("cat", 1)]);
        assert_eq!((divergence.n, divergence.without_words), (4, 2));
        assert!((divergence.divergence.unwrap() - 0.5).abs() < 1e-15);
    }

    #[test]
    fn equal_part_names_are_one() {
        let mut collector = Collector::new(WordRule::English);
        collector.add_parts(["left arm", "left arm", "head"], 1);
        collector.add_parts(["head"], 1);
        let (first, second) = (2.0 / 3.0, 0.0);
        let expected = f64::midpoint(first, second);
        assert!((collector.divergence().divergence.unwrap() - expected).abs() < 1e-15);
    }

    #[test]
    fn too_few_answers_have_no_divergence_and_huge_counts_do_no_harm() {
        assert_eq!(wholes(&[]), Divergence { n: 0, without_words: 0, divergence: None });
        assert_eq!(wholes(&[("dog", 1), ("cat", 0)]).divergence, None);
        assert_eq!(wholes(&[("dog", 2)]).divergence, Some(0.0));
        let huge = wholes(&[("dog", 1 << 60), ("cat", 1 << 60)]);
        assert_eq!(huge.n, 1 << 61);
        assert!((huge.divergence.unwrap() - 0.5).abs() < 1e-9);
    }

    fn answers() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("(the |red |big |dog |dogs |cat ){0,5}", 0..12)
    }

    proptest! {
        #[test]
        fn it_is_a_share_and_neither_order_nor_grouping_matters(
            (given, shuffled) in answers().prop_flat_map(|given| (Just(given.clone()), Just(given).prop_shuffle())),
        ) {
            let single = Divergence::of_wholes(WordRule::English, given.iter().map(|text| (text.as_str(), 1)));
            let other = Divergence::of_wholes(WordRule::English, shuffled.iter().map(|text| (text.as_str(), 1)));
            let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
            for text in &given {
                *counts.entry(text).or_default() += 1;
            }
            let grouped = Divergence::of_wholes(WordRule::English, counts);
            prop_assert_eq!(single.divergence.map(f64::to_bits), other.divergence.map(f64::to_bits));
            prop_assert_eq!(single, grouped);
            prop_assert!(single.divergence.is_none_or(|value| (0.0..=1.0).contains(&value)));
            prop_assert_eq!(single.divergence.is_some(), given.len() > 1);
        }

        #[test]
        fn equal_answers_do_not_diverge(text in "(red |big |dog ){1,5}", n in 2u64..9) {
            let same = Divergence::of_wholes(WordRule::English, [(text.as_str(), n)]);
            prop_assert_eq!(same.divergence, Some(0.0));
        }
    }
}
