//! Where a story keeps its data: a database of its own, on each backend.

use nameit_testkit_mongodb::{Server, TestDatabase};
use tempfile::TempDir;

/// A kind of database.
#[derive(Clone, Copy)]
pub(crate) enum Backend {
    Sqlite,
    Mongodb(&'static Server),
}

/// A new database that nobody else uses; removed when it is dropped.
pub(crate) enum Database {
    Sqlite(TempDir),
    Mongodb(TestDatabase),
}

// === impl Backend ===

impl Backend {
    /// A new, empty database.
    pub(crate) fn database(self) -> Database {
        match self {
            Self::Sqlite => Database::Sqlite(TempDir::new().expect("the system gives a folder")),
            Self::Mongodb(server) => Database::Mongodb(server.database()),
        }
    }
}

// === impl Database ===

impl Database {
    /// Its URI, as storage takes it.
    pub(crate) fn uri(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("nameit.sqlite").display()),
            Self::Mongodb(database) => database.uri().to_owned(),
        }
    }
}
