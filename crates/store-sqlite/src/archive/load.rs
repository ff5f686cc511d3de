//! The load: what another database had, as it was there.

use std::collections::HashMap;

use nameit_domain::participation::pack_order;
use nameit_domain::researcher::Credentials;
use nameit_domain::session::Session;
use nameit_domain::{ExperimentId, Participation, ParticipationId, ParticipationState, Stimulus};
use nameit_store::archive::{ArchivedExperiment, ArchivedResponse, AuditEntry, Record};
use rusqlite::{Connection, params};

use crate::commit::{self, Place};
use crate::error::Failure;
use crate::known::{Known, KnownParticipation};
use crate::row::{self, micros};
use crate::{decision, experiment, participation, researcher, sql, stimulus, system, visit};

/// A batch that is being loaded.
struct Load<'a> {
    connection: &'a Connection,
    known: &'a mut Known,
    /// Experiment → entries in its audit trail.
    audited: HashMap<ExperimentId, u32>,
}

/// Adds the records in order, within the transaction that is open on `connection`.
pub(super) fn load(connection: &Connection, known: &mut Known, records: Vec<Record>) -> Result<(), Failure> {
    let mut load = Load { connection, known, audited: HashMap::new() };
    let loaded = records.into_iter().try_for_each(|record| load.record(record));
    if loaded.is_err() {
        // What is rolled back must not be remembered, whatever the reason.
        known.forget_all();
    }
    loaded
}

// === impl Load ===

