//! The store as a whole.

use std::time::Duration;

use async_trait::async_trait;

use crate::Result;

/// Things that belong to the installation.
#[async_trait]
pub trait SystemStore: Send + Sync + 'static {
    /// Answers when the database works: reads and, where that is cheap, proves that it can write.
    async fn ping(&self) -> Result<()>;

    /// The installation's secret key for signing tokens. `proposal` is kept if there is none yet; with
    /// several callers at once all get the same.
    async fn signing_key(&self, proposal: [u8; 32]) -> Result<[u8; 32]>;

    /// How many researchers there are.
    async fn researcher_count(&self) -> Result<u64>;

    /// How the database is, for operators: reads and writes once, each time anew, something that does not
    /// count. Takes no longer than any other call; what does not work is part of the answer.
    async fn examine(&self) -> Examination;
}

/// How a database is.
#[derive(Debug)]
pub struct Examination {
    /// `sqlite` or `mongodb`.
    pub backend: &'static str,
    /// The version of SQLite or of the database server; `None` while the server does not say it.
    pub version: Option<String>,
    /// How long a small read took.
    pub read: Result<Duration>,
    /// How long a small write took until it was as durable as an acknowledged response.
    pub write: Result<Duration>,
    /// The disk with the database, where this process can see it.
    pub disk: Option<Disk>,
}

/// A disk, and what a database takes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// What this process may still use.
    pub free_bytes: u64,
    /// All of it.
    pub total_bytes: u64,
    /// The database with its log.
    pub database_bytes: u64,
}
