//! Decisions of researchers about the analysis.

use std::collections::BTreeMap;

use async_trait::async_trait;
use nameit_domain::{Decision, DecisionBody, DecisionKind, DecisionVersion, ExperimentId, Timestamp};
use nameit_store::decision::NewDecision;
use nameit_store::{DecisionStore, Result};
use rusqlite::{Connection, Row, params};

use crate::error::{Failure, Unreadable};
use crate::row::{self, micros};
use crate::{SqliteStore, experiment, sql};

#[async_trait]
impl DecisionStore for SqliteStore {
    async fn put_decision(&self, new: &NewDecision, now: Timestamp) -> Result<Decision> {
        let new = new.clone();
        self.writer.run("keeping a decision", move |connection, _| put(connection, new, now)).await
    }

    async fn decision(
        &self,
        experiment_id: ExperimentId,
        kind: DecisionKind,
        version: Option<u64>,
    ) -> Result<Option<Decision>> {
        self.readers
            .run("reading a decision", move |connection| {
                let no = experiment::number(connection, experiment_id)?;
                match version.map(i64::try_from) {
                    None => latest(connection, no, experiment_id, kind),
                    Some(Ok(version)) => {
                        let key = params![no, kind.as_str(), version];
                        row::one(connection, sql::decision::DECISION, key, |row| {
                            read(row, experiment_id, kind)
                        })
                    }
                    // Nobody has decided that often.
                    Some(Err(_)) => Ok(None),
                }
            })
            .await
    }

    async fn decision_versions(
        &self,
        experiment_id: ExperimentId,
        kind: DecisionKind,
        limit: u32,
    ) -> Result<Vec<DecisionVersion>> {
        self.readers
            .run("listing the versions of a decision", move |connection| {
                let no = experiment::number(connection, experiment_id)?;
                let key = params![no, kind.as_str(), limit];
                row::many(connection, sql::decision::DECISION_VERSIONS, key, |row| {
                    Ok(DecisionVersion { version: row::count(row, 0)?, decided_at: row::time(row, 1)? })
                })
            })
            .await
    }
}

/// The latest version of every kind that was ever decided.
pub(crate) fn latest_versions(
    connection: &Connection,
    experiment_no: i64,
) -> Result<BTreeMap<DecisionKind, u64>, Failure> {
    let found = row::many(connection, sql::decision::LATEST_DECISIONS, [experiment_no], |row| {
        Ok((DecisionKind::parse(row::text(row, 0)?)?, row::count(row, 1)?))
    })?;
    Ok(found.into_iter().collect())
}

/// Adds a decision from an archive unless it is there.
pub(crate) fn load(connection: &Connection, experiment_no: i64, loaded: &Decision) -> Result<(), Failure> {
    let latest = latest(connection, experiment_no, loaded.experiment_id, loaded.kind)?;
    let next = latest.map_or(0, |latest| latest.version) + 1;
    if loaded.version > next {
        return Err(Failure::conflict("a version of a decision is missing before another one"));
    }
    if loaded.version == next { insert(connection, experiment_no, loaded) } else { Ok(()) }
}

fn put(connection: &Connection, new: NewDecision, now: Timestamp) -> Result<Decision, Failure> {
    let no = experiment::number(connection, new.experiment_id)?;
    if let Some(repeated) = new.against(latest(connection, no, new.experiment_id, new.kind)?)? {
        return Ok(repeated);
    }
    let decision = new.into_decision(now);
    insert(connection, no, &decision)?;
    Ok(decision)
}

fn insert(connection: &Connection, experiment_no: i64, decision: &Decision) -> Result<(), Failure> {
    let values = params![
        experiment_no,
        decision.kind.as_str(),
        i64::try_from(decision.version).map_err(|_| Unreadable("version of a decision"))?,
        micros(decision.decided_at),
        decision.body.as_str(),
    ];
    row::execute(connection, sql::decision::INSERT_DECISION, values)?;
    Ok(())
}

fn latest(
    connection: &Connection,
    experiment_no: i64,
    experiment_id: ExperimentId,
    kind: DecisionKind,
) -> Result<Option<Decision>, Failure> {
    let key = params![experiment_no, kind.as_str()];
    row::one(connection, sql::decision::LATEST_DECISION, key, |row| read(row, experiment_id, kind))
}

/// Reads version, time and body, which are the first columns.
pub(crate) fn read(
    row: &Row<'_>,
    experiment_id: ExperimentId,
    kind: DecisionKind,
) -> Result<Decision, Failure> {
    Ok(Decision {
        experiment_id,
        kind,
        version: row::count(row, 0)?,
        decided_at: row::time(row, 1)?,
        body: DecisionBody::parse(row::text(row, 2)?)?,
    })
}
