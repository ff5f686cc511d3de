//! Experiments.

use async_trait::async_trait;
use nameit_domain::text::{AccessCode, ConsentText, Language, Question, Slug, Title};
use nameit_domain::{Access, Experiment, ExperimentId, ExperimentState, ResearcherId, Timestamp};
use nameit_store::archive::Actor;
use nameit_store::experiment::{DeletedExperiment, ExperimentKey};
use nameit_store::{ExperimentStore, Result};
use rusqlite::{Connection, Row, params};

use crate::error::{Failure, Unreadable};
use crate::row::{self, micros};
use crate::system::audit;
use crate::{SqliteStore, researcher, sql, stimulus};

#[async_trait]
impl ExperimentStore for SqliteStore {
    async fn create_experiment(&self, experiment: &Experiment) -> Result<()> {
        let experiment = experiment.clone();
        self.writer
            .run("creating an experiment", move |connection, _| insert(connection, &experiment).map(drop))
            .await
    }

    async fn copy_experiment(&self, original: ExperimentId, copy: &Experiment) -> Result<()> {
        let copy = Experiment { state: ExperimentState::Draft, published_at: None, ..copy.clone() };
        self.writer
            .run("copying an experiment", move |connection, _| {
                let (original_no, _) = find(connection, original)?;
                let copy_no = insert(connection, &copy)?;
                row::execute(connection, sql::stimulus::COPY_STIMULI, [original_no, copy_no])?;
                stimulus::count(connection, copy_no)?;
                row::execute(connection, sql::decision::COPY_DECISIONS, [original_no, copy_no])?;
                Ok(())
            })
            .await
    }

    async fn experiment(&self, key: &ExperimentKey) -> Result<Option<Experiment>> {
        let key = key.clone();
        self.readers
            .run("reading an experiment", move |connection| match key {
                ExperimentKey::Id(id) => {
                    row::one(connection, sql::experiment::EXPERIMENT_BY_ID, [id.as_bytes()], experiment)
                }
                ExperimentKey::Slug(slug) => {
                    row::one(connection, sql::experiment::EXPERIMENT_BY_SLUG, [slug.as_str()], experiment)
                }
            })
            .await
    }

    async fn experiments_of(&self, owner: ResearcherId) -> Result<Vec<Experiment>> {
        self.readers
            .run("listing experiments", move |connection| {
                row::many(connection, sql::experiment::EXPERIMENTS_OF, [owner.as_bytes()], experiment)
            })
            .await
    }

    async fn public_experiments(&self, limit: u32) -> Result<Vec<Experiment>> {
        self.readers
            .run("listing public experiments", move |connection| {
                row::many(connection, sql::experiment::PUBLIC_EXPERIMENTS, [limit], experiment)
            })
            .await
    }

    async fn update_experiment(&self, experiment: &Experiment) -> Result<()> {
        let experiment = experiment.clone();
        self.writer.run("changing an experiment", move |connection, _| update(connection, &experiment)).await
    }

    async fn set_experiment_state(
        &self,
        id: ExperimentId,
        state: ExperimentState,
        now: Timestamp,
    ) -> Result<Experiment> {
        self.writer
            .run("changing the state of an experiment", move |connection, known| {
                let changed = set_state(connection, id, state, now)?;
                known.forget_experiment(id);
                Ok(changed)
            })
            .await
    }

    async fn delete_experiment(&self, id: ExperimentId, now: Timestamp) -> Result<()> {
        self.writer
            .run("deleting an experiment", move |connection, known| {
                let (no, _) = find(connection, id)?;
                row::execute(connection, sql::experiment::TRASH_EXPERIMENT, params![no, micros(now)])?;
                audit(connection, now, Actor::Owner, "experiment.delete", no)?;
                known.forget_experiment(id);
                Ok(())
            })
            .await
    }

    async fn restore_experiment(&self, id: ExperimentId, now: Timestamp) -> Result<Experiment> {
        self.writer
            .run("restoring an experiment", move |connection, known| {
                let sql = sql::experiment::DELETED_EXPERIMENT;
                let no = row::one(connection, sql, [id.as_bytes()], |row| Ok(row.get::<_, i64>(0)?))?;
                let no = no.ok_or_else(|| Failure::not_found("experiment"))?;
                row::execute(connection, sql::experiment::RESTORE_EXPERIMENT, params![no, micros(now)])?;
                audit(connection, now, Actor::Owner, "experiment.restore", no)?;
                known.forget_experiment(id);
                Ok(find(connection, id)?.1)
            })
            .await
    }

    async fn deleted_experiments(&self, owner: ResearcherId) -> Result<Vec<DeletedExperiment>> {
        self.readers
            .run("listing the trash", move |connection| {
                row::many(connection, sql::experiment::DELETED_EXPERIMENTS, [owner.as_bytes()], |row| {
                    Ok(DeletedExperiment { experiment: experiment(row)?, deleted_at: row::time(row, 17)? })
                })
            })
            .await
    }
}

