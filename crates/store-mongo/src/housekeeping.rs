//! What must be done from time to time, as long as a store is open.

use std::sync::Weak;
use std::time::Duration;

use nameit_store::Result;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::database::Database;
use crate::erasure;
use crate::response::Committer;
use crate::writer::BEAT;

/// Rounds between two looks at the notes of withdrawals.
const NOTES_EVERY: u32 = 4;

/// The task that does it; ends when this is dropped.
pub(crate) struct Housekeeping(JoinHandle<()>);

// === impl Housekeeping ===

impl Housekeeping {
    pub(crate) fn start(database: Database, committer: Weak<Mutex<Committer>>) -> Self {
        Self(tokio::spawn(keep(database, committer)))
    }
}

impl Drop for Housekeeping {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn keep(database: Database, committer: Weak<Mutex<Committer>>) {
    let mut rounds = tokio::time::interval(BEAT);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for round in 0_u32.. {
        rounds.tick().await;
        let Some(committer) = committer.upgrade() else { return };
        if let Err(error) = keep_once(&database, &committer, round.is_multiple_of(NOTES_EVERY)).await {
            // It is tried again in the next round; who needs the database hears of it by himself.
            tracing::debug!(%error, "the database could not be looked after");
        }
    }
}

async fn keep_once(database: &Database, committer: &Mutex<Committer>, notes: bool) -> Result<()> {
    let ready = database.ready().await?;
    // A batch that takes longer than this is not made to wait any longer.
    let beat = async { committer.lock().await.numbers.beat(ready).await };
    tokio::time::timeout(Duration::from_secs(5), beat).await.unwrap_or(Ok(()))?;
    if notes { erasure::go_through_notes(ready).await } else { Ok(()) }
}
