//! How many live streams are open: bounded in all and per experiment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use nameit_domain::ExperimentId;
use nameit_telemetry::metrics::{Gauge, Observation};
use nameit_telemetry::names;

use crate::config::Limits;
use crate::error::{Error, Result};

/// Counts open live streams.
#[derive(Clone)]
pub(crate) struct Streams {
    open: Arc<Mutex<HashMap<ExperimentId, usize>>>,
    max: usize,
    per_experiment: usize,
    _observed: Arc<Observation>,
}

/// A place for one live stream; given back when dropped.
pub(crate) struct Place {
    streams: Streams,
    experiment: ExperimentId,
}

// === impl Streams ===

impl Streams {
    /// No stream is open.
    pub(crate) fn new(limits: &Limits) -> Self {
        let open: Arc<Mutex<HashMap<ExperimentId, usize>>> = Arc::default();
        let watched = Arc::downgrade(&open);
        let observed = Gauge::observe(&names::STREAMS_OPEN, move || {
            let open = watched.upgrade();
            let total = open.map(|open| open.lock().unwrap_or_else(PoisonError::into_inner).values().sum());
            total.map(|total: usize| (total as f64, Vec::new())).into_iter().collect()
        });
        Self {
            open,
            max: limits.streams_max,
            per_experiment: limits.streams_per_experiment,
            _observed: Arc::new(observed),
        }
    }

    /// Takes a place for a stream of this experiment.
    pub(crate) fn open(&self, experiment: ExperimentId) -> Result<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let total: usize = open.values().sum();
        let count = open.get(&experiment).copied().unwrap_or_default();
        if total >= self.max || count >= self.per_experiment {
            return Err(Error::unavailable("too many live reports are open; close one or try again later")
                .retry_after(10));
        }
        open.insert(experiment, count + 1);
        Ok(Place { streams: self.clone(), experiment })
    }
}

// === impl Place ===

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.experiment) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.experiment);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_bounded_and_places_come_back() {
        let limits = Limits { streams_max: 2, streams_per_experiment: 1, ..crate::Config::default().limits };
        let streams = Streams::new(&limits);
        let (first, second) = (ExperimentId::generate(), ExperimentId::generate());
        let place = streams.open(first).unwrap();
        assert!(streams.open(first).is_err());
        let _other = streams.open(second).unwrap();
        assert!(streams.open(ExperimentId::generate()).is_err());
        drop(place);
        assert!(streams.open(first).is_ok());
    }
}
