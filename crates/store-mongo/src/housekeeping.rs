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
    loop {
        rounds.tick().await;
        let Some(committer) = committer.upgrade() else { return };
        if let Err(error) = keep_once(&database, &committer).await {
            // It is tried again in the next round; who needs the database hears of it by himself.
            tracing::debug!(%error, "the database could not be looked after");
        }
    }
}

async fn keep_once(database: &Database, committer: &Mutex<Committer>) -> Result<()> {
    let ready = database.ready().await?;
    // A batch that takes longer than this is not made to wait any longer.
    let own = async {
        let mut committer = committer.lock().await;
        committer.numbers.beat(ready).await?;
        committer.settle(ready).await
    };
    if let Ok(done) = tokio::time::timeout(Duration::from_secs(5), own).await {
        done?;
    }
    erasure::go_through_notes(ready).await
}
