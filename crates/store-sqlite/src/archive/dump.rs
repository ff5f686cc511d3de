//! The dump: one read transaction on a connection and a thread of its own.
//!
//! The transaction keeps the write-ahead log from being written over, so that a long dump beside heavy
//! writing makes the log grow; it shrinks again after the dump.

use std::path::Path;
use std::sync::Arc;

use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, TryStreamExt as _};
use nameit_domain::image::{ImageBytes, ImageHash};
use nameit_domain::researcher::Credentials;
use nameit_domain::{DecisionKind, ExperimentId, Hour, ParticipationId, ResearcherId, Response, Visits};
use nameit_store::archive::{Actor, ArchivedExperiment, ArchivedResponse, AuditEntry, Record, SigningKey};
use nameit_store::{Error, Result};
use rusqlite::{Connection, Params, Row, Transaction, TransactionBehavior};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::error::{Failure, Stopped};
use crate::{
    decision, experiment, export, open, participation, researcher, row, session, sql, stimulus, system,
};

const CONTEXT: &str = "reading everything";

/// Records in one message of the thread at most, and bytes of images and decisions after which it ends.
const BATCH: usize = 512;
const BATCH_BYTES: usize = 1 << 20;

/// Messages that wait for whoever reads the dump.
const WAITING: usize = 2;

/// A dump on its way.
enum Dump {
    /// Not yet asked for.
    Of(Arc<Path>),
    /// Under way.
    Running { batches: mpsc::Receiver<Vec<Record>>, thread: JoinHandle<Result<(), Failure>> },
}

/// Gathers records and sends them off.
struct Sender {
    batches: mpsc::Sender<Vec<Record>>,
    batch: Vec<Record>,
    bytes: usize,
}

/// Everything in the file at `path`.
pub(super) fn dump(path: Arc<Path>) -> BoxStream<'static, Result<Record>> {
    let batches = stream::try_unfold(Dump::Of(path), |dump| async move {
        let (mut batches, thread) = match dump {
            Dump::Of(path) => start(path),
            Dump::Running { batches, thread } => (batches, thread),
        };
        if let Some(batch) = batches.recv().await {
            return Ok(Some((batch, Dump::Running { batches, thread })));
        }
        // The thread has let go of the channel: whether it came to the end, it tells itself.
        let outcome =
            thread.await.map_err(|error| Error::Internal { context: CONTEXT, source: error.into() })?;
        outcome.map_err(|failure| failure.into_store(CONTEXT))?;
        Ok(None)
    });
    batches.map_ok(|batch| stream::iter(batch.into_iter().map(Ok))).try_flatten().boxed()
}

fn start(path: Arc<Path>) -> (mpsc::Receiver<Vec<Record>>, JoinHandle<Result<(), Failure>>) {
    let (batches, received) = mpsc::channel(WAITING);
    let sender = Sender { batches, batch: Vec::new(), bytes: 0 };
    (received, tokio::task::spawn_blocking(move || read(&path, sender)))
}

fn read(path: &Path, mut sender: Sender) -> Result<(), Failure> {
    let connection = open::read_connection(path)?;
    let snapshot = Transaction::new_unchecked(&connection, TransactionBehavior::Deferred)?;
    let connection = &*snapshot;
    let signing_key =
        row::one(connection, sql::system::SETTING, [system::SIGNING_KEY], |row| Ok(row.get(0)?))?;
    if let Some(key) = signing_key {
        sender.push(Record::SigningKey(SigningKey(key)))?;
    }
    sender.all(connection, sql::archive::ALL_RESEARCHERS, [], credentials)?;
    sender.all(connection, sql::archive::ALL_SESSIONS, [], |row| {
        Ok(Record::Session(session::session(row, 1, ResearcherId::from_bytes(row.get(0)?))?))
    })?;
    sender.all(connection, sql::archive::ALL_EXPERIMENTS, [], experiment)?;
    sender.all(connection, sql::archive::ALL_STIMULI, [], |row| {
        let experiment_id = ExperimentId::from_bytes(row.get(11)?);
        Ok(Record::Stimulus { experiment_id, stimulus: stimulus::stimulus(row)? })
    })?;
    sender.all(connection, sql::archive::ALL_PARTICIPATIONS, [], participation)?;
    sender.all(connection, sql::archive::ALL_RESPONSES, [], response)?;
    let mut last = None;
    sender.all(connection, sql::archive::ALL_AUDIT, [], |row| {
        let experiment_id = ExperimentId::from_bytes(row.get(0)?);
        let place = match last {
            Some((id, place)) if id == experiment_id => place + 1,
            _ => 0,
        };
        last = Some((experiment_id, place));
        let (at, action) = (row::time(row, 1)?, row.get(3)?);
        let actor = Actor::parse(row::text(row, 2)?)?;
        Ok(Record::Audit(AuditEntry { experiment_id, place, at, actor, action }))
    })?;
    sender.all(connection, sql::archive::ALL_DECISIONS, [], |row| {
        let kind = DecisionKind::parse(row::text(row, 4)?)?;
        let experiment_id = ExperimentId::from_bytes(row.get(3)?);
        Ok(Record::Decision(decision::read(row, experiment_id, kind)?))
    })?;
    sender.all(connection, sql::archive::ALL_VISITS, [], |row| {
        let experiment_id = ExperimentId::from_bytes(row.get(0)?);
        let (hour, count) = (Hour::parse(row.get(1)?)?, row::count(row, 2)?);
        Ok(Record::Visits(Visits { experiment_id, hour, count }))
    })?;
    sender.all(connection, sql::archive::ALL_IMAGES, [], |row| {
        let hash = ImageHash::parse(row::text(row, 0)?)?;
        Ok(Record::Image(ImageBytes { hash, media_type: row.get(1)?, bytes: row.get(2)? }))
    })?;
    sender.flush()
}

fn credentials(row: &Row<'_>) -> Result<Record, Failure> {
    let researcher = researcher::researcher(row)?;
    Ok(Record::Researcher(Credentials { researcher, password_hash: row.get(6)? }))
}

fn experiment(row: &Row<'_>) -> Result<Record, Failure> {
    let mut experiment = experiment::experiment(row)?;
    experiment.stimulus_count = 0;
    Ok(Record::Experiment(ArchivedExperiment { experiment, deleted_at: row::optional_time(row, 17)? }))
}

fn participation(row: &Row<'_>) -> Result<Record, Failure> {
    let id = ParticipationId::from_bytes(row.get(0)?);
    Ok(Record::Participation(participation::read(row, id)?))
}

fn response(row: &Row<'_>) -> Result<Record, Failure> {
    let response = Response {
        participation_id: ParticipationId::from_bytes(row.get(0)?),
        trial: row.get(1)?,
        answer: export::answer(row, 2)?,
        timing: export::timing(row, 4)?,
    };
    Ok(Record::Response(ArchivedResponse { response, received_at: row::time(row, 10)? }))
}

// === impl Sender ===

impl Sender {
    /// Sends what `read` makes of each row.
    fn all(
        &mut self,
        connection: &Connection,
        sql: &'static str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<Record, Failure>,
    ) -> Result<(), Failure> {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            self.push(read(row)?)?;
        }
        Ok(())
    }

    fn push(&mut self, record: Record) -> Result<(), Failure> {
        self.bytes += record.long_bytes();
        self.batch.push(record);
        if self.batch.len() >= BATCH || self.bytes >= BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        // Fails when nobody reads any more; then nobody hears of it either.
        self.batches.blocking_send(batch).map_err(|_| Failure::Refused(Error::Unavailable(Stopped.into())))
    }
}
