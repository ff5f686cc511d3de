//! Errors as gRPC statuses.

use nameit_domain::Invalid;
use nameit_proto::WireError;
use nameit_runtime::ErrorCode;
use nameit_store::Error;
use tonic::Status;
use tonic::metadata::MetadataValue;

use crate::committer;

/// Metadata that says after how many milliseconds to try again (gRPC retry design, A6).
pub const RETRY_PUSHBACK: &str = "grpc-retry-pushback-ms";

/// How long a caller should wait when there is too much to do.
const PUSHBACK_MS: u32 = 250;

/// The status of a store's error. What is inside the database stays inside; it was logged where it happened.
pub fn of_store(error: &Error) -> Status {
    match error {
        Error::AlreadyExists { .. } => status(ErrorCode::AlreadyExists, error.to_string()),
        Error::NotFound { .. } => status(ErrorCode::NotFound, error.to_string()),
        Error::Conflict { .. } => status(ErrorCode::Conflict, error.to_string()),
        Error::Unavailable(_) => status(ErrorCode::Unavailable, error.to_string()),
        Error::Internal { .. } => status(ErrorCode::Internal, "something went wrong in storage"),
    }
}

/// The status of a committer's error.
pub fn of_committer(error: &committer::Error) -> Status {
    match error {
        committer::Error::Full => status(ErrorCode::ResourceExhausted, error.to_string()),
        committer::Error::TooMany(_) => status(ErrorCode::InvalidArgument, error.to_string()),
        committer::Error::Stopping => status(ErrorCode::Unavailable, error.to_string()),
        committer::Error::Store(error) => of_store(error),
    }
}

/// The status of a value that cannot be.
pub fn of_invalid(invalid: Invalid) -> Status {
    WireError::from(invalid).into()
}

/// There is no such thing.
pub fn not_found(what: &'static str) -> Status {
    of_store(&Error::NotFound { what })
}

/// All places are taken.
pub fn exhausted(message: &'static str) -> Status {
    status(ErrorCode::ResourceExhausted, message)
}

fn status(code: ErrorCode, message: impl Into<String>) -> Status {
    let mut status = Status::new(code.grpc_code(), message);
    if code.is_temporary() {
        status.metadata_mut().insert(RETRY_PUSHBACK, MetadataValue::from(PUSHBACK_MS));
    }
    status
}
