//! The feed: scans in the order of the sequence, a bounded piece at a time.
//!
//! Each piece is its own short read transaction, so that the write-ahead log can be moved into the file
//! between them. Epoch and rows of a piece come from the same transaction; that makes the feed exact.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use nameit_domain::ExperimentId;
use nameit_domain::feed::{FeedChunk, FeedCursor, FeedHead, FeedPart, ResponseColumns};
use nameit_domain::participation::ParticipationTotals;
use nameit_store::Result;
use rusqlite::{Connection, params};

use crate::error::Failure;
use crate::readers::Readers;
use crate::{row, sql};

/// Responses in one piece at most.
const PIECE_RESPONSES: u32 = 16_384;

/// Bytes of text in one piece at most, but for the last text.
const PIECE_TEXT_BYTES: usize = 1 << 20;

/// Where an experiment's feed stands.
pub(crate) struct Head {
    pub(crate) experiment_no: i64,
    epoch: u64,
    totals: ParticipationTotals,
    /// The number of the newest response, 0 without any.
    pub(crate) last_sequence: i64,
}

/// A reader on its way.
struct Reader {
    readers: Arc<Readers>,
    writer_id: Arc<str>,
    experiment_id: ExperimentId,
    place: Place,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    /// The cursor it came with does not fit this database.
    Lost,
    /// After `sequence`; `end` is where it stops, once it has looked.
    After { epoch: u64, sequence: i64, end: Option<i64> },
    /// At the end.
    End,
}

/// The feed from `cursor` to the end that is found at the first look.
pub(crate) fn feed(
    readers: Arc<Readers>,
    writer_id: Arc<str>,
    experiment_id: ExperimentId,
    cursor: &FeedCursor,
) -> BoxStream<'static, Result<FeedChunk>> {
    let place = Place::of(cursor, &writer_id);
    let reader = Reader { readers, writer_id, experiment_id, place };
    stream::try_unfold(
        reader,
        |mut reader| async move { Ok(reader.next().await?.map(|chunk| (chunk, reader))) },
    )
    .boxed()
}

/// Where the feed of an experiment stands.
pub(crate) fn head(connection: &Connection, id: ExperimentId) -> Result<Head, Failure> {
    let found = row::one(connection, sql::experiment::FEED_HEAD, [id.as_bytes()], |row| {
        Ok(Head {
            experiment_no: row.get(0)?,
            epoch: row::count(row, 1)?,
            totals: ParticipationTotals {
                started: row::count(row, 2)?,
                completed: row::count(row, 3)?,
                withdrawn: row::count(row, 4)?,
            },
            last_sequence: row.get::<_, Option<i64>>(5)?.unwrap_or(0),
        })
    })?;
    found.ok_or_else(|| Failure::not_found("experiment"))
}

fn cursor(writer_id: &str, epoch: u64, sequence: i64) -> FeedCursor {
    let position = u64::try_from(sequence).ok().filter(|position| *position > 0);
    let positions: BTreeMap<_, _> =
        position.map(|position| (writer_id.to_owned(), position)).into_iter().collect();
    FeedCursor { epoch, positions }
}

// === impl Head ===

impl Head {
    pub(crate) fn into_domain(self, writer_id: &str) -> FeedHead {
        FeedHead { cursor: cursor(writer_id, self.epoch, self.last_sequence), totals: self.totals }
    }
}

// === impl Place ===

impl Place {
    /// Where a reader with this cursor stands. A position of another writer means another database.
    fn of(cursor: &FeedCursor, writer_id: &str) -> Self {
        if cursor.positions.keys().any(|writer| writer != writer_id) {
            return Self::Lost;
        }
        match i64::try_from(cursor.positions.get(writer_id).copied().unwrap_or(0)) {
            Ok(sequence) => Self::After { epoch: cursor.epoch, sequence, end: None },
            Err(_) => Self::Lost,
        }
    }
}

// === impl Reader ===

impl Reader {
    async fn next(&mut self) -> Result<Option<FeedChunk>> {
        if matches!(self.place, Place::End) {
            return Ok(None);
        }
        let (id, place, writer_id) = (self.experiment_id, self.place, self.writer_id.clone());
        let (chunk, place) = self
            .readers
            .run("reading a feed", move |connection| piece(connection, id, place, &writer_id))
            .await?;
        self.place = place;
        Ok(chunk)
    }
}

/// The piece at `place`, and the place after it.
fn piece(
    connection: &Connection,
    id: ExperimentId,
    place: Place,
    writer_id: &str,
) -> Result<(Option<FeedChunk>, Place), Failure> {
    let head = head(connection, id)?;
    let (sequence, end) = match place {
        Place::After { epoch, sequence, end } if epoch == head.epoch && sequence <= head.last_sequence => {
            (sequence, end.unwrap_or(head.last_sequence))
        }
        Place::After { .. } | Place::Lost => {
            let chunk = FeedChunk { part: FeedPart::Restart, cursor: cursor(writer_id, head.epoch, 0) };
            return Ok((Some(chunk), Place::After { epoch: head.epoch, sequence: 0, end: None }));
        }
        Place::End => return Ok((None, Place::End)),
    };
    let (columns, last) = scan(connection, head.experiment_no, sequence, end)?;
    let Some(last) = last else { return Ok((None, Place::End)) };
    let chunk = FeedChunk { part: FeedPart::Columns(columns), cursor: cursor(writer_id, head.epoch, last) };
    let next = Place::After { epoch: head.epoch, sequence: last, end: Some(end) };
    Ok((Some(chunk), if last == end { Place::End } else { next }))
}

/// The responses after `sequence` up to `end`, as far as one piece goes, and the number of the last one.
fn scan(
    connection: &Connection,
    experiment_no: i64,
    sequence: i64,
    end: i64,
) -> Result<(ResponseColumns, Option<i64>), Failure> {
    let mut statement = connection.prepare_cached(sql::response::FEED)?;
    let mut rows = statement.query(params![experiment_no, sequence, end, PIECE_RESPONSES])?;
    let mut columns = ResponseColumns::default();
    let mut last = None;
    while let Some(row) = rows.next()? {
        columns.push(
            row.get(1)?,
            row.get(2)?,
            row::text(row, 3)?.as_bytes(),
            row.get(4)?,
            row.get(5)?,
            row.get::<_, i64>(6)?.div_euclid(1_000),
            row::count(row, 7)?,
        );
        last = Some(row.get(0)?);
        if columns.text.len() >= PIECE_TEXT_BYTES {
            break;
        }
    }
    Ok((columns, last))
}
