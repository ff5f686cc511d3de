//! Who follows an experiment's feed is told when it changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nameit_domain::ExperimentId;
use nameit_telemetry::metrics::{Gauge, Observation};
use nameit_telemetry::{TraceContext, names};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The experiments that somebody follows. Cheap to clone.
#[derive(Clone)]
pub struct Changes {
    followed: Arc<Mutex<HashMap<ExperimentId, watch::Sender<Cause>>>>,
    places: Arc<Semaphore>,
    _count: Arc<Observation>,
}

/// The batch that changed an experiment last, if it is known.
type Cause = Option<TraceContext>;

/// One follower; holds a place until it is dropped.
pub struct Follower {
    experiment_id: ExperimentId,
    /// `None` only while it is being dropped.
    receiver: Option<watch::Receiver<Cause>>,
    changes: Changes,
    _place: OwnedSemaphorePermit,
}

// === impl Changes ===

impl Changes {
    /// For at most `followers_max` followers at once.
    pub fn new(followers_max: usize) -> Self {
        let places = Arc::new(Semaphore::new(followers_max));
        let free = Arc::clone(&places);
        let count = Gauge::observe(&names::FEED_FOLLOWERS, move || {
            vec![(followers_max.saturating_sub(free.available_permits()) as f64, Vec::new())]
        });
        Self { followed: Arc::default(), places, _count: Arc::new(count) }
    }

    /// Follows an experiment from now on; `None` when all places are taken.
    pub fn follow(&self, experiment_id: ExperimentId) -> Option<Follower> {
        let place = self.places.clone().try_acquire_owned().ok()?;
        let mut followed = self.lock();
        let sender = followed.entry(experiment_id).or_insert_with(|| watch::Sender::new(None));
        let receiver = Some(sender.subscribe());
        drop(followed);
        Some(Follower { experiment_id, receiver, changes: self.clone(), _place: place })
    }

    /// Tells the followers of these experiments, and what caused it.
    pub fn tell(&self, experiments: &[ExperimentId], cause: Option<TraceContext>) {
        let followed = self.lock();
        for sender in experiments.iter().filter_map(|id| followed.get(id)) {
            sender.send_replace(cause);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ExperimentId, watch::Sender<Cause>>> {
        // Nothing that is done under the lock can panic half-way.
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Follower ===

impl Follower {
    /// Waits until the experiment has changed since the last call (or since following began); gives the
    /// batch that changed it last, if it is known.
    pub async fn changed(&mut self) -> Option<TraceContext> {
        if let Some(receiver) = &mut self.receiver
            && receiver.changed().await.is_ok()
        {
            return *receiver.borrow_and_update();
        }
        // Cannot be: the sender lives as long as it has a receiver.
        std::future::pending().await
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut followed = self.changes.lock();
        self.receiver = None;
        if followed.get(&self.experiment_id).is_some_and(|sender| sender.receiver_count() == 0) {
            followed.remove(&self.experiment_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn only_followers_of_the_experiment_are_told_and_once() {
        let changes = Changes::new(10);
        let (mine, other) = (ExperimentId::generate(), ExperimentId::generate());
        let mut follower = changes.follow(mine).unwrap();
        changes.tell(&[other], None);
        assert!(follower.changed().now_or_never().is_none());
        changes.tell(&[mine], None);
        changes.tell(&[other, mine], None);
        assert!(follower.changed().now_or_never().is_some());
        assert!(follower.changed().now_or_never().is_none(), "two changes before a look are one");
        let cause = TraceContext::generate();
        changes.tell(&[mine], Some(cause));
        assert_eq!(follower.changed().now_or_never(), Some(Some(cause)));
    }

    #[test]
    fn places_are_bounded_and_come_back_and_nothing_stays_behind() {
        let changes = Changes::new(2);
        let id = ExperimentId::generate();
        let first = changes.follow(id).unwrap();
        let second = changes.follow(id).unwrap();
        assert!(changes.follow(id).is_none());
        drop(first);
        assert!(changes.follow(ExperimentId::generate()).is_some());
        drop(second);
        assert!(changes.lock().is_empty());
    }
}
