//! Spans and metrics of what is asked of a database. The one place for both stores.

use std::time::Instant;

use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::metrics::{Attribute, Histogram};
use crate::{export, metrics, names, trace};

static DURATION: Histogram = Histogram::new(&names::DB_CLIENT_DURATION);

/// One thing that is asked of a database. Holds names only, never values.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// `mongodb` or `sqlite`.
    pub system: &'static str,
    /// Name of the database.
    pub namespace: Option<&'a str>,
    /// Name of the collection.
    pub collection: Option<&'a str>,
    /// Name of the command, or what a transaction is for.
    pub name: &'static str,
    /// How many writes it holds, if it is a batch.
    pub batch_size: Option<usize>,
}

/// Why an operation failed, in a word, and the code that the database gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The code, or the short name of a kind of error.
    pub kind: String,
    /// The database's code, if it gave one.
    pub code: Option<i32>,
}

/// An operation under way. Dropped before its end, it was cancelled.
struct Call<'a> {
    operation: Operation<'a>,
    span: Span,
    begin: Instant,
    has_ended: bool,
}

/// Whether anything is made of an operation; to spare the making of names that cost something.
pub fn enabled() -> bool {
    export::is_on()
}

// === impl Operation ===

impl Operation<'_> {
    /// Does `work` in a span of its own and measures it; `explain` says why it failed, if it did: an answer
    /// that was reckoned with is none. Nothing is made while nothing is exported, and no span of what belongs to
    /// no request, such as heartbeats.
    pub async fn measure<T, E>(
        self,
        work: impl Future<Output = Result<T, E>>,
        explain: impl FnOnce(&E) -> Option<Failure>,
    ) -> Result<T, E> {
        if !export::is_on() {
            return work.await;
        }
        let call = Call::begin(self);
        let span = call.span.clone();
        let outcome = work.instrument(span).await;
        call.end(outcome.as_ref().err().and_then(explain));
        outcome
    }

    fn span(self) -> Span {
        if !export::traces_are_on() || trace::current().is_none() {
            return Span::none();
        }
        let shown = match self.collection {
            Some(collection) => format!("{} {collection}", self.name),
            None => self.name.to_owned(),
        };
        let span = tracing::debug_span!(
            names::DB_CALL,
            { names::OTEL_NAME } = shown,
            { names::OTEL_KIND } = "client",
            { names::DB_SYSTEM } = self.system,
            { names::DB_NAMESPACE } = self.namespace,
            { names::DB_COLLECTION } = self.collection,
            { names::DB_OPERATION } = self.name,
            { names::DB_BATCH_SIZE } = self.batch_size,
            { names::DB_STATUS } = Empty,
            { names::ERROR_TYPE } = Empty,
            { names::OTEL_STATUS } = Empty,
        );
        // Also where the request runs in no exported span: then it has none because it is not sampled.
        let _ = trace::begin(&span, None);
        span
    }
}

// === impl Call ===

impl<'a> Call<'a> {
    fn begin(operation: Operation<'a>) -> Self {
        Self { operation, span: operation.span(), begin: Instant::now(), has_ended: false }
    }

    fn end(mut self, failure: Option<Failure>) {
        self.finish(failure);
    }

    fn finish(&mut self, failure: Option<Failure>) {
        self.has_ended = true;
        if let Some(failure) = &failure {
            self.span.record(names::ERROR_TYPE, &*failure.kind);
            self.span.record(names::OTEL_STATUS, "ERROR");
            if let Some(code) = failure.code {
                self.span.record(names::DB_STATUS, code.to_string());
            }
        }
        if metrics::enabled() {
            let mut attributes: Vec<Attribute> = vec![
                (names::DB_SYSTEM, self.operation.system.into()),
                (names::DB_OPERATION, self.operation.name.into()),
            ];
            if let Some(collection) = self.operation.collection {
                attributes.push((names::DB_COLLECTION, collection.to_owned().into()));
            }
            if let Some(failure) = failure {
                attributes.push((names::ERROR_TYPE, failure.kind.into()));
            }
            DURATION.record(self.begin.elapsed().as_secs_f64(), &attributes);
        }
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            self.finish(Some(Failure { kind: "cancelled".to_owned(), code: None }));
        }
    }
}
