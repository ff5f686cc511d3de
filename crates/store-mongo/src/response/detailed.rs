//! All responses with their details: the feed, with a few more columns and never as counts.

use std::collections::HashMap;
use std::sync::Arc;

use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use nameit_domain::feed::{DetailedChunk, DetailedColumns, DetailedPart, FeedCursor};
use nameit_domain::{ExperimentId, ParticipationId};
use nameit_store::Result;

use crate::database::Database;
use crate::error::Unreadable;
use crate::response::document::Stored;
use crate::response::feed::{Columns, Feed, rest};
use crate::response::settled::Settled;

/// Columns that are being filled.
#[derive(Default)]
struct Filling {
    columns: DetailedColumns,
    /// The place of a participation in `participants`.
    places: HashMap<ParticipationId, u32>,
}

/// The responses from `cursor` to the end that is found at the first look.
pub(crate) fn responses(
    database: Database,
    settled: Arc<Settled>,
    id: ExperimentId,
    cursor: FeedCursor,
) -> BoxStream<'static, Result<DetailedChunk>> {
    let chunks = async_stream::try_stream! {
        let ready = database.ready().await?;
        let feed = Feed::read(ready, &settled, id).await?;
        let positions = feed.resume(&cursor);
        if positions.is_none() {
            yield DetailedChunk { part: DetailedPart::Restart, cursor: feed.beginning() };
        }
        let mut pieces = rest::<Filling>(ready, &feed, positions.unwrap_or_default());
        while let Some((filling, cursor)) = pieces.try_next().await? {
            yield DetailedChunk { part: DetailedPart::Columns(filling.columns.into()), cursor };
        }
    };
    chunks.boxed()
}

// === impl Filling ===

impl Columns for Filling {
    fn push(&mut self, stored: Stored<'_>) -> Result<(), Unreadable> {
        let (id, timing) = (stored.id()?, stored.timing()?);
        let participation = id.participation_id();
        let next = u32::try_from(self.columns.participants.len()).expect("a piece has a few thousand rows");
        let place = *self.places.entry(participation).or_insert(next);
        let columns = &mut self.columns;
        if place == next {
            columns.participants.push(participation);
        }
        Columns::push(&mut columns.responses, stored)?;
        columns.trial.push(id.trial());
        columns.edits.push(timing.edits);
        columns.pasted.push(timing.pasted.into());
        columns.focus_losses.push(timing.focus_losses);
        columns.participant.push(place);
        Ok(())
    }

    fn count(&self) -> usize {
        self.columns.len()
    }

    fn text_bytes(&self) -> usize {
        self.columns.responses.text_bytes()
    }
}
