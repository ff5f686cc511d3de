//! Responses: the durable batch in, the feed and the export out.

use async_trait::async_trait;
use futures::stream::BoxStream;
use nameit_domain::feed::{DetailedChunk, FeedChunk, FeedCursor, FeedHead, StoredResponse};
use nameit_domain::response::Recorded;
use nameit_domain::{ExperimentId, ParticipationId, Response, Timestamp};

use crate::Result;
use crate::participation::{Completion, Start, Started};

/// One thing that participants wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Begin a participation.
    Start(Start),
    /// Take a response.
    Record(Response),
    /// Complete a participation; `completion_code` is used if it has none yet.
    Complete {
        /// Which.
        participation_id: ParticipationId,
        /// The code to give.
        completion_code: String,
    },
}

/// What became of a [`Write`], in the same order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// Of [`Write::Start`].
    Start(Started),
    /// Of [`Write::Record`].
    Record(Recorded),
    /// Of [`Write::Complete`]; `None` when there is no such participation, or it was withdrawn.
    Complete(Option<Completion>),
}

/// What a [`ResponseStore::commit`] did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committed {
    /// One outcome per write, in the same order.
    pub written: Vec<Written>,
    /// The experiments whose feed or totals are different now, each once: who follows them should look.
    pub changed: Vec<ExperimentId>,
}

/// Responses of participants.
#[async_trait]
pub trait ResponseStore: Send + Sync + 'static {
    /// Applies `writes` in order in one durable batch: when this returns `Ok`, everything it reports as
    /// done survives the loss of the process and of the machine's power. Each write has its own outcome,
    /// one refusal does not touch the others. When this returns `Err`, nothing may be reported as done,
    /// and the whole batch may be repeated.
    ///
    /// A response is identified by participation and trial: a repeat with the same answer is
    /// [`Recorded::AlreadyStored`], one with another answer is refused. Timing does not count as difference.
    /// A repeat of what is stored is confirmed even after the participation was completed or the experiment
    /// closed or deleted (its first acknowledgement may have been lost), but not after a withdrawal.
    async fn commit(&self, writes: &[Write], now: Timestamp) -> Result<Committed>;

    /// Where the experiment's feed stands now: everything that was committed before this call is at or
    /// before the cursor. [`crate::Error::NotFound`] without the experiment, here and in the next three.
    async fn feed_head(&self, experiment_id: ExperimentId) -> Result<FeedHead>;

    /// The feed from `cursor` to its present end, each response exactly once, then the stream ends. The
    /// default cursor means from the beginning. When the cursor's epoch is not the experiment's, the
    /// first part is [`nameit_domain::feed::FeedPart::Restart`] and a snapshot follows.
    fn feed(&self, experiment_id: ExperimentId, cursor: FeedCursor) -> BoxStream<'static, Result<FeedChunk>>;

    /// The same responses with all that is known of each, never as counts. The cursors are those of the feed:
    /// what was read here up to a cursor is what the feed tells up to it.
    fn responses(
        &self,
        experiment_id: ExperimentId,
        cursor: FeedCursor,
    ) -> BoxStream<'static, Result<DetailedChunk>>;

    /// All responses of an experiment in feed order, in batches, as they were when the call began:
    /// constant memory.
    fn export(&self, experiment_id: ExperimentId) -> BoxStream<'static, Result<Vec<StoredResponse>>>;
}
