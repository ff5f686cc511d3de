//! All responses with their details: the scan of the feed, with a few more columns.

use std::collections::HashMap;
use std::sync::Arc;

use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use nameit_domain::feed::{DetailedChunk, DetailedColumns, DetailedPart, FeedCursor};
use nameit_domain::{ExperimentId, ParticipationId};
use nameit_store::Result;
use rusqlite::{Connection, Row};

use crate::error::{Failure, Unreadable};
use crate::feed::{self, Columns, Piece};
use crate::readers::Readers;
use crate::{row, sql};

/// Columns that are being filled.
#[derive(Default)]
struct Filling {
    columns: DetailedColumns,
    /// The place in `participants` of a participation with this number.
    places: HashMap<i64, u32>,
}

/// The responses from `cursor` to the end that is found at the first look.
pub(crate) fn responses(
    readers: Arc<Readers>,
    writer_id: Arc<str>,
    experiment_id: ExperimentId,
    cursor: &FeedCursor,
) -> BoxStream<'static, Result<DetailedChunk>> {
    let pieces = feed::pieces::<Filling>(readers, writer_id, experiment_id, cursor);
    let chunk = |Piece { columns, cursor }: Piece<Filling>| DetailedChunk {
        part: columns.map_or(DetailedPart::Restart, |filling| DetailedPart::Columns(filling.columns.into())),
        cursor,
    };
    pieces.map_ok(chunk).boxed()
}

// === impl Filling ===

impl Columns for Filling {
    const STATEMENT: &'static str = sql::response::DETAILED;

    fn push(&mut self, connection: &Connection, row: &Row<'_>) -> Result<(), Failure> {
        let participation_no = row.get(7)?;
        let participant = self.place(connection, participation_no)?;
        let columns = &mut self.columns;
        Columns::push(&mut columns.responses, connection, row)?;
        columns.trial.push(row.get(8)?);
        columns.edits.push(row.get(9)?);
        columns.pasted.push(row.get::<_, bool>(10)?.into());
        columns.focus_losses.push(row.get(11)?);
        columns.participant.push(participant);
        Ok(())
    }

    fn text_bytes(&self) -> usize {
        self.columns.responses.text_bytes()
    }
}

impl Filling {
    /// The place of a participation, which gets the next one if it is new here.
    fn place(&mut self, connection: &Connection, participation_no: i64) -> Result<u32, Failure> {
        if let Some(place) = self.places.get(&participation_no) {
            return Ok(*place);
        }
        let sql = sql::participation::PARTICIPATION_ID;
        let id = row::one(connection, sql, [participation_no], |row| Ok(row.get(0)?))?;
        let id = id.ok_or(Unreadable("participation of a response"))?;
        let place = u32::try_from(self.columns.participants.len()).expect("a piece has a few thousand rows");
        self.columns.participants.push(ParticipationId::from_bytes(id));
        self.places.insert(participation_no, place);
        Ok(place)
    }
}
