//! A bounded queue before an exporter.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry_sdk::error::OTelSdkResult;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::status::Ledger;

/// The bounds of a queue, by the names of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Items that may wait.
    pub(crate) queue_max: usize,
    /// Items in one message.
    pub(crate) batch_max: usize,
    /// How long an item waits for a full message.
    pub(crate) delay: Duration,
}

/// Items that wait to be exported.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    waiting: Mutex<VecDeque<T>>,
    bounds: Bounds,
    full_batch: Notify,
    ledger: &'static Ledger,
}

/// Sends a batch to the collector.
pub(crate) trait Sink<T>: Send + Sync + 'static {
    /// Sends `batch`.
    fn send(&self, batch: Vec<T>) -> impl Future<Output = OTelSdkResult> + Send;
}

// === impl Queue ===

impl<T: Send + 'static> Queue<T> {
    pub(crate) fn new(ledger: &'static Ledger, bounds: Bounds) -> Self {
        let waiting = Mutex::new(VecDeque::with_capacity(bounds.batch_max));
        Self { waiting, bounds, full_batch: Notify::new(), ledger }
    }

    /// Takes an item in, or drops and counts it.
    pub(crate) fn push(&self, item: T) {
        let mut waiting = self.waiting();
        if waiting.len() >= self.bounds.queue_max {
            drop(waiting);
            self.ledger.dropped_full();
            return;
        }
        waiting.push_back(item);
        let is_batch = waiting.len() == self.bounds.batch_max;
        drop(waiting);
        if is_batch {
            self.full_batch.notify_one();
        }
    }

    /// Exports what comes in until `stop`, then what is left, once.
    pub(crate) async fn drain(self: Arc<Self>, sink: impl Sink<T>, stop: CancellationToken) {
        loop {
            let is_last = tokio::select! {
                biased;
                () = stop.cancelled() => true,
                () = self.full_batch.notified() => false,
                () = tokio::time::sleep(self.bounds.delay) => false,
            };
            loop {
                let batch = self.take();
                let count = batch.len();
                if count > 0 {
                    let outcome = sink.send(batch).await;
                    self.ledger.count(count, &outcome);
                }
                if count < self.bounds.batch_max {
                    break;
                }
            }
            if is_last {
                return;
            }
        }
    }

    fn take(&self) -> Vec<T> {
        let mut waiting = self.waiting();
        let count = waiting.len().min(self.bounds.batch_max);
        waiting.drain(..count).collect()
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry_sdk::error::OTelSdkError;
    use tokio::sync::mpsc;

    use super::*;
    use crate::status::Ledger;

    const BOUNDS: Bounds = Bounds { queue_max: 5, batch_max: 2, delay: Duration::from_hours(1) };

    struct Recorder(mpsc::UnboundedSender<Vec<u32>>, bool);

    impl Sink<u32> for Recorder {
        async fn send(&self, batch: Vec<u32>) -> OTelSdkResult {
            self.0.send(batch).unwrap();
            if self.1 { Ok(()) } else { Err(OTelSdkError::InternalFailure("refused".to_owned())) }
        }
    }

    #[tokio::test]
    async fn what_does_not_fit_is_dropped_and_counted() {
        static LEDGER: Ledger = Ledger::new("test");
        let queue = Queue::new(&LEDGER, BOUNDS);
        (0..8).for_each(|item| queue.push(item));
        assert_eq!(LEDGER.status().dropped_full, 3);
        assert_eq!(queue.take(), [0, 1]);
        assert_eq!(queue.take(), [2, 3]);
        assert_eq!(queue.take(), [4]);
    }

    #[tokio::test]
    async fn full_batches_go_at_once_and_the_rest_at_the_end() {
        static LEDGER: Ledger = Ledger::new("test");
        let queue = Arc::new(Queue::new(&LEDGER, BOUNDS));
        let (sender, mut sent) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let drain = tokio::spawn(Arc::clone(&queue).drain(Recorder(sender, true), stop.clone()));
        (0..3).for_each(|item| queue.push(item));
        assert_eq!(sent.recv().await.unwrap(), [0, 1]);
        stop.cancel();
        drain.await.unwrap();
        assert_eq!(sent.recv().await.unwrap(), [2]);
        assert_eq!(LEDGER.status().exported, 3);
    }

    #[tokio::test]
    async fn what_the_collector_refuses_is_counted_and_why_is_known() {
        static LEDGER: Ledger = Ledger::new("test");
        let queue = Arc::new(Queue::new(&LEDGER, BOUNDS));
        let (sender, _sent) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        stop.cancel();
        queue.push(1);
        Arc::clone(&queue).drain(Recorder(sender, false), stop).await;
        let status = LEDGER.status();
        assert_eq!((status.exported, status.dropped_failed), (0, 1));
        assert!(status.is_failing() && status.last_error.unwrap().0.contains("refused"));
    }
}
