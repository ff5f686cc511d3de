//! The first gathering point: whatever writes of participants are waiting go to storage in one message.
//!
//! No timers: a sender takes what is there, sends it, answers each waiting request with its own outcome,
//! and takes again. One or two messages are in flight, so that the next batch gathers meanwhile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nameit_domain::ParticipationId;
use nameit_proto::storage::v1::participation_service_client::ParticipationServiceClient;
use nameit_proto::storage::v1::{CommitRequest, Write, Written, write, written};
use nameit_runtime::client::Channel;
use nameit_telemetry::metrics::{self, Gauge, Histogram, Observation};
use nameit_telemetry::{TraceContext, names, trace};
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::clients::call;
use crate::config::Limits;
use crate::counts::{Counts, Outcome};
use crate::error::{Error, ErrorCode, Result};

/// Writes in one message.
const BATCH_MAX: usize = 512;

static MESSAGE_SIZE: Histogram = Histogram::new(&names::INGEST_MESSAGE_SIZE);
static MESSAGE_DURATION: Histogram = Histogram::new(&names::INGEST_MESSAGE_DURATION);

/// Where writes of participants are handed in.
#[derive(Clone)]
pub(crate) struct Ingest {
    queue: mpsc::Sender<Waiting>,
    patience: Duration,
    counts: Counts,
    _observed: Arc<Observation>,
}

/// Takes what is waiting, and sends it.
struct Sender {
    client: ParticipationServiceClient<Channel>,
    queue: Queue,
    counts: Counts,
}

/// A write and who waits for its outcome.
struct Waiting {
    write: Write,
    /// The request that it came with.
    cause: Option<TraceContext>,
    answer: oneshot::Sender<Result<written::Written>>,
}

type Queue = Arc<Mutex<mpsc::Receiver<Waiting>>>;

// === impl Ingest ===

impl Ingest {
    /// Starts the senders. They end when the last `Ingest` is dropped and everything is answered.
    pub(crate) fn start(
        client: &ParticipationServiceClient<Channel>,
        counts: Counts,
        limits: &Limits,
    ) -> Self {
        let (queue, receiver) = mpsc::channel(limits.ingest_queue);
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..limits.ingest_senders {
            let sender =
                Sender { client: client.clone(), queue: Arc::clone(&receiver), counts: counts.clone() };
            tokio::spawn(sender.run());
        }
        let watched = queue.downgrade();
        let observed = Gauge::observe(&names::INGEST_QUEUE_LENGTH, move || {
            let waiting = watched.upgrade().map(|queue| queue.max_capacity() - queue.capacity());
            waiting.map(|waiting| (waiting as f64, Vec::new())).into_iter().collect()
        });
        let patience = Duration::from_millis(limits.ingest_patience_ms);
        Self { queue, patience, counts, _observed: Arc::new(observed) }
    }

    /// Makes a write durable, or says why not. When this returns `Ok`, it is durable; when nobody answers in
    /// time, it may be or become so, and the same write again is harmless.
    pub(crate) async fn write(&self, write: write::Write) -> Result<written::Written> {
        let cause = TraceContext::current();
        let trace_id = cause.map(|context| context.trace_id().to_vec()).unwrap_or_default();
        let write = Write { write: Some(write), trace_id };
        let (answer, outcome) = oneshot::channel();
        self.queue.try_send(Waiting { write, cause, answer }).map_err(|refused| {
            let refused = refused.into_inner();
            self.counts.answered(participation_of(&refused.write).map(|id| (id, Outcome::Busy)));
            Error::unavailable("too many answers are waiting to be stored; try again shortly")
        })?;
        tokio::time::timeout(self.patience, outcome)
            .await
            .map_err(|_| Error::unavailable("storing takes too long at the moment; try again shortly"))?
            .map_err(|_| Error::unavailable("the service is stopping; try again shortly"))?
    }
}

// === impl Sender ===

