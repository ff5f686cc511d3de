//! One gRPC call, from its first byte to its last.

use std::time::{Duration, Instant};

use http::HeaderMap;
use tracing::Span;
use tracing::field::Empty;

use super::code::Code;
use crate::metrics::{self, Attribute, Histogram};
use crate::trace::TraceContext;
use crate::{export, names};

static SERVER_DURATION: Histogram = Histogram::new(&names::RPC_SERVER_DURATION);
static CLIENT_DURATION: Histogram = Histogram::new(&names::RPC_CLIENT_DURATION);

/// How much of a stream belongs to the trace of the request that opened it. What a stream that stays open does
/// later would make that trace endless.
const STREAM_TRACED: Duration = Duration::from_mins(1);

/// Calls without spans: they come every few seconds and say nothing of a request.
const UNTRACED: &str = "grpc.health.v1.Health/";

/// On which side of a call we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Server,
    Client,
}

/// A call under way. Dropped before its end, it was cancelled.
#[derive(Debug)]
pub(crate) struct Call {
    pub(super) span: Span,
    side: Side,
    method: String,
    begin: Instant,
    context: Option<TraceContext>,
    has_ended: bool,
}

// === impl Call ===

impl Call {
    /// A call of the method that `path` names.
    pub(super) fn begin(side: Side, path: &str) -> Self {
        let method = path.trim_start_matches('/').to_owned();
        let span = span(side, &method);
        Self { span, side, method, begin: Instant::now(), context: None, has_ended: false }
    }

    /// The call belongs to this request.
    pub(super) fn within(mut self, context: TraceContext) -> Self {
        self.context = Some(context);
        self
    }

    /// Does a part of the call: within its span and its request, while they last.
    pub(super) fn proceed<T>(&mut self, work: impl FnOnce() -> T) -> T {
        if self.begin.elapsed() > STREAM_TRACED {
            self.span = Span::none();
            self.context = None;
        }
        match self.context {
            Some(context) => context.sync_scope(|| self.span.in_scope(work)),
            None => work(),
        }
    }

    /// The head of the response: it has the status when there is nothing else in the response.
    pub(super) fn head(&mut self, headers: &HeaderMap) {
        if let Some(code) = Code::of(headers) {
            self.finish(code);
        }
    }

    /// The response ends with its status.
    pub(super) fn trailers(&mut self, trailers: &HeaderMap) {
        self.finish(Code::of(trailers).unwrap_or(Code::UNKNOWN));
    }

    /// The response ended. Without a status, something between the two sides was not gRPC.
    pub(super) fn end(&mut self) {
        self.finish(Code::UNKNOWN);
    }

    /// The connection was lost.
    pub(super) fn lost(&mut self) {
        self.finish(Code::UNAVAILABLE);
    }

    fn finish(&mut self, code: Code) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        let is_error = match self.side {
            Side::Server => code.is_error_of_server(),
            Side::Client => code.is_error_of_client(),
        };
        if !self.span.is_disabled() {
            self.span.record(names::RPC_STATUS, code.name());
            if is_error {
                self.span.record(names::ERROR_TYPE, code.name());
                self.span.record(names::OTEL_STATUS, "ERROR");
            }
        }
        if metrics::enabled() {
            self.measure(code, is_error);
        }
        if self.side == Side::Server {
            let answered = || {
                tracing::debug!(
                    { names::RPC_METHOD } = self.method,
                    { names::RPC_STATUS } = code.name(),
                    { names::DURATION_MS } = self.begin.elapsed().as_micros() as f64 / 1000.0,
                    "answered"
                );
            };
            match self.context {
                Some(context) => context.sync_scope(|| self.span.in_scope(answered)),
                None => answered(),
            }
        }
    }

    fn measure(&self, code: Code, is_error: bool) {
        // Callers can invent methods, but not add to the methods that there are.
        let method = if code == Code::UNIMPLEMENTED { "_OTHER" } else { &self.method };
        let mut attributes: Vec<Attribute> = vec![
            (names::RPC_SYSTEM, "grpc".into()),
            (names::RPC_METHOD, method.to_owned().into()),
            (names::RPC_STATUS, code.name().into()),
        ];
        if is_error {
            attributes.push((names::ERROR_TYPE, code.name().into()));
        }
        if names::STREAMS.contains(&self.method.as_str()) {
            attributes.push((names::STREAM, true.into()));
        }
        let duration = match self.side {
            Side::Server => &SERVER_DURATION,
            Side::Client => &CLIENT_DURATION,
        };
        duration.record(self.begin.elapsed().as_secs_f64(), &attributes);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.finish(Code::CANCELLED);
    }
}

fn span(side: Side, method: &str) -> Span {
    if !export::traces_are_on() || method.starts_with(UNTRACED) {
        return Span::none();
    }
    let stream = names::STREAMS.contains(&method).then_some(true);
    macro_rules! span {
        ($kind:literal, $name:expr, $($parent:tt)*) => {
            tracing::debug_span!(
                $($parent)*
                $name,
                { names::OTEL_NAME } = method,
                { names::OTEL_KIND } = $kind,
                { names::RPC_SYSTEM } = "grpc",
                { names::RPC_METHOD } = method,
                { names::STREAM } = stream,
                { names::RPC_STATUS } = Empty,
                { names::ERROR_TYPE } = Empty,
                { names::OTEL_STATUS } = Empty,
            )
        };
    }
    match side {
        Side::Server => span!("server", names::RPC_CALL, parent: None,),
        Side::Client => span!("client", names::RPC_CLIENT_CALL,),
    }
}
