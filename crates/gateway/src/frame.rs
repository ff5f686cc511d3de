//! The frame around all routes: bounds, panics, errors in the caller's form, security headers.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::sync::Semaphore;

use crate::access::Onlooker;
use crate::error::{Error, ErrorCode, Failure, page, problem};

/// What pages may load and do: nothing but what comes from here, no inline script.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Requests that are worked on at once.
#[derive(Clone)]
pub(crate) struct Frame {
    places: Arc<Semaphore>,
}

// === impl Frame ===

impl Frame {
    /// A frame for this many requests at once.
    pub(crate) fn new(requests_max: usize) -> Self {
        Self { places: crate::body::bound(requests_max) }
    }
}

/// Wraps every request.
pub(crate) async fn wrap(State(frame): State<Frame>, request: Request, next: Next) -> Response {
    let form = Form::of(&request);
    let Ok(_place) = frame.places.try_acquire() else {
        return form.finish(Error::unavailable("the server is very busy; try again shortly").into_response());
    };
    let response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        // The panic's own message and place are logged by the panic hook.
        Err(_) => Error::internal("a handler panicked").into_response(),
    };
    form.finish(response)
}

/// The answer to a path that is no route.
pub(crate) async fn no_route() -> Error {
    Error::new(ErrorCode::NotFound, "there is nothing at this address")
}

/// The answer to a method that a path does not have.
pub(crate) async fn no_method() -> Response {
    let mut response =
        Error::new(ErrorCode::NotFound, "this address does not take this method").into_response();
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// How a caller reads answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Program,
    Person,
    Grpc,
}

// === impl Form ===

impl Form {
    fn of(request: &Request) -> Self {
        let path = request.uri().path();
        let is_grpc = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"));
        match path {
            _ if is_grpc => Self::Grpc,
            "/livez" | "/readyz" => Self::Program,
            _ if path.starts_with("/api/") || path.starts_with("/images/") => Self::Program,
            _ => Self::Person,
        }
    }

    fn finish(self, mut response: Response) -> Response {
        if let Some(Failure(error)) = response.extensions_mut().remove::<Failure>() {
            error.log();
            let onlooker = response.extensions_mut().remove::<Onlooker>();
            let cookies = response.headers_mut().remove(header::SET_COOKIE);
            response = self.render(&error, response.status(), onlooker);
            if let Some(cookie) = cookies {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
        let is_page = is_of(response.headers(), b"text/html");
        let is_events = is_of(response.headers(), b"text/event-stream");
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &'static str| {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        };
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        if is_events {
            // Proxies that hold answers back (nginx does) pass these on as they come.
            set(HeaderName::from_static("x-accel-buffering"), "no");
        }
        if is_page {
            set(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
            set(header::REFERRER_POLICY, "same-origin");
            set(
                HeaderName::from_static("permissions-policy"),
                "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
            );
            set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
            set(header::CACHE_CONTROL, "no-store");
        }
        response
    }

    fn render(self, error: &Error, status: StatusCode, onlooker: Option<Onlooker>) -> Response {
        match self {
            Self::Program => problem::render(error, status),
            Self::Person => page::render(error, status, onlooker),
            Self::Grpc => {
                let code = error.code.grpc_code();
                tonic::Status::new(code, error.message.clone().into_owned()).into_http()
            }
        }
    }
}

fn is_of(headers: &HeaderMap, media_type: &[u8]) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(media_type))
}
