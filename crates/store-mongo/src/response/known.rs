//! What is remembered of participations between batches, so that a response needs no look-up.
//!
//! Only what never changes: experiment and trial order, that a trial has its response, that the participation
//! was withdrawn. Other states are looked at anew in each batch, because another process may change them.

use hashlink::LruCache;
use nameit_domain::{ExperimentId, ParticipationId};

/// Trials of all remembered participations together at most; each takes two bytes.
const TRIALS: usize = 8 << 20;

/// Participations remembered at most.
const PARTICIPATIONS: usize = 64 << 10;

/// A participation as the committer knows it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) experiment_id: ExperimentId,
    pub(crate) order: Box<[u16]>,
    pub(crate) withdrawn: bool,
    /// A bit for each trial that has a response, as far as this process knows.
    answered: Box<[u64]>,
}

/// The participations that were needed last.
pub(crate) struct Participations {
    known: LruCache<ParticipationId, Known>,
    /// Trials of all of them.
    trials: usize,
}

// === impl Known ===

impl Known {
    pub(crate) fn new(experiment_id: ExperimentId, order: Box<[u16]>) -> Self {
        let answered = vec![0; order.len().div_ceil(64)].into();
        Self { experiment_id, order, withdrawn: false, answered }
    }

    /// Whether it is known that this trial has its response.
    pub(crate) fn is_answered(&self, trial: u32) -> bool {
        let word = self.answered.get(trial as usize / 64);
        word.is_some_and(|word| word >> (trial % 64) & 1 == 1)
    }

    pub(crate) fn set_answered(&mut self, trial: u32) {
        if let Some(word) = self.answered.get_mut(trial as usize / 64) {
            *word |= 1 << (trial % 64);
        }
    }
}

// === impl Participations ===

impl Participations {
    pub(crate) fn new() -> Self {
        Self { known: LruCache::new_unbounded(), trials: 0 }
    }

    pub(crate) fn get(&mut self, id: ParticipationId) -> Option<&mut Known> {
        self.known.get_mut(&id)
    }

    /// Remembers a participation, at least until [`Self::forget_surplus`].
    pub(crate) fn remember(&mut self, id: ParticipationId, known: Known) {
        self.trials += known.order.len();
        if let Some(replaced) = self.known.insert(id, known) {
            self.trials -= replaced.order.len();
        }
    }

    /// Forgets the participations that were not needed for longest, to stay in bounds. Between two batches:
    /// within one, everything that it needs must stay known.
    pub(crate) fn forget_surplus(&mut self) {
        while self.trials > TRIALS || self.known.len() > PARTICIPATIONS {
            let Some((_, forgotten)) = self.known.remove_lru() else { break };
            self.trials -= forgotten.order.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(trials: usize) -> Known {
        Known::new(ExperimentId::generate(), vec![0; trials].into())
    }

    #[test]
    fn memory_is_bounded_by_trials_and_the_oldest_goes_first() {
        let mut participations = Participations::new();
        let first = ParticipationId::generate();
        participations.remember(first, known(10_000));
        let mut newest = first;
        for _ in 0..2 * TRIALS / 10_000 {
            newest = ParticipationId::generate();
            participations.remember(newest, known(10_000));
            participations.remember(newest, known(9_000));
            participations.forget_surplus();
            let counted: usize = participations.known.iter().map(|(_, one)| one.order.len()).sum();
            assert_eq!(participations.trials, counted);
        }
        assert!(participations.trials <= TRIALS && participations.trials > TRIALS - 10_000);
        assert!(participations.get(first).is_none() && participations.get(newest).is_some());
    }

    #[test]
    fn each_trial_is_remembered_by_itself() {
        let mut known = known(130);
        known.set_answered(64);
        known.set_answered(129);
        let answered: Vec<u32> = (0..200).filter(|trial| known.is_answered(*trial)).collect();
        assert_eq!(answered, [64, 129]);
    }
}
