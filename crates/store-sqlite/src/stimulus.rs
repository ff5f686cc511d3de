//! Stimuli and images.

use async_trait::async_trait;
use nameit_domain::image::{ImageBytes, ImageHash};
use nameit_domain::stimulus::{STIMULI_MAX, Stimulus};
use nameit_domain::text::{Question, StimulusKey};
use nameit_domain::{ExperimentId, ExperimentState, Timestamp};
use nameit_store::{Result, StimulusStore};
use rusqlite::{Connection, params};

use crate::error::Failure;
use crate::row::{self, micros};
use crate::{SqliteStore, experiment, sql};

use columns::Columns;
pub(crate) use columns::stimulus;

mod columns;

#[async_trait]
impl StimulusStore for SqliteStore {
    async fn put_stimuli(
        &self,
        experiment_id: ExperimentId,
        stimuli: &[Stimulus],
        now: Timestamp,
    ) -> Result<Vec<Stimulus>> {
        let stimuli = stimuli.to_vec();
        self.writer
            .run("putting stimuli", move |connection, known| {
                let no = draft(connection, experiment_id, now)?;
                let stored = put(connection, no, stimuli)?;
                known.forget_experiment(experiment_id);
                Ok(stored)
            })
            .await
    }

    async fn stimulus(&self, experiment_id: ExperimentId, key: &StimulusKey) -> Result<Option<Stimulus>> {
        let key = key.clone();
        self.readers
            .run("reading a stimulus", move |connection| {
                let key = params![experiment_id.as_bytes(), key.as_str()];
                row::one(connection, sql::stimulus::STIMULUS, key, stimulus)
            })
            .await
    }

    async fn stimuli(&self, experiment_id: ExperimentId) -> Result<Vec<Stimulus>> {
        self.readers
            .run("reading stimuli", move |connection| {
                row::many(connection, sql::stimulus::STIMULI, [experiment_id.as_bytes()], stimulus)
            })
            .await
    }

    async fn delete_stimulus(
        &self,
        experiment_id: ExperimentId,
        key: &StimulusKey,
        now: Timestamp,
    ) -> Result<()> {
        let key = key.clone();
        self.writer
            .run("deleting a stimulus", move |connection, known| {
                let no = draft(connection, experiment_id, now)?;
                if row::execute(connection, sql::stimulus::DELETE_STIMULUS, params![no, key.as_str()])? == 0 {
                    return Err(Failure::not_found("stimulus"));
                }
                count(connection, no)?;
                known.forget_experiment(experiment_id);
                Ok(())
            })
            .await
    }

    async fn put_image(&self, image: &ImageBytes) -> Result<()> {
        let hash = image.hash.clone();
        let stored = self
            .readers
            .run("looking for an image", move |connection| {
                row::one(connection, sql::stimulus::IMAGE_EXISTS, [hash.as_str()], |_| Ok(()))
            })
            .await?;
        if stored.is_some() {
            return Ok(());
        }
        let image = image.clone();
        self.writer
            .run("keeping an image", move |connection, _| {
                let values = params![image.hash.as_str(), image.media_type, image.bytes];
                row::execute(connection, sql::stimulus::INSERT_IMAGE, values)?;
                Ok(())
            })
            .await
    }

    async fn image(&self, hash: &ImageHash) -> Result<Option<ImageBytes>> {
        let hash = hash.clone();
        self.readers
            .run("reading an image", move |connection| {
                row::one(connection, sql::stimulus::IMAGE, [hash.as_str()], |row| {
                    Ok(ImageBytes { hash: hash.clone(), media_type: row.get(0)?, bytes: row.get(1)? })
                })
            })
            .await
    }
}

/// The number of a draft, which counts as changed from now on.
fn draft(connection: &Connection, id: ExperimentId, now: Timestamp) -> Result<i64, Failure> {
    let (no, experiment) = experiment::find(connection, id)?;
    if experiment.state != ExperimentState::Draft {
        return Err(Failure::conflict(
            "the stimuli of a published experiment are frozen; make a new version",
        ));
    }
    row::execute(connection, sql::experiment::TOUCH_EXPERIMENT, params![no, micros(now)])?;
    Ok(no)
}

fn put(connection: &Connection, no: i64, mut stimuli: Vec<Stimulus>) -> Result<Vec<Stimulus>, Failure> {
    let next = row::one(connection, sql::stimulus::NEXT_ORDINAL, [no], |row| Ok(row.get::<_, u32>(0)?))?;
    let mut next = next.unwrap_or(0);
    for stimulus in &mut stimuli {
        stimulus.ordinal = put_one(connection, no, next, stimulus)?;
        next = next.max(stimulus.ordinal + 1);
    }
    if count(connection, no)? > STIMULI_MAX {
        return Err(Failure::conflict(format!("an experiment has at most {STIMULI_MAX} stimuli")));
    }
    Ok(stimuli)
}

/// Adds a stimulus in this place, or replaces the one with its key, and gives its place.
pub(crate) fn put_one(
    connection: &Connection,
    experiment_no: i64,
    ordinal: u32,
    stimulus: &Stimulus,
) -> Result<u32, Failure> {
    let columns = Columns::of(&stimulus.kind)?;
    let mut statement = connection.prepare_cached(sql::stimulus::PUT_STIMULUS)?;
    let stored = statement.query_row(
        params![
            experiment_no,
            stimulus.key.as_str(),
            ordinal,
            stimulus.question.as_ref().map(Question::as_str),
            columns.colour,
            columns.image.map(|image| image.hash.as_str()),
            columns.image.map(|image| image.width),
            columns.image.map(|image| image.height),
            columns.smaller,
            columns.target_style,
            columns.target_shape,
            columns.target_points,
        ],
        |row| row.get(0),
    )?;
    Ok(stored)
}

/// Counts the stimuli of an experiment and keeps the count.
pub(crate) fn count(connection: &Connection, experiment_no: i64) -> Result<usize, Failure> {
    let counted =
        row::one(
            connection,
            sql::stimulus::STIMULUS_COUNT,
            [experiment_no],
            |row| Ok(row.get::<_, u32>(0)?),
        )?;
    let counted = counted.unwrap_or(0);
    row::execute(connection, sql::stimulus::SET_STIMULUS_COUNT, params![experiment_no, counted])?;
    Ok(counted as usize)
}

/// Numbers the stimuli from 0 without gaps, in their order.
pub(crate) fn close_gaps(connection: &Connection, experiment_no: i64) -> Result<(), Failure> {
    let ordinals: Vec<u32> =
        row::many(connection, sql::stimulus::ORDINALS, [experiment_no], |row| Ok(row.get(0)?))?;
    for (place, ordinal) in (0_u32..).zip(ordinals) {
        if place != ordinal {
            row::execute(connection, sql::stimulus::MOVE_STIMULUS, params![experiment_no, ordinal, place])?;
        }
    }
    Ok(())
}
