//! The installation, and the audit trail.

use std::path::Path;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use nameit_domain::Timestamp;
use nameit_store::archive::Actor;
use nameit_store::{Disk, Examination, Result, SystemStore};
use rusqlite::{Connection, params};

use crate::error::{Failure, Unreadable};
use crate::row::{self, micros};
use crate::{SqliteStore, sql};

/// The setting that holds the installation's key.
pub(crate) const SIGNING_KEY: &str = "signing_key";

#[async_trait]
impl SystemStore for SqliteStore {
    async fn ping(&self) -> Result<()> {
        self.writer.beat().await?;
        self.read_heartbeat().await
    }

    async fn signing_key(&self, proposal: [u8; 32]) -> Result<[u8; 32]> {
        self.writer
            .run("keeping the signing key", move |connection, _| {
                row::execute(connection, sql::system::INSERT_SETTING, params![SIGNING_KEY, proposal])?;
                let key = row::one(connection, sql::system::SETTING, [SIGNING_KEY], |row| Ok(row.get(0)?))?;
                key.ok_or_else(|| Unreadable("signing key").into())
            })
            .await
    }

    async fn researcher_count(&self) -> Result<u64> {
        let count = self
            .readers
            .run("counting researchers", |connection| {
                row::one(connection, sql::researcher::RESEARCHER_COUNT, [], |row| row::count(row, 0))
            })
            .await?;
        Ok(count.unwrap_or(0))
    }

    async fn examine(&self) -> Examination {
        let (read, write) = futures::join!(timed(self.read_heartbeat()), timed(self.writer.beat_anew()));
        Examination {
            backend: "sqlite",
            version: Some(rusqlite::version().to_owned()),
            read,
            write,
            disk: disk(&self.path),
        }
    }
}

// === impl SqliteStore ===

impl SqliteStore {
    async fn read_heartbeat(&self) -> Result<()> {
        let read = |connection: &Connection| {
            row::one(connection, sql::system::READ_HEARTBEAT, [], |row| Ok(row.get::<_, i64>(0)?))
        };
        self.readers.run("reading the heartbeat", read).await.map(drop)
    }
}

async fn timed(work: impl Future<Output = Result<()>>) -> Result<Duration> {
    let begin = Instant::now();
    work.await.map(|()| begin.elapsed())
}

fn disk(path: &Path) -> Option<Disk> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(Disk {
        free_bytes: disk.f_bavail.saturating_mul(disk.f_frsize),
        total_bytes: disk.f_blocks.saturating_mul(disk.f_frsize),
        database_bytes: size(path),
    })
}

/// Bytes of the file and of its log.
pub(crate) fn size(path: &Path) -> u64 {
    let log = path.with_file_name(path.file_name().map_or_else(Default::default, |name| {
        let mut name = name.to_owned();
        name.push("-wal");
        name
    }));
    [path, &log].iter().filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
}

/// Writes down that something happened to an experiment.
pub(crate) fn audit(
    connection: &Connection,
    at: Timestamp,
    actor: Actor,
    action: &str,
    experiment_no: i64,
) -> Result<(), Failure> {
    let values = params![micros(at), actor.as_str(), action, experiment_no];
    row::execute(connection, sql::system::INSERT_AUDIT, values)?;
    Ok(())
}
