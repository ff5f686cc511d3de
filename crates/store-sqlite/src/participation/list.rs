//! All participations of an experiment, a bounded look at a time.

use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use nameit_domain::participation::ListedParticipation;
use nameit_domain::{ExperimentId, ParticipationId, ParticipationState};
use nameit_store::Result;
use rusqlite::{Connection, Row, params};

use crate::error::Failure;
use crate::readers::Readers;
use crate::{experiment, row, sql};

/// Participations in one batch at most.
const BATCH: u32 = 2_048;

/// A reader on its way.
struct Reader {
    readers: Arc<Readers>,
    id: ExperimentId,
    /// The number of the last participation that was read, while there may be more.
    after: Option<i64>,
}

/// The participations that were not withdrawn.
pub(super) fn participations(
    readers: Arc<Readers>,
    id: ExperimentId,
) -> BoxStream<'static, Result<Vec<ListedParticipation>>> {
    stream::try_unfold(Reader { readers, id, after: Some(0) }, |mut reader| async move {
        while let Some(after) = reader.after {
            let id = reader.id;
            let look = move |connection: &Connection| batch(connection, id, after);
            let (found, last) = reader.readers.run("listing participations", look).await?;
            reader.after = last;
            if !found.is_empty() {
                return Ok(Some((found, reader)));
            }
        }
        Ok(None)
    })
    .boxed()
}

/// The participations after a number, and the number of the last one that was looked at, if there may be more.
fn batch(
    connection: &Connection,
    id: ExperimentId,
    after: i64,
) -> Result<(Vec<ListedParticipation>, Option<i64>), Failure> {
    let no = experiment::number(connection, id)?;
    let mut last = after;
    let found =
        row::many(connection, sql::participation::PARTICIPATIONS_OF, params![no, after, BATCH], |row| {
            last = row.get(0)?;
            listed(row)
        })?;
    let more = found.len() == BATCH as usize;
    let present = found.into_iter().filter(|one| one.state != ParticipationState::Withdrawn).collect();
    Ok((present, more.then_some(last)))
}

fn listed(row: &Row<'_>) -> Result<ListedParticipation, Failure> {
    Ok(ListedParticipation {
        id: ParticipationId::from_bytes(row.get(1)?),
        state: row::participation_state(row, 2)?,
        started_at: row::time(row, 3)?,
        completed_at: row::optional_time(row, 4)?,
        url_parameters: row::pairs(row, 5)?,
        environment: row::pairs(row, 6)?,
        trial_count: row.get(7)?,
    })
}
