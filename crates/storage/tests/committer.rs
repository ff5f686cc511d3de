//! The committer against a store whose commits can be held up and made to fail.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the test, at the line where it stands")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use nameit_domain::feed::{DetailedChunk, FeedChunk, FeedCursor, FeedHead, StoredResponse};
use nameit_domain::{ExperimentId, ParticipationId, SystemClock, Timestamp};
use nameit_storage::changes::Changes;
use nameit_storage::committer::{Committer, Committing, Error, MESSAGE_WRITES_MAX};
use nameit_store::conformance::story::complete;
use nameit_store::participation::Completion;
use nameit_store::response::{Committed, Write, Written};
use nameit_store::{ResponseStore, Result};
use tokio::sync::Semaphore;

/// Answers each completion with its own code, one commit for each permit.
struct SlowStore {
    permits: Semaphore,
    fail: AtomicBool,
    batches: Mutex<Vec<usize>>,
    changed: ExperimentId,
}

// === impl SlowStore ===

#[async_trait]
impl ResponseStore for SlowStore {
    async fn commit(&self, writes: &[Write], _now: Timestamp) -> Result<Committed> {
        self.permits.acquire().await.unwrap().forget();
        if self.fail.load(Ordering::SeqCst) {
            return Err(nameit_store::Error::Unavailable("the disk is full".into()));
        }
        self.batches.lock().unwrap().push(writes.len());
        let written = writes.iter().map(|write| match write {
            Write::Complete { completion_code, .. } => {
                Written::Complete(Some(Completion::Complete { completion_code: completion_code.clone() }))
            }
            other => panic!("the tests only complete, this is {other:?}"),
        });
        Ok(Committed { written: written.collect(), changed: vec![self.changed] })
    }

    async fn feed_head(&self, _: ExperimentId) -> Result<FeedHead> {
        Ok(FeedHead::default())
    }

    fn feed(&self, _: ExperimentId, _: FeedCursor) -> BoxStream<'static, Result<FeedChunk>> {
        stream::empty().boxed()
    }

    fn responses(&self, _: ExperimentId, _: FeedCursor) -> BoxStream<'static, Result<DetailedChunk>> {
        stream::empty().boxed()
    }

    fn export(&self, _: ExperimentId) -> BoxStream<'static, Result<Vec<StoredResponse>>> {
        stream::empty().boxed()
    }
}

struct Scene {
    store: Arc<SlowStore>,
    changes: Changes,
    committer: Committer,
    committing: Committing,
}

fn scene(queue: usize) -> Scene {
    let store = Arc::new(SlowStore {
        permits: Semaphore::new(0),
        fail: AtomicBool::new(false),
        batches: Mutex::default(),
        changed: ExperimentId::generate(),
    });
    let changes = Changes::new(4);
    let (committer, committing) =
        Committer::start(store.clone(), changes.clone(), Arc::new(SystemClock), queue);
    Scene { store, changes, committer, committing }
}

fn message(codes: &[&str]) -> Vec<Write> {
    codes.iter().map(|code| complete(ParticipationId::generate(), code)).collect()
}

fn codes(written: &[Written]) -> Vec<&str> {
    let code = |written| match written {
        &Written::Complete(Some(Completion::Complete { ref completion_code })) => completion_code.as_str(),
        other => panic!("a code was given, this is {other:?}"),
    };
    written.iter().map(code).collect()
}

/// Hands a message in and comes back when it waits in the queue.
async fn hand_in(
    committer: &Committer,
    writes: Vec<Write>,
) -> tokio::task::JoinHandle<std::result::Result<Vec<Written>, Error>> {
    let committer = committer.clone();
    let waiting = tokio::spawn(async move { committer.commit(writes).await });
    // On this single thread the task runs up to its first wait, which is for the outcome.
    tokio::task::yield_now().await;
    waiting
}

