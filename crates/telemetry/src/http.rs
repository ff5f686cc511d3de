//! Trace context of HTTP requests.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use http::{Request, Response};
use tower::{Layer, Service};
use tracing::Instrument as _;

use crate::names;
use crate::trace::{Hex, TRACEPARENT, TraceContext};

/// Gives each request a trace context (the one it brought, or a new one) and a span, and logs its outcome:
/// 5xx as errors, but 503 as warnings, what `quiet` matches at debug, everything else at info.
#[derive(Debug, Clone, Copy)]
pub struct TraceLayer {
    /// Says whether a path is too busy to be logged at info.
    pub quiet: fn(&str) -> bool,
    /// The route template of a request, for the log; never the path, which may hold ids.
    pub route: fn(&http::Extensions) -> Option<&str>,
}

/// See [`TraceLayer`].
#[derive(Debug, Clone)]
pub struct Trace<S> {
    inner: S,
    layer: TraceLayer,
}

// === impl TraceLayer ===

impl<S> Layer<S> for TraceLayer {
    type Service = Trace<S>;

    fn layer(&self, inner: S) -> Trace<S> {
        Trace { inner, layer: *self }
    }
}

// === impl Trace ===

impl<S, B, R> Service<Request<B>> for Trace<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let context = incoming(request.headers());
        let quiet = (self.layer.quiet)(request.uri().path());
        let begin = Instant::now();
        let method = request.method().clone();
        let route = (self.layer.route)(request.extensions()).unwrap_or("none").to_owned();
        let trace_id = context.trace_id();
        let span = if quiet {
            tracing::debug_span!(names::HTTP_REQUEST, { names::TRACE_ID } = %Hex(&trace_id))
        } else {
            tracing::info_span!(names::HTTP_REQUEST, { names::TRACE_ID } = %Hex(&trace_id))
        };
        let answer = context.scope(self.inner.call(request));
        Box::pin(
            async move {
                let mut response = answer.await?;
                let status = response.status().as_u16();
                let duration_ms = begin.elapsed().as_micros() as f64 / 1000.0;
                macro_rules! answered {
                    ($level:ident) => {
                        tracing::$level!(
                            { names::HTTP_METHOD } = %method,
                            { names::HTTP_ROUTE } = route,
                            { names::HTTP_STATUS } = status,
                            { names::DURATION_MS } = duration_ms,
                            "answered"
                        )
                    };
                }
                match status {
                    // "Come again": why, was logged where it is known.
                    503 if quiet => answered!(debug),
                    503 => answered!(warn),
                    500.. => answered!(error),
                    _ if quiet => answered!(debug),
                    _ => answered!(info),
                }
                response.headers_mut().insert(TRACEPARENT, context.to_header());
                Ok(response)
            }
            .instrument(span),
        )
    }
}

/// The context that headers bring, or a new one.
pub fn incoming(headers: &http::HeaderMap) -> TraceContext {
    headers
        .get(TRACEPARENT)
        .and_then(|value| value.to_str().ok())
        .and_then(TraceContext::parse)
        .map_or_else(TraceContext::generate, TraceContext::child)
}
