//! Values that are looked up whenever metrics are collected.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use opentelemetry::metrics::{AsyncInstrument, Meter};

use super::{Attribute, METER, key_values};
use crate::names::{Kind, Metric};

/// Who looks the values of each metric up.
static OBSERVERS: Mutex<BTreeMap<&'static str, Observed>> = Mutex::new(BTreeMap::new());

/// Tells observations apart.
static NEXT: AtomicU64 = AtomicU64::new(0);

type Look = Arc<dyn Fn() -> Vec<(f64, Vec<Attribute>)> + Send + Sync>;

struct Observed {
    metric: &'static Metric,
    looks: Vec<(u64, Look)>,
    has_instrument: bool,
}

/// Values that are looked up when metrics are collected, rather than told: gauges, and counters that
/// something else keeps.
#[derive(Debug, Clone, Copy)]
pub struct Gauge;

/// A metric is observed as long as this exists.
#[must_use = "the metric is not observed any more when this is dropped"]
pub struct Observation {
    metric: &'static Metric,
    id: u64,
}

// === impl Gauge ===

impl Gauge {
    /// Looks the values of `metric` up whenever metrics are collected; `look` must be quick and must not
    /// observe anything itself. When several observe the same metric with the same attributes, the sum
    /// is reported.
    pub fn observe(
        metric: &'static Metric,
        look: impl Fn() -> Vec<(f64, Vec<Attribute>)> + Send + Sync + 'static,
    ) -> Observation {
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut observers = observers();
        let observed = match observers.entry(metric.name) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                entry.insert(Observed { metric, looks: Vec::new(), has_instrument: false })
            }
        };
        observed.looks.push((id, Arc::new(look)));
        if let Some(meter) = METER.get() {
            observed.make_instrument(meter);
        }
        Observation { metric, id }
    }
}

/// Makes the instruments of what is observed already.
pub(super) fn start() {
    if let Some(meter) = METER.get() {
        observers().values_mut().for_each(|observed| observed.make_instrument(meter));
    }
}

fn observers() -> MutexGuard<'static, BTreeMap<&'static str, Observed>> {
    OBSERVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn report(name: &str, instrument: &dyn AsyncInstrument<f64>) {
    // Looked up without the lock, for whoever looks may drop an observation.
    let looks: Vec<Look> = observers()
        .get(name)
        .map(|observed| observed.looks.iter().map(|(_, look)| Arc::clone(look)).collect())
        .unwrap_or_default();
    let mut values: Vec<(f64, Vec<Attribute>)> = Vec::new();
    for (value, attributes) in looks.iter().flat_map(|look| look()) {
        match values.iter_mut().find(|(_, known)| *known == attributes) {
            Some((sum, _)) => *sum += value,
            None => values.push((value, attributes)),
        }
    }
    for (value, attributes) in values {
        instrument.observe(value, &key_values(&attributes));
    }
}

// === impl Observed ===

impl Observed {
    /// An instrument cannot be removed again; so there is one per metric, which asks whoever observes it then.
    fn make_instrument(&mut self, meter: &Meter) {
        if std::mem::replace(&mut self.has_instrument, true) {
            return;
        }
        let Metric { name, unit, description, .. } = *self.metric;
        let callback = move |instrument: &dyn AsyncInstrument<f64>| report(name, instrument);
        match self.metric.kind {
            Kind::Counter => {
                let builder = meter.f64_observable_counter(name).with_unit(unit);
                let _ = builder.with_description(description).with_callback(callback).build();
            }
            Kind::UpDownCounter => {
                let builder = meter.f64_observable_up_down_counter(name).with_unit(unit);
                let _ = builder.with_description(description).with_callback(callback).build();
            }
            Kind::Gauge | Kind::Histogram => {
                let builder = meter.f64_observable_gauge(name).with_unit(unit);
                let _ = builder.with_description(description).with_callback(callback).build();
            }
        }
    }
}

// === impl Observation ===

impl Drop for Observation {
    fn drop(&mut self) {
        if let Some(observed) = observers().get_mut(self.metric.name) {
            observed.looks.retain(|(id, _)| *id != self.id);
        }
    }
}

impl fmt::Debug for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Observation of {}", self.metric.name)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use opentelemetry::KeyValue;

    use super::*;
    use crate::names;

    #[derive(Default)]
    struct Recorder(Mutex<Vec<(f64, Vec<KeyValue>)>>);

    impl AsyncInstrument<f64> for Recorder {
        fn observe(&self, value: f64, attributes: &[KeyValue]) {
            self.0.lock().unwrap().push((value, attributes.to_vec()));
        }
    }

    fn reported(name: &str) -> Vec<(f64, Vec<KeyValue>)> {
        let recorder = Recorder::default();
        report(name, &recorder);
        recorder.0.into_inner().unwrap()
    }

    #[test]
    fn all_who_observe_are_asked_as_long_as_they_live() {
        let metric = &names::CACHE_SIZE;
        let of = |cache: &'static str| vec![(names::CACHE_NAME, cache.into())];
        let images = Gauge::observe(metric, move || vec![(10.0, of("images")), (1.0, of("pages"))]);
        let more = Gauge::observe(metric, move || vec![(5.0, of("images"))]);
        let images_of = |value| (value, vec![KeyValue::new(names::CACHE_NAME, "images")]);
        assert_eq!(reported(metric.name)[0], images_of(15.0));
        drop(images);
        assert_eq!(reported(metric.name), [images_of(5.0)]);
        drop(more);
        assert_eq!(reported(metric.name), []);
    }
}
