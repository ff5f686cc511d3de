//! The tally of one stimulus.

use nameit_domain::NonAnswer;
use rustc_hash::FxHashMap;

use super::standing::Standing;
use super::times::Times;
use super::{BLANK, Names};
use crate::norms::{NonAnswers, StimulusNorms};

#[derive(Debug, Clone, Default)]
pub(super) struct StimulusTally {
    /// Whether it changed since the last refresh.
    pub(super) is_changed: bool,
    raws: FxHashMap<u32, u64>,
    times: Times,
    dont_know: u64,
    skipped: u64,
    /// Followed since the first refresh after a naming came into force. Who never asks for it does not pay for it.
    standing: Option<Standing>,
}

impl StimulusTally {
    pub(super) fn add_raw(&mut self, raw: u32, count: u64, names: &Names) {
        let counted = self.raws.entry(raw).or_default();
        *counted = counted.saturating_add(count);
        if let Some(standing) = &mut self.standing {
            standing.add(names.of_raw[raw as usize], count, &names.texts);
        }
    }

    pub(super) fn add_non_answers(&mut self, kind: NonAnswer, count: u64) {
        let counted = match kind {
            NonAnswer::DontKnow => &mut self.dont_know,
            NonAnswer::Skipped => &mut self.skipped,
        };
        *counted = counted.saturating_add(count);
    }

    pub(super) fn add_first_keys(&mut self, first_key_ms: u32, count: u64) {
        if first_key_ms > 0 && count > 0 {
            self.times.add(first_key_ms, count);
        }
    }

    /// Takes up the figures, to follow them from now on.
    pub(super) fn refresh(&mut self, names: &Names) {
        self.is_changed = false;
        if self.standing.is_none() {
            self.standing = Some(self.standing_under(names));
        }
        self.times.settle();
    }

    /// The figures are no longer right, because names are others.
    pub(super) fn forget_names(&mut self) {
        self.standing = None;
    }

    /// Whether anything was ever added.
    pub(super) fn has_any(&self) -> bool {
        !self.raws.is_empty() || self.dont_know > 0 || self.skipped > 0 || !self.times.is_empty()
    }

    /// Raw texts with their counts, in no particular order.
    pub(super) fn raws(&self) -> impl Iterator<Item = (u32, u64)> {
        self.raws.iter().map(|(&raw, &count)| (raw, count))
    }

    /// Counts of the names, in no particular order, and what gave no name.
    pub(super) fn by_name(&self, name_of: &[u32]) -> (FxHashMap<u32, u64>, NonAnswers) {
        let mut by_name: FxHashMap<u32, u64> = FxHashMap::default();
        let mut non_answers = self.without_text();
        for (raw, count) in self.raws() {
            match name_of[raw as usize] {
                BLANK => non_answers.blank += count,
                name => *by_name.entry(name).or_default() += count,
            }
        }
        (by_name, non_answers)
    }

    pub(super) fn norms(&self, names_limit: usize, names: &Names) -> StimulusNorms {
        let computed;
        let standing = if let Some(standing) = &self.standing {
            standing
        } else {
            computed = self.standing_under(names);
            &computed
        };
        standing.norms(names_limit, &names.texts, self.without_text(), self.times.median())
    }

    fn standing_under(&self, names: &Names) -> Standing {
        Standing::of(self.raws(), &names.of_raw, &names.texts)
    }

    /// Non-answers of which nobody typed anything.
    pub(super) fn without_text(&self) -> NonAnswers {
        NonAnswers { dont_know: self.dont_know, skipped: self.skipped, blank: 0 }
    }
}
