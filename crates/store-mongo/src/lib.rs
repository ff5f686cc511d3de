//! The production store: MongoDB, in a container of its own or hosted by somebody else.
//!
//! Several storage processes may use one database at once. Nothing here needs a transaction over several
//! documents, a TTL index or a change stream: what must change together stands in one document (an
//! experiment with the list of its stimulus pages), and what comes in masses (responses) is only ever
//! inserted, under unique indexes that make every retry harmless. `Acknowledged` means `w: majority, j: true`,
//! and reads see only what a majority has.
//!
//! To add a collection: its name and its indexes in `schema.rs`, its handle in `database.rs`. To change the
//! shape of stored documents: count up the schema version and write the step that brings old data up to it.

mod archive;
mod command;
mod connect;
mod database;
mod decision;
mod erasure;
mod error;
mod experiment;
mod housekeeping;
mod image;
mod keep;
mod participation;
mod researcher;
mod response;
mod schema;
mod session;
mod setting;
mod stimulus;
mod system;
mod turns;
mod value;
mod visit;
mod writer;

pub use connect::{OpenError, Options};

use std::sync::Arc;

use tokio::sync::Mutex;

use database::Database;
use housekeeping::Housekeeping;
use response::{Committer, Settled};

/// A store in a MongoDB database. Opening it does not need the server: calls are
/// [`nameit_store::Error::Unavailable`] until it can be reached.
pub struct MongoStore {
    database: Database,
    committer: Arc<Mutex<Committer>>,
    settled: Arc<Settled>,
    _housekeeping: Housekeeping,
}

// === impl MongoStore ===

impl MongoStore {
    /// Reads the URI and prepares the connections; looks up the hosts of a `mongodb+srv` URI.
    pub async fn open(uri: &str, options: Options) -> Result<Self, OpenError> {
        let database = Database::new(connect::client(uri, options).await?);
        let committer = Arc::new(Mutex::new(Committer::new()));
        let housekeeping = Housekeeping::start(database.clone(), Arc::downgrade(&committer));
        Ok(Self { database, committer, settled: Arc::new(Settled::new()), _housekeeping: housekeeping })
    }
}
