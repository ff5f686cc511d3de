//! The feed: scans in the order of the sequence, a bounded piece at a time.
//!
//! Each piece is its own short read transaction, so that the write-ahead log can be moved into the file
//! between them. Epoch and rows of a piece come from the same transaction; that makes the feed exact.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use nameit_domain::ExperimentId;
use nameit_domain::feed::{FeedChunk, FeedCursor, FeedPart, ResponseColumns};
use nameit_domain::participation::ParticipationTotals;
use nameit_store::Result;
use rusqlite::{Connection, Row, params};

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
    pub(crate) totals: ParticipationTotals,
    /// The number of the newest response, 0 without any.
    pub(crate) last_sequence: i64,
}

/// What a reader gathers the responses of a piece in.
pub(crate) trait Columns: Default + Send + 'static {
    /// The statement that finds them; its first columns are those of [`sql::response::FEED`].
    const STATEMENT: &'static str;

    /// Adds the response of a row.
    fn push(&mut self, connection: &Connection, row: &Row<'_>) -> Result<(), Failure>;

    /// The bytes of all texts so far.
    fn text_bytes(&self) -> usize;
}

/// What a reader gets at a look, and where it stands afterwards.
pub(crate) struct Piece<C> {
    /// The responses; `None` when it has to begin again.
    pub(crate) columns: Option<C>,
    pub(crate) cursor: FeedCursor,
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
    let pieces = pieces::<ResponseColumns>(readers, writer_id, experiment_id, cursor);
    let chunk = |Piece { columns, cursor }| FeedChunk {
        part: columns.map_or(FeedPart::Restart, FeedPart::Columns),
        cursor,
    };
    pieces.map_ok(chunk).boxed()
}

/// The same in whatever columns the reader wants.
pub(crate) fn pieces<C: Columns>(
    readers: Arc<Readers>,
    writer_id: Arc<str>,
    experiment_id: ExperimentId,
    cursor: &FeedCursor,
) -> impl Stream<Item = Result<Piece<C>>> + Send + use<C> {
    let place = Place::of(cursor, &writer_id);
    let reader = Reader { readers, writer_id, experiment_id, place };
    stream::try_unfold(
        reader,
        |mut reader| async move { Ok(reader.next().await?.map(|piece| (piece, reader))) },
    )
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
    /// The cursor of a reader that has read everything.
    pub(crate) fn cursor(&self, writer_id: &str) -> FeedCursor {
        cursor(writer_id, self.epoch, self.last_sequence)
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
    async fn next<C: Columns>(&mut self) -> Result<Option<Piece<C>>> {
        if matches!(self.place, Place::End) {
            return Ok(None);
        }
        let (id, place, writer_id) = (self.experiment_id, self.place, self.writer_id.clone());
        let (found, place) = self
            .readers
            .run("reading a feed", move |connection| piece(connection, id, place, &writer_id))
            .await?;
        self.place = place;
        Ok(found)
    }
}

/// The piece at `place`, and the place after it.
fn piece<C: Columns>(
    connection: &Connection,
    id: ExperimentId,
    place: Place,
    writer_id: &str,
) -> Result<(Option<Piece<C>>, Place), Failure> {
    let head = head(connection, id)?;
    let (sequence, end) = match place {
        Place::After { epoch, sequence, end } if epoch == head.epoch && sequence <= head.last_sequence => {
            (sequence, end.unwrap_or(head.last_sequence))
        }
        Place::After { .. } | Place::Lost => {
            let restart = Piece { columns: None, cursor: cursor(writer_id, head.epoch, 0) };
            return Ok((Some(restart), Place::After { epoch: head.epoch, sequence: 0, end: None }));
        }
        Place::End => return Ok((None, Place::End)),
    };
    let (columns, last) = scan(connection, head.experiment_no, sequence, end)?;
    let Some(last) = last else { return Ok((None, Place::End)) };
    let found = Piece { columns: Some(columns), cursor: cursor(writer_id, head.epoch, last) };
    let next = Place::After { epoch: head.epoch, sequence: last, end: Some(end) };
    Ok((Some(found), if last == end { Place::End } else { next }))
}

/// The responses after `sequence` up to `end`, as far as one piece goes, and the number of the last one.
fn scan<C: Columns>(
    connection: &Connection,
    experiment_no: i64,
    sequence: i64,
    end: i64,
) -> Result<(C, Option<i64>), Failure> {
    let mut statement = connection.prepare_cached(C::STATEMENT)?;
    let mut rows = statement.query(params![experiment_no, sequence, end, PIECE_RESPONSES])?;
    let mut columns = C::default();
    let mut last = None;
    while let Some(row) = rows.next()? {
        columns.push(connection, row)?;
        last = Some(row.get(0)?);
        if columns.text_bytes() >= PIECE_TEXT_BYTES {
            break;
        }
    }
    Ok((columns, last))
}

// === impl ResponseColumns ===

impl Columns for ResponseColumns {
    const STATEMENT: &'static str = sql::response::FEED;

    fn push(&mut self, _connection: &Connection, row: &Row<'_>) -> Result<(), Failure> {
        self.push(
            row.get(1)?,
            row.get(2)?,
            row::text(row, 3)?.as_bytes(),
            row.get(4)?,
            row.get(5)?,
            row.get::<_, i64>(6)?.div_euclid(1_000),
            row::count(row, 7)?,
        );
        Ok(())
    }

    fn text_bytes(&self) -> usize {
        self.text.len()
    }
}
