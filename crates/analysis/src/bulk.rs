//! Counting a whole file of answers, by several threads at once.
//!
//! A [`crate::tally::Tally`] grows answer by answer and can be asked at any moment; a [`Bulk`] is filled once and
//! asked at the end, which makes it several times as fast and small. Each thread has a [`Counter`]: it turns raw
//! texts into the numbers of names by a table of its own, gathers the rows of a block by stimulus, and adds them to
//! shared counts that are split by stimulus, so that threads seldom meet. Memory follows the distinct pairs of
//! stimulus and name (and, where they are noted, the distinct participants and times of each pair).
//!
//! What comes out depends on the answers and on the order of the blocks alone: not on the number of threads, nor on
//! who counted what.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::DefaultHashBuilder;

use crate::naming::Naming;

mod counter;
mod counts;
mod details;
mod dictionary;
mod names;
mod shard;
mod short;
mod slots;
#[cfg(test)]
mod tests;

pub use counter::{Counter, Details, Said, Text};
pub use counts::{Counts, Stimulus};
pub use details::TimeLimits;
use dictionary::Shared;
use names::Names;
use shard::Shard;

/// The counts of one file while they are made.
#[derive(Debug)]
pub struct Bulk {
    hasher: DefaultHashBuilder,
    names: Mutex<Names>,
    participants: Shared,
    shards: Vec<Mutex<Shard>>,
}

/// Shared counts are split in so many parts; a power of two.
const SHARDS: usize = 64;

// === impl Bulk ===

impl Bulk {
    /// Nothing counted yet; raw texts will become names by `naming`.
    pub fn new(naming: impl Into<Naming>) -> Self {
        Self {
            hasher: DefaultHashBuilder::default(),
            names: Mutex::new(Names::new(naming.into())),
            participants: Shared::default(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    /// What one thread counts with.
    pub fn counter(&self) -> Counter<'_> {
        Counter::new(self)
    }

    /// All counts, once the counters are done. The work is split among `threads`.
    pub fn finish(self, threads: usize) -> Counts {
        Counts::new(self, threads)
    }
}

/// The mutexes here guard counts that are changed by calls which do not panic between two changes.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}
