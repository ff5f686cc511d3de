//! The conformance suite on SQLite.

use std::process::ExitCode;
use std::sync::Arc;

use futures::stream::BoxStream;
use nameit_store::archive::Record;
use nameit_store::conformance::{ArchiveDatabase, ArchiveFixture, Database, Fixture, archive_trials, trials};
use nameit_store::{ArchiveSource, ArchiveStore, Result, Store};
use nameit_store_sqlite::{Options, SqliteArchive, SqliteStore};
use tempfile::TempDir;

struct SqliteFixture;

struct SqliteDatabase {
    folder: TempDir,
}

/// An open store, dumped by itself or from beside it.
struct Opened {
    store: Arc<SqliteStore>,
    archive: Arc<dyn ArchiveStore>,
    _folder: TempDir,
}

/// Dumps are read as by another process, while the store is open.
struct Beside {
    reading: SqliteArchive,
    store: Arc<SqliteStore>,
}

/// Archives of a store that dumps itself.
struct FromWithin;

/// Archives as another process reads them.
struct FromBeside;

#[async_trait::async_trait]
impl Fixture for SqliteFixture {
    async fn database(&self) -> Box<dyn Database> {
        Box::new(SqliteDatabase { folder: TempDir::new().expect("the system gives a folder") })
    }
}

#[async_trait::async_trait]
impl Database for SqliteDatabase {
    async fn open(&mut self) -> Arc<dyn Store> {
        open(&self.folder)
    }
}

#[async_trait::async_trait]
impl ArchiveFixture for FromWithin {
    async fn database(&self) -> Box<dyn ArchiveDatabase> {
        let folder = TempDir::new().expect("the system gives a folder");
        let store = open(&folder);
        Box::new(Opened { archive: store.clone(), store, _folder: folder })
    }
}

#[async_trait::async_trait]
impl ArchiveFixture for FromBeside {
    async fn database(&self) -> Box<dyn ArchiveDatabase> {
        let folder = TempDir::new().expect("the system gives a folder");
        let store = open(&folder);
        let reading = SqliteArchive::open(&path(&folder)).expect("the database opens for reading");
        let archive = Arc::new(Beside { reading, store: store.clone() });
        Box::new(Opened { archive, store, _folder: folder })
    }
}

fn path(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("nameit.sqlite")
}

fn open(folder: &TempDir) -> Arc<SqliteStore> {
    Arc::new(SqliteStore::open(&path(folder), Options::default()).expect("the database opens"))
}

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let fixture: Arc<dyn Fixture> = Arc::new(SqliteFixture);
    let mut all = trials("sqlite", &fixture);
    let within: Arc<dyn ArchiveFixture> = Arc::new(FromWithin);
    all.extend(archive_trials("sqlite", &within));
    let beside: Arc<dyn ArchiveFixture> = Arc::new(FromBeside);
    all.extend(archive_trials("sqlite-beside", &beside));
    libtest_mimic::run(&arguments, all).exit_code()
}

// === impl Opened ===

impl ArchiveDatabase for Opened {
    fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    fn archive(&self) -> Arc<dyn ArchiveStore> {
        self.archive.clone()
    }
}

// === impl Beside ===

impl ArchiveSource for Beside {
    fn dump(&self) -> BoxStream<'static, Result<Record>> {
        self.reading.dump()
    }
}

#[async_trait::async_trait]
impl ArchiveStore for Beside {
    async fn is_empty(&self) -> Result<bool> {
        self.store.is_empty().await
    }

    async fn load(&self, records: Vec<Record>) -> Result<()> {
        self.store.load(records).await
    }
}