impl Sender {
    async fn run(mut self) {
        let mut batch = Vec::with_capacity(BATCH_MAX);
        loop {
            if self.queue.lock().await.recv_many(&mut batch, BATCH_MAX).await == 0 {
                return;
            }
            let span = message_span(batch.len());
            let causes: Vec<TraceContext> = batch.iter().filter_map(|waiting| waiting.cause).collect();
            trace::caused_by(span.clone(), causes, self.send(&mut batch, &span)).await;
        }
    }

    async fn send(&mut self, batch: &mut Vec<Waiting>, span: &tracing::Span) {
        let begin = Instant::now();
        let mut answers = Vec::with_capacity(batch.len());
        let mut writes = Vec::with_capacity(batch.len());
        let answered: Vec<Option<ParticipationId>> = if metrics::enabled() {
            batch.iter().map(|waiting| participation_of(&waiting.write)).collect()
        } else {
            Vec::new()
        };
        for waiting in batch.drain(..) {
            writes.push(waiting.write);
            answers.push(waiting.answer);
        }
        MESSAGE_SIZE.record(answers.len() as f64, &[]);
        let outcome = self.client.commit(call(CommitRequest { writes })).await;
        let outcomes = outcome.map(|response| response.into_inner().written);
        let error_type = match &outcomes {
            Ok(written) if written.len() == answers.len() => None,
            Ok(_) => Some("incomplete"),
            Err(status) => Some(code_name(status.code())),
        };
        if let Some(error_type) = error_type {
            span.record(names::ERROR_TYPE, error_type);
            span.record(names::OTEL_STATUS, "ERROR");
        }
        let attributes = error_type.map(|error_type| (names::ERROR_TYPE, error_type.into()));
        MESSAGE_DURATION.record(begin.elapsed().as_secs_f64(), attributes.as_slice());
        match outcomes {
            Ok(written) if written.len() == answers.len() => {
                let became = answered.iter().zip(&written);
                self.counts.answered(became.filter_map(|(id, written)| Some(((*id)?, outcome_of(written)))));
                answer_each(answers, written);
            }
            Ok(written) => {
                tracing::error!(
                    sent = answers.len(),
                    answered = written.len(),
                    "storage did not answer each write"
                );
                self.counts.answered(answered.into_iter().flatten().map(|id| (id, Outcome::Busy)));
                answer_all(answers, || {
                    Error::new(ErrorCode::Internal, "something went wrong on our side; try again")
                });
            }
            Err(status) => {
                tracing::warn!(rpc.code = ?status.code(), writes = answers.len(), "storage did not take the writes");
                self.counts.answered(answered.into_iter().flatten().map(|id| (id, Outcome::Busy)));
                answer_all(answers, || Error::from(status.clone()));
            }
        }
    }
}

fn message_span(writes: usize) -> tracing::Span {
    tracing::debug_span!(
        parent: None,
        names::INGEST_MESSAGE,
        { names::WRITES } = writes,
        { names::ERROR_TYPE } = tracing::field::Empty,
        { names::OTEL_STATUS } = tracing::field::Empty,
    )
}

/// The participation whose answer a write is; none when it is something else.
fn participation_of(write: &Write) -> Option<ParticipationId> {
    match &write.write {
        Some(write::Write::Record(response)) => ParticipationId::parse(&response.participation_id).ok(),
        _ => None,
    }
}

fn outcome_of(written: &Written) -> Outcome {
    match written.written {
        Some(written::Written::Record(recorded)) => Outcome::of(recorded),
        _ => Outcome::Busy,
    }
}

/// The code as the specification of gRPC spells those that a call to storage ends with.
fn code_name(code: tonic::Code) -> &'static str {
    match code {
        tonic::Code::Unavailable => "UNAVAILABLE",
        tonic::Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        tonic::Code::Cancelled => "CANCELLED",
        tonic::Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        tonic::Code::Internal => "INTERNAL",
        _ => "_OTHER",
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
