//! The export: every response with what belongs to its participation, in the order of the feed.

use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use nameit_domain::feed::{ResponseColumns, StoredResponse};
use nameit_domain::response::Timing;
use nameit_domain::text::{AnswerText, StimulusKey};
use nameit_domain::{Answer, ExperimentId, NonAnswer, ParticipationId, ParticipationState};
use nameit_store::Result;
use rusqlite::{Connection, Row, params};

use crate::error::{Failure, Unreadable};
use crate::readers::Readers;
use crate::{feed, row, sql};

/// Responses in one batch at most.
const BATCH: u32 = 2_048;

/// An export on its way.
struct Export {
    readers: Arc<Readers>,
    id: ExperimentId,
    /// Found at the first look.
    place: Option<Place>,
}

/// How far an export has come.
#[derive(Clone, Copy)]
struct Place {
    experiment_no: i64,
    /// The last sequence number that was exported.
    after: i64,
    /// The last one to export.
    end: i64,
}

/// All responses that are stored when the first batch is asked for.
pub(crate) fn export(
    readers: Arc<Readers>,
    id: ExperimentId,
) -> BoxStream<'static, Result<Vec<StoredResponse>>> {
    stream::try_unfold(Export { readers, id, place: None }, |mut export| async move {
        let batch = export.next().await?;
        Ok(if batch.is_empty() { None } else { Some((batch, export)) })
    })
    .boxed()
}

// === impl Export ===

impl Export {
    async fn next(&mut self) -> Result<Vec<StoredResponse>> {
        let (id, place) = (self.id, self.place);
        let (batch, place) =
            self.readers.run("exporting responses", move |connection| batch(connection, id, place)).await?;
        self.place = Some(place);
        Ok(batch)
    }
}

fn batch(
    connection: &Connection,
    id: ExperimentId,
    place: Option<Place>,
) -> Result<(Vec<StoredResponse>, Place), Failure> {
    let mut place = if let Some(place) = place {
        place
    } else {
        let head = feed::head(connection, id)?;
        Place { experiment_no: head.experiment_no, after: 0, end: head.last_sequence }
    };
    let Place { experiment_no, after, end } = place;
    let range = params![experiment_no, after, end, BATCH];
    let batch = row::many(connection, sql::response::EXPORT, range, |row| {
        place.after = row.get(0)?;
        stored_response(row, id)
    })?;
    Ok((batch, place))
}

fn stored_response(row: &Row<'_>, experiment_id: ExperimentId) -> Result<StoredResponse, Failure> {
    Ok(StoredResponse {
        experiment_id,
        participation_id: ParticipationId::from_bytes(row.get(1)?),
        completed: row::participation_state(row, 2)? == ParticipationState::Completed,
        completion_code: row.get(17)?,
        started_at: row::time(row, 3)?,
        url_parameters: row::pairs(row, 4)?,
        trial: row.get(5)?,
        stimulus: StimulusKey::parse(row::text(row, 6)?)?,
        ordinal: row.get(7)?,
        answer: answer(row, 8)?,
        timing: timing(row, 10)?,
        received_at: row::time(row, 16)?,
    })
}

/// Reads kind and text, from the column `first` on.
pub(crate) fn answer(row: &Row<'_>, first: usize) -> Result<Answer, Failure> {
    Ok(match row.get(first)? {
        ResponseColumns::TEXT => Answer::Text(AnswerText::parse(row::text(row, first + 1)?)?),
        ResponseColumns::DONT_KNOW => Answer::NonAnswer(NonAnswer::DontKnow),
        ResponseColumns::SKIPPED => Answer::NonAnswer(NonAnswer::Skipped),
        _ => return Err(Unreadable("kind of a response").into()),
    })
}

/// Reads what was measured, from the column `first` on.
pub(crate) fn timing(row: &Row<'_>, first: usize) -> Result<Timing, Failure> {
    Ok(Timing {
        shown_at: row::optional_time(row, first)?,
        first_key_ms: row.get(first + 1)?,
        submitted_ms: row.get(first + 2)?,
        edits: row.get(first + 3)?,
        pasted: row.get(first + 4)?,
        focus_losses: row.get(first + 5)?,
    })
}
