//! Responses: the durable batch in, the feed and the export out.

mod commit;
mod complete;
mod detailed;
pub(crate) mod document;
mod export;
mod feed;
mod grouped;
mod insert;
mod known;
mod runs;
mod settled;

use async_trait::async_trait;
use futures::stream::BoxStream;
use nameit_domain::feed::{DetailedChunk, FeedChunk, FeedCursor, FeedHead, StoredResponse};
use nameit_domain::{ExperimentId, Timestamp};
use nameit_store::response::{Committed, Write};
use nameit_store::{ResponseStore, Result};

use crate::MongoStore;

pub(crate) use commit::Committer;
pub(crate) use complete::find_all;
pub(crate) use document::Stored;
pub(crate) use export::Merged;
pub(crate) use feed::writers;
pub(crate) use insert::{New, Numbers, refused};
pub(crate) use settled::Settled;

#[async_trait]
impl ResponseStore for MongoStore {
    async fn commit(&self, writes: &[Write], now: Timestamp) -> Result<Committed> {
        if writes.is_empty() {
            return Ok(Committed::default());
        }
        let ready = self.database.ready().await?;
        self.committer.lock().await.commit(ready, writes, now).await
    }

    async fn feed_head(&self, experiment_id: ExperimentId) -> Result<FeedHead> {
        let ready = self.database.ready().await?;
        feed::head(ready, &self.settled, experiment_id).await
    }

    fn feed(&self, experiment_id: ExperimentId, cursor: FeedCursor) -> BoxStream<'static, Result<FeedChunk>> {
        feed::feed(self.database.clone(), self.settled.clone(), experiment_id, cursor)
    }

    fn responses(
        &self,
        experiment_id: ExperimentId,
        cursor: FeedCursor,
    ) -> BoxStream<'static, Result<DetailedChunk>> {
        detailed::responses(self.database.clone(), self.settled.clone(), experiment_id, cursor)
    }

    fn export(&self, experiment_id: ExperimentId) -> BoxStream<'static, Result<Vec<StoredResponse>>> {
        export::export(self.database.clone(), experiment_id)
    }
}
