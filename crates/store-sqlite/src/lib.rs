//! The embedded store: everything in one SQLite file, for a laptop, a lab or a small server.
//!
//! One connection writes, on its own thread, one durable transaction at a time (`synchronous=FULL`); a few
//! connections read committed rows beside it. A lock file keeps a second process out. Responses lie in the
//! order of the feed, so that mining and export are scans.
//!
//! To change the schema: add a file to `migrations/` and name it in `migrate.rs`; never edit an old one.
//! To add a statement: a constant in `sql/`, where a test asks SQLite whether it uses an index.

mod archive;
mod commit;
mod decision;
mod detailed;
mod error;
mod experiment;
mod export;
mod feed;
mod known;
mod measured;
mod migrate;
mod open;
mod participation;
mod readers;
mod researcher;
mod response;
mod row;
mod session;
mod sql;
mod stimulus;
mod system;
mod visit;
mod writer;

use std::path::Path;
use std::sync::Arc;

pub use archive::SqliteArchive;
pub use open::{OpenError, Options};

use nameit_telemetry::metrics::Observation;
use readers::Readers;
use writer::Writer;

/// A store in one SQLite file. Dropping it waits for the write that is under way.
pub struct SqliteStore {
    // Before the writer, so that the writer is the last to close the file and tidies up.
    readers: Arc<Readers>,
    writer: Writer,
    writer_id: Arc<str>,
    path: Arc<Path>,
    _size: Observation,
}

// === impl SqliteStore ===

impl SqliteStore {
    /// Opens the file at `path`, makes it if there is none, and brings its schema up to date. Blocks.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        open::open(path, options)
    }

    /// The name under which this file numbers responses in feeds.
    pub fn writer_id(&self) -> &str {
        &self.writer_id
    }
}
