//! What is kept in memory for a moment, each with its bound.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use moka::future::Cache;
use nameit_domain::image::ImageHash;
use nameit_domain::text::Slug;
use nameit_domain::{Experiment, ExperimentId, Stimulus};
use nameit_telemetry::metrics::{self, Counter, Gauge, Observation};
use nameit_telemetry::names;

static REQUESTS: Counter = Counter::new(&names::CACHE_REQUESTS);

/// How long an experiment's state may be out of date for participants who arrive.
const EXPERIMENT_LIFETIME: Duration = Duration::from_secs(2);
/// How long the stimuli of a frozen experiment are kept.
const STIMULI_LIFETIME: Duration = Duration::from_mins(5);
/// Experiments kept.
const EXPERIMENTS_MAX: u64 = 1_000;
/// Stimuli kept, over all experiments.
const STIMULI_MAX: u64 = 100_000;

/// An image as browsers get it.
#[derive(Clone)]
pub(crate) struct CachedImage {
    pub(crate) media_type: Arc<str>,
    pub(crate) bytes: Bytes,
}

/// Which experiment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Slug(Slug),
    Id(ExperimentId),
}

/// All caches.
pub(crate) struct Caches {
    /// Experiments as participants see them.
    pub(crate) experiments: Cache<Key, Arc<Experiment>>,
    /// Stimuli of frozen experiments.
    pub(crate) stimuli: Cache<ExperimentId, Arc<[Stimulus]>>,
    /// Images, weighed by their bytes.
    pub(crate) images: Cache<ImageHash, CachedImage>,
    _observed: Observation,
}

/// Counts a look-up in the cache `name`.
pub(crate) fn count(name: &'static str, is_hit: bool) {
    if metrics::enabled() {
        let result = if is_hit { "hit" } else { "miss" };
        REQUESTS.add(1, &[(names::CACHE_NAME, name.into()), (names::CACHE_RESULT, result.into())]);
    }
}

// === impl Caches ===

impl Caches {
    /// Empty caches.
    pub(crate) fn new(image_bytes: u64) -> Self {
        let images = Cache::builder()
            .max_capacity(image_bytes)
            .weigher(|_, image: &CachedImage| u32::try_from(image.bytes.len()).unwrap_or(u32::MAX))
            .build();
        let weighed = images.clone();
        let observed = Gauge::observe(&names::CACHE_SIZE, move || {
            // The cache's own sum lags behind.
            let bytes: usize = weighed.iter().map(|(_, image)| image.bytes.len()).sum();
            vec![(bytes as f64, vec![(names::CACHE_NAME, "images".into())])]
        });
        Self {
            experiments: Cache::builder()
                .max_capacity(EXPERIMENTS_MAX)
                .time_to_live(EXPERIMENT_LIFETIME)
                .build(),
            stimuli: Cache::builder()
                .max_capacity(STIMULI_MAX)
                .weigher(|_, stimuli: &Arc<[Stimulus]>| stimuli.len() as u32 + 1)
                .time_to_live(STIMULI_LIFETIME)
                .build(),
            images,
            _observed: observed,
        }
    }

    /// Forgets an experiment whose state this gateway has changed.
    pub(crate) async fn forget(&self, experiment: &Experiment) {
        self.experiments.invalidate(&Key::Slug(experiment.slug.clone())).await;
        self.experiments.invalidate(&Key::Id(experiment.id)).await;
    }
}
