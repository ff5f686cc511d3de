//! What became of what was to be exported.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use opentelemetry_sdk::error::OTelSdkResult;

use crate::metrics::{Gauge, Observation};
use crate::names;

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
    is_failing: bool,
}

/// Reports what is dropped as a metric.
pub(crate) fn observe() -> Observation {
    Gauge::observe(&names::TELEMETRY_DROPPED, || {
        let exported = status().into_iter().filter(|status| status.endpoint.is_some());
        let dropped = exported.flat_map(|status| {
            let of = |reason: &'static str, count: u64| {
                let attributes = vec![(names::SIGNAL, status.signal.into()), (names::REASON, reason.into())];
                (count as f64, attributes)
            };
            [of("queue_full", status.dropped_full), of("export_failed", status.dropped_failed)]
        });
        dropped.collect()
    })
}

/// What became of traces, logs and metrics so far.
pub fn status() -> [Status; 3] {
    [TRACES.status(), LOGS.status(), METRICS.status()]
}

// === impl Status ===

impl Status {
    /// Whether the last export failed.
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
    pub(crate) const fn new(signal: &'static str) -> Self {
        Self {
            signal,
            exported: AtomicU64::new(0),
            full: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            rest: Mutex::new(Rest {
                endpoint: None,
                last_error: None,
                last_success: None,
                is_failing: false,
            }),
        }
    }

    pub(crate) fn status(&self) -> Status {
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

    /// The signal is exported from now on.
    pub(crate) fn goes_to(&self, endpoint: String) {
        self.rest().endpoint = Some(endpoint);
    }

    /// An item did not fit into the queue.
    pub(crate) fn dropped_full(&self) {
        self.full.fetch_add(1, Ordering::Relaxed);
    }

    /// So many items were exported, or could not be. Says so in the log when that changes, and only then.
    pub(crate) fn count(&self, items: usize, outcome: &OTelSdkResult) {
        let counter = if outcome.is_ok() { &self.exported } else { &self.failed };
        counter.fetch_add(u64::try_from(items).expect("machines have at most 64 bits"), Ordering::Relaxed);
        let mut rest = self.rest();
        let was_failing = std::mem::replace(&mut rest.is_failing, outcome.is_err());
        match outcome {
            Ok(()) => rest.last_success = Some(Instant::now()),
            Err(error) => rest.last_error = Some((error.to_string(), Instant::now())),
        }
        let endpoint = rest.endpoint.clone().unwrap_or_default();
        drop(rest);
        match outcome {
            Err(error) if !was_failing => tracing::warn!(
                signal = self.signal,
                endpoint,
                %error,
                "the collector does not take telemetry; it is dropped until it does again"
            ),
            Ok(()) if was_failing => {
                let dropped = self.failed.load(Ordering::Relaxed) + self.full.load(Ordering::Relaxed);
                tracing::info!(
                    signal = self.signal,
                    endpoint,
                    dropped,
                    "the collector takes telemetry again"
                );
            }
            _ => {}
        }
    }

    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
