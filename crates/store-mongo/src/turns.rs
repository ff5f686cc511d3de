//! Changes of the same thing, one after another within this process.
//!
//! The database would sort them out too: of two at once, one begins again or is refused. But a browser that uploads
//! many pictures makes many at once, and whoever comes last would begin again and again; and servers on PostgreSQL
//! let insertions that a unique index keeps apart wait for each other, until after a second they give up one of
//! them. Between processes there are never more of them than processes.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hash};

use nameit_store::Result;
use tokio::sync::{Mutex, MutexGuard};

use crate::database::run;

/// Queues; things that share one wait for each other, which costs time and nothing else.
const QUEUES: u64 = 256;

/// The turns of all things.
pub(crate) struct Turns {
    queues: [Mutex<()>; QUEUES as usize],
}

// === impl Turns ===

impl Turns {
    pub(crate) fn new() -> Self {
        Self { queues: std::array::from_fn(|_| Mutex::new(())) }
    }

    /// Waits for the turn of this thing; it lasts until the guard is dropped. Whoever has one must not wait for another.
    pub(crate) async fn wait(&self, thing: impl Hash) -> Result<MutexGuard<'_, ()>> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(thing);
        let queue = &self.queues[(hash % QUEUES) as usize];
        run("waiting for other changes", async { Ok(queue.lock().await) }).await
    }
}
