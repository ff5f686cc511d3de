//! Storage on a fresh database, and a client of it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use nameit_domain::{Clock, Timestamp};
use nameit_runtime::{Connect, Listen, Shutdown, client, transport};
use nameit_storage::location::Location;
use nameit_storage::{App, Config};
use nameit_store::Store;
use nameit_store::conformance::story::at;
use nameit_store::conformance::{Database, Fixture};
use nameit_testkit_mongodb::TestDatabase;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::grpc_store::GrpcStore;

/// Which backend lies behind storage.
pub(crate) enum GrpcFixture {
    Sqlite,
    Mongodb,
}

struct GrpcDatabase {
    running: Option<(Shutdown, JoinHandle<Result<(), nameit_runtime::Error>>)>,
    place: Place,
}

/// Where the data is.
enum Place {
    Folder(TempDir),
    Server(TestDatabase),
}

/// A clock that shows what the last call said. Times are not on the wire: storage has its own clock.
#[derive(Clone)]
pub(crate) struct HandClock(Arc<Mutex<Timestamp>>);

// === impl HandClock ===

impl HandClock {
    pub(crate) fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap() = now;
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

#[async_trait]
impl Fixture for GrpcFixture {
    async fn database(&self) -> Box<dyn Database> {
        let place = match self {
            Self::Sqlite => Place::Folder(TempDir::new().unwrap()),
            Self::Mongodb => Place::Server(nameit_testkit_mongodb::server().unwrap().database()),
        };
        Box::new(GrpcDatabase { running: None, place })
    }
}

#[async_trait]
impl Database for GrpcDatabase {
    async fn open(&mut self) -> Arc<dyn Store> {
        if let Some((shutdown, running)) = self.running.take() {
            shutdown.begin();
            running.await.unwrap().unwrap();
        }
        let database = match &self.place {
            Place::Folder(folder) => format!("sqlite:{}", folder.path().join("nameit.sqlite").display()),
            Place::Server(database) => database.uri().to_owned(),
        };
        let config = Config { database: Some(Location::new(database)), ..Config::default() };
        let clock = HandClock(Arc::new(Mutex::new(at(0))));
        let (listener, connector) = transport::memory();
        let app = App::build(config, Listen::Memory(listener), Arc::new(clock.clone())).await.unwrap();
        let shutdown = Shutdown::new();
        let running = tokio::spawn(app.run(shutdown.clone()));
        self.running = Some((shutdown, running));
        Arc::new(GrpcStore::new(client::channel(&Connect::Memory(connector)).unwrap(), clock))
    }
}
