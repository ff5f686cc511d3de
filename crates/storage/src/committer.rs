//! The second gathering point: one committer makes whatever is waiting durable in one batch.
//!
//! No timers: while one batch is being written, the next gathers. What was taken into the queue is written
//! even if its caller has gone, and nobody hears of success before the store has said that it is durable.

use std::sync::Arc;

use nameit_domain::Clock;
use nameit_store::ResponseStore;
use nameit_store::response::{Write, Written};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::changes::Changes;

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
        (committer, Committing { closing, task: tokio::spawn(worker.run()) })
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
        self.queue.try_send(Job { writes, answer, room }).map_err(|error| match error {
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
        for mut job in jobs {
            answers.push((job.answer, job.writes.len(), job.room));
            writes.append(&mut job.writes);
        }
        let outcome = self.store.commit(&writes, self.clock.now()).await;
        let committed = match outcome {
            Ok(committed) if committed.written.len() == count => committed,
            Ok(_) => {
                let context = "matching outcomes to writes";
                let source = "the store did not give one outcome for each write".into();
                return refuse(answers, &Arc::new(nameit_store::Error::Internal { context, source }));
            }
            Err(error) => {
                let error_story = error.story();
                tracing::error!(
                    writes = count,
                    error = error_story,
                    "a batch of answers was not stored; nothing of it is acknowledged"
                );
                return refuse(answers, &Arc::new(error));
            }
        };
        let mut written = committed.written.into_iter();
        for (answer, length, _) in answers {
            // Nobody waits any more if this fails; what was written stays written.
            let _ = answer.send(Ok(written.by_ref().take(length).collect()));
        }
        self.changes.tell(&committed.changed);
    }
}

type Answer = (oneshot::Sender<Result<Vec<Written>, Error>>, usize, OwnedSemaphorePermit);

fn refuse(answers: Vec<Answer>, error: &Arc<nameit_store::Error>) {
    for (answer, ..) in answers {
        let _ = answer.send(Err(Error::Store(error.clone())));
    }
}
