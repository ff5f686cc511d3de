//! Trace context of gRPC calls, on both sides. Works on HTTP requests, so it needs no gRPC library.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use http::{Request, Response};
use tower::{Layer, Service};
use tracing::Instrument as _;

use crate::http::incoming;
use crate::names;
use crate::trace::{Hex, TRACEPARENT, TraceContext};

/// Client side: sends the context of the current request along.
#[derive(Debug, Clone)]
pub struct Inject<S>(pub S);

impl<S, B> Service<Request<B>> for Inject<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        if !request.headers().contains_key(TRACEPARENT) {
            let context = TraceContext::current().unwrap_or_else(TraceContext::generate);
            request.headers_mut().insert(TRACEPARENT, context.to_header());
        }
        self.0.call(request)
    }
}

/// Server side: takes the context of the caller, makes a span per call and logs it at debug.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExtractLayer;

/// See [`ExtractLayer`].
#[derive(Debug, Clone)]
pub struct Extract<S>(S);

impl<S> Layer<S> for ExtractLayer {
    type Service = Extract<S>;

    fn layer(&self, inner: S) -> Extract<S> {
        Extract(inner)
    }
}

impl<S, B, R> Service<Request<B>> for Extract<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let context = incoming(request.headers());
        let trace_id = context.trace_id();
        let begin = Instant::now();
        let span = tracing::info_span!(
            names::RPC_CALL,
            { names::RPC_METHOD } = request.uri().path(),
            { names::TRACE_ID } = %Hex(&trace_id)
        );
        let answer = context.scope(self.0.call(request));
        Box::pin(
            async move {
                let response = answer.await?;
                let status = response
                    .headers()
                    .get("grpc-status")
                    .and_then(|value| value.to_str().ok())
                    .unwrap_or("0");
                tracing::debug!(
                    { names::RPC_STATUS } = status,
                    { names::DURATION_MS } = begin.elapsed().as_micros() as f64 / 1000.0,
                    "answered"
                );
                Ok(response)
            }
            .instrument(span),
        )
    }
}
