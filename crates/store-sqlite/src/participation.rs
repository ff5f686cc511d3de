//! Participations: looking at one, and withdrawing.

use async_trait::async_trait;
use futures::stream::BoxStream;
use nameit_domain::participation::ListedParticipation;
use nameit_domain::{ExperimentId, Participation, ParticipationId, ParticipationState, Timestamp};
use nameit_store::archive::Actor;
use nameit_store::{ParticipationStore, Result};
use rusqlite::{Connection, Row, params};

use crate::error::Failure;
use crate::system::audit;
use crate::{SqliteStore, row, sql};

mod list;

#[async_trait]
impl ParticipationStore for SqliteStore {
    async fn participation(&self, id: ParticipationId) -> Result<Option<Participation>> {
        self.readers.run("reading a participation", move |connection| participation(connection, id)).await
    }

    fn participations(
        &self,
        experiment_id: ExperimentId,
    ) -> BoxStream<'static, Result<Vec<ListedParticipation>>> {
        list::participations(self.readers.clone(), experiment_id)
    }

    async fn withdraw(&self, id: ParticipationId, now: Timestamp) -> Result<()> {
        self.writer
            .erase("withdrawing a participation", move |connection, known| {
                withdraw(connection, id, now)?;
                known.forget_participation(id);
                Ok(())
            })
            .await
    }
}

fn participation(connection: &Connection, id: ParticipationId) -> Result<Option<Participation>, Failure> {
    let found = row::one(connection, sql::participation::PARTICIPATION, [id.as_bytes()], |row| {
        let participation = read(row, id)?;
        Ok((row.get::<_, i64>(0)?, participation))
    })?;
    let Some((no, participation)) = found else { return Ok(None) };
    let answered = row::many(connection, sql::participation::ANSWERED, [no], |row| Ok(row.get(0)?))?;
    Ok(Some(Participation { answered, ..participation }))
}

/// A participation out of a row whose columns from the second on are those of
/// [`sql::participation::PARTICIPATION`]; without what is answered.
pub(crate) fn read(row: &Row<'_>, id: ParticipationId) -> Result<Participation, Failure> {
    Ok(Participation {
        id,
        experiment_id: ExperimentId::from_bytes(row.get(1)?),
        trial_order: row::trial_order(row, 2)?.iter().copied().map(u32::from).collect(),
        answered: Vec::new(),
        state: row::participation_state(row, 3)?,
        completion_code: row.get(4)?,
        started_at: row::time(row, 5)?,
        completed_at: row::optional_time(row, 6)?,
        url_parameters: row::pairs(row, 7)?,
        environment: row::pairs(row, 8)?,
    })
}

fn withdraw(connection: &Connection, id: ParticipationId, now: Timestamp) -> Result<(), Failure> {
    match erase(connection, id)? {
        Some(experiment_no) => {
            audit(connection, now, Actor::Participant, "participation.withdraw", experiment_no)
        }
        None => Ok(()),
    }
}

/// Erases all that came from the participant and gives the number of the experiment; `None` when that was
/// done before.
pub(crate) fn erase(connection: &Connection, id: ParticipationId) -> Result<Option<i64>, Failure> {
    let found =
        row::one(connection, sql::participation::PARTICIPATION_FOR_WITHDRAWAL, [id.as_bytes()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row::participation_state(row, 2)?))
        })?;
    let Some((no, experiment_no, state)) = found else { return Err(Failure::not_found("participation")) };
    if state == ParticipationState::Withdrawn {
        return Ok(None);
    }
    row::execute(connection, sql::participation::ERASE_RESPONSES, [no])?;
    row::execute(connection, sql::participation::WITHDRAW, [no])?;
    let completed = u32::from(state == ParticipationState::Completed);
    row::execute(connection, sql::experiment::COUNT_WITHDRAWAL, params![experiment_no, completed])?;
    Ok(Some(experiment_no))
}
