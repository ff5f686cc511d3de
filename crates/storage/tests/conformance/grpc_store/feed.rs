use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use nameit_domain::feed::{
    DetailedChunk, DetailedPart, FeedChunk, FeedCursor, FeedHead, FeedPart, StoredResponse,
};
use nameit_domain::{ExperimentId, Timestamp};
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::read_feed_response::Part;
use nameit_store::response::{Committed, Write};
use nameit_store::{ResponseStore, Result};

use super::participation::{write_to_wire, written_from_wire};
use super::{GrpcStore, answer, error};

#[async_trait]
impl ResponseStore for GrpcStore {
    async fn commit(&self, writes: &[Write], now: Timestamp) -> Result<Committed> {
        self.clock.set(now);
        let request = wire::CommitRequest { writes: writes.iter().map(write_to_wire).collect() };
        let answer = answer(self.participations().commit(request).await)?;
        let written = answer.written.into_iter().map(written_from_wire).collect();
        // Which experiments changed stays within storage, where the followers are.
        Ok(Committed { written, changed: Vec::new() })
    }

    async fn feed_head(&self, experiment_id: ExperimentId) -> Result<FeedHead> {
        let request = wire::GetHeadRequest { experiment_id: experiment_id.to_string() };
        let head = answer(self.feeds().get_head(request).await)?;
        Ok(head.try_into().unwrap())
    }

    fn feed(&self, experiment_id: ExperimentId, cursor: FeedCursor) -> BoxStream<'static, Result<FeedChunk>> {
        let mut client = self.feeds();
        let request = wire::ReadFeedRequest {
            experiment_id: experiment_id.to_string(),
            cursor: Some(cursor.into()),
            follow: false,
        };
        let chunks = async_stream::try_stream! {
            let mut messages = answer(client.read_feed(request).await)?;
            let mut caught_up = false;
            while let Some(message) = messages.message().await.map_err(error)? {
                assert!(!caught_up, "nothing comes after the end");
                let part = match message.part.unwrap() {
                    Part::Restart(_) => FeedPart::Restart,
                    Part::Grouped(grouped) => FeedPart::Grouped(grouped.try_into().unwrap()),
                    Part::Columns(columns) => FeedPart::Columns(columns.try_into().unwrap()),
                    Part::CaughtUp(_) => {
                        caught_up = true;
                        continue;
                    }
                };
                yield FeedChunk { part, cursor: message.cursor.unwrap().into() };
            }
            assert!(caught_up, "a feed says where it ends");
        };
        chunks.boxed()
    }

    fn responses(
        &self,
        experiment_id: ExperimentId,
        cursor: FeedCursor,
    ) -> BoxStream<'static, Result<DetailedChunk>> {
        use wire::read_responses_response::Part;
        let mut client = self.feeds();
        let request = wire::ReadResponsesRequest {
            experiment_id: experiment_id.to_string(),
            cursor: Some(cursor.clone().into()),
        };
        let chunks = async_stream::try_stream! {
            let mut messages = answer(client.read_responses(request).await)?;
            let (mut caught_up, mut last) = (false, cursor);
            while let Some(message) = messages.message().await.map_err(error)? {
                assert!(!caught_up, "nothing comes after the end");
                let cursor = FeedCursor::from(message.cursor.unwrap());
                let part = match message.part.unwrap() {
                    Part::Restart(_) => DetailedPart::Restart,
                    Part::Columns(columns) => DetailedPart::Columns(Box::new((*columns).try_into().unwrap())),
                    Part::CaughtUp(_) => {
                        assert_eq!(cursor, last, "it is complete up to the last piece");
                        caught_up = true;
                        continue;
                    }
                };
                last.clone_from(&cursor);
                yield DetailedChunk { part, cursor };
            }
            assert!(caught_up, "the responses say where they end");
        };
        chunks.boxed()
    }

    fn export(&self, experiment_id: ExperimentId) -> BoxStream<'static, Result<Vec<StoredResponse>>> {
        let mut client = self.feeds();
        let request = wire::ExportRequest { experiment_id: experiment_id.to_string() };
        let batches = async_stream::try_stream! {
            let mut messages = answer(client.export(request).await)?;
            let mut rows = 0;
            let mut counted = None;
            while let Some(message) = messages.message().await.map_err(error)? {
                rows += message.responses.len() as u64;
                counted = message.row_count;
                if counted.is_none() {
                    yield message.responses.into_iter().map(|row| row.try_into().unwrap()).collect();
                }
            }
            assert_eq!(counted, Some(rows), "the last message counts the rows");
        };
        batches.boxed()
    }
}
