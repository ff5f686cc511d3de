//! All names of an experiment, with how often and where each was given.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::letters::words;
use crate::naming::Naming;
use crate::tally::Tally;

/// The names of an experiment as they are counted, the most frequent first, equally frequent ones in the order
/// of their code points. The place in this order is the number of a name.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    entries: Vec<Entry>,
    numbers: FxHashMap<String, u32>,
    words: FxHashMap<String, u64>,
}

/// One name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) count: u64,
    /// The stimuli it was given to, in their order, with the counts there.
    pub(super) stimuli: Vec<(u32, u64)>,
    /// Whether it is the most frequent name of a stimulus, alone or tied, and was given there at least twice.
    pub(super) leads: bool,
}

impl Vocabulary {
    /// The names that a tally counts, under the naming in force there.
    pub fn of(tally: &Tally) -> Self {
        Self::from_counts((0..tally.stimuli()).map(|stimulus| (stimulus, tally.name_counts(stimulus))))
    }

    /// The names that a tally would count under another naming.
    pub fn under(tally: &Tally, naming: &Naming) -> Self {
        let view = tally.under(naming);
        Self::from_counts((0..view.stimuli()).map(|stimulus| (stimulus, view.name_counts(stimulus))))
    }

    /// Collects counts of names per stimulus. A stimulus may come more than once; counts of 0 say nothing.
    pub fn from_counts<'name, Counts>(stimuli: impl IntoIterator<Item = (u32, Counts)>) -> Self
    where
        Counts: IntoIterator<Item = (&'name str, u64)>,
    {
        let mut ids: FxHashMap<&str, u32> = FxHashMap::default();
        let mut collected: Vec<(&str, BTreeMap<u32, u64>)> = Vec::new();
        let mut highest: FxHashMap<u32, u64> = FxHashMap::default();
        for (stimulus, counts) in stimuli {
            for (name, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
                let id = *ids.entry(name).or_insert_with(|| {
                    collected.push((name, BTreeMap::new()));
                    collected.len() as u32 - 1
                });
                let here = collected[id as usize].1.entry(stimulus).or_default();
                *here = here.saturating_add(count);
                let highest = highest.entry(stimulus).or_default();
                *highest = (*highest).max(*here);
            }
        }
        let mut entries: Vec<Entry> = collected
            .into_iter()
            .map(|(name, stimuli)| Entry {
                name: name.to_owned(),
                count: stimuli.values().fold(0, |sum, count| sum.saturating_add(*count)),
                leads: stimuli.iter().any(|(stimulus, count)| *count > 1 && highest[stimulus] == *count),
                stimuli: stimuli.into_iter().collect(),
            })
            .collect();
        entries.sort_unstable_by(|one, other| {
            other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name))
        });
        let mut vocabulary = Self { entries, ..Self::default() };
        for (number, entry) in (0..).zip(&vocabulary.entries) {
            vocabulary.numbers.insert(entry.name.clone(), number);
            for word in words(&entry.name) {
                let count = vocabulary.words.entry(word.to_owned()).or_default();
                *count = count.saturating_add(entry.count);
            }
        }
        vocabulary
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How often a name was given; 0 when it never was.
    pub fn count(&self, name: &str) -> u64 {
        self.number(name).map_or(0, |number| self.entry(number).count)
    }

    /// All names with their counts, the most frequent first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.entries.iter().map(|entry| (entry.name.as_str(), entry.count))
    }

    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    pub(super) fn entry(&self, number: u32) -> &Entry {
        &self.entries[number as usize]
    }

    /// In how many answers a word stands, alone or within a longer name.
    pub(super) fn word_count(&self, word: &str) -> u64 {
        self.words.get(word).copied().unwrap_or(0)
    }
}

/// Where two names were given to the same stimuli.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Shared {
    /// The stimuli, in their order.
    pub(super) stimuli: Vec<u32>,
    /// Answers with the first name there.
    pub(super) count: u64,
}

impl Shared {
    pub(super) fn of(one: &Entry, other: &Entry) -> Self {
        let mut shared = Self::default();
        for &(stimulus, count) in &one.stimuli {
            if other.stimuli.binary_search_by_key(&stimulus, |entry| entry.0).is_ok() {
                shared.stimuli.push(stimulus);
                shared.count = shared.count.saturating_add(count);
            }
        }
        shared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_collected_over_stimuli() {
        let vocabulary = Vocabulary::from_counts([
            (0, vec![("dog", 3), ("pink dog", 1), ("cat", 0)]),
            (4, vec![("dog", 1), ("puppy", 1)]),
            (0, vec![("dog", 1)]),
        ]);
        assert_eq!(vocabulary.iter().collect::<Vec<_>>(), [("dog", 5), ("pink dog", 1), ("puppy", 1)]);
        assert_eq!((vocabulary.count("dog"), vocabulary.count("cat"), vocabulary.len()), (5, 0, 3));
        assert_eq!(vocabulary.word_count("dog"), 6);
        assert!(vocabulary.entry(0).leads && !vocabulary.entry(2).leads);
        let shared = Shared::of(vocabulary.entry(2), vocabulary.entry(0));
        assert_eq!(shared, Shared { stimuli: vec![4], count: 1 });
    }
}
