//! How often the links of experiments were opened.

use async_trait::async_trait;
use nameit_domain::{ExperimentId, Hour, Visits};
use nameit_store::{Result, VisitStore};
use rusqlite::{Connection, params};

use crate::error::{Failure, Unreadable};
use crate::{SqliteStore, experiment, row, sql};

#[async_trait]
impl VisitStore for SqliteStore {
    async fn add_visits(&self, visits: &[Visits]) -> Result<()> {
        if visits.is_empty() {
            return Ok(());
        }
        let visits = visits.to_vec();
        self.writer
            .run("counting opened links", move |connection, known| {
                for one in visits.iter().filter(|one| one.count > 0) {
                    if let Some(experiment) = known.experiment(connection, one.experiment_id)? {
                        put(connection, sql::visit::ADD_VISITS, experiment.no, one)?;
                    }
                }
                Ok(())
            })
            .await
    }

    async fn visits(&self, experiment_id: ExperimentId) -> Result<Vec<Visits>> {
        self.readers
            .run("reading how often a link was opened", move |connection| {
                let no = experiment::number(connection, experiment_id)?;
                row::many(connection, sql::visit::VISITS, [no], |row| {
                    let (hour, count) = (Hour::parse(row.get(0)?)?, row::count(row, 1)?);
                    Ok(Visits { experiment_id, hour, count })
                })
            })
            .await
    }
}

/// Adds a count from an archive unless its hour is there.
pub(crate) fn load(connection: &Connection, experiment_no: i64, visits: &Visits) -> Result<(), Failure> {
    put(connection, sql::archive::LOAD_VISITS, experiment_no, visits)
}

fn put(
    connection: &Connection,
    statement: &'static str,
    experiment_no: i64,
    visits: &Visits,
) -> Result<(), Failure> {
    let count = i64::try_from(visits.count).map_err(|_| Unreadable("count of visits"))?;
    row::execute(connection, statement, params![experiment_no, visits.hour.number(), count])?;
    Ok(())
}
