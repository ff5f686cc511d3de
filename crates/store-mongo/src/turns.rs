//! Changes to one experiment's stimuli, one after another within this process.
//!
//! The database would sort them out too: of two at once, one begins again. But a browser that uploads many
//! pictures makes many at once, and whoever comes last would begin again and again. Between processes there
//! are never more of them than processes.

use nameit_domain::ExperimentId;
use nameit_store::Result;
use tokio::sync::{Mutex, MutexGuard};

use crate::database::run;

/// Queues; experiments that share one wait for each other, which costs time and nothing else.
const QUEUES: usize = 32;

/// The turns of all experiments.
pub(crate) struct Turns {
    queues: [Mutex<()>; QUEUES],
}

// === impl Turns ===

impl Turns {
    pub(crate) fn new() -> Self {
        Self { queues: std::array::from_fn(|_| Mutex::new(())) }
    }

    /// Waits for the turn of this experiment; it lasts until the guard is dropped.
    pub(crate) async fn wait(&self, id: ExperimentId) -> Result<MutexGuard<'_, ()>> {
        let [.., last] = *id.as_bytes();
        let queue = &self.queues[usize::from(last) % QUEUES];
        run("waiting for other changes", async { Ok(queue.lock().await) }).await
    }
}
