//! No query of the store goes through a whole collection.
//!
//! The conformance cases are played while a recorder hears every command that the driver sends; then the
//! server explains how it would do each that looks for documents. So a query that is covered by a case is
//! covered here, without anybody having to list it.

use std::process::ExitCode;
use std::sync::Arc;

use futures::TryStreamExt as _;
use libtest_mimic::{Failed, Trial};
use mongodb::Client;
use mongodb::bson::{Document, doc};
use mongodb::error::ErrorKind;
use nameit_store::archive::{ArchiveSource as _, ArchiveStore as _, Record};
use nameit_store::conformance::story::{draft, researcher};
use nameit_store::conformance::{CASES, Case, Database, Run, world};
use nameit_store::experiment::ExperimentKey;
use nameit_store::{ExperimentStore as _, Store};
use nameit_store_mongo::{MongoStore, Options};
use nameit_testkit_mongodb::TestDatabase;

use command::{Recorder, Search};
use plan::Plan;

mod command;
mod plan;

/// Said of a command that a server cannot explain.
const NOT_IMPLEMENTED: i32 = 238;

/// The only case that looks for nothing.
const WITHOUT_SEARCH: &str = "an_empty_batch_does_nothing";

/// Searches that may go through a collection.
const ALLOWED: [&str; 5] = [
    // The driver asks whether the bucket is empty, and takes the first file it finds.
    "find: images.files, filter: {}, projection: {_id: Int32}, limit: Int64",
    // A dump reads everything.
    "find: researchers, filter: {}, sort: {_id: Int32}",
    "find: sessions, filter: {}, sort: {_id: Int32}",
    "find: experiments, filter: {}, sort: {_id: Int32}, projection: {_id: Int32}",
    "find: images.files, filter: {}, sort: {_id: Int32}",
];

