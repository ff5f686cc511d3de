//! The conformance suite on MongoDB, or a server that is compatible with it.

use std::process::ExitCode;
use std::sync::Arc;

use nameit_store::conformance::{ArchiveDatabase, ArchiveFixture, Database, Fixture, archive_trials, trials};
use nameit_store::{ArchiveStore, Store};
use nameit_store_mongo::{MongoStore, Options};
use nameit_testkit_mongodb::TestDatabase;

struct MongoFixture;

struct MongoDatabase {
    database: TestDatabase,
}

#[async_trait::async_trait]
impl Fixture for MongoFixture {
    async fn database(&self) -> Box<dyn Database> {
        let server = nameit_testkit_mongodb::server().expect("cases without a server are not run");
        Box::new(MongoDatabase { database: server.database() })
    }
}

#[async_trait::async_trait]
impl Database for MongoDatabase {
    async fn open(&mut self) -> Arc<dyn Store> {
        let store = MongoStore::open(self.database.uri(), Options::default()).await;
        Arc::new(store.expect("the URI is right"))
    }
}

/// A database that is open.
struct Opened {
    store: Arc<MongoStore>,
    _database: TestDatabase,
}

#[async_trait::async_trait]
impl ArchiveFixture for MongoFixture {
    async fn database(&self) -> Box<dyn ArchiveDatabase> {
        let server = nameit_testkit_mongodb::server().expect("cases without a server are not run");
        let database = server.database();
        let store = MongoStore::open(database.uri(), Options::default()).await;
        Box::new(Opened { store: Arc::new(store.expect("the URI is right")), _database: database })
    }
}

impl ArchiveDatabase for Opened {
    fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    fn archive(&self) -> Arc<dyn ArchiveStore> {
        self.store.clone()
    }
}

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let fixture: Arc<dyn Fixture> = Arc::new(MongoFixture);
    let archives: Arc<dyn ArchiveFixture> = Arc::new(MongoFixture);
    let mut cases = trials("mongodb", &fixture);
    cases.extend(archive_trials("mongodb", &archives));
    libtest_mimic::run(&arguments, nameit_testkit_mongodb::trials(cases)).exit_code()
}
