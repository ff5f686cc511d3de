//! The feed: for each writer its responses in the order of their numbers, up to where it is settled.
//!
//! The epoch is read before anything else. A withdrawal counts it up when the content is gone already, so a
//! reader either sees none of it or holds an old epoch, and begins again at its next look.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::try_join_all;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use mongodb::bson::{Document, doc};
use nameit_domain::ExperimentId;
use nameit_domain::feed::{FeedChunk, FeedCursor, FeedHead, FeedPart, ResponseColumns};
use nameit_domain::participation::ParticipationTotals;
use nameit_domain::{ParticipationId, ParticipationState};
use nameit_store::{Error, Result};

use crate::command;
use crate::database::{Database, Ready, run};
use crate::decision;
use crate::error::Unreadable;
use crate::response::document::Stored;
use crate::response::grouped;
use crate::response::settled::{Settled, feed_of, feed_order};
use crate::value::uuid;
use crate::writer;

/// Responses in one piece at most.
const PIECE_RESPONSES: usize = 16_384;

/// Bytes of text in one piece at most, but for the last text.
const PIECE_TEXT_BYTES: usize = 1 << 20;

/// A snapshot of more responses than this comes as counts, which the database makes.
const GROUPED_FROM: i64 = 16_384;

/// Where an experiment's feed stands.
pub(crate) struct Feed {
    identity: String,
    pub(crate) experiment_id: ExperimentId,
    epoch: u64,
    /// Writer → last settled number, for every writer that has one.
    pub(crate) ends: BTreeMap<i32, i64>,
}

/// What a reader gathers the responses of a piece in.
pub(crate) trait Columns: Default + Send {
    /// Adds a response.
    fn push(&mut self, stored: Stored<'_>) -> Result<(), Unreadable>;

    /// How many there are.
    fn count(&self) -> usize;

    /// The bytes of all texts so far.
    fn text_bytes(&self) -> usize;
}

/// Writer → the number up to which a reader has come.
pub(crate) type Positions = BTreeMap<i32, i64>;

// === impl Feed ===

impl Feed {
    pub(crate) async fn read(ready: &Ready, settled: &Settled, id: ExperimentId) -> Result<Self> {
        let (epoch, writers) = epoch_and_writers(ready, id).await?;
        let ends = writers.into_iter().map(|(writer, told)| async move {
            Ok::<_, Error>((writer, settled.end(ready, id, writer, told).await?))
        });
        let ends = try_join_all(ends).await?.into_iter().filter(|(_, end)| *end > 0).collect();
        Ok(Self { identity: ready.identity.clone(), experiment_id: id, epoch, ends })
    }

    pub(crate) fn cursor(&self, positions: &Positions) -> FeedCursor {
        let positions = positions
            .iter()
            .filter(|(_, position)| **position > 0)
            .map(|(number, position)| (writer::name(&self.identity, *number), *position as u64))
            .collect();
        FeedCursor { epoch: self.epoch, positions }
    }

    /// A place to which nobody can return: who is told to go on from here begins again.
    pub(crate) fn no_return(&self) -> FeedCursor {
        FeedCursor { epoch: self.epoch, positions: BTreeMap::from([("half-a-snapshot".to_owned(), 1)]) }
    }

    /// The cursor of a reader that has read nothing.
    pub(crate) fn beginning(&self) -> FeedCursor {
        self.cursor(&Positions::new())
    }

    /// Where a reader with this cursor goes on; `None` if it has to begin again.
    pub(crate) fn resume(&self, cursor: &FeedCursor) -> Option<Positions> {
        if cursor.epoch != self.epoch {
            return None;
        }
        let positions = cursor.positions.iter().map(|(name, position)| {
            let number = writer::parse(&self.identity, name)?;
            let position = i64::try_from(*position).ok()?;
            (position <= self.ends.get(&number).copied().unwrap_or(0)).then_some((number, position))
        });
        positions.collect()
    }
}

/// Where the feed of an experiment stands, and its participations by state.
pub(crate) async fn head(ready: &Ready, settled: &Settled, id: ExperimentId) -> Result<FeedHead> {
    let feed = Feed::read(ready, settled, id).await?;
    let (totals, decisions) = tokio::try_join!(totals(ready, id), decision::latest_versions(ready, id))?;
    Ok(FeedHead { cursor: feed.cursor(&feed.ends), totals, decisions })
}

/// The feed from `cursor` to the end that is found at the first look.
pub(crate) fn feed(
    database: Database,
    settled: Arc<Settled>,
    id: ExperimentId,
    cursor: FeedCursor,
) -> BoxStream<'static, Result<FeedChunk>> {
    let chunks = async_stream::try_stream! {
        let ready = database.ready().await?;
        let feed = Feed::read(ready, &settled, id).await?;
        let positions = feed.resume(&cursor);
        if positions.is_none() {
            yield FeedChunk { part: FeedPart::Restart, cursor: feed.beginning() };
        }
        let positions = positions.unwrap_or_default();
        if positions.is_empty() && feed.ends.values().sum::<i64>() > GROUPED_FROM {
            let mut pieces = grouped::snapshot(ready, &feed).await?.into_iter().peekable();
            while let Some(piece) = pieces.next() {
                let last = pieces.peek().is_none();
                let cursor = if last { feed.cursor(&feed.ends) } else { feed.no_return() };
                yield FeedChunk { part: FeedPart::Grouped(piece), cursor };
            }
            return;
        }
        let mut pieces = rest::<ResponseColumns>(ready, &feed, positions);
        while let Some((columns, cursor)) = pieces.try_next().await? {
            yield FeedChunk { part: FeedPart::Columns(columns), cursor };
        }
    };
    chunks.boxed()
}

