//! The first gathering point: whatever writes of participants are waiting go to storage in one message.
//!
//! No timers: a sender takes what is there, sends it, answers each waiting request with its own outcome,
//! and takes again. One or two messages are in flight, so that the next batch gathers meanwhile.

use std::sync::Arc;
use std::time::Duration;

use nameit_proto::storage::v1::participation_service_client::ParticipationServiceClient;
use nameit_proto::storage::v1::{CommitRequest, Write, Written, write, written};
use nameit_runtime::client::Channel;
use nameit_telemetry::TraceContext;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::clients::call;
use crate::config::Limits;
use crate::error::{Error, ErrorCode, Result};

/// Writes in one message.
const BATCH_MAX: usize = 512;

/// Where writes of participants are handed in.
#[derive(Clone)]
pub(crate) struct Ingest {
    queue: mpsc::Sender<Waiting>,
    patience: Duration,
}

/// A write and who waits for its outcome.
struct Waiting {
    write: Write,
    answer: oneshot::Sender<Result<written::Written>>,
}

type Queue = Arc<Mutex<mpsc::Receiver<Waiting>>>;

// === impl Ingest ===

impl Ingest {
    /// Starts the senders. They end when the last `Ingest` is dropped and everything is answered.
    pub(crate) fn start(client: &ParticipationServiceClient<Channel>, limits: &Limits) -> Self {
        let (queue, receiver) = mpsc::channel(limits.ingest_queue);
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..limits.ingest_senders {
            tokio::spawn(send(client.clone(), Arc::clone(&receiver)));
        }
        Self { queue, patience: Duration::from_millis(limits.ingest_patience_ms) }
    }

    /// Makes a write durable, or says why not. When this returns `Ok`, it is durable; when nobody answers in
    /// time, it may be or become so, and the same write again is harmless.
    pub(crate) async fn write(&self, write: write::Write) -> Result<written::Written> {
        let trace_id = TraceContext::current().map(|context| context.trace_id().to_vec()).unwrap_or_default();
        let write = Write { write: Some(write), trace_id };
        let (answer, outcome) = oneshot::channel();
        self.queue.try_send(Waiting { write, answer }).map_err(|_| {
            Error::unavailable("too many answers are waiting to be stored; try again shortly")
        })?;
        tokio::time::timeout(self.patience, outcome)
            .await
            .map_err(|_| Error::unavailable("storing takes too long at the moment; try again shortly"))?
            .map_err(|_| Error::unavailable("the service is stopping; try again shortly"))?
    }
}

async fn send(mut client: ParticipationServiceClient<Channel>, queue: Queue) {
    let mut batch = Vec::with_capacity(BATCH_MAX);
    loop {
        if queue.lock().await.recv_many(&mut batch, BATCH_MAX).await == 0 {
            return;
        }
        let mut answers = Vec::with_capacity(batch.len());
        let mut writes = Vec::with_capacity(batch.len());
        for waiting in batch.drain(..) {
            writes.push(waiting.write);
            answers.push(waiting.answer);
        }
        let outcome = client.commit(call(CommitRequest { writes })).await;
        let outcomes = outcome.map(|response| response.into_inner().written);
        match outcomes {
            Ok(written) if written.len() == answers.len() => answer_each(answers, written),
            Ok(written) => {
                tracing::error!(
                    sent = answers.len(),
                    answered = written.len(),
                    "storage did not answer each write"
                );
                answer_all(answers, || {
                    Error::new(ErrorCode::Internal, "something went wrong on our side; try again")
                });
            }
            Err(status) => {
                tracing::warn!(rpc.code = ?status.code(), writes = answers.len(), "storage did not take the writes");
                answer_all(answers, || Error::from(status.clone()));
            }
        }
    }
}

// A request that was given up meanwhile has dropped its receiver; its write is durable all the same.
fn answer_each(answers: Vec<oneshot::Sender<Result<written::Written>>>, outcomes: Vec<Written>) {
    for (answer, outcome) in answers.into_iter().zip(outcomes) {
        let outcome = outcome.written.ok_or_else(|| Error::internal("storage gave no outcome"));
        let _ = answer.send(outcome);
    }
}

fn answer_all(answers: Vec<oneshot::Sender<Result<written::Written>>>, error: impl Fn() -> Error) {
    for answer in answers {
        let _ = answer.send(Err(error()));
    }
}
