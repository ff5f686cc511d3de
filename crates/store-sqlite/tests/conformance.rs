//! The conformance suite on SQLite.

use std::process::ExitCode;
use std::sync::Arc;

use nameit_store::Store;
use nameit_store::conformance::{Database, Fixture, trials};
use nameit_store_sqlite::{Options, SqliteStore};
use tempfile::TempDir;

struct SqliteFixture;

struct SqliteDatabase {
    folder: TempDir,
}

#[async_trait::async_trait]
impl Fixture for SqliteFixture {
    async fn database(&self) -> Box<dyn Database> {
        Box::new(SqliteDatabase { folder: TempDir::new().expect("the system gives a folder") })
    }
}

#[async_trait::async_trait]
impl Database for SqliteDatabase {
    async fn open(&mut self) -> Arc<dyn Store> {
        let path = self.folder.path().join("nameit.sqlite");
        Arc::new(SqliteStore::open(&path, Options::default()).expect("the database opens"))
    }
}

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let fixture: Arc<dyn Fixture> = Arc::new(SqliteFixture);
    libtest_mimic::run(&arguments, trials("sqlite", &fixture)).exit_code()
}
