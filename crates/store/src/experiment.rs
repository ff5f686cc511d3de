//! Experiments.

use async_trait::async_trait;
use nameit_domain::text::Slug;
use nameit_domain::{Experiment, ExperimentId, ExperimentState, ResearcherId, Timestamp};

use crate::Result;

/// Which experiment a call is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExperimentKey {
    /// By id.
    Id(ExperimentId),
    /// By the part of its link.
    Slug(Slug),
}

/// An experiment in the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedExperiment {
    /// The experiment.
    pub experiment: Experiment,
    /// When it was deleted.
    pub deleted_at: Timestamp,
}

/// Experiments. Deleted ones are invisible except to [`ExperimentStore::deleted_experiments`].
#[async_trait]
pub trait ExperimentStore: Send + Sync + 'static {
    /// Adds an experiment. [`crate::Error::AlreadyExists`] with `slug` when the slug is taken.
    async fn create_experiment(&self, experiment: &Experiment) -> Result<()>;

    /// Adds `copy` as a draft with all stimuli of `original` and, as version 1, the latest version of every
    /// decision: a stimulus keeps its key, so what was decided about the analysis holds for the copy as well.
    /// [`crate::Error::NotFound`] without the original.
    async fn copy_experiment(&self, original: ExperimentId, copy: &Experiment) -> Result<()>;

    /// One experiment. `stimulus_count` is counted by the store.
    async fn experiment(&self, key: &ExperimentKey) -> Result<Option<Experiment>>;

    /// All of a researcher's experiments, most recently changed first.
    async fn experiments_of(&self, owner: ResearcherId) -> Result<Vec<Experiment>>;

    /// Experiments with public access that are published, newest first, at most `limit`.
    async fn public_experiments(&self, limit: u32) -> Result<Vec<Experiment>>;

    /// Replaces title, question, language, consent text and access of a draft, and `updated_at`.
    /// [`crate::Error::Conflict`] when it is not a draft, [`crate::Error::NotFound`] when there is none.
    async fn update_experiment(&self, experiment: &Experiment) -> Result<()>;

    /// Moves an experiment from one state to another, if [`ExperimentState::may_become`] allows it; a
    /// move to the state it is in already changes nothing. Publishing a draft closes the gaps in the
    /// ordinals of its stimuli. [`crate::Error::Conflict`] when the move is not allowed or a draft without
    /// stimuli is published. Returns the experiment afterwards.
    async fn set_experiment_state(
        &self,
        id: ExperimentId,
        state: ExperimentState,
        now: Timestamp,
    ) -> Result<Experiment>;

    /// Puts an experiment into the trash: nothing is erased. No participation of it takes responses any more.
    async fn delete_experiment(&self, id: ExperimentId, now: Timestamp) -> Result<()>;

    /// Takes an experiment out of the trash. [`crate::Error::NotFound`] when it is not in it.
    async fn restore_experiment(&self, id: ExperimentId, now: Timestamp) -> Result<Experiment>;

    /// A researcher's experiments in the trash, most recently deleted first.
    async fn deleted_experiments(&self, owner: ResearcherId) -> Result<Vec<DeletedExperiment>>;
}
