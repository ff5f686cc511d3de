//! The gateway's one error: a code, a sentence for the client, and what lies behind it for the logs.

pub(crate) mod page;
pub(crate) mod problem;

use std::borrow::Cow;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use nameit_domain::Invalid;
pub(crate) use nameit_runtime::code::ErrorCode;

/// Result of a use case.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Error {
    /// What kind of thing went wrong.
    pub(crate) code: ErrorCode,
    /// A sentence for the client: what was wrong and what would be right. Never internals.
    pub(crate) message: Cow<'static, str>,
    /// The field that was wrong.
    pub(crate) field: Option<Cow<'static, str>>,
    /// Trials that have no response yet.
    pub(crate) missing: Vec<u32>,
    /// When to try again.
    pub(crate) retry_after_s: Option<u32>,
    /// What lies behind it; for the logs only.
    #[source]
    pub(crate) source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The error that a response stands for; the frame around all routes renders it as the caller reads it
/// (problem details for REST, a page for browsers).
#[derive(Clone)]
pub(crate) struct Failure(pub(crate) Arc<Error>);

// === impl Error ===

impl Error {
    /// An error with a sentence for the client.
    pub(crate) fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        let retry_after_s =
            matches!(code, ErrorCode::Unavailable | ErrorCode::ResourceExhausted).then_some(1);
        Self { code, message: message.into(), field: None, missing: Vec::new(), retry_after_s, source: None }
    }

    /// A value that cannot be.
    pub(crate) fn invalid(
        field: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(ErrorCode::InvalidArgument, message).with_field(field)
    }

    /// The thing does not exist, or is not the caller's to see.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("there is no such {what}"))
    }

    /// Nobody is signed in.
    pub(crate) fn unauthenticated() -> Self {
        Self::new(
            ErrorCode::Unauthenticated,
            "sign in first: send `Authorization: Bearer <token>` with a token from POST /api/v1/tokens",
        )
    }

    /// Something is too busy.
    pub(crate) fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::Unavailable, message)
    }

    /// A fault of ours.
    pub(crate) fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(ErrorCode::Internal, "something went wrong on our side; it is in the logs")
            .with_source(source)
    }

    /// Names the field.
    pub(crate) fn with_field(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Keeps what lies behind it.
    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Says when to try again.
    pub(crate) fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::invalid(invalid.field, format!("{} {}", invalid.field, invalid.message))
    }
}

/// What a service behind us said. Its sentence is passed on only where it is meant for the client.
impl From<tonic::Status> for Error {
    fn from(status: tonic::Status) -> Self {
        let code = ErrorCode::from_grpc(status.code());
        match code {
            ErrorCode::Unavailable | ErrorCode::DeadlineExceeded => {
                Self::unavailable("the service is not reachable at the moment; try again shortly")
                    .with_source(status)
            }
            ErrorCode::Internal | ErrorCode::Unauthenticated | ErrorCode::PermissionDenied => {
                Self::internal(status)
            }
            _ => Self::new(code, status.message().to_owned()),
        }
    }
}

/// A message of a service behind us that stands for nothing: a fault of ours.
impl From<nameit_proto::WireError> for Error {
    fn from(error: nameit_proto::WireError) -> Self {
        Self::internal(error)
    }
}

impl From<Error> for tonic::Status {
    fn from(error: Error) -> Self {
        error.log();
        Self::new(error.code.grpc_code(), error.message.into_owned())
    }
}

impl Error {
    /// Logs what lies behind the error, once, where it is handled. User texts are never logged: only
    /// errors with a cause have anything to say.
    pub(crate) fn log(&self) {
        let Some(source) = &self.source else { return };
        let mut causes = source.to_string();
        let mut cause = source.source();
        while let Some(error) = cause {
            causes.push_str(": ");
            causes.push_str(&error.to_string());
            cause = error.source();
        }
        if matches!(self.code, ErrorCode::Internal) {
            tracing::error!(error.code = self.code.title(), error.causes = causes, "request failed");
        } else {
            tracing::warn!(error.code = self.code.title(), error.causes = causes, "request failed");
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = Response::new(axum::body::Body::empty());
        *response.status_mut() = problem::status(self.code);
        response.extensions_mut().insert(Failure(Arc::new(self)));
        response
    }
}