/// What comes after these positions up to the ends of the feed, in whatever columns the reader wants, and the
/// cursor after each piece.
pub(crate) fn rest<'a, C: Columns + 'a>(
    ready: &'a Ready,
    feed: &'a Feed,
    mut positions: Positions,
) -> BoxStream<'a, Result<(C, FeedCursor)>> {
    let pieces = async_stream::try_stream! {
        for (&writer, &end) in &feed.ends {
            let from = positions.get(&writer).copied().unwrap_or(0);
            if from == end {
                continue;
            }
            let context = "reading a feed";
            let between = doc! { "$gt": from, "$lte": end };
            let query =
                ready.responses.find(feed_of(feed.experiment_id, writer, between)).sort(feed_order());
            let mut cursor = run(command::find(context, &ready.responses), query).await?;
            let mut columns = C::default();
            while let Some(document) = run(context, cursor.try_next()).await? {
                let stored = Stored(&document);
                if !stored.is_empty()? {
                    columns.push(stored)?;
                }
                if columns.count() == PIECE_RESPONSES || columns.text_bytes() >= PIECE_TEXT_BYTES {
                    positions.insert(writer, stored.sequence()?);
                    yield (std::mem::take(&mut columns), feed.cursor(&positions));
                }
            }
            if positions.insert(writer, end) != Some(end) {
                yield (columns, feed.cursor(&positions));
            }
        }
    };
    pieces.boxed()
}

// === impl ResponseColumns ===

impl Columns for ResponseColumns {
    fn push(&mut self, stored: Stored<'_>) -> Result<(), Unreadable> {
        self.push(
            stored.stimulus()?,
            stored.kind()?,
            stored.text()?.as_bytes(),
            stored.first_key_ms()?,
            stored.submitted_ms()?,
            stored.received_at_micros()?.div_euclid(1_000),
            number_of(stored.id()?.participation_id()),
        );
        Ok(())
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn text_bytes(&self) -> usize {
        self.text.len()
    }
}

/// The number of a participation: the random half of its id. Of ten million participations two get the same
/// with a probability of about one in two hundred thousand.
fn number_of(id: ParticipationId) -> u64 {
    let (_, random) = id.as_bytes().split_at(8);
    random.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The writers that have written to an experiment that is not in the trash.
pub(crate) async fn writers_of(ready: &Ready, id: ExperimentId) -> Result<Vec<i32>> {
    Ok(epoch_and_writers(ready, id).await?.1.into_keys().collect())
}

/// The epoch of an experiment that is not in the trash, and how far the feed of each writer is at least.
async fn epoch_and_writers(ready: &Ready, id: ExperimentId) -> Result<(u64, Positions)> {
    let this = doc! { "_id": uuid(id.as_bytes()) };
    let query =
        ready.experiments.find_one(this).projection(doc! { "epoch": 1, "writers": 1, "deleted_at": 1 });
    let found = run(command::find("reading where a feed stands", &ready.experiments), query).await?;
    let found = found.filter(|found| found.get_i64("deleted_at").is_err());
    let found = found.ok_or(Error::NotFound { what: "experiment" })?;
    let epoch = found.get_i64("epoch").ok().and_then(|epoch| u64::try_from(epoch).ok());
    Ok((epoch.ok_or(Unreadable("epoch of a feed"))?, writers(&found)?))
}

/// Writer → how far its feed is settled at least, as an experiment's document tells.
pub(crate) fn writers(experiment: &Document) -> Result<Positions, Unreadable> {
    let unreadable = Unreadable("writers of a feed");
    let Ok(writers) = experiment.get_document("writers") else { return Err(unreadable) };
    let writers = writers.iter().map(|(writer, told)| Some((writer.parse().ok()?, told.as_i64()?)));
    writers.collect::<Option<Positions>>().ok_or(unreadable)
}

/// Participations by state, counted by the database on an index.
async fn totals(ready: &Ready, id: ExperimentId) -> Result<ParticipationTotals> {
    let context = "counting participations";
    let stages = [
        doc! { "$match": { "experiment_id": uuid(id.as_bytes()) } },
        doc! { "$group": { "_id": "$state", "count": { "$sum": 1 } } },
    ];
    let cursor =
        run(command::aggregate(context, &ready.participations), ready.participations.aggregate(stages))
            .await?;
    let groups: Vec<Document> = run(context, cursor.try_collect()).await?;
    let mut totals = ParticipationTotals::default();
    for group in groups {
        let state = group.get_str("_id").ok().and_then(|word| ParticipationState::parse(word).ok());
        let count = grouped::count(&group)?;
        match state.ok_or(Unreadable("state of a participation"))? {
            ParticipationState::Started => totals.started += count,
            ParticipationState::Completed => {
                totals.started += count;
                totals.completed += count;
            }
            ParticipationState::Withdrawn => totals.withdrawn += count,
        }
    }
    Ok(totals)
}
