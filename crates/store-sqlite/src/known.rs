//! What the writer remembers between batches, so that a response costs one insert and no look-up.
//!
//! Everything here is also in the database. It is changed together with it, on the writer's thread only,
//! and forgotten as a whole when a transaction fails.

use hashlink::LruCache;
use nameit_domain::{ExperimentId, ExperimentState, ParticipationId, ParticipationState};
use rusqlite::Connection;

use crate::error::Failure;
use crate::{row, sql};

/// Experiments remembered at most.
const EXPERIMENTS: usize = 1_024;

/// Trials of all remembered participations together at most; each takes two bytes.
const TRIALS: usize = 8 << 20;

/// Participations remembered at most.
const PARTICIPATIONS: usize = 64 << 10;

/// What is remembered.
pub(crate) struct Known {
    experiments: LruCache<ExperimentId, KnownExperiment>,
    participations: LruCache<ParticipationId, KnownParticipation>,
    /// Trials of all remembered participations.
    trials: usize,
}

/// What the committer needs to know of an experiment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownExperiment {
    pub(crate) no: i64,
    pub(crate) state: ExperimentState,
    pub(crate) deleted: bool,
    pub(crate) stimulus_count: u32,
    /// The number of the newest response.
    pub(crate) last_sequence: i64,
}

/// What the committer needs to know of a participation.
#[derive(Debug)]
pub(crate) struct KnownParticipation {
    pub(crate) no: i64,
    pub(crate) experiment_id: ExperimentId,
    pub(crate) order: Box<[u16]>,
    pub(crate) state: ParticipationState,
}

// === impl Known ===

impl Known {
    pub(crate) fn new() -> Self {
        Self {
            experiments: LruCache::new(EXPERIMENTS),
            participations: LruCache::new(PARTICIPATIONS),
            trials: 0,
        }
    }

    /// The experiment, also when it is in the trash.
    pub(crate) fn experiment(
        &mut self,
        connection: &Connection,
        id: ExperimentId,
    ) -> Result<Option<&mut KnownExperiment>, Failure> {
        if self.experiments.get(&id).is_none() {
            let found =
                row::one(connection, sql::experiment::EXPERIMENT_FOR_COMMIT, [id.as_bytes()], |row| {
                    Ok(KnownExperiment {
                        no: row.get(0)?,
                        state: row::experiment_state(row, 1)?,
                        deleted: row.get(2)?,
                        stimulus_count: row.get(3)?,
                        last_sequence: row.get::<_, Option<i64>>(4)?.unwrap_or(0),
                    })
                })?;
            match found {
                Some(experiment) => self.experiments.insert(id, experiment),
                None => return Ok(None),
            };
        }
        Ok(self.experiments.get_mut(&id))
    }

    /// The participation, also when it was withdrawn.
    pub(crate) fn participation(
        &mut self,
        connection: &Connection,
        id: ParticipationId,
    ) -> Result<Option<&mut KnownParticipation>, Failure> {
        if self.participations.get(&id).is_none() {
            let sql = sql::participation::PARTICIPATION_FOR_COMMIT;
            let found = row::one(connection, sql, [id.as_bytes()], |row| {
                Ok(KnownParticipation {
                    no: row.get(0)?,
                    experiment_id: ExperimentId::from_bytes(row.get(1)?),
                    order: row::trial_order(row, 2)?,
                    state: row::participation_state(row, 3)?,
                })
            })?;
            match found {
                Some(participation) => self.remember(id, participation),
                None => return Ok(None),
            }
        }
        Ok(self.participations.get_mut(&id))
    }

    /// Remembers a participation and forgets the ones that were not needed for longest, to stay in bounds.
    pub(crate) fn remember(&mut self, id: ParticipationId, participation: KnownParticipation) {
        self.trials += participation.order.len();
        while self.trials > TRIALS || self.participations.len() >= PARTICIPATIONS {
            let Some((_, forgotten)) = self.participations.remove_lru() else { break };
            self.trials -= forgotten.order.len();
        }
        if let Some(replaced) = self.participations.insert(id, participation) {
            self.trials -= replaced.order.len();
        }
    }

    /// Reads the experiment anew at the next use.
    pub(crate) fn forget_experiment(&mut self, id: ExperimentId) {
        self.experiments.remove(&id);
    }

    /// Reads the participation anew at the next use.
    pub(crate) fn forget_participation(&mut self, id: ParticipationId) {
        if let Some(forgotten) = self.participations.remove(&id) {
            self.trials -= forgotten.order.len();
        }
    }

    /// Reads everything anew at the next use.
    pub(crate) fn forget_all(&mut self) {
        self.experiments.clear();
        self.participations.clear();
        self.trials = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn participation(trials: usize) -> KnownParticipation {
        KnownParticipation {
            no: 1,
            experiment_id: ExperimentId::generate(),
            order: vec![0; trials].into(),
            state: ParticipationState::Started,
        }
    }

    #[test]
    fn memory_is_bounded_by_trials() {
        let mut known = Known::new();
        let first = ParticipationId::generate();
        known.remember(first, participation(10_000));
        for _ in 0..2 * TRIALS / 10_000 {
            known.remember(ParticipationId::generate(), participation(10_000));
            assert!(known.trials <= TRIALS + 10_000);
        }
        assert!(!known.participations.contains_key(&first), "the oldest was forgotten");
        assert_eq!(known.trials, known.participations.len() * 10_000, "the count is kept");
        known.remember(ParticipationId::generate(), participation(3));
        let newest = ParticipationId::generate();
        known.remember(newest, participation(5));
        known.remember(newest, participation(7));
        known.forget_participation(newest);
        let counted: usize = known.participations.iter().map(|(_, one)| one.order.len()).sum();
        assert_eq!(known.trials, counted);
    }
}
