//! What the driver says, as errors of the store.

use mongodb::error::{Error as DriverError, ErrorKind, WriteFailure};
use nameit_domain::Invalid;
use nameit_store::Error;

/// The code of an insertion or update that a unique index refused.
pub(crate) const DUPLICATE_KEY: i32 = 11_000;

/// The codes of a write that was given up for another one: a write conflict, and a deadlock as servers on PostgreSQL
/// tell it, which is its SQLSTATE 40P01 in one number. MongoDB itself begins such a write again; they do not.
const GIVEN_UP: [i32; 2] = [112, 16_908_292];

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

/// What the driver said, in few words: without the labels and the raw answer that it shows as well.
#[derive(Debug, thiserror::Error)]
#[error("{hint}{}", .error.kind)]
struct Said {
    /// What an operator can do about it; ends with a colon, or is empty.
    hint: &'static str,
    error: DriverError,
}

/// The error of the store for what the driver said while `context` was being done. What is not over by itself
/// is logged here, once.
pub(crate) fn failed(context: &'static str, error: DriverError) -> Error {
    let hint = hint(&error);
    if !hint.is_empty() || is_passing(&error) {
        return Error::Unavailable(Box::new(Said { hint, error }));
    }
    tracing::error!(context, error = %error.kind, "the database failed");
    Error::Internal { context, source: Box::new(Said { hint, error }) }
}

/// What an operator can do about a server that refuses us. Until then it is as good as away.
fn hint(error: &DriverError) -> &'static str {
    const REFUSED: &str = "it refuses the user or the password; check both, and authSource in the URI: ";
    const UNAUTHORIZED: &str = "the user may not do this; give it the role readWrite on the database: ";
    match &*error.kind {
        ErrorKind::Authentication { .. } => REFUSED,
        ErrorKind::Command(error) => match error.code {
            13 => UNAUTHORIZED,
            18 => REFUSED,
            _ => "",
        },
        _ => "",
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

/// Whether the server gave a write up so that another one could go on. Nothing of it was done.
pub(crate) fn is_given_up(error: &DriverError) -> bool {
    let is_given_up = |code: i32| GIVEN_UP.contains(&code);
    match &*error.kind {
        ErrorKind::Write(WriteFailure::WriteError(error)) => is_given_up(error.code),
        ErrorKind::Command(error) => is_given_up(error.code),
        ErrorKind::InsertMany(many) => {
            many.write_errors.iter().flatten().any(|error| is_given_up(error.code))
        }
        _ => false,
    }
}

/// Whether it may go well next time: nobody answered, the primary is changing, a majority is missing, somebody else
/// wrote the same.
pub(crate) fn is_passing(error: &DriverError) -> bool {
    /// Codes that a server gives while it starts, stops, loses its place as primary or its majority.
    const PASSING: [i32; 22] = [
        6, 7, 24, 50, 64, 89, 91, 100, 134, 189, 202, 262, 317, 358, 384, 462, 9001, 10107, 11600, 11602,
        13435, 13436,
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
        || code.is_some_and(|code| PASSING.contains(&code))
        || is_given_up(error)
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
        tracing::error!(error = %unreadable, "stored data cannot be read");
        Self::Internal { context: "reading a stored document", source: Box::new(unreadable) }
    }
}

// === impl Contended ===

impl From<Contended> for Error {
    fn from(contended: Contended) -> Self {
        Self::Unavailable(Box::new(contended))
    }
}
