//! A reader of a feed that is cut again and again and goes on from its cursor.

use std::collections::BTreeMap;

use nameit_domain::ExperimentId;
use nameit_domain::feed::{FeedCursor, GroupedCounts, ResponseColumns, StoredResponse};
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::read_feed_response::Part;
use tonic::Status;

use crate::storage::Client;

/// (ordinal of the stimulus, kind, text) and how often it was seen.
pub(crate) type Tally = BTreeMap<(u32, u8, String), u64>;

/// What one reader has seen of one experiment.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// Everything since the last restart.
    pub(crate) tally: Tally,
    /// How often it was told to begin again.
    pub(crate) restarts: u32,
    /// How often it was told that it has everything.
    pub(crate) caught_up: u32,
    /// Where it goes on.
    pub(crate) cursor: FeedCursor,
}

// === impl Reader ===

impl Reader {
    /// Goes on from the cursor, until the feed ends (which it does not do while it is followed) or breaks,
    /// or `is_enough` says so after a message.
    pub(crate) async fn read(
        &mut self,
        client: &Client,
        id: ExperimentId,
        follow: bool,
        mut is_enough: impl FnMut(&Self) -> bool,
    ) -> Result<(), Status> {
        let cursor = Some(self.cursor.clone().into());
        let request = wire::ReadFeedRequest { experiment_id: id.to_string(), cursor, follow };
        let mut feed = client.feed(request).await?;
        while let Some(message) = feed.message().await? {
            self.take(message);
            if is_enough(self) {
                break;
            }
        }
        Ok(())
    }

    /// Reads from the cursor to the present end.
    pub(crate) async fn read_to_end(&mut self, client: &Client, id: ExperimentId) {
        self.read(client, id, false, |_| false).await.expect("the feed has an end");
    }

    /// What a new reader sees.
    pub(crate) async fn whole(client: &Client, id: ExperimentId) -> Self {
        let mut reader = Self::default();
        reader.read_to_end(client, id).await;
        reader
    }

    fn take(&mut self, message: wire::ReadFeedResponse) {
        match message.part.expect("a message has a part") {
            Part::Restart(_) => {
                self.tally.clear();
                self.restarts += 1;
            }
            Part::Columns(columns) => {
                let columns = ResponseColumns::try_from(columns).expect("columns fit together");
                for index in 0..columns.len() {
                    let text = columns.text_at(index).to_owned();
                    *self.tally.entry((columns.stimulus[index], columns.kind[index], text)).or_default() += 1;
                }
            }
            Part::Grouped(grouped) => {
                let grouped = GroupedCounts::try_from(grouped).expect("counts are counts");
                for (stimulus, kind, text, count) in grouped.names {
                    *self.tally.entry((stimulus, kind, text)).or_default() += count;
                }
            }
            Part::CaughtUp(_) => self.caught_up += 1,
        }
        self.cursor = message.cursor.expect("a message has a cursor").into();
    }
}

/// What the tally of these responses is.
pub(crate) fn tally_of(responses: &[StoredResponse]) -> Tally {
    let mut tally = Tally::new();
    for response in responses {
        let kind = ResponseColumns::kind_of(&response.answer);
        let text = response.answer.text().unwrap_or_default().to_owned();
        *tally.entry((response.ordinal, kind, text)).or_default() += 1;
    }
    tally
}

/// Insists that two tallies are one, and shows only where they differ.
#[track_caller]
pub(crate) fn assert_same(seen: &Tally, right: &Tally, whose: &str) {
    let differing = |one: &Tally, other: &Tally| -> Vec<String> {
        let differing = one.iter().filter(|(key, count)| other.get(*key) != Some(*count));
        differing.take(5).map(|(key, count)| format!("{count} × {key:?}")).collect()
    };
    let (seen_only, right_only) = (differing(seen, right), differing(right, seen));
    let is_same = seen_only.is_empty() && right_only.is_empty();
    assert!(is_same, "{whose} sees {seen_only:?} instead of {right_only:?}");
}