/// An experiment that is not in the trash, with its number.
pub(crate) fn find(connection: &Connection, id: ExperimentId) -> Result<(i64, Experiment), Failure> {
    let found = row::one(connection, sql::experiment::EXPERIMENT_BY_ID, [id.as_bytes()], |row| {
        Ok((row.get(0)?, experiment(row)?))
    })?;
    found.ok_or_else(|| Failure::not_found("experiment"))
}

/// The number of an experiment that is not in the trash.
pub(crate) fn number(connection: &Connection, id: ExperimentId) -> Result<i64, Failure> {
    let found = row::one(connection, sql::experiment::EXPERIMENT_NO, [id.as_bytes()], |row| Ok(row.get(0)?))?;
    found.ok_or_else(|| Failure::not_found("experiment"))
}

/// Adds an experiment without stimuli and gives its number.
pub(crate) fn insert(connection: &Connection, experiment: &Experiment) -> Result<i64, Failure> {
    let owner = researcher::number(connection, experiment.owner)?;
    let values = params![
        experiment.id.as_bytes(),
        owner,
        experiment.title.as_str(),
        experiment.question.as_str(),
        experiment.language.as_str(),
        experiment.consent_text.as_str(),
        experiment.access.as_str(),
        experiment.access.code().map(AccessCode::as_str),
        experiment.state.as_str(),
        experiment.slug.as_str(),
        experiment.version,
        experiment.previous_version.as_ref().map(ExperimentId::as_bytes),
        micros(experiment.created_at),
        micros(experiment.updated_at),
        experiment.published_at.map(micros),
    ];
    let unique = [("experiments.slug", "slug"), ("experiments.id", "experiment")];
    row::execute(connection, sql::experiment::INSERT_EXPERIMENT, values)
        .map_err(|error| Failure::taken(error, &unique))?;
    let no = connection.last_insert_rowid();
    row::execute(connection, sql::experiment::INSERT_COUNTERS, [no])?;
    Ok(no)
}

fn update(connection: &Connection, changed: &Experiment) -> Result<(), Failure> {
    let (no, stored) = find(connection, changed.id)?;
    if stored.state != ExperimentState::Draft {
        return Err(Failure::conflict("a published experiment is frozen; make a new version"));
    }
    let values = params![
        no,
        changed.title.as_str(),
        changed.question.as_str(),
        changed.language.as_str(),
        changed.consent_text.as_str(),
        changed.access.as_str(),
        changed.access.code().map(AccessCode::as_str),
        micros(changed.updated_at),
    ];
    row::execute(connection, sql::experiment::UPDATE_EXPERIMENT, values)?;
    Ok(())
}

fn set_state(
    connection: &Connection,
    id: ExperimentId,
    state: ExperimentState,
    now: Timestamp,
) -> Result<Experiment, Failure> {
    let (no, stored) = find(connection, id)?;
    if stored.state == state {
        return Ok(stored);
    }
    if !stored.state.may_become(state) {
        let (from, to) = (stored.state.as_str(), state.as_str());
        return Err(Failure::conflict(format!("an experiment that is {from} cannot become {to}")));
    }
    if stored.state == ExperimentState::Draft {
        if stored.stimulus_count == 0 {
            return Err(Failure::conflict("an experiment without stimuli cannot be published"));
        }
        stimulus::close_gaps(connection, no)?;
    }
    let published_at = match state {
        ExperimentState::Published => stored.published_at.or(Some(now)),
        ExperimentState::Draft | ExperimentState::Paused | ExperimentState::Closed => stored.published_at,
    };
    let values = params![no, state.as_str(), micros(now), published_at.map(micros)];
    row::execute(connection, sql::experiment::UPDATE_STATE, values)?;
    audit(connection, now, Actor::Owner, action(state), no)?;
    Ok(find(connection, id)?.1)
}

fn action(state: ExperimentState) -> &'static str {
    match state {
        ExperimentState::Draft => "experiment.draft",
        ExperimentState::Published => "experiment.publish",
        ExperimentState::Paused => "experiment.pause",
        ExperimentState::Closed => "experiment.close",
    }
}

/// Reads the columns that every statement in `sql::experiment` about whole experiments gives.
pub(crate) fn experiment(row: &Row<'_>) -> Result<Experiment, Failure> {
    let access_code: Option<String> = row.get(8)?;
    let previous_version: Option<[u8; 16]> = row.get(12)?;
    Ok(Experiment {
        id: ExperimentId::from_bytes(row.get(1)?),
        owner: ResearcherId::from_bytes(row.get(2)?),
        title: Title::parse(row::text(row, 3)?)?,
        question: Question::parse(row::text(row, 4)?)?,
        language: Language::parse(row::text(row, 5)?)?,
        consent_text: ConsentText::parse(row::text(row, 6)?)?,
        access: Access::parse(row::text(row, 7)?, access_code.as_deref())
            .map_err(|_| Unreadable("access"))?,
        state: row::experiment_state(row, 9)?,
        slug: Slug::parse(row::text(row, 10)?)?,
        version: row.get(11)?,
        previous_version: previous_version.map(ExperimentId::from_bytes),
        stimulus_count: row.get(13)?,
        created_at: row::time(row, 14)?,
        updated_at: row::time(row, 15)?,
        published_at: row::optional_time(row, 16)?,
    })
}
