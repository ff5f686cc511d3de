//! The kit against the server that it finds.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the case, at the line where it stands")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use futures::future::BoxFuture;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
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

/// With this set, the binary is not a test but somebody who uses a server until he is killed.
const USER: &str = "NAMEIT_TESTKIT_USER";

fn main() -> ExitCode {
    if std::env::var_os(USER).is_some() {
        return use_until_killed();
    }
    let cases = CASES.into_iter().map(|(name, case)| {
        Trial::test(name, move || {
            let server = server()?;
            runtime().block_on(case(server));
            Ok(())
        })
    });
    let killed = Trial::ignorable_test("a_started_server_ends_with_its_test", ends_with_its_test);
    let cases = cases.chain([killed]).collect();
    libtest_mimic::run(&Arguments::from_args(), trials(cases)).exit_code()
}

/// Says where the server is, and waits.
fn use_until_killed() -> ExitCode {
    match server() {
        Ok(server) if server.ends_with_this_process() => println!("{}", server.uri()),
        Ok(server) => println!("{} goes on after its test", server.kind()),
        Err(reason) => println!("{reason}"),
    }
    std::io::stdout().flush().unwrap();
    std::io::stdin().lines().for_each(drop);
    ExitCode::SUCCESS
}

fn ends_with_its_test() -> Result<Completion, Failed> {
    let mut user = Command::new(std::env::current_exe()?)
        .env(USER, "1")
        .env_remove("NAMEIT_TEST_MONGODB_URI")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = String::new();
    BufReader::new(user.stdout.take().unwrap()).read_line(&mut said)?;
    let uri = said.trim();
    let is_up = || runtime().block_on(async { answers(uri).await });
    let began_up = uri.starts_with("mongodb://") && is_up();
    // Not in order: nothing that the process would do at its end gets done.
    user.kill()?;
    user.wait()?;
    if !uri.starts_with("mongodb://") {
        return Ok(Completion::ignored_with(uri));
    }
    assert!(began_up, "{uri} answers while it is used");
    runtime().block_on(async {
        let gone = async {
            let mut again = tokio::time::interval(Duration::from_millis(50));
            while answers(uri).await {
                again.tick().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
    });
    Ok(Completion::Completed)
}

async fn answers(uri: &str) -> bool {
    let mut options = ClientOptions::parse(uri).await.unwrap();
    options.server_selection_timeout = Some(Duration::from_millis(500));
    let admin = Client::with_options(options).unwrap().database("admin");
    admin.run_command(doc! { "ping": 1 }).await.is_ok()
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
