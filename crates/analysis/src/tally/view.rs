//! The counts of a tally under another naming, without changing the tally.

use super::{BLANK, Names, Tally};
use crate::naming::Naming;

/// What a tally would count if another naming were in force. Costs one normalisation per distinct raw text.
#[derive(Debug)]
pub struct View<'tally> {
    tally: &'tally Tally,
    names: Names,
}

impl Tally {
    /// Looks at the counts under another naming.
    pub fn under(&self, naming: &Naming) -> View<'_> {
        View { tally: self, names: Names::of(naming, &self.raws) }
    }

    /// The names of one stimulus with their counts, in the order of their code points.
    pub fn name_counts(&self, stimulus: u32) -> Vec<(&str, u64)> {
        name_counts(self, stimulus, &self.names)
    }

    /// Every distinct raw text with the name it counts for (`None` when nothing is left of it) and how often it was
    /// given over all stimuli, in the order of the texts' code points.
    pub fn coded(&self) -> Vec<(&str, Option<&str>, u64)> {
        let mut counts = vec![0u64; self.raws.len()];
        for (raw, count) in self.stimuli.iter().flat_map(|stimulus| stimulus.raws()) {
            counts[raw as usize] = counts[raw as usize].saturating_add(count);
        }
        let name = |id: u32| (id != BLANK).then(|| self.names.texts.get(id));
        let mut coded: Vec<_> = self
            .raws
            .iter()
            .zip(&self.names.of_raw)
            .zip(counts)
            .map(|((raw, id), count)| (raw, name(*id), count))
            .collect();
        coded.sort_unstable_by_key(|(raw, ..)| *raw);
        coded
    }
}

impl View<'_> {
    /// One more than the highest stimulus seen.
    pub fn stimuli(&self) -> u32 {
        self.tally.stimuli()
    }

    /// The names of one stimulus with their counts, in the order of their code points.
    pub fn name_counts(&self, stimulus: u32) -> Vec<(&str, u64)> {
        name_counts(self.tally, stimulus, &self.names)
    }
}

fn name_counts<'names>(tally: &Tally, stimulus: u32, names: &'names Names) -> Vec<(&'names str, u64)> {
    let Some(stimulus) = tally.stimuli.get(stimulus as usize) else { return Vec::new() };
    let (by_name, _) = stimulus.by_name(&names.of_raw);
    let mut counts: Vec<_> =
        by_name.into_iter().map(|(name, count)| (names.texts.get(name), count)).collect();
    counts.sort_unstable();
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::{Normalisation, Normaliser};

    #[test]
    fn another_naming_is_looked_at_and_the_one_in_force_stays() {
        let mut tally = Tally::new(Normaliser::new(Normalisation::Standard, "en"));
        for (stimulus, raw) in [(0, "Dog"), (0, "the dog"), (1, "dog"), (1, "?"), (1, "cat")] {
            tally.add_grouped(stimulus, raw, 1);
        }
        let plain = Naming::new(Normaliser::new(Normalisation::None, "en"));
        assert_eq!(tally.under(&plain).name_counts(0), [("Dog", 1), ("the dog", 1)]);
        assert_eq!(tally.name_counts(0), [("dog", 2)]);
        assert_eq!((tally.under(&plain).stimuli(), tally.name_counts(7)), (2, Vec::new()));
        let coded = tally.coded();
        let expected = [
            ("?", None, 1),
            ("Dog", Some("dog"), 1),
            ("cat", Some("cat"), 1),
            ("dog", Some("dog"), 1),
            ("the dog", Some("dog"), 1),
        ];
        assert_eq!(coded, expected);
    }
}
