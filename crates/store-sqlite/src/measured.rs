//! What is asked of the database, as spans and metrics name it.

use nameit_store::{Error, Result};
use nameit_telemetry::db::{Failure, Operation};

/// Does the statements of one transaction, the wait for their turn included, in a span of their own. It is
/// made where the caller waits, so that it belongs to his request, whichever thread does the work.
pub(crate) async fn measured<T>(context: &'static str, work: impl Future<Output = Result<T>>) -> Result<T> {
    let operation =
        Operation { system: "sqlite", namespace: None, collection: None, name: context, batch_size: None };
    operation.measure(work, failure).await
}

/// Refusals are answers: the database did what it was asked.
fn failure(error: &Error) -> Option<Failure> {
    let kind = match error {
        Error::AlreadyExists { .. } | Error::NotFound { .. } | Error::Conflict { .. } => return None,
        Error::Unavailable(_) => "unavailable",
        Error::Internal { .. } => "internal",
    };
    Some(Failure { kind: kind.to_owned(), code: None })
}
