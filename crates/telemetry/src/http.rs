//! Spans, metrics and log lines of HTTP requests.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use http::{Method, Request, Response, Version};
use http_body::Body;
use tower::{Layer, Service};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::grpc::{self, Measured};
use crate::metrics::{self, Attribute, Histogram, UpDownCounter};
use crate::trace::{self, TRACEPARENT, TraceContext};
use crate::{export, names};

static DURATION: Histogram = Histogram::new(&names::HTTP_SERVER_DURATION);
static ACTIVE: UpDownCounter = UpDownCounter::new(&names::HTTP_SERVER_ACTIVE);

/// Routes without spans: they are asked every few seconds and say nothing of a request.
const UNTRACED: [&str; 2] = ["/livez", "/readyz"];

/// Gives each request a trace context (the one it brought, or a new one) and a span, and logs its outcome:
/// 5xx as errors, but 503 as warnings, what `quiet` matches at debug, everything else at info. gRPC calls are
/// treated as [`grpc::ExtractLayer`] does.
///
/// A request is measured until the head of its response, so that streams of events and long downloads do not
/// stand among the durations.
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

/// A request whose response has not begun.
struct Active(&'static str);

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
    R: Body + Unpin,
{
    type Response = Response<Measured<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Measured<R>>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if grpc::is_call(&request) {
            return Box::pin(grpc::serve(request, |request| self.inner.call(request)));
        }
        let begin = Instant::now();
        let quiet = (self.layer.quiet)(request.uri().path());
        let route = (self.layer.route)(request.extensions()).map(str::to_owned);
        let method = known(request.method());
        let span = span(method, route.as_deref(), request.version());
        let context = trace::begin(&span, incoming(request.headers()));
        let active = Active::begin(method);
        let inside = span.clone();
        let answer = context.scope(span.in_scope(|| self.inner.call(request)));
        let answered = async move {
            let mut response = answer.await?;
            drop(active);
            let status = response.status().as_u16();
            measure(&span, method, route.as_deref(), status, begin);
            let duration_ms = begin.elapsed().as_micros() as f64 / 1000.0;
            let route = route.as_deref().unwrap_or("none");
            macro_rules! answered {
                ($level:ident) => {
                    tracing::$level!(
                        { names::HTTP_METHOD } = method,
                        { names::HTTP_ROUTE } = route,
                        { names::HTTP_STATUS } = status,
                        { names::DURATION_MS } = duration_ms,
                        "answered"
                    )
                };
            }
            context.sync_scope(|| match status {
                // "Come again": why, was logged where it is known.
                503 if quiet => answered!(debug),
                503 => answered!(warn),
                500.. => answered!(error),
                _ if quiet => answered!(debug),
                _ => answered!(info),
            });
            response.headers_mut().insert(TRACEPARENT, context.to_header());
            Ok(response.map(Measured::plain))
        };
        Box::pin(answered.instrument(inside))
    }
}

fn span(method: &'static str, route: Option<&str>, version: Version) -> Span {
    if !export::traces_are_on() || route.is_some_and(|route| UNTRACED.contains(&route)) {
        return Span::none();
    }
    let name = route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}"));
    tracing::debug_span!(
        parent: None,
        names::HTTP_REQUEST,
        { names::OTEL_NAME } = name,
        { names::OTEL_KIND } = "server",
        { names::HTTP_METHOD } = method,
        { names::HTTP_ROUTE } = route,
        { names::URL_SCHEME } = "http",
        { names::PROTOCOL_VERSION } = match version {
            Version::HTTP_2 => "2",
            Version::HTTP_10 => "1.0",
            _ => "1.1",
        },
        { names::HTTP_STATUS } = Empty,
        { names::ERROR_TYPE } = Empty,
        { names::OTEL_STATUS } = Empty,
    )
}

fn measure(span: &Span, method: &'static str, route: Option<&str>, status: u16, begin: Instant) {
    let is_error = status >= 500;
    if !span.is_disabled() {
        span.record(names::HTTP_STATUS, status);
        if is_error {
            span.record(names::ERROR_TYPE, status.to_string());
            span.record(names::OTEL_STATUS, "ERROR");
        }
    }
    if metrics::enabled() {
        let mut attributes: Vec<Attribute> = vec![
            (names::HTTP_METHOD, method.into()),
            (names::HTTP_STATUS, i64::from(status).into()),
            (names::URL_SCHEME, "http".into()),
        ];
        if let Some(route) = route {
            attributes.push((names::HTTP_ROUTE, route.to_owned().into()));
        }
        if is_error {
            attributes.push((names::ERROR_TYPE, status.to_string().into()));
        }
        DURATION.record(begin.elapsed().as_secs_f64(), &attributes);
    }
}

/// The method, or that it is none of the usual ones: clients can invent any.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        "TRACE" => "TRACE",
        "CONNECT" => "CONNECT",
        _ => "_OTHER",
    }
}

/// The context that headers bring.
pub(crate) fn incoming(headers: &http::HeaderMap) -> Option<TraceContext> {
    headers.get(TRACEPARENT)?.to_str().ok().and_then(TraceContext::parse)
}

// === impl Active ===

impl Active {
    fn begin(method: &'static str) -> Self {
        let active = Self(method);
        active.count(1);
        active
    }

    fn count(&self, amount: i64) {
        if metrics::enabled() {
            ACTIVE.add(amount, &[(names::HTTP_METHOD, self.0.into()), (names::URL_SCHEME, "http".into())]);
        }
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.count(-1);
    }
}
