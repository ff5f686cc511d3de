//! Everything out of the file, also beside a process that writes it, and everything in.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use nameit_store::archive::Record;
use nameit_store::{ArchiveSource, ArchiveStore, Result};

use crate::open::{self, OpenError};
use crate::{SqliteStore, row, sql};

mod dump;
mod load;

/// A file that is only read: no lock is taken, so another process may be at work on it.
pub struct SqliteArchive {
    path: Arc<Path>,
}

// === impl SqliteArchive ===

impl SqliteArchive {
    /// Looks whether the file at `path` is a database that this version reads; changes nothing. Blocks.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        open::check(path)?;
        Ok(Self { path: path.into() })
    }
}

impl ArchiveSource for SqliteArchive {
    fn dump(&self) -> BoxStream<'static, Result<Record>> {
        dump::dump(self.path.clone())
    }
}

// === impl SqliteStore ===

impl ArchiveSource for SqliteStore {
    fn dump(&self) -> BoxStream<'static, Result<Record>> {
        dump::dump(self.path.clone())
    }
}

#[async_trait]
impl ArchiveStore for SqliteStore {
    async fn is_empty(&self) -> Result<bool> {
        let found = self
            .readers
            .run("looking for researchers", |connection| {
                // An experiment has an owner, so without researchers there is none.
                row::one(connection, sql::archive::ANY_RESEARCHER, [], |_| Ok(()))
            })
            .await?;
        Ok(found.is_none())
    }

    async fn load(&self, records: Vec<Record>) -> Result<()> {
        let erases = records.iter().any(|record| matches!(record, Record::Withdrawal(_)));
        let context = "loading an archive";
        if erases {
            self.writer.erase(context, |connection, known| load::load(connection, known, records)).await
        } else {
            self.writer.run(context, |connection, known| load::load(connection, known, records)).await
        }
    }
}
