//! The one connection that writes, on its own thread.

use std::fs::File;
use std::io;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nameit_store::{Error, Result};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::error::{Failure, Stopped};
use crate::known::Known;
use crate::measured::measured;
use crate::{row, sql};

/// Jobs that may wait for the writer; whoever comes later waits for a place.
const QUEUE: usize = 64;

/// How long the writer waits for readers when it empties the log after an erasure.
const ERASE_TIMEOUT: Duration = Duration::from_millis(50);

/// How long the writer leaves the log alone after readers were in the way: a long reader, such as a backup,
/// must not make every job wait.
const ERASE_PAUSE: Duration = Duration::from_secs(1);

/// How long a heartbeat proves that the database can be written. Each costs the disk a flush.
const HEARTBEAT: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce(&mut State) + Send>;

/// What the thread owns. The lock is released last, when the connection is closed.
pub(crate) struct State {
    connection: Connection,
    known: Known,
    /// Whether erased data may still lie in the write-ahead log.
    log_holds_erased: bool,
    /// When readers were last in the way of emptying the log.
    log_was_busy: Option<Instant>,
    /// When a heartbeat was written last; `None` after any failure of the database.
    heartbeat: Option<Instant>,
    _lock: File,
}

/// Hands jobs to the writing thread. Dropping it waits until all of them are done.
pub(crate) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

// === impl Writer ===

impl Writer {
    pub(crate) fn start(connection: Connection, lock: File) -> io::Result<Self> {
        let (jobs, mut waiting) = mpsc::channel::<Job>(QUEUE);
        let mut state = State {
            connection,
            known: Known::new(),
            log_holds_erased: false,
            log_was_busy: None,
            heartbeat: None,
            _lock: lock,
        };
        let thread = std::thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || {
            while let Some(job) = waiting.blocking_recv() {
                job(&mut state);
                if state.log_holds_erased {
                    state.empty_log();
                }
            }
        })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs `job` in one durable transaction: when this returns `Ok`, what it did is on the disk; when it
    /// returns `Err`, nothing of it is. The job is carried out even if the caller stops to wait.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        context: &'static str,
        job: impl FnOnce(&Connection, &mut Known) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T> {
        self.send(context, move |state| state.transact(job)).await
    }

    /// Like [`Self::run`], and sees to it that what was erased vanishes from the log as well.
    pub(crate) async fn erase<T: Send + 'static>(
        &self,
        context: &'static str,
        job: impl FnOnce(&Connection, &mut Known) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T> {
        self.send(context, move |state| {
            let outcome = state.transact(job);
            state.log_holds_erased |= outcome.is_ok();
            outcome
        })
        .await
    }

    /// Proves that the database can be written, by writing, unless that was proved a moment ago.
    pub(crate) async fn beat(&self) -> Result<()> {
        self.send("writing a heartbeat", |state| {
            if state.heartbeat.is_some_and(|at| at.elapsed() < HEARTBEAT) { Ok(()) } else { state.beat() }
        })
        .await
    }

    /// Proves by writing that the database can be written now.
    pub(crate) async fn beat_anew(&self) -> Result<()> {
        self.send("writing a heartbeat", State::beat).await
    }

    async fn send<T: Send + 'static>(
        &self,
        context: &'static str,
        job: impl FnOnce(&mut State) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T> {
        let stopped = || Error::Unavailable(Stopped.into());
        let (answer, outcome) = oneshot::channel();
        let job: Job = Box::new(move |state| {
            // Nobody waits any more if this fails; the work is done all the same.
            let _ = answer.send(job(state));
        });
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        let done = async {
            jobs.send(job).await.map_err(|_| stopped())?;
            outcome.await.map_err(|_| stopped())?.map_err(|failure| failure.into_store(context))
        };
        measured(context, done).await
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writing thread of the database had panicked");
        }
    }
}

// === impl State ===

impl State {
    fn transact<T>(
        &mut self,
        job: impl FnOnce(&Connection, &mut Known) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let outcome = Self::in_transaction(&self.connection, &mut self.known, job);
        // A job that refuses has not touched what is known; one that fails half-way may have, and its
        // changes were rolled back.
        if let Err(Failure::Sqlite(_) | Failure::Damaged(_)) = &outcome {
            self.known.forget_all();
            self.heartbeat = None;
        }
        outcome
    }

    fn beat(&mut self) -> Result<(), Failure> {
        self.transact(|connection, _| Ok(row::execute(connection, sql::system::HEARTBEAT, [])?))?;
        self.heartbeat = Some(Instant::now());
        Ok(())
    }

    fn in_transaction<T>(
        connection: &Connection,
        known: &mut Known,
        job: impl FnOnce(&Connection, &mut Known) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
        let done = job(&transaction, known)?;
        transaction.commit()?;
        Ok(done)
    }

    /// Moves the log into the file and cuts it to nothing. If a reader is in the way, a later job tries again.
    fn empty_log(&mut self) {
        if self.log_was_busy.is_some_and(|at| at.elapsed() < ERASE_PAUSE) {
            return;
        }
        match self.try_empty_log() {
            Ok(emptied) => {
                self.log_holds_erased = !emptied;
                self.log_was_busy = (!emptied).then(Instant::now);
            }
            Err(error) => tracing::warn!(%error, "the log cannot be emptied after an erasure"),
        }
    }

    fn try_empty_log(&self) -> rusqlite::Result<bool> {
        self.connection.busy_timeout(ERASE_TIMEOUT)?;
        let busy =
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
        self.connection.busy_timeout(crate::open::BUSY_TIMEOUT)?;
        Ok(!busy?)
    }
}
