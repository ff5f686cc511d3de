//! The kit against the server that it finds.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the case, at the line where it stands")]

use std::process::ExitCode;
use std::time::Duration;

use futures::future::BoxFuture;
use libtest_mimic::{Arguments, Trial};
use mongodb::bson::{Document, doc};
use mongodb::{Client, Database, options::ClientOptions};
use nameit_testkit_mongodb::{Proxy, Server, server, trials};

/// A case: its name, and what happens.
type Case = (&'static str, fn(&'static Server) -> BoxFuture<'static, ()>);

const CASES: [Case; 4] = [
    ("a_database_is_new_and_gone_when_dropped", |server| Box::pin(new_and_gone(server))),
    ("a_cut_connection_fails_and_a_mended_one_works", |server| Box::pin(cut_and_mended(server))),
    ("a_hanging_connection_delivers_when_mended", |server| Box::pin(hanging_and_mended(server))),
    ("the_server_says_what_it_is", |server| Box::pin(says_what_it_is(server))),
];

fn main() -> ExitCode {
    let cases = CASES.into_iter().map(|(name, case)| {
        Trial::test(name, move || {
            let server = server()?;
            runtime().block_on(case(server));
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials(cases.collect())).exit_code()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

/// A client that gives up soon.
async fn connect(uri: &str) -> Database {
    let mut options = ClientOptions::parse(uri).await.unwrap();
    options.server_selection_timeout = Some(Duration::from_secs(1));
    Client::with_options(options).unwrap().default_database().unwrap()
}

async fn count(database: &Database) -> mongodb::error::Result<u64> {
    database.collection::<Document>("things").count_documents(doc! {}).await
}

async fn insert(database: &Database) -> mongodb::error::Result<()> {
    database.collection("things").insert_one(doc! { "name": "ball" }).await.map(|_| ())
}

async fn new_and_gone(server: &'static Server) {
    let [one, other] = [server.database(), server.database()];
    let uri = one.uri().to_owned();
    let database = connect(&uri).await;
    insert(&database).await.unwrap();
    assert_eq!(count(&database).await.unwrap(), 1);
    assert_eq!(count(&connect(other.uri()).await).await.unwrap(), 0, "another database holds none of it");
    drop(one);
    assert_eq!(count(&database).await.unwrap(), 0);
}

async fn cut_and_mended(server: &'static Server) {
    let proxy = Proxy::start(&server.address()).await.unwrap();
    let database = server.database();
    let client = connect(&proxy.uri_through(database.uri())).await;
    insert(&client).await.unwrap();
    proxy.cut().await.unwrap();
    insert(&client).await.unwrap_err();
    proxy.mend().await.unwrap();
    assert_eq!(count(&client).await.unwrap(), 1);
}

async fn hanging_and_mended(server: &'static Server) {
    let proxy = Proxy::start(&server.address()).await.unwrap();
    let database = server.database();
    let client = connect(&proxy.uri_through(database.uri())).await;
    insert(&client).await.unwrap();
    proxy.hang().await.unwrap();
    let mut waiting = Box::pin(count(&client));
    assert!(tokio::time::timeout(Duration::from_millis(300), &mut waiting).await.is_err(), "nothing passes");
    proxy.mend().await.unwrap();
    assert_eq!(waiting.await.unwrap(), 1);
}

async fn says_what_it_is(server: &'static Server) {
    assert!(
        server.kind().starts_with("MongoDB ") || server.kind().starts_with("FerretDB "),
        "{}",
        server.kind()
    );
    let hello = connect(server.database().uri()).await.run_command(doc! { "hello": 1 }).await.unwrap();
    assert_eq!(server.is_replica_set(), hello.contains_key("setName"));
}
