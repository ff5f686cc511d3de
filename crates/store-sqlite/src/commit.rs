//! The hot path: a batch of starts, responses and completions in one transaction.

use nameit_domain::feed::ResponseColumns;
use nameit_domain::response::{Recorded, Refusal};
use nameit_domain::{ExperimentId, ParticipationId, ParticipationState, Response, Timestamp};
use nameit_store::participation::{Completion, Start, Started};
use nameit_store::response::{Committed, Write, Written};
use rusqlite::{CachedStatement, Connection, params};

use crate::error::Failure;
use crate::known::{Known, KnownParticipation};
use crate::row::{self, micros};
use crate::sql;

/// A batch that is being applied.
struct Batch<'a> {
    connection: &'a Connection,
    known: &'a mut Known,
    insert_response: CachedStatement<'a>,
    now: i64,
    changes: Vec<Change>,
}

/// Where a response belongs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) experiment_no: i64,
    pub(crate) sequence: i64,
    pub(crate) participation_no: i64,
    pub(crate) ordinal: u16,
}

/// What a batch changed in one experiment.
struct Change {
    id: ExperimentId,
    no: i64,
    started: u32,
    completed: u32,
}

/// Applies the writes in order, within the transaction that is open on `connection`.
pub(crate) fn commit(
    connection: &Connection,
    known: &mut Known,
    writes: &[Write],
    now: Timestamp,
) -> Result<Committed, Failure> {
    let insert_response = connection.prepare_cached(sql::response::INSERT_RESPONSE)?;
    let mut batch = Batch { connection, known, insert_response, now: micros(now), changes: Vec::new() };
    let written: Result<Vec<Written>, Failure> = writes.iter().map(|write| batch.apply(write)).collect();
    let written = written?;
    for change in batch.changes.iter().filter(|change| change.started + change.completed > 0) {
        let counts = params![change.no, change.started, change.completed];
        row::execute(connection, sql::experiment::ADD_PARTICIPATIONS, counts)?;
    }
    let changed = batch.changes.iter().map(|change| change.id).collect();
    Ok(Committed { written, changed })
}

// === impl Batch ===

