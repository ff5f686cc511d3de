//! What the driver says, as errors of the store.

use mongodb::error::{Error as DriverError, ErrorKind, WriteFailure};
use nameit_domain::Invalid;
use nameit_store::Error;

/// The code of an insertion or update that a unique index refused.
pub(crate) const DUPLICATE_KEY: i32 = 11_000;

/// Something stored that cannot be read; says what.
#[derive(Debug, thiserror::Error)]
#[error("a stored {0} cannot be read")]
pub(crate) struct Unreadable(pub(crate) &'static str);

/// Others changed the same thing again and again while this was being done.
#[derive(Debug, thiserror::Error)]
#[error("others changed the same thing again and again")]
pub(crate) struct Contended;

/// An operation that took too long.
#[derive(Debug, thiserror::Error)]
#[error("the database did not answer within {} s", .0.as_secs())]
pub(crate) struct TooSlow(pub(crate) std::time::Duration);

/// The error of the store for what the driver said while `context` was being done.
pub(crate) fn failed(context: &'static str, error: DriverError) -> Error {
    if is_passing(&error) {
        Error::Unavailable(Box::new(error))
    } else {
        Error::Internal { context, source: Box::new(error) }
    }
}

/// Whether a unique index refused it.
pub(crate) fn is_duplicate(error: &DriverError) -> bool {
    match &*error.kind {
        ErrorKind::Write(WriteFailure::WriteError(error)) => error.code == DUPLICATE_KEY,
        ErrorKind::Command(error) => error.code == DUPLICATE_KEY,
        _ => false,
    }
}

/// Whether it may go well next time: nobody answered, the primary is changing, a majority is missing.
pub(crate) fn is_passing(error: &DriverError) -> bool {
    /// Codes that a server gives while it starts, stops, loses its place as primary or its majority.
    const PASSING: [i32; 22] = [
        6, 7, 24, 50, 64, 89, 91, 100, 112, 134, 189, 202, 262, 317, 358, 384, 462, 9001, 10107, 11600,
        11602, 13435,
    ];
    let code = match &*error.kind {
        ErrorKind::Io(_)
        | ErrorKind::ServerSelection { .. }
        | ErrorKind::ConnectionPoolCleared { .. }
        | ErrorKind::DnsResolve { .. } => return true,
        ErrorKind::Command(error) => Some(error.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => Some(error.code),
        ErrorKind::InsertMany(error) => error.write_concern_error.as_ref().map(|error| error.code),
        _ => None,
    };
    error.contains_label("RetryableWriteError")
        || error.contains_label("TransientTransactionError")
        || code.is_some_and(|code| PASSING.contains(&code) || code == 13_436)
}

// === impl Unreadable ===

/// Only for values that come out of the database: the field is named, the value is not.
impl From<Invalid> for Unreadable {
    fn from(invalid: Invalid) -> Self {
        Self(invalid.field)
    }
}

impl From<Unreadable> for Error {
    fn from(unreadable: Unreadable) -> Self {
        Self::Internal { context: "reading a stored document", source: Box::new(unreadable) }
    }
}

// === impl Contended ===

impl From<Contended> for Error {
    fn from(contended: Contended) -> Self {
        Self::Unavailable(Box::new(contended))
    }
}