/// A database whose store is listened to.
struct Recorded {
    database: TestDatabase,
    recorder: Recorder,
}

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let cases = CASES.iter().copied().flatten().copied().map(no_scan);
    let noticed = Trial::test("mongodb::explain::a_scan_would_be_noticed", || {
        on_a_runtime(a_scan_would_be_noticed());
        Ok(())
    });
    let archives = Trial::test("mongodb::explain::archive", || {
        on_a_runtime(archives());
        Ok(())
    });
    let missing = Trial::test("mongodb::explain::a_missing_index_would_be_noticed", || {
        on_a_runtime(a_missing_index_would_be_noticed());
        Ok(())
    });
    let others = [archives, noticed, missing];
    let mut trials = nameit_testkit_mongodb::trials(cases.chain(others).collect());
    trials.extend(plan::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Plays a case and judges what it made the store send.
fn no_scan(case: Case) -> Trial {
    Trial::test(format!("mongodb::explain::{}::{}", case.group, case.name), move || {
        let scans = on_a_runtime(scans_of(case));
        if scans.is_empty() {
            Ok(())
        } else {
            Err(Failed::from(format!("these go through a whole collection:\n{}", scans.join("\n"))))
        }
    })
}

async fn scans_of(case: Case) -> Vec<String> {
    let mut database = Recorded::new();
    match case.run {
        Run::Once(story) => story(database.open().await).await,
        Run::Reopening(story) => story(&mut database).await,
    }
    let searches = database.recorder.take();
    assert_eq!(searches.is_empty(), case.name == WITHOUT_SEARCH, "the recorder hears what the store sends");
    scans_among(database.database.uri(), searches).await
}

/// A dump, and the load of what it gave.
async fn archives() {
    let source = Recorded::new();
    let made = source.open_mongo().await;
    world::make(&made).await;
    source.recorder.take();
    let records: Vec<Record> = made.dump().try_collect().await.expect("the server works");
    let searches = source.recorder.take();
    let scans = scans_among(source.database.uri(), searches).await;
    assert_eq!(scans, Vec::<String>::new());

    let target = Recorded::new();
    let loaded = target.open_mongo().await;
    loaded.load(records).await.expect("it is a whole archive");
    let scans = scans_among(target.database.uri(), target.recorder.take()).await;
    assert_eq!(scans, Vec::<String>::new());
}

/// A query without an index is told from one with, through the same recorder, on the server that is there.
async fn a_scan_would_be_noticed() {
    let recorded = Recorded::new();
    let mut options =
        mongodb::options::ClientOptions::parse(recorded.database.uri()).await.expect("it is right");
    options.command_event_handler = Some(recorded.recorder.handler());
    let client = Client::with_options(options).expect("they are right");
    let fruits = client.default_database().expect("the URI names it").collection::<Document>("fruits");
    // Before the first document, as the store does: some servers index what is there already afterwards.
    let by_colour = mongodb::IndexModel::builder().keys(doc! { "colour": 1 }).build();
    fruits.create_index(by_colour).await.expect("the server makes indexes");
    fruits.insert_one(doc! { "_id": 1, "name": "apple", "colour": "red" }).await.expect("the server works");

    let apple = || doc! { "name": "apple" };
    fruits.find_one(apple()).await.expect("it reads");
    fruits.count_documents(apple()).await.expect("it counts");
    fruits.update_one(apple(), doc! { "$set": { "ripe": true } }).await.expect("it writes");
    fruits.find_one_and_update(apple(), doc! { "$set": { "ripe": true } }).await.expect("it writes");
    fruits.delete_many(apple()).await.expect("it deletes");
    fruits.aggregate([doc! { "$group": { "_id": "$name" } }]).await.expect("it groups");
    let scans = scans_among(recorded.database.uri(), recorded.recorder.take()).await;
    assert_eq!(scans.len(), 6, "{scans:?}");

    let red = || doc! { "colour": "red" };
    fruits.find_one(red()).await.expect("it reads");
    fruits.find_one(doc! { "_id": 1 }).await.expect("it reads");
    fruits.count_documents(red()).await.expect("it counts");
    fruits.update_one(red(), doc! { "$set": { "ripe": true } }).await.expect("it writes");
    fruits.delete_many(red()).await.expect("it deletes");
    let searches = recorded.recorder.take();
    assert_eq!(searches.len(), 5, "{searches:?}");
    let scans = scans_among(recorded.database.uri(), searches).await;
    assert_eq!(scans, Vec::<String>::new());
}

/// What the store sends is judged, not only what a test sends.
async fn a_missing_index_would_be_noticed() {
    let recorded = Recorded::new();
    let store = recorded.open_mongo().await;
    let ana = researcher(&store, "ana").await;
    store.public_experiments(10).await.expect("the server works");
    store.experiments_of(ana.id).await.expect("the server works");
    store.experiment(&ExperimentKey::Slug(draft(ana.id, "slug").slug)).await.expect("the server works");
    let searches = recorded.recorder.take();
    let uri = recorded.database.uri();
    assert_eq!(scans_among(uri, searches.clone()).await, Vec::<String>::new());

    let client = Client::with_uri_str(uri).await.expect("the URI is right");
    let database = client.database(recorded.database.name());
    // Not `dropIndexes`: FerretDB's answer to it is not understood by the driver.
    database.collection::<Document>("experiments").drop().await.expect("the server works");
    database.create_collection("experiments").await.expect("the server works");
    let scans = scans_among(uri, searches).await;
    assert_eq!(scans.len(), 3, "{scans:?}");
}

/// The searches of which the server says that they go through a collection.
async fn scans_among(uri: &str, searches: Vec<Search>) -> Vec<String> {
    let client = Client::with_uri_str(uri).await.expect("the URI is right");
    let mut scans = Vec::new();
    for search in searches {
        let allowed = ALLOWED.contains(&search.shape.as_str());
        if explain(&client, &search).await == Plan::Scan && !allowed {
            scans.push(search.shape);
        }
    }
    scans
}

async fn explain(client: &Client, search: &Search) -> Plan {
    let database = client.database(&search.database);
    let ask = |command: &Document| {
        let question = doc! { "explain": command.clone(), "verbosity": "queryPlanner" };
        database.run_command(question).into_future()
    };
    let answer = match ask(&search.command).await {
        Err(error) if matches!(&*error.kind, ErrorKind::Command(error) if error.code == NOT_IMPLEMENTED) => {
            ask(&search.as_find).await
        }
        answer => answer,
    };
    let answer = answer.unwrap_or_else(|error| panic!("{} cannot be explained: {error}", search.shape));
    plan::read(&answer).unwrap_or_else(|| panic!("the plan of {} is not understood: {answer}", search.shape))
}

fn on_a_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("the system gives threads for a runtime")
        .block_on(work)
}

// === impl Recorded ===

impl Recorded {
    fn new() -> Self {
        let server = nameit_testkit_mongodb::server().expect("cases without a server are not run");
        Self { database: server.database(), recorder: Recorder::default() }
    }

    async fn open_mongo(&self) -> MongoStore {
        let options = Options { command_events: Some(self.recorder.handler()), ..Options::default() };
        MongoStore::open(self.database.uri(), options).await.expect("the URI is right")
    }
}

#[async_trait::async_trait]
impl Database for Recorded {
    async fn open(&mut self) -> Arc<dyn Store> {
        Arc::new(self.open_mongo().await)
    }
}
