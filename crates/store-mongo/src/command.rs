//! What is asked of the server, as spans and metrics name it. Holds names only, never values.

use mongodb::Collection;
use mongodb::error::{Error as DriverError, ErrorKind, WriteFailure};
use nameit_store::Result;
use nameit_telemetry::db::{self, Failure, Operation};

use crate::error::DUPLICATE_KEY;
use crate::schema;

/// One command, or the rest of one.
#[derive(Debug)]
pub(crate) struct Command<'a> {
    context: &'static str,
    /// Nothing while nothing is exported, for what belongs to a command that was measured already, such as the
    /// rest of a cursor, and for what is no command.
    measured: Option<Measured<'a>>,
}

#[derive(Debug)]
struct Measured<'a> {
    namespace: Option<String>,
    operation: &'static str,
    collection: &'a str,
    batch_size: Option<usize>,
}

/// Why an operation came to nothing.
#[derive(Debug)]
pub(crate) enum Gone {
    /// The driver says why.
    Wrong(DriverError),
    /// It took too long.
    Slow,
}

/// Names one command of MongoDB: what for, and at which collection.
macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $name:ident = $operation:literal;)+) => {
        $($(#[doc = $doc])+ pub(crate) fn $name<'a, T: Send + Sync>(
            context: &'static str,
            collection: &'a Collection<T>,
        ) -> Command<'a> {
            Command::new(context, $operation, collection.name(), || Some(collection.namespace().db))
        })+
    };
}

commands! {
    /// Reads; of a cursor the span covers what comes before the first document.
    find = "find";
    /// Inserts.
    insert = "insert";
    /// Changes.
    update = "update";
    /// Deletes.
    delete = "delete";
    /// Counts, by a pipeline or as such.
    aggregate = "aggregate";
    /// Changes and reads what was there.
    find_and_modify = "findAndModify";
    /// Makes indexes.
    create_indexes = "createIndexes";
}

/// A command about the images, which are files in pieces.
pub(crate) fn images(context: &'static str, operation: &'static str) -> Command<'static> {
    Command::new(context, operation, schema::IMAGE_FILES, || None)
}

// === impl Command ===

impl<'a> Command<'a> {
    fn new(
        context: &'static str,
        operation: &'static str,
        collection: &'a str,
        namespace: impl FnOnce() -> Option<String>,
    ) -> Self {
        let measured = db::enabled().then(|| {
            let namespace = namespace();
            Measured { namespace, operation, collection, batch_size: None }
        });
        Self { context, measured }
    }

    /// It holds so many writes.
    pub(crate) fn of(mut self, writes: usize) -> Self {
        if let Some(measured) = &mut self.measured {
            measured.batch_size = Some(writes);
        }
        self
    }

    /// What is being done, for messages.
    pub(crate) fn context(&self) -> &'static str {
        self.context
    }

    /// Does it in a span of its own, if it has one.
    pub(crate) async fn measure<T>(self, work: impl Future<Output = Result<T, Gone>>) -> Result<T, Gone> {
        let Some(Measured { namespace, operation, collection, batch_size }) = self.measured else {
            return work.await;
        };
        let operation = Operation {
            system: "mongodb",
            namespace: namespace.as_deref(),
            collection: Some(collection),
            name: operation,
            batch_size,
        };
        operation.measure(work, Gone::failure).await
    }
}

impl From<&'static str> for Command<'_> {
    fn from(context: &'static str) -> Self {
        Self { context, measured: None }
    }
}

// === impl Gone ===

impl Gone {
    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Slow => Some(Failure { kind: "timeout".to_owned(), code: None }),
            Self::Wrong(error) => match code(error) {
                // Insertions leave it to the unique indexes to say what is there already.
                Some(DUPLICATE_KEY) => None,
                Some(code) => Some(Failure { kind: code.to_string(), code: Some(code) }),
                None => Some(Failure { kind: kind(error).to_owned(), code: None }),
            },
        }
    }
}

/// The server's code.
fn code(error: &DriverError) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(error) => Some(error.code),
        ErrorKind::Write(WriteFailure::WriteError(error)) => Some(error.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => Some(error.code),
        ErrorKind::InsertMany(error) => {
            let concern = error.write_concern_error.as_ref().map(|error| error.code);
            let mut writes = error.write_errors.iter().flatten().map(|error| error.code);
            concern.or_else(|| writes.find(|code| *code != DUPLICATE_KEY)).or(Some(DUPLICATE_KEY))
        }
        _ => None,
    }
}

/// The short name of what the driver itself found.
fn kind(error: &DriverError) -> &'static str {
    match &*error.kind {
        ErrorKind::Io(_) => "io",
        ErrorKind::ServerSelection { .. } => "server_selection",
        ErrorKind::ConnectionPoolCleared { .. } => "connection_pool_cleared",
        ErrorKind::Authentication { .. } => "authentication",
        ErrorKind::DnsResolve { .. } => "dns",
        _ => "_OTHER",
    }
}
