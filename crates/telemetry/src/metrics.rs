//! Metrics: instruments as statics, named by the tables of [`crate::names`].
//!
//! ```
//! use nameit_telemetry::{metrics::{Counter, Gauge, Histogram}, names};
//!
//! static BATCH_SIZE: Histogram = Histogram::new(&names::COMMITTER_BATCH_SIZE);
//! static EXPORTS: Counter = Counter::new(&names::EXPORTS);
//!
//! BATCH_SIZE.record(12.0, &[]);
//! EXPORTS.add(1, &[(names::EXPORT_FORMAT, "csv".into()), (names::OUTCOME, "complete".into())]);
//! let observation = Gauge::observe(&names::READY, || vec![(1.0, vec![])]);
//! drop(observation); // it is not observed any more
//! ```
//!
//! While nothing is exported, each of them costs one load of an atomic.

use std::sync::OnceLock;

use opentelemetry::KeyValue;
pub use opentelemetry::Value;
use opentelemetry::metrics::Meter;

use crate::names::{Kind, Metric};

mod observation;

pub use observation::{Gauge, Observation};

/// Where instruments come from, once metrics are exported.
static METER: OnceLock<Meter> = OnceLock::new();

/// An attribute: one of the names of [`crate::names`] and its value.
pub type Attribute = (&'static str, Value);

/// A sum that only grows.
#[derive(Debug)]
pub struct Counter(Instrument<opentelemetry::metrics::Counter<u64>>);

/// A sum that also falls.
#[derive(Debug)]
pub struct UpDownCounter(Instrument<opentelemetry::metrics::UpDownCounter<i64>>);

/// How values are distributed.
#[derive(Debug)]
pub struct Histogram(Instrument<opentelemetry::metrics::Histogram<f64>>);

#[derive(Debug)]
struct Instrument<I> {
    metric: &'static Metric,
    made: OnceLock<I>,
}

/// Whether metrics are exported; to spare the making of attributes that cost something.
pub fn enabled() -> bool {
    METER.get().is_some()
}

/// From now on instruments are real.
pub(crate) fn start(meter: Meter) {
    if METER.set(meter).is_ok() {
        observation::start();
    }
}

fn key_values(attributes: &[Attribute]) -> Vec<KeyValue> {
    attributes.iter().map(|(name, value)| KeyValue::new(*name, value.clone())).collect()
}

// === impl Counter ===

impl Counter {
    /// The counter of this name.
    pub const fn new(metric: &'static Metric) -> Self {
        assert!(matches!(metric.kind, Kind::Counter), "the table has it as another kind");
        Self(Instrument::new(metric))
    }

    /// Counts `amount` more; 0 makes it known that there is such a thing to count.
    pub fn add(&self, amount: u64, attributes: &[Attribute]) {
        if let Some(counter) = self.0.get(|meter, metric| {
            meter.u64_counter(metric.name).with_unit(metric.unit).with_description(metric.description).build()
        }) {
            counter.add(amount, &key_values(attributes));
        }
    }
}

// === impl UpDownCounter ===

impl UpDownCounter {
    /// The counter of this name.
    pub const fn new(metric: &'static Metric) -> Self {
        assert!(matches!(metric.kind, Kind::UpDownCounter), "the table has it as another kind");
        Self(Instrument::new(metric))
    }

    /// Counts up or down.
    pub fn add(&self, amount: i64, attributes: &[Attribute]) {
        if let Some(counter) = self.0.get(|meter, metric| {
            let builder = meter.i64_up_down_counter(metric.name);
            builder.with_unit(metric.unit).with_description(metric.description).build()
        }) {
            counter.add(amount, &key_values(attributes));
        }
    }
}

// === impl Histogram ===

impl Histogram {
    /// The histogram of this name.
    pub const fn new(metric: &'static Metric) -> Self {
        assert!(matches!(metric.kind, Kind::Histogram), "the table has it as another kind");
        Self(Instrument::new(metric))
    }

    /// Takes a value in. Durations are in seconds.
    pub fn record(&self, value: f64, attributes: &[Attribute]) {
        if let Some(histogram) = self.0.get(|meter, metric| {
            let builder = meter.f64_histogram(metric.name).with_boundaries(metric.buckets.to_vec());
            builder.with_unit(metric.unit).with_description(metric.description).build()
        }) {
            histogram.record(value, &key_values(attributes));
        }
    }
}

// === impl Instrument ===

impl<I> Instrument<I> {
    const fn new(metric: &'static Metric) -> Self {
        Self { metric, made: OnceLock::new() }
    }

    /// The instrument, made when first used; nothing while nothing is exported.
    fn get(&self, make: fn(&Meter, &Metric) -> I) -> Option<&I> {
        let meter = METER.get()?;
        Some(self.made.get_or_init(|| make(meter, self.metric)))
    }
}
