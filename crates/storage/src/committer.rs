//! The second gathering point: one committer makes whatever is waiting durable in one batch.
//!
//! No timers: while one batch is being written, the next gathers. What was taken into the queue is written
//! even if its caller has gone, and nobody hears of success before the store has said that it is durable.

use std::sync::Arc;
use std::time::Instant;

use nameit_domain::Clock;
use nameit_store::ResponseStore;
use nameit_store::response::{Committed, Write, Written};
use nameit_telemetry::metrics::{Gauge, Histogram, Observation};
use nameit_telemetry::{TraceContext, names, trace};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::changes::Changes;

static BATCH_SIZE: Histogram = Histogram::new(&names::COMMITTER_BATCH_SIZE);
static BATCH_DURATION: Histogram = Histogram::new(&names::COMMITTER_BATCH_DURATION);

/// Writes in one batch, but that a message is never divided.
const BATCH_MAX: usize = 512;

/// Writes in one message.
pub const MESSAGE_WRITES_MAX: usize = 4_096;

/// Hands writes to the committer. Cheap to clone.
#[derive(Clone)]
pub struct Committer {
    queue: mpsc::Sender<Job>,
    /// Writes that may still be taken in.
    room: Arc<Semaphore>,
}

/// The committer's task.
pub struct Committing {
    closing: CancellationToken,
    task: JoinHandle<()>,
    _queue_length: Observation,
}

/// Why writes were not made durable.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Too many are waiting.
    #[error("too many answers are waiting to be stored; try again shortly")]
    Full,
    /// Too many in one message.
    #[error("a message may hold {MESSAGE_WRITES_MAX} writes, this one has {0}")]
    TooMany(usize),
    /// Storage is stopping.
    #[error("storage is stopping")]
    Stopping,
    /// The store refused the batch.
    #[error(transparent)]
    Store(Arc<nameit_store::Error>),
}

/// The writes of one call.
struct Job {
    writes: Vec<Write>,
    answer: oneshot::Sender<Result<Vec<Written>, Error>>,
    room: OwnedSemaphorePermit,
    /// The call itself.
    cause: Option<TraceContext>,
}

struct Worker {
    store: Arc<dyn ResponseStore>,
    changes: Changes,
    clock: Arc<dyn Clock>,
    waiting: mpsc::Receiver<Job>,
    closing: CancellationToken,
}

// === impl Committer ===

impl Committer {
    /// Starts the committer; at most `queue` writes wait in it.
    pub fn start(
        store: Arc<dyn ResponseStore>,
        changes: Changes,
        clock: Arc<dyn Clock>,
        queue: usize,
    ) -> (Self, Committing) {
        let (sender, waiting) = mpsc::channel(queue);
        let closing = CancellationToken::new();
        let worker = Worker { store, changes, clock, waiting, closing: closing.clone() };
        let committer = Self { queue: sender, room: Arc::new(Semaphore::new(queue)) };
        let room = Arc::clone(&committer.room);
        let queue_length = Gauge::observe(&names::COMMITTER_QUEUE_LENGTH, move || {
            vec![(queue.saturating_sub(room.available_permits()) as f64, Vec::new())]
        });
        let task = tokio::spawn(worker.run());
        (committer, Committing { closing, task, _queue_length: queue_length })
    }

    /// Makes the writes durable, in order, and gives the outcome of each. Refuses at once when the queue is
    /// full: waiting happens at the participants, whose browsers keep their answers.
    pub async fn commit(&self, writes: Vec<Write>) -> Result<Vec<Written>, Error> {
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        if writes.len() > MESSAGE_WRITES_MAX {
            return Err(Error::TooMany(writes.len()));
        }
        let room = self.room.clone().try_acquire_many_owned(writes.len() as u32).map_err(|_| Error::Full)?;
        let (answer, outcome) = oneshot::channel();
        let cause = trace::current();
        self.queue.try_send(Job { writes, answer, room, cause }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Error::Full,
            mpsc::error::TrySendError::Closed(_) => Error::Stopping,
        })?;
        outcome.await.map_err(|_| Error::Stopping)?
    }
}

// === impl Committing ===

