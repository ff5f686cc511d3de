//! The server of this test process.

use std::sync::OnceLock;
use std::time::Duration;

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use mongodb::error::ErrorKind;
use mongodb::{Client, options::ClientOptions};

use crate::start::{self, Started};
use crate::{TestDatabase, uri::Uri};

/// How long a server that was just started may take until it answers.
const FIRST_ANSWER: Duration = Duration::from_mins(1);
/// The same for one that is said to run.
const ANSWER: Duration = Duration::from_secs(10);

/// A MongoDB server, or one that is compatible, with nothing on it that anybody needs.
#[derive(Debug)]
pub struct Server {
    uri: Uri,
    kind: String,
    replica_set: bool,
    /// Ends the server with this process.
    life: Option<start::Life>,
}

/// The server of this process: found or started at the first call, kept until the process ends.
///
/// In this order: the environment variable `NAMEIT_TEST_MONGODB_URI`; `mongod` on `PATH`; the program of
/// `tests/mongodb/install`; Docker. What is there but fails to start is an error, not a reason to look further. The
/// error is one sentence that says what to do.
pub fn server() -> Result<&'static Server, &'static str> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    SERVER.get_or_init(|| blocking(find())).as_ref().map_err(String::as_str)
}

// === impl Server ===

impl Server {
    /// Where it is, without a database.
    pub fn uri(&self) -> String {
        self.uri.to_string()
    }

    /// Host and port of the server (of the first, if there are several), for a [`crate::Proxy`].
    pub fn address(&self) -> String {
        self.uri.address()
    }

    /// What it is and in which version, for people.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Whether it is (part of) a replica set, and so repeats writes by itself.
    pub fn is_replica_set(&self) -> bool {
        self.replica_set
    }

    /// Makes the primary of a replica set step down for a second; somebody else is elected, and where there is
    /// nobody else, the same again.
    pub async fn step_down(&self) -> Result<(), String> {
        let said = |error: mongodb::error::Error| error.kind.to_string();
        let client = connect(&self.uri.to_string(), FIRST_ANSWER).await.map_err(said)?;
        let command = doc! { "replSetStepDown": 1, "secondaryCatchUpPeriodSecs": 0, "force": true };
        client.database("admin").run_command(command).await.map(drop).map_err(said)
    }

    /// Whether this process started it for itself alone.
    pub fn ends_with_this_process(&self) -> bool {
        self.life.is_some()
    }

    /// A new database that nobody else uses. It is made by the first write and removed when it is dropped.
    pub fn database(&self) -> TestDatabase {
        let name = format!("nameit_test_{}", ObjectId::new());
        TestDatabase::new(self.uri.with_database(&name).to_string(), name)
    }
}

async fn find() -> Result<Server, String> {
    let Started { uri, life } = start::start().await?;
    let uri = Uri::parse(&uri)?;
    let patience = if life.is_some() { FIRST_ANSWER } else { ANSWER };
    let silent = |error: mongodb::error::Error| {
        let reason = match *error.kind {
            // Its text is the state of all hosts, at length.
            ErrorKind::ServerSelection { .. } => "it cannot be reached".to_owned(),
            other => other.to_string(),
        };
        format!("no answer from the MongoDB server at {}: {reason}", uri.address())
    };
    let admin = connect(&uri.to_string(), patience).await.map_err(silent)?.database("admin");
    let ask = async |command: Document| admin.run_command(command).await.map_err(silent);
    let build = ask(doc! { "buildInfo": 1 }).await?;
    let replica_set = ask(doc! { "hello": 1 }).await?.contains_key("setName");
    Ok(Server { kind: kind(&build), replica_set, uri, life })
}

/// What `buildInfo` says, for people.
fn kind(build: &Document) -> String {
    let version = build.get_str("version").unwrap_or("of unknown version");
    match build.get_document("ferretdb").and_then(|ferretdb| ferretdb.get_str("version")) {
        Ok(ferretdb) => format!("FerretDB {ferretdb} (compatible with MongoDB {version})"),
        Err(_) => format!("MongoDB {version}"),
    }
}

/// A client that waits for a server no longer than `patience`.
pub(crate) async fn connect(uri: &str, patience: Duration) -> mongodb::error::Result<Client> {
    let mut options = ClientOptions::parse(uri).await?;
    options.server_selection_timeout = Some(patience);
    Client::with_options(options)
}

/// Waits for `work` on a thread of its own, as tests call this with and without a runtime around them.
pub(crate) fn blocking<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let wait = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime of one thread needs nothing that could be missing")
            .block_on(work)
    };
    std::thread::scope(|scope| match scope.spawn(wait).join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compatible_server_is_not_called_mongodb() {
        assert_eq!(kind(&doc! { "version": "8.0.4" }), "MongoDB 8.0.4");
        let ferretdb = doc! { "version": "7.0.77", "ferretdb": { "version": "v2.7.0" } };
        assert_eq!(kind(&ferretdb), "FerretDB v2.7.0 (compatible with MongoDB 7.0.77)");
    }
}
