//! Responses out: the feed, followed or not, and the export.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use nameit_domain::ExperimentId;
use nameit_domain::feed::{FeedCursor, FeedHead};
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::feed_service_server::FeedService;
use nameit_proto::storage::v1::read_feed_response::Part;
use nameit_runtime::Shutdown;
use nameit_store::Store;
use nameit_telemetry::TraceContext;
use tonic::{Request, Response, Status};

use super::status::{exhausted, of_invalid, of_store};
use crate::changes::{Changes, Follower};

/// How often a follower looks by itself, for what other storage processes have written.
const POLL: Duration = Duration::from_millis(500);

/// After a look a follower rests this long, so that a stream of answers is passed on in pieces and not one
/// by one; the first after a rest goes out at once.
const REST: Duration = Duration::from_millis(40);

/// Responses in one message of an export.
const EXPORT_MESSAGE: usize = 512;

pub(super) struct Feeds {
    pub(super) store: Arc<dyn Store>,
    pub(super) changes: Changes,
    pub(super) shutdown: Shutdown,
}

/// A reader that has read up to `head`.
struct Following {
    store: Arc<dyn Store>,
    shutdown: Shutdown,
    experiment_id: ExperimentId,
    follower: Option<Follower>,
    head: FeedHead,
    /// The batch that brought what is read next, if this process committed it.
    cause: Option<TraceContext>,
}

#[tonic::async_trait]
impl FeedService for Feeds {
    type ReadFeedStream = BoxStream<'static, Result<wire::ReadFeedResponse, Status>>;
    type ReadResponsesStream = BoxStream<'static, Result<wire::ReadResponsesResponse, Status>>;
    type ExportStream = BoxStream<'static, Result<wire::ExportResponse, Status>>;

    async fn get_head(
        &self,
        request: Request<wire::GetHeadRequest>,
    ) -> Result<Response<wire::GetHeadResponse>, Status> {
        let id = ExperimentId::parse(&request.into_inner().experiment_id).map_err(of_invalid)?;
        let head = self.store.feed_head(id).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(head.into()))
    }

    async fn read_feed(
        &self,
        request: Request<wire::ReadFeedRequest>,
    ) -> Result<Response<Self::ReadFeedStream>, Status> {
        let request = request.into_inner();
        let experiment_id = ExperimentId::parse(&request.experiment_id).map_err(of_invalid)?;
        let cursor = request.cursor.map(FeedCursor::from).unwrap_or_default();
        let store = self.store.clone();
        // First follow, then look: nothing can slip through between.
        let follower = if request.follow {
            let follower = self.changes.follow(experiment_id);
            Some(follower.ok_or_else(|| exhausted("too many readers follow feeds"))?)
        } else {
            None
        };
        let head = store.feed_head(experiment_id).await.map_err(|error| of_store(&error))?;
        let following =
            Following { store, shutdown: self.shutdown.clone(), experiment_id, follower, head, cause: None };
        Ok(Response::new(following.read(cursor)))
    }

    async fn read_responses(
        &self,
        request: Request<wire::ReadResponsesRequest>,
    ) -> Result<Response<Self::ReadResponsesStream>, Status> {
        let request = request.into_inner();
        let id = ExperimentId::parse(&request.experiment_id).map_err(of_invalid)?;
        let mut cursor = request.cursor.map(FeedCursor::from).unwrap_or_default();
        // An unknown experiment is an answer, not a stream that breaks off.
        let head = self.store.feed_head(id).await.map_err(|error| of_store(&error))?;
        let mut chunks = self.store.responses(id, cursor.clone());
        let messages = async_stream::try_stream! {
            while let Some(chunk) = chunks.next().await {
                let chunk = chunk.map_err(|error| of_store(&error))?;
                cursor.clone_from(&chunk.cursor);
                yield chunk.into();
            }
            let part = Some(wire::read_responses_response::Part::CaughtUp((&head).into()));
            yield wire::ReadResponsesResponse { part, cursor: Some(cursor.into()) };
        };
        Ok(Response::new(messages.boxed()))
    }

    async fn export(
        &self,
        request: Request<wire::ExportRequest>,
    ) -> Result<Response<Self::ExportStream>, Status> {
        let id = ExperimentId::parse(&request.into_inner().experiment_id).map_err(of_invalid)?;
        // An unknown experiment is an answer, not a stream that breaks off.
        self.store.feed_head(id).await.map_err(|error| of_store(&error))?;
        let mut batches = self.store.export(id);
        let messages = async_stream::try_stream! {
            let mut row_count = 0;
            while let Some(batch) = batches.next().await {
                let batch = batch.map_err(|error| of_store(&error))?;
                row_count += batch.len() as u64;
                let mut rows = batch.into_iter().map(Into::into).peekable();
                while rows.peek().is_some() {
                    let responses = rows.by_ref().take(EXPORT_MESSAGE).collect();
                    yield wire::ExportResponse { responses, row_count: None };
                }
            }
            yield wire::ExportResponse { responses: Vec::new(), row_count: Some(row_count) };
        };
        Ok(Response::new(messages.boxed()))
    }
}

// === impl Following ===

impl Following {
    /// The feed from `cursor`; with a follower it ends only with the service.
    fn read(mut self, mut cursor: FeedCursor) -> BoxStream<'static, Result<wire::ReadFeedResponse, Status>> {
        let messages = async_stream::try_stream! {
            loop {
                let mut chunks = self.store.feed(self.experiment_id, cursor.clone());
                while let Some(chunk) = chunks.next().await {
                    let chunk = chunk.map_err(|error| of_store(&error))?;
                    cursor.clone_from(&chunk.cursor);
                    let traceparent = self.cause.map(TraceContext::to_text);
                    yield wire::ReadFeedResponse { traceparent, ..chunk.into() };
                }
                let part = Some(Part::CaughtUp((&self.head).into()));
                yield wire::ReadFeedResponse { part, cursor: Some(cursor.clone().into()), traceparent: None };
                if !self.something_new(&cursor).await? {
                    break;
                }
            }
        };
        messages.boxed()
    }

    /// Waits until there is more than what was read up to `cursor`; `false` when nothing more will be sent.
    async fn something_new(&mut self, cursor: &FeedCursor) -> Result<bool, Status> {
        let Some(follower) = &mut self.follower else { return Ok(false) };
        let soft = self.shutdown.soft();
        let mut rest = REST;
        self.cause = None;
        loop {
            let woken = async {
                tokio::time::sleep(rest).await;
                // Passing this time without being told is no error: it is the look for other writers.
                tokio::time::timeout(POLL, follower.changed()).await.ok().flatten()
            };
            tokio::select! {
                () = soft.cancelled() => return Ok(false),
                cause = woken => self.cause = cause,
            }
            rest = Duration::ZERO;
            let head = self.store.feed_head(self.experiment_id).await.map_err(|error| of_store(&error))?;
            let news = !cursor.covers(&head.cursor)
                || head.totals != self.head.totals
                || head.decisions != self.head.decisions;
            self.head = head;
            if news {
                return Ok(true);
            }
        }
    }
}
