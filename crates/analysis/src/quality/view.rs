//! The answers as the measures look at them.

use rustc_hash::FxHashMap;

use crate::cohort::{Answer, Cohort, Named};

/// A cohort's names by participant and by stimulus.
pub(super) struct View<'a> {
    pub(super) named: &'a Named,
    pub(super) people: Vec<Person<'a>>,
    /// How many participants gave a name to a stimulus, by (stimulus, name).
    givers: FxHashMap<(u32, u32), u32>,
    /// How many participants gave any name to a stimulus, by stimulus.
    pub(super) namers: Vec<u32>,
    /// How many participants gave a name to any stimulus, by name.
    pub(super) users: Vec<u32>,
}

/// One participant's answers.
pub(super) struct Person<'a> {
    /// In the order of the trials.
    pub(super) answers: &'a [Answer],
    /// The name of each, as a number.
    pub(super) names: &'a [Option<u32>],
    /// What was named how: (stimulus, name), each pair once, ascending.
    pub(super) pairs: Vec<(u32, u32)>,
}

// === impl View ===

impl<'a> View<'a> {
    pub(super) fn new(cohort: &'a Cohort, named: &'a Named) -> Self {
        let mut people = Vec::with_capacity(cohort.participants().len());
        let mut names = named.answers();
        for participant in 0..cohort.participants().len() as u32 {
            let answers = cohort.answers_of(participant);
            let (own, rest) = names.split_at(answers.len());
            names = rest;
            let mut pairs: Vec<(u32, u32)> = answers
                .iter()
                .zip(own)
                .filter_map(|(answer, name)| Some((answer.stimulus, (*name)?)))
                .collect();
            pairs.sort_unstable();
            pairs.dedup();
            people.push(Person { answers, names: own, pairs });
        }
        let mut givers = FxHashMap::default();
        let mut namers = vec![0; cohort.stimuli() as usize];
        let mut users = vec![0; named.names() as usize];
        for person in &people {
            for pair in &person.pairs {
                *givers.entry(*pair).or_default() += 1;
            }
            for stimulus in person.pairs.chunk_by(|a, b| a.0 == b.0) {
                namers[stimulus[0].0 as usize] += 1;
            }
            let mut used: Vec<u32> = person.pairs.iter().map(|pair| pair.1).collect();
            used.sort_unstable();
            used.dedup();
            for name in used {
                users[name as usize] += 1;
            }
        }
        Self { named, people, givers, namers, users }
    }

    /// How many participants gave this name to this stimulus.
    pub(super) fn givers(&self, pair: (u32, u32)) -> u32 {
        self.givers.get(&pair).copied().unwrap_or(0)
    }

    /// All (stimulus, name) with how many participants gave it, ascending.
    pub(super) fn sorted_givers(&self) -> Vec<((u32, u32), u32)> {
        let mut all: Vec<_> = self.givers.iter().map(|(pair, givers)| (*pair, *givers)).collect();
        all.sort_unstable();
        all
    }
}