impl Committing {
    /// Takes nothing new, writes what is waiting, and ends.
    pub async fn finish(self) {
        self.closing.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the committer broke off");
        }
    }
}

// === impl Worker ===

impl Worker {
    async fn run(mut self) {
        while let Some(first) = self.next().await {
            let mut jobs = vec![first];
            let mut count = jobs[0].writes.len();
            while count < BATCH_MAX
                && let Ok(job) = self.waiting.try_recv()
            {
                count += job.writes.len();
                jobs.push(job);
            }
            self.commit(jobs, count).await;
        }
    }

    /// The next job; once closing, only what is waiting already.
    async fn next(&mut self) -> Option<Job> {
        tokio::select! {
            biased;
            job = self.waiting.recv() => return job,
            () = self.closing.cancelled() => {}
        }
        self.waiting.close();
        self.waiting.recv().await
    }

    async fn commit(&self, jobs: Vec<Job>, count: usize) {
        let mut writes = Vec::with_capacity(count);
        let mut answers = Vec::with_capacity(jobs.len());
        let mut causes = Vec::with_capacity(jobs.len());
        for mut job in jobs {
            answers.push((job.answer, job.writes.len(), job.room));
            writes.append(&mut job.writes);
            causes.extend(job.cause);
        }
        let span = batch_span(count);
        let batch = trace::caused_by(span.clone(), causes, async {
            let begin = Instant::now();
            let outcome = self.make_durable(&writes).await;
            let error_type = outcome.as_ref().err().map(error_type);
            if let Some(error_type) = error_type {
                span.record(names::ERROR_TYPE, error_type);
                span.record(names::OTEL_STATUS, "ERROR");
            }
            let attributes = error_type.map(|error_type| (names::ERROR_TYPE, error_type.into()));
            BATCH_SIZE.record(count as f64, &[]);
            BATCH_DURATION.record(begin.elapsed().as_secs_f64(), attributes.as_slice());
            (outcome, trace::current())
        });
        let (outcome, cause) = batch.await;
        let committed = match outcome {
            Ok(committed) => committed,
            Err(error) => return refuse(answers, &Arc::new(error)),
        };
        let mut written = committed.written.into_iter();
        for (answer, length, _) in answers {
            // Nobody waits any more if this fails; what was written stays written.
            let _ = answer.send(Ok(written.by_ref().take(length).collect()));
        }
        self.changes.tell(&committed.changed, cause);
    }

    async fn make_durable(&self, writes: &[Write]) -> nameit_store::Result<Committed> {
        let committed = self.store.commit(writes, self.clock.now()).await.inspect_err(|error| {
            let error_story = error.story();
            tracing::error!(
                writes = writes.len(),
                error = error_story,
                "a batch of answers was not stored; nothing of it is acknowledged"
            );
        })?;
        if committed.written.len() == writes.len() {
            Ok(committed)
        } else {
            let context = "matching outcomes to writes";
            let source = "the store did not give one outcome for each write".into();
            Err(nameit_store::Error::Internal { context, source })
        }
    }
}

fn batch_span(writes: usize) -> tracing::Span {
    tracing::debug_span!(
        parent: None,
        names::COMMIT_BATCH,
        { names::WRITES } = writes,
        { names::ERROR_TYPE } = tracing::field::Empty,
        { names::OTEL_STATUS } = tracing::field::Empty,
    )
}

/// What kind of error it is, in a word.
fn error_type(error: &nameit_store::Error) -> &'static str {
    match error {
        nameit_store::Error::AlreadyExists { .. } => "already_exists",
        nameit_store::Error::NotFound { .. } => "not_found",
        nameit_store::Error::Conflict { .. } => "conflict",
        nameit_store::Error::Unavailable(_) => "unavailable",
        nameit_store::Error::Internal { .. } => "internal",
    }
}

type Answer = (oneshot::Sender<Result<Vec<Written>, Error>>, usize, OwnedSemaphorePermit);

fn refuse(answers: Vec<Answer>, error: &Arc<nameit_store::Error>) {
    for (answer, ..) in answers {
        let _ = answer.send(Err(Error::Store(error.clone())));
    }
}
