//! Stimuli and their pictures.

use async_trait::async_trait;
use nameit_domain::image::{ImageBytes, ImageHash};
use nameit_domain::text::StimulusKey;
use nameit_domain::{ExperimentId, Stimulus, Timestamp};

use crate::Result;

/// Stimuli of experiments, and images by content.
#[async_trait]
pub trait StimulusStore: Send + Sync + 'static {
    /// Adds or replaces stimuli of a draft by key, all or none. The `ordinal` of the argument is ignored:
    /// a new key comes last, an existing one keeps its place. Returns them as stored.
    /// [`crate::Error::Conflict`] when the experiment is not a draft or would have more than
    /// [`nameit_domain::stimulus::STIMULI_MAX`], [`crate::Error::NotFound`] without it.
    async fn put_stimuli(
        &self,
        experiment_id: ExperimentId,
        stimuli: &[Stimulus],
        now: Timestamp,
    ) -> Result<Vec<Stimulus>>;

    /// One stimulus.
    async fn stimulus(&self, experiment_id: ExperimentId, key: &StimulusKey) -> Result<Option<Stimulus>>;

    /// All stimuli of an experiment by ordinal.
    async fn stimuli(&self, experiment_id: ExperimentId) -> Result<Vec<Stimulus>>;

    /// Removes a stimulus from a draft. [`crate::Error::Conflict`] when it is not a draft,
    /// [`crate::Error::NotFound`] without the stimulus.
    async fn delete_stimulus(
        &self,
        experiment_id: ExperimentId,
        key: &StimulusKey,
        now: Timestamp,
    ) -> Result<()>;

    /// Keeps the bytes of an image; the same bytes are kept once.
    async fn put_image(&self, image: &ImageBytes) -> Result<()>;

    /// The bytes with this hash.
    async fn image(&self, hash: &ImageHash) -> Result<Option<ImageBytes>>;
}
