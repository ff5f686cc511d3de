//! A database for one case.

use std::time::Duration;

use crate::server::{blocking, connect};

/// How long to wait for a server that a case may have ended on purpose.
const PATIENCE: Duration = Duration::from_secs(5);

/// A database that is removed when this is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    uri: String,
    name: String,
}

// === impl TestDatabase ===

impl TestDatabase {
    pub(crate) fn new(uri: String, name: String) -> Self {
        Self { uri, name }
    }

    /// Where it is: server, database and options.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }

    async fn remove(&self) -> mongodb::error::Result<()> {
        connect(&self.uri, PATIENCE).await?.database(&self.name).drop().await
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Err(error) = blocking(self.remove()) {
            eprintln!("the database {} stays behind: {}", self.name, error.kind);
        }
    }
}
