//! Who follows an experiment's feed is told when it changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nameit_domain::ExperimentId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The experiments that somebody follows. Cheap to clone.
#[derive(Clone)]
pub struct Changes {
    followed: Arc<Mutex<HashMap<ExperimentId, watch::Sender<()>>>>,
    places: Arc<Semaphore>,
}

/// One follower; holds a place until it is dropped.
pub struct Follower {
    experiment_id: ExperimentId,
    /// `None` only while it is being dropped.
    receiver: Option<watch::Receiver<()>>,
    changes: Changes,
    _place: OwnedSemaphorePermit,
}

// === impl Changes ===

impl Changes {
    /// For at most `followers_max` followers at once.
    pub fn new(followers_max: usize) -> Self {
        Self { followed: Arc::default(), places: Arc::new(Semaphore::new(followers_max)) }
    }

    /// Follows an experiment from now on; `None` when all places are taken.
    pub fn follow(&self, experiment_id: ExperimentId) -> Option<Follower> {
        let place = self.places.clone().try_acquire_owned().ok()?;
        let mut followed = self.lock();
        let sender = followed.entry(experiment_id).or_insert_with(|| watch::Sender::new(()));
        let receiver = Some(sender.subscribe());
        drop(followed);
        Some(Follower { experiment_id, receiver, changes: self.clone(), _place: place })
    }

    /// Tells the followers of these experiments.
    pub fn tell(&self, experiments: &[ExperimentId]) {
        let followed = self.lock();
        for sender in experiments.iter().filter_map(|id| followed.get(id)) {
            sender.send_replace(());
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ExperimentId, watch::Sender<()>>> {
        // Nothing that is done under the lock can panic half-way.
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Follower ===

impl Follower {
    /// Waits until the experiment has changed since the last call (or since following began).
    pub async fn changed(&mut self) {
        let told = match &mut self.receiver {
            Some(receiver) => receiver.changed().await.is_ok(),
            None => false,
        };
        if !told {
            // Cannot be: the sender lives as long as it has a receiver.
            std::future::pending::<()>().await;
        }
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
        changes.tell(&[other]);
        assert!(follower.changed().now_or_never().is_none());
        changes.tell(&[mine]);
        changes.tell(&[other, mine]);
        assert!(follower.changed().now_or_never().is_some());
        assert!(follower.changed().now_or_never().is_none(), "two changes before a look are one");
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
