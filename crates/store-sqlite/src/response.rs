//! Responses: the batch in; the feed and the export out.

use async_trait::async_trait;
use futures::stream::BoxStream;
use nameit_domain::feed::{DetailedChunk, FeedChunk, FeedCursor, FeedHead, StoredResponse};
use nameit_domain::{ExperimentId, Timestamp};
use nameit_store::response::{Committed, Write};
use nameit_store::{ResponseStore, Result};

use crate::{SqliteStore, commit, decision, detailed, export, feed};

#[async_trait]
impl ResponseStore for SqliteStore {
    async fn commit(&self, writes: &[Write], now: Timestamp) -> Result<Committed> {
        if writes.is_empty() {
            return Ok(Committed::default());
        }
        let writes = writes.to_vec();
        self.writer
            .run("committing responses", move |connection, known| {
                commit::commit(connection, known, &writes, now)
            })
            .await
    }

    async fn feed_head(&self, experiment_id: ExperimentId) -> Result<FeedHead> {
        let writer_id = self.writer_id.clone();
        self.readers
            .run("reading the head of a feed", move |connection| {
                let head = feed::head(connection, experiment_id)?;
                let decisions = decision::latest_versions(connection, head.experiment_no)?;
                Ok(FeedHead { cursor: head.cursor(&writer_id), totals: head.totals, decisions })
            })
            .await
    }

    fn feed(&self, experiment_id: ExperimentId, cursor: FeedCursor) -> BoxStream<'static, Result<FeedChunk>> {
        feed::feed(self.readers.clone(), self.writer_id.clone(), experiment_id, &cursor)
    }

    fn responses(
        &self,
        experiment_id: ExperimentId,
        cursor: FeedCursor,
    ) -> BoxStream<'static, Result<DetailedChunk>> {
        detailed::responses(self.readers.clone(), self.writer_id.clone(), experiment_id, &cursor)
    }

    fn export(&self, experiment_id: ExperimentId) -> BoxStream<'static, Result<Vec<StoredResponse>>> {
        export::export(self.readers.clone(), experiment_id)
    }
}
