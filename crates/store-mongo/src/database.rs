//! The database and its collections.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mongodb::Collection;
use mongodb::bson::{Document, RawDocumentBuf};
use mongodb::gridfs::GridFsBucket;
use nameit_store::{Error, Result};
use tokio::sync::OnceCell;

use crate::command::{Command, Gone};
use crate::error::{TooSlow, failed};
use crate::schema;
use crate::turns::Turns;

/// How long one operation may take, waiting for a server included. Shorter than what callers of storage
/// wait for, so that they hear the reason.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long a grouping of all responses of an experiment may take.
const LONG_PATIENCE: Duration = Duration::from_mins(5);

/// Documents in one answer, for what is looked up by ids: what comes in one answer is as it was at one moment,
/// while a server that is asked for more may meet a document that changed a second time, or not at all.
pub(crate) const ONE_ANSWER: u32 = 100_000;

/// After the server could not be reached, callers are told why at once for this long; then one looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// A database that may not be reachable yet. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    database: mongodb::Database,
    ready: OnceCell<Ready>,
    /// How making ready failed last because the server could not be reached.
    unreachable: Mutex<Option<Unreachable>>,
}

struct Unreachable {
    since: Instant,
    why: String,
}

/// A database whose schema has been seen to.
pub(crate) struct Ready {
    /// What tells this database from others; feeds are numbered under it.
    pub(crate) identity: String,
    pub(crate) database: mongodb::Database,
    pub(crate) settings: Collection<Document>,
    /// Places that storage processes take as writers.
    pub(crate) writers: Collection<Document>,
    pub(crate) researchers: Collection<Document>,
    pub(crate) sessions: Collection<Document>,
    pub(crate) experiments: Collection<Document>,
    /// Stimuli, some to a page; the experiment lists the pages that count.
    pub(crate) stimulus_pages: Collection<Document>,
    pub(crate) participations: Collection<Document>,
    pub(crate) responses: Collection<RawDocumentBuf>,
    /// Withdrawals that are being carried out, or were a short while ago.
    pub(crate) erasures: Collection<Document>,
    /// What researchers decided about the analysis, a version to a document.
    pub(crate) decisions: Collection<Document>,
    /// How often links were opened, an hour to a document.
    pub(crate) visits: Collection<Document>,
    pub(crate) images: GridFsBucket,
    /// Who changes the stimuli of which experiment.
    pub(crate) turns: Turns,
}

// === impl Database ===

impl Database {
    pub(crate) fn new(database: mongodb::Database) -> Self {
        let (ready, unreachable) = (OnceCell::new(), Mutex::new(None));
        Self { inner: Arc::new(Inner { database, ready, unreachable }) }
    }

    /// The collections; at the first call that reaches the server, indexes and schema version are seen to.
    /// Until then callers wait for one of them who tries, and hear of his failure instead of trying too.
    pub(crate) async fn ready(&self) -> Result<&Ready> {
        self.inner.ready.get_or_try_init(|| self.inner.prepare()).await
    }
}

// === impl Inner ===

impl Inner {
    async fn prepare(&self) -> Result<Ready> {
        if let Some(Unreachable { since, why }) = &*self.unreachable()
            && since.elapsed() < LOOK_AGAIN
        {
            return Err(Error::Unavailable(why.as_str().into()));
        }
        let prepared = schema::prepare(&self.database).await;
        if let Err(Error::Unavailable(problem)) = &prepared {
            *self.unreachable() = Some(Unreachable { since: Instant::now(), why: problem.to_string() });
        }
        prepared
    }

    fn unreachable(&self) -> MutexGuard<'_, Option<Unreachable>> {
        // Nothing that is done under the lock can panic.
        self.unreachable.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does one operation within the time that it may take.
pub(crate) async fn run<T>(
    command: impl Into<Command<'_>>,
    operation: impl IntoFuture<Output = mongodb::error::Result<T>>,
) -> Result<T> {
    let (command, operation) = (command.into(), Box::pin(operation.into_future()));
    let context = command.context();
    within(PATIENCE, command, operation).await?.map_err(|error| failed(context, error))
}

/// The same for an operation that goes through all responses of an experiment.
pub(crate) async fn unhurried<T>(
    command: Command<'_>,
    operation: impl Future<Output = mongodb::error::Result<T>>,
) -> Result<T> {
    let context = command.context();
    within(LONG_PATIENCE, command, Box::pin(operation)).await?.map_err(|error| failed(context, error))
}

/// The same for who wants to see the driver's error, for example to tell a duplicate.
pub(crate) async fn attempt<T>(
    command: impl Into<Command<'_>>,
    operation: impl IntoFuture<Output = mongodb::error::Result<T>>,
) -> Result<mongodb::error::Result<T>> {
    within(PATIENCE, command.into(), Box::pin(operation.into_future())).await
}

/// The operation is boxed, for the driver's futures are large and every layer would hold it again.
async fn within<T>(
    patience: Duration,
    command: Command<'_>,
    operation: Pin<Box<impl Future<Output = mongodb::error::Result<T>>>>,
) -> Result<mongodb::error::Result<T>> {
    let bounded = async {
        match tokio::time::timeout(patience, operation).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(Gone::Wrong(error)),
            Err(_) => Err(Gone::Slow),
        }
    };
    match command.measure(bounded).await {
        Ok(done) => Ok(Ok(done)),
        Err(Gone::Wrong(error)) => Ok(Err(error)),
        Err(Gone::Slow) => Err(Error::Unavailable(Box::new(TooSlow(patience)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_asks_hears_why_the_server_cannot_be_reached() {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let uri = format!("mongodb://{nobody}/?serverSelectionTimeoutMS=50&directConnection=true");
        let client = mongodb::Client::with_uri_str(uri).await.unwrap();
        let database = Database::new(client.database("nameit"));
        let mut problems = Vec::new();
        for _ in 0..3 {
            let Err(Error::Unavailable(problem)) = database.ready().await else { panic!("nobody is there") };
            problems.push(problem.to_string());
        }
        assert!(problems.iter().all(|problem| problem.contains("Connection refused")), "{problems:?}");
    }
}
