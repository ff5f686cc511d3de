//! What became of what was to be exported.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Spans.
pub(crate) static TRACES: Ledger = Ledger::new("traces");
/// Log lines.
pub(crate) static LOGS: Ledger = Ledger::new("logs");
/// Metrics; counted by exports, each of all metrics.
pub(crate) static METRICS: Ledger = Ledger::new("metrics");

/// What became of one signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// `traces`, `logs` or `metrics`.
    pub signal: &'static str,
    /// Where it goes, without secrets; nothing when it is not exported.
    pub endpoint: Option<String>,
    /// Items that the collector has taken.
    pub exported: u64,
    /// Items that were dropped because the queue was full.
    pub dropped_full: u64,
    /// Items that were dropped because the collector did not take them.
    pub dropped_failed: u64,
    /// Why the last failed export failed, and how long ago.
    pub last_error: Option<(String, Duration)>,
    /// How long ago an export last succeeded.
    pub last_success: Option<Duration>,
}

/// The books of one signal.
#[derive(Debug)]
pub(crate) struct Ledger {
    signal: &'static str,
    exported: AtomicU64,
    full: AtomicU64,
    failed: AtomicU64,
    rest: Mutex<Rest>,
}

#[derive(Debug)]
struct Rest {
    endpoint: Option<String>,
    last_error: Option<(String, Instant)>,
    last_success: Option<Instant>,
    failing: bool,
}

/// What became of traces, logs and metrics so far.
pub fn status() -> [Status; 3] {
    [TRACES.status(), LOGS.status(), METRICS.status()]
}

// === impl Status ===

impl Status {
    /// Whether the signal is exported, and the last export did not succeed.
    pub fn is_failing(&self) -> bool {
        match (&self.last_error, self.last_success) {
            (Some((_, failed)), Some(succeeded)) => *failed < succeeded,
            (error, None) => error.is_some(),
            (None, Some(_)) => false,
        }
    }
}

// === impl Ledger ===

impl Ledger {
    const fn new(signal: &'static str) -> Self {
        Self {
            signal,
            exported: AtomicU64::new(0),
            full: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            rest: Mutex::new(Rest { endpoint: None, last_error: None, last_success: None, failing: false }),
        }
    }

    fn status(&self) -> Status {
        let rest = self.rest();
        Status {
            signal: self.signal,
            endpoint: rest.endpoint.clone(),
            exported: self.exported.load(Ordering::Relaxed),
            dropped_full: self.full.load(Ordering::Relaxed),
            dropped_failed: self.failed.load(Ordering::Relaxed),
            last_error: rest.last_error.as_ref().map(|(why, when)| (why.clone(), when.elapsed())),
            last_success: rest.last_success.map(|when| when.elapsed()),
        }
    }

    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
