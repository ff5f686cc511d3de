//! Participations.

use async_trait::async_trait;
use futures::stream::BoxStream;
use nameit_domain::participation::ListedParticipation;
use nameit_domain::{ExperimentId, NewParticipation, Participation, ParticipationId, Timestamp};

use crate::Result;

/// What became of the wish to complete a participation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completion {
    /// Every trial has a durable response; this is the code, the same at each call.
    Complete {
        /// The completion code.
        completion_code: String,
    },
    /// These trials have no response yet.
    Missing(Vec<u32>),
}

/// Participations. Starting goes through [`crate::ResponseStore::commit`], together with responses.
#[async_trait]
pub trait ParticipationStore: Send + Sync + 'static {
    /// One participation, withdrawn ones included.
    async fn participation(&self, id: ParticipationId) -> Result<Option<Participation>>;

    /// All participations of an experiment that were not withdrawn, in an order that stays, in batches:
    /// constant memory. Those that existed before the call and were not withdrawn before it ends are in it,
    /// each once; others may be. [`crate::Error::NotFound`] without the experiment.
    fn participations(
        &self,
        experiment_id: ExperimentId,
    ) -> BoxStream<'static, Result<Vec<ListedParticipation>>>;

    /// Erases the participation's responses and everything else that came from the participant, and
    /// counts up the epoch of the experiment's feed, durably, before it returns. Repeating it changes
    /// nothing. [`crate::Error::NotFound`] without the participation.
    async fn withdraw(&self, id: ParticipationId, now: Timestamp) -> Result<()>;
}

/// What became of the wish to begin a participation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Started {
    /// It has begun, now or by an earlier call with the same id.
    Started,
    /// The experiment does not exist.
    UnknownExperiment,
    /// The experiment admits nobody now; its state.
    NotOpen(nameit_domain::ExperimentState),
    /// The trial order is not a permutation of the experiment's stimuli.
    WrongTrialOrder,
}

/// A participation that is to begin.
pub type Start = NewParticipation;
