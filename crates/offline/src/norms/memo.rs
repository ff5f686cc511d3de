//! Figures that were computed before: all of them follow from the counts, and short lists of counts come again.

use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashMap;
use nameit_analysis::bulk::Stimulus;

/// What stands before the modal names and behind them, by the counts that it follows from.
type Known = HashMap<Vec<u64>, Arc<[String; 2]>>;

/// What all threads have learned.
#[derive(Debug, Default)]
pub(super) struct Shared(Mutex<Known>);

/// What one thread has met, so that it seldom asks the others.
#[derive(Debug)]
pub(super) struct Memo<'shared> {
    shared: &'shared Shared,
    known: Known,
    /// The counts that are looked for, kept for their memory.
    counts: Vec<u64>,
}

/// Longer lists of counts hardly come again.
const COUNTS_MAX: usize = 32;

/// So many lists are remembered.
const KNOWN_MAX: usize = 8192;

// === impl Shared ===

impl Shared {
    /// What one thread asks.
    pub(super) fn memo(&self) -> Memo<'_> {
        Memo { shared: self, known: Known::default(), counts: Vec::new() }
    }

    /// The cells for `counts`, made by `make` if they are new. Two threads may make the same ones at once.
    fn cells_of(&self, counts: &[u64], make: impl FnOnce() -> [String; 2]) -> Arc<[String; 2]> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cells) = known().get(counts) {
            return Arc::clone(cells);
        }
        let cells = Arc::new(make());
        let mut known = known();
        if known.len() < KNOWN_MAX {
            known.insert(counts.to_vec(), Arc::clone(&cells));
        }
        cells
    }
}

// === impl Memo ===

impl Memo<'_> {
    /// The cells of a stimulus, made by `make` if its counts are new.
    pub(super) fn cells_of(
        &mut self,
        stimulus: Stimulus<'_>,
        make: impl FnOnce() -> [String; 2],
    ) -> Arc<[String; 2]> {
        let Self { shared, known, counts } = self;
        let non_answers = stimulus.non_answers();
        counts.clear();
        counts.extend([non_answers.dont_know, non_answers.skipped, non_answers.blank]);
        counts.extend(stimulus.counts());
        if counts.len() > COUNTS_MAX {
            return Arc::new(make());
        }
        if let Some(cells) = known.get(counts.as_slice()) {
            return Arc::clone(cells);
        }
        let cells = shared.cells_of(counts, make);
        if known.len() < KNOWN_MAX {
            known.insert(counts.clone(), Arc::clone(&cells));
        }
        cells
    }
}
