//! From SQLite's errors to the store's.

use nameit_domain::Invalid;
use nameit_store::Error;
use rusqlite::ErrorCode;

/// Why a job on the database did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The answer is no.
    Refused(Error),
    /// SQLite failed.
    Sqlite(rusqlite::Error),
    /// A stored value cannot be read.
    Damaged(Box<dyn std::error::Error + Send + Sync>),
}

/// A stored value that no version of this crate has written.
#[derive(Debug, thiserror::Error)]
#[error("the stored {0} cannot be read")]
pub(crate) struct Unreadable(pub(crate) &'static str);

/// The store has stopped, or its thread has died.
#[derive(Debug, thiserror::Error)]
#[error("the store has stopped")]
pub(crate) struct Stopped;

// === impl Failure ===

impl Failure {
    /// Something that is not there.
    pub(crate) fn not_found(what: &'static str) -> Self {
        Self::Refused(Error::NotFound { what })
    }

    /// A state that forbids the call.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::Refused(Error::conflict(message))
    }

    /// `AlreadyExists` if a unique column was violated that `names` maps to a word, else the error itself.
    pub(crate) fn taken(error: rusqlite::Error, names: &[(&str, &'static str)]) -> Self {
        let violated = match &error {
            rusqlite::Error::SqliteFailure(cause, Some(message))
                if cause.code == ErrorCode::ConstraintViolation =>
            {
                names.iter().find(|(column, _)| message.ends_with(column))
            }
            _ => None,
        };
        match violated {
            Some((_, what)) => Self::Refused(Error::AlreadyExists { what }),
            None => Self::Sqlite(error),
        }
    }

    /// What the caller of the store gets; failures of the machine are logged here, once.
    pub(crate) fn into_store(self, context: &'static str) -> Error {
        match self {
            Self::Refused(error) => error,
            Self::Sqlite(error) if is_outage(&error) => {
                tracing::error!(context, %error, "the database cannot work");
                Error::Unavailable(error.into())
            }
            Self::Sqlite(error) => {
                tracing::error!(context, %error, "the database failed");
                Error::Internal { context, source: error.into() }
            }
            Self::Damaged(source) => {
                tracing::error!(context, error = %source, "stored data cannot be read");
                Error::Internal { context, source }
            }
        }
    }
}

/// Whether the machine is to blame (full or broken disk, lack of memory, locks) and trying later may help.
fn is_outage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::OutOfMemory
                | ErrorCode::ReadOnly
                | ErrorCode::OperationInterrupted
                | ErrorCode::SystemIoFailure
                | ErrorCode::DiskFull
                | ErrorCode::CannotOpen
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::PermissionDenied
        )
    )
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<Unreadable> for Failure {
    fn from(error: Unreadable) -> Self {
        Self::Damaged(error.into())
    }
}

/// Only for values that come out of the database: the field is named, the value is not.
impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::Damaged(Unreadable(invalid.field).into())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.into())
    }
}