impl Load<'_> {
    fn record(&mut self, record: Record) -> Result<(), Failure> {
        match record {
            Record::SigningKey(key) => {
                let setting = params![system::SIGNING_KEY, key.0];
                row::execute(self.connection, sql::archive::REPLACE_SETTING, setting)?;
                Ok(())
            }
            Record::Researcher(credentials) => self.researcher(&credentials),
            Record::Session(session) => self.session(&session),
            Record::Experiment(experiment) => self.experiment(&experiment),
            Record::Stimulus { experiment_id, stimulus } => self.stimulus(experiment_id, &stimulus),
            Record::Participation(participation) => self.participation(&participation),
            Record::Response(response) => self.response(&response),
            Record::Audit(entry) => self.audit(&entry),
            Record::Decision(decision) => {
                let no = self.experiment_no(decision.experiment_id)?;
                decision::load(self.connection, no, &decision)
            }
            Record::Visits(visits) => {
                let no = self.experiment_no(visits.experiment_id)?;
                visit::load(self.connection, no, &visits)
            }
            Record::Image(image) => {
                let values = params![image.hash.as_str(), image.media_type, image.bytes];
                row::execute(self.connection, sql::stimulus::INSERT_IMAGE, values)?;
                Ok(())
            }
            Record::Withdrawal(id) => {
                participation::erase(self.connection, id)?;
                self.known.forget_participation(id);
                Ok(())
            }
        }
    }

    fn researcher(&self, credentials: &Credentials) -> Result<(), Failure> {
        let key = [credentials.researcher.id.as_bytes()];
        let stored = row::one(self.connection, sql::researcher::RESEARCHER_NO, key, |_| Ok(()))?;
        if stored.is_some() { Ok(()) } else { researcher::insert(self.connection, credentials) }
    }

    fn session(&self, session: &Session) -> Result<(), Failure> {
        let values = params![
            session.secret_hash,
            researcher::number(self.connection, session.researcher_id)?,
            session.kind.as_str(),
            session.label,
            micros(session.created_at),
            micros(session.expires_at),
        ];
        row::execute(self.connection, sql::archive::LOAD_SESSION, values)?;
        Ok(())
    }

    fn experiment(&mut self, archived: &ArchivedExperiment) -> Result<(), Failure> {
        let ArchivedExperiment { experiment, deleted_at } = archived;
        if self.known.experiment(self.connection, experiment.id)?.is_some() {
            return Ok(());
        }
        let no = experiment::insert(self.connection, experiment)?;
        if let Some(deleted_at) = deleted_at {
            let values = params![no, micros(*deleted_at)];
            row::execute(self.connection, sql::experiment::TRASH_EXPERIMENT, values)?;
        }
        Ok(())
    }

    fn stimulus(&mut self, id: ExperimentId, stimulus: &Stimulus) -> Result<(), Failure> {
        let no = self.experiment_no(id)?;
        let key = params![no, stimulus.key.as_str()];
        if row::one(self.connection, sql::archive::STIMULUS_EXISTS, key, |_| Ok(()))?.is_some() {
            return Ok(());
        }
        stimulus::put_one(self.connection, no, stimulus.ordinal, stimulus)?;
        row::execute(self.connection, sql::archive::ADD_STIMULUS, [no])?;
        self.known.forget_experiment(id);
        Ok(())
    }

    fn participation(&mut self, loaded: &Participation) -> Result<(), Failure> {
        if self.known.participation(self.connection, loaded.id)?.is_some() {
            return Ok(());
        }
        let found = self.known.experiment(self.connection, loaded.experiment_id)?;
        let experiment = *found.ok_or_else(|| Failure::not_found("experiment"))?;
        let order = pack_order(&loaded.trial_order, experiment.stimulus_count).ok_or_else(|| {
            Failure::conflict("the trial order of a participation does not name each stimulus once")
        })?;
        let values = params![
            loaded.id.as_bytes(),
            experiment.no,
            row::pack_order(&order),
            loaded.state.as_str(),
            loaded.completion_code,
            micros(loaded.started_at),
            loaded.completed_at.map(micros),
            row::to_json(&loaded.url_parameters)?,
            row::to_json(&loaded.environment)?,
        ];
        row::execute(self.connection, sql::archive::LOAD_PARTICIPATION, values)?;
        let remembered = KnownParticipation {
            no: self.connection.last_insert_rowid(),
            experiment_id: loaded.experiment_id,
            order,
            state: loaded.state,
        };
        self.known.remember(loaded.id, remembered);
        let (started, completed, withdrawn) = match loaded.state {
            ParticipationState::Started => (1, 0, 0),
            ParticipationState::Completed => (1, 1, 0),
            ParticipationState::Withdrawn => (0, 0, 1),
        };
        let totals = params![experiment.no, started, completed, withdrawn];
        row::execute(self.connection, sql::archive::ADD_TOTALS, totals)?;
        Ok(())
    }

    fn response(&mut self, archived: &ArchivedResponse) -> Result<(), Failure> {
        let response = &archived.response;
        let (participation_no, experiment_id, ordinal) = {
            let participation = self.known_participation(response.participation_id)?;
            if participation.state == ParticipationState::Withdrawn {
                return Ok(());
            }
            let ordinal = participation.order.get(response.trial as usize).copied();
            let ordinal = ordinal.ok_or_else(|| {
                Failure::conflict("a response is to a trial that its participation does not have")
            })?;
            (participation.no, participation.experiment_id, ordinal)
        };
        let found = self.known.experiment(self.connection, experiment_id)?;
        let experiment = found.ok_or_else(|| Failure::not_found("experiment"))?;
        let sequence = experiment.last_sequence + 1;
        let place = Place { experiment_no: experiment.no, sequence, participation_no, ordinal };
        let mut statement = self.connection.prepare_cached(sql::response::INSERT_RESPONSE)?;
        if commit::insert(&mut statement, place, response, micros(archived.received_at))? {
            experiment.last_sequence = sequence;
        }
        Ok(())
    }

    fn audit(&mut self, entry: &AuditEntry) -> Result<(), Failure> {
        let no = self.experiment_no(entry.experiment_id)?;
        let count = match self.audited.get(&entry.experiment_id) {
            Some(count) => *count,
            None => row::one(self.connection, sql::archive::AUDIT_COUNT, [no], |row| Ok(row.get(0)?))?
                .unwrap_or_default(),
        };
        if entry.place > count {
            return Err(Failure::conflict("an entry of an audit trail is missing before another one"));
        }
        self.audited.insert(entry.experiment_id, count.max(entry.place + 1));
        if entry.place < count {
            return Ok(());
        }
        system::audit(self.connection, entry.at, entry.actor, &entry.action, no)
    }

    fn known_participation(&mut self, id: ParticipationId) -> Result<&KnownParticipation, Failure> {
        let found = self.known.participation(self.connection, id)?;
        found.map(|known| &*known).ok_or_else(|| Failure::not_found("participation"))
    }

    fn experiment_no(&mut self, id: ExperimentId) -> Result<i64, Failure> {
        let found = self.known.experiment(self.connection, id)?;
        Ok(found.ok_or_else(|| Failure::not_found("experiment"))?.no)
    }
}