impl Batch<'_> {
    fn apply(&mut self, write: &Write) -> Result<Written, Failure> {
        Ok(match write {
            Write::Start(start) => Written::Start(self.start(start)?),
            Write::Record(response) => Written::Record(self.record(response)?),
            Write::Complete { participation_id, completion_code } => {
                Written::Complete(self.complete(*participation_id, completion_code)?)
            }
        })
    }

    fn start(&mut self, start: &Start) -> Result<Started, Failure> {
        if self.known.participation(self.connection, start.id)?.is_some() {
            return Ok(Started::Started);
        }
        let experiment = match self.known.experiment(self.connection, start.experiment_id)? {
            Some(experiment) if !experiment.deleted => *experiment,
            Some(_) | None => return Ok(Started::UnknownExperiment),
        };
        if !experiment.state.admits() {
            return Ok(Started::NotOpen(experiment.state));
        }
        let Some(order) = start.packed_order(experiment.stimulus_count) else {
            return Ok(Started::WrongTrialOrder);
        };
        let values = params![
            start.id.as_bytes(),
            experiment.no,
            row::pack_order(&order),
            self.now,
            row::to_json(&start.url_parameters)?,
            row::to_json(&start.environment)?,
        ];
        row::execute(self.connection, sql::participation::INSERT_PARTICIPATION, values)?;
        let participation = KnownParticipation {
            no: self.connection.last_insert_rowid(),
            experiment_id: start.experiment_id,
            order,
            state: ParticipationState::Started,
        };
        self.known.remember(start.id, participation);
        self.change(start.experiment_id, experiment.no).started += 1;
        Ok(Started::Started)
    }

    fn record(&mut self, response: &Response) -> Result<Recorded, Failure> {
        let Some(participation) = self.known.participation(self.connection, response.participation_id)?
        else {
            return Ok(Recorded::Refused(Refusal::UnknownParticipation));
        };
        if participation.state == ParticipationState::Withdrawn {
            return Ok(Recorded::Refused(Refusal::Withdrawn));
        }
        let Some(&ordinal) = participation.order.get(response.trial as usize) else {
            return Ok(Recorded::Refused(Refusal::UnknownTrial));
        };
        let participation_no = participation.no;
        let experiment_id = participation.experiment_id;
        let Some(experiment) = self.known.experiment(self.connection, experiment_id)? else {
            return Err(crate::error::Unreadable("experiment of a participation").into());
        };
        if experiment.deleted || !experiment.state.takes_responses() {
            let stored = self.compare(participation_no, response)?;
            return Ok(stored.unwrap_or(Recorded::Refused(Refusal::Closed)));
        }
        let no = experiment.no;
        let sequence = experiment.last_sequence + 1;
        let place = Place { experiment_no: no, sequence, participation_no, ordinal };
        if insert(&mut self.insert_response, place, response, self.now)? {
            experiment.last_sequence = sequence;
            self.change(experiment_id, no);
            return Ok(Recorded::Stored);
        }
        let stored = self.compare(participation_no, response)?;
        stored.ok_or_else(|| crate::error::Unreadable("response that stands in the way").into())
    }

    /// What a repeat of a stored response gets; `None` when nothing is stored for the trial.
    fn compare(&self, participation_no: i64, response: &Response) -> Result<Option<Recorded>, Failure> {
        let key = params![participation_no, response.trial];
        row::one(self.connection, sql::response::STORED_ANSWER, key, |row| {
            let same = row.get::<_, u8>(0)? == ResponseColumns::kind_of(&response.answer)
                && row::text(row, 1)? == response.answer.text().unwrap_or_default();
            Ok(if same { Recorded::AlreadyStored } else { Recorded::Refused(Refusal::DifferentAnswer) })
        })
    }

    fn complete(&mut self, id: ParticipationId, code: &str) -> Result<Option<Completion>, Failure> {
        let Some(participation) = self.known.participation(self.connection, id)? else { return Ok(None) };
        let no = participation.no;
        match participation.state {
            ParticipationState::Withdrawn => return Ok(None),
            ParticipationState::Completed => {
                let sql = sql::participation::COMPLETION_CODE;
                let stored = row::one(self.connection, sql, [no], |row| Ok(row::text(row, 0)?.to_owned()))?;
                return Ok(stored.map(|completion_code| Completion::Complete { completion_code }));
            }
            ParticipationState::Started => {}
        }
        let trials = participation.order.len() as u32;
        let answered: Vec<u32> =
            row::many(self.connection, sql::participation::ANSWERED, [no], |row| Ok(row.get(0)?))?;
        if answered.len() < trials as usize {
            let missing = (0..trials).filter(|trial| answered.binary_search(trial).is_err()).collect();
            return Ok(Some(Completion::Missing(missing)));
        }
        let experiment_id = participation.experiment_id;
        row::execute(self.connection, sql::participation::COMPLETE, params![no, code, self.now])?;
        participation.state = ParticipationState::Completed;
        if let Some(experiment) = self.known.experiment(self.connection, experiment_id)? {
            let experiment_no = experiment.no;
            self.change(experiment_id, experiment_no).completed += 1;
        }
        Ok(Some(Completion::Complete { completion_code: code.to_owned() }))
    }

    fn change(&mut self, id: ExperimentId, no: i64) -> &mut Change {
        // A batch touches few experiments, most often one: looking through them beats hashing.
        let found = self.changes.iter().position(|change| change.no == no);
        let at = found.unwrap_or_else(|| {
            self.changes.push(Change { id, no, started: 0, completed: 0 });
            self.changes.len() - 1
        });
        &mut self.changes[at]
    }
}

/// Adds a response; `false` when one to its trial is stored already.
pub(crate) fn insert(
    statement: &mut CachedStatement<'_>,
    place: Place,
    response: &Response,
    received_at: i64,
) -> rusqlite::Result<bool> {
    let timing = &response.timing;
    let inserted = statement.execute(params![
        place.experiment_no,
        place.sequence,
        place.participation_no,
        response.trial,
        place.ordinal,
        ResponseColumns::kind_of(&response.answer),
        response.answer.text().unwrap_or_default(),
        timing.shown_at.map(micros),
        timing.first_key_ms,
        timing.submitted_ms,
        timing.edits,
        timing.pasted,
        timing.focus_losses,
        received_at,
    ])?;
    Ok(inserted == 1)
}
