//! The connections that read.

use std::sync::Arc;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nameit_store::{Error, Result};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::Semaphore;

use crate::error::{Failure, Stopped};
use crate::measured::measured;

/// A fixed number of connections; a job waits until one is free.
pub(crate) struct Readers {
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

/// A connection that goes back when the job is over, however it ends.
struct Borrowed<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

// === impl Readers ===

impl Readers {
    pub(crate) fn new(connections: Vec<Connection>) -> Self {
        let permits = Arc::new(Semaphore::new(connections.len()));
        Self { idle: Mutex::new(connections), permits }
    }

    /// Runs `job` on a blocking thread, within one read transaction: it sees one committed state.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        context: &'static str,
        job: impl FnOnce(&Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T> {
        let stopped = || Error::Unavailable(Stopped.into());
        let done = async {
            let permit = self.permits.clone().acquire_owned().await.map_err(|_| stopped())?;
            let readers = self.clone();
            let outcome = tokio::task::spawn_blocking(move || {
                let outcome = readers.borrow().read(job);
                drop(permit);
                outcome
            });
            let outcome = outcome.await.map_err(|error| Error::Internal { context, source: error.into() })?;
            outcome.map_err(|failure| failure.into_store(context))
        };
        measured(context, done).await
    }

    fn borrow(&self) -> Borrowed<'_> {
        Borrowed { readers: self, connection: self.lock().pop() }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Borrowed ===

impl Borrowed<'_> {
    fn read<T>(&self, job: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        let connection = self.connection.as_ref().expect("there are as many permits as connections");
        let snapshot = Transaction::new_unchecked(connection, TransactionBehavior::Deferred)?;
        job(&snapshot)
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        self.readers.lock().extend(self.connection.take());
    }
}