#[tokio::test]
async fn what_waits_goes_into_one_batch_and_each_call_gets_its_own_outcomes() {
    let scene = scene(100);
    let first = hand_in(&scene.committer, message(&["a"])).await;
    tokio::task::yield_now().await;
    let second = hand_in(&scene.committer, message(&["b", "c"])).await;
    let third = hand_in(&scene.committer, message(&["d", "e", "f"])).await;
    assert!(!first.is_finished(), "nothing is said before it is durable");
    scene.store.permits.add_permits(2);
    assert_eq!(codes(&first.await.unwrap().unwrap()), ["a"]);
    assert_eq!(codes(&second.await.unwrap().unwrap()), ["b", "c"]);
    assert_eq!(codes(&third.await.unwrap().unwrap()), ["d", "e", "f"]);
    assert_eq!(*scene.store.batches.lock().unwrap(), [1, 5]);
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_keeps_what_it_has() {
    let scene = scene(4);
    let kept = hand_in(&scene.committer, message(&["a", "b", "c"])).await;
    let refused = scene.committer.commit(message(&["d", "e"])).await;
    assert!(matches!(refused, Err(Error::Full)), "{refused:?}");
    let small = hand_in(&scene.committer, message(&["f"])).await;
    scene.store.permits.add_permits(2);
    assert_eq!(codes(&kept.await.unwrap().unwrap()), ["a", "b", "c"]);
    assert_eq!(codes(&small.await.unwrap().unwrap()), ["f"]);
    scene.store.permits.add_permits(1);
    let later = scene.committer.commit(message(&["d", "e"])).await.unwrap();
    assert_eq!(codes(&later), ["d", "e"], "there is room again");
}

#[tokio::test]
async fn a_message_is_bounded_and_an_empty_one_is_answered() {
    let scene = scene(100_000);
    let many: Vec<&str> = vec!["x"; MESSAGE_WRITES_MAX + 1];
    let refused = scene.committer.commit(message(&many)).await;
    assert!(matches!(refused, Err(Error::TooMany(count)) if count == MESSAGE_WRITES_MAX + 1), "{refused:?}");
    assert_eq!(scene.committer.commit(Vec::new()).await.unwrap(), []);
}

#[tokio::test]
async fn when_the_store_fails_nobody_hears_of_success_and_work_goes_on() {
    let scene = scene(100);
    scene.store.fail.store(true, Ordering::SeqCst);
    let one = hand_in(&scene.committer, message(&["a"])).await;
    let two = hand_in(&scene.committer, message(&["b"])).await;
    scene.store.permits.add_permits(2);
    for refused in [one.await.unwrap(), two.await.unwrap()] {
        assert!(
            matches!(&refused, Err(Error::Store(error)) if matches!(**error, nameit_store::Error::Unavailable(_)))
        );
    }
    scene.store.fail.store(false, Ordering::SeqCst);
    scene.store.permits.add_permits(1);
    assert_eq!(codes(&scene.committer.commit(message(&["a"])).await.unwrap()), ["a"]);
}

#[tokio::test]
async fn stopping_makes_durable_what_is_waiting_and_takes_nothing_new() {
    let scene = scene(100);
    let one = hand_in(&scene.committer, message(&["a"])).await;
    let two = hand_in(&scene.committer, message(&["b"])).await;
    let finishing = tokio::spawn(scene.committing.finish());
    tokio::task::yield_now().await;
    scene.store.permits.add_permits(2);
    finishing.await.unwrap();
    assert_eq!(codes(&one.await.unwrap().unwrap()), ["a"]);
    assert_eq!(codes(&two.await.unwrap().unwrap()), ["b"]);
    let late = scene.committer.commit(message(&["c"])).await;
    assert!(matches!(late, Err(Error::Stopping)), "{late:?}");
}

#[tokio::test]
async fn followers_of_what_changed_are_told_after_the_commit() {
    use futures::FutureExt as _;
    let scene = scene(100);
    let mut follower = scene.changes.follow(scene.store.changed).unwrap();
    let mut stranger = scene.changes.follow(ExperimentId::generate()).unwrap();
    let waiting = hand_in(&scene.committer, message(&["a"])).await;
    assert!(follower.changed().now_or_never().is_none(), "it is not durable yet");
    scene.store.permits.add_permits(1);
    waiting.await.unwrap().unwrap();
    follower.changed().await;
    assert!(stranger.changed().now_or_never().is_none());
}

#[tokio::test]
async fn a_caller_who_leaves_takes_nothing_with_him() {
    let scene = scene(100);
    let leaving = hand_in(&scene.committer, message(&["a"])).await;
    tokio::task::yield_now().await;
    leaving.abort();
    assert!(leaving.await.unwrap_err().is_cancelled());
    scene.store.permits.add_permits(1);
    scene.committing.finish().await;
    assert_eq!(*scene.store.batches.lock().unwrap(), [1], "what was taken is written");
}
