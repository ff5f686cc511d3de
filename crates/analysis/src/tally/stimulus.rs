//! The tally of one stimulus.

use nameit_domain::NonAnswer;
use rustc_hash::FxHashMap;

use super::BLANK;
use crate::norms::{NonAnswers, median_type7};

#[derive(Debug, Clone, Default)]
pub(super) struct StimulusTally {
    /// When this stimulus changed last.
    pub(super) revision: u64,
    raws: FxHashMap<u32, u64>,
    first_keys: FxHashMap<u32, u64>,
    dont_know: u64,
    skipped: u64,
}

impl StimulusTally {
    pub(super) fn add_raw(&mut self, raw: u32, count: u64) {
        *self.raws.entry(raw).or_default() += count;
    }

    pub(super) fn add_non_answers(&mut self, kind: NonAnswer, count: u64) {
        match kind {
            NonAnswer::DontKnow => self.dont_know += count,
            NonAnswer::Skipped => self.skipped += count,
        }
    }

    pub(super) fn add_first_keys(&mut self, first_key_ms: u32, count: u64) {
        if first_key_ms > 0 && count > 0 {
            *self.first_keys.entry(first_key_ms).or_default() += count;
        }
    }

    /// Raw texts with their counts, in no particular order.
    pub(super) fn raws(&self) -> impl Iterator<Item = (u32, u64)> {
        self.raws.iter().map(|(&raw, &count)| (raw, count))
    }

    /// Counts of the names, in no particular order, and what gave no name.
    pub(super) fn by_name(&self, name_of: &[u32]) -> (FxHashMap<u32, u64>, NonAnswers) {
        let mut by_name: FxHashMap<u32, u64> = FxHashMap::default();
        let mut non_answers = NonAnswers { dont_know: self.dont_know, skipped: self.skipped, blank: 0 };
        for (raw, count) in self.raws() {
            match name_of[raw as usize] {
                BLANK => non_answers.blank += count,
                name => *by_name.entry(name).or_default() += count,
            }
        }
        (by_name, non_answers)
    }

    pub(super) fn median_first_key_ms(&self) -> Option<f64> {
        let mut histogram: Vec<(u32, u64)> =
            self.first_keys.iter().map(|(&ms, &count)| (ms, count)).collect();
        histogram.sort_unstable();
        median_type7(&histogram)
    }
}
