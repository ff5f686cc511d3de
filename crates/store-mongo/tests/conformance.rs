//! The conformance suite on MongoDB.

use std::process::ExitCode;
use std::sync::Arc;

use nameit_store::Store;
use nameit_store::conformance::{Database, Fixture, trials};
use nameit_store_mongo::{MongoStore, Options};

struct MongoFixture(String);

struct MongoDatabase {
    uri: String,
}

#[async_trait::async_trait]
impl Fixture for MongoFixture {
    async fn database(&self) -> Box<dyn Database> {
        let name = format!("nameit_test_{}", mongodb::bson::oid::ObjectId::new());
        Box::new(MongoDatabase { uri: format!("{}{name}", self.0) })
    }
}

#[async_trait::async_trait]
impl Database for MongoDatabase {
    async fn open(&mut self) -> Arc<dyn Store> {
        Arc::new(MongoStore::open(&self.uri, Options::default()).await.expect("the URI is right"))
    }
}

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let fixture: Arc<dyn Fixture> = Arc::new(MongoFixture(std::env::var("NAMEIT_TEST_MONGODB_URI").unwrap()));
    libtest_mimic::run(&arguments, trials("mongodb", &fixture)).exit_code()
}
