//! Spans, metrics and log lines of gRPC calls, on both sides. Works on HTTP requests, so it needs no gRPC
//! library.
//!
//! A call lasts until its last message. Calls that stay open to follow something ([`names::STREAMS`]) are
//! marked by [`names::STREAM`] in the metrics, so that they do not stand among the durations of the others.

use std::pin::Pin;
use std::task::{Context, Poll};

use http::header::CONTENT_TYPE;
use http::{Request, Response};
use http_body::Body;
use tower::{Layer, Service};
use tracing::Instrument as _;

use crate::export;
use crate::http::incoming;
#[cfg(doc)]
use crate::names;
use crate::trace::{self, TRACEPARENT, TraceContext};

mod body;
mod call;
mod code;

pub use body::Measured;
use call::{Call, Side};

/// Client side: makes a span per call and sends its context, or that of the current request, along.
#[derive(Debug, Clone)]
pub struct Inject<S>(pub S);

/// Server side: takes the context of the caller, makes a span per call and logs it at debug.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExtractLayer;

/// See [`ExtractLayer`].
#[derive(Debug, Clone)]
pub struct Extract<S>(S);

/// Whether a request is a gRPC call.
pub(crate) fn is_call<B>(request: &Request<B>) -> bool {
    request.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

/// Serves a call by `inner`, in a span.
pub(crate) fn serve<B, R, E, F>(
    request: Request<B>,
    inner: impl FnOnce(Request<B>) -> F,
) -> impl Future<Output = Result<Response<Measured<R>>, E>> + Send + 'static
where
    F: Future<Output = Result<Response<R>, E>> + Send + 'static,
    R: Body + Unpin,
{
    let call = Call::begin(Side::Server, request.uri().path());
    let context = trace::begin(&call.span, incoming(request.headers()));
    let span = call.span.clone();
    let answer = context.scope(span.in_scope(|| inner(request)));
    async move {
        let mut call = call.within(context);
        let mut response = answer.await?;
        call.head(response.headers());
        response.headers_mut().insert(TRACEPARENT, context.to_header());
        Ok(response.map(|body| Measured::call(body, call)))
    }
    .instrument(span)
}

// === impl Inject ===

impl<S, B, R> Service<Request<B>> for Inject<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    R: Body + Unpin,
{
    type Response = Response<Measured<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Measured<R>>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let given = incoming(request.headers());
        if !export::is_on() {
            if given.is_none() {
                let context = TraceContext::current().unwrap_or_else(TraceContext::generate);
                request.headers_mut().insert(TRACEPARENT, context.to_header());
            }
            let answer = self.0.call(request);
            return Box::pin(async move { Ok(answer.await?.map(Measured::plain)) });
        }
        let call = Call::begin(Side::Client, request.uri().path());
        let context = trace::begin(&call.span, given);
        request.headers_mut().insert(TRACEPARENT, context.to_header());
        let span = call.span.clone();
        let answer = span.in_scope(|| self.0.call(request));
        let answered = async move {
            let mut call = call.within(context);
            match answer.await {
                Ok(response) => {
                    call.head(response.headers());
                    Ok(response.map(|body| Measured::call(body, call)))
                }
                Err(error) => {
                    call.lost();
                    Err(error)
                }
            }
        };
        Box::pin(answered.instrument(span))
    }
}

// === impl Extract ===

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
    S::Error: 'static,
    R: Body + Unpin + 'static,
    B: 'static,
{
    type Response = Response<Measured<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Measured<R>>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        Box::pin(serve(request, |request| self.0.call(request)))
    }
}
