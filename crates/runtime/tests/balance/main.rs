//! Calls are spread over the replicas of a service that are there, with real servers on loopback.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the test, at the line where it stands")]

mod replica;
mod unread;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body::Frame;
use http_body_util::StreamBody;
use nameit_runtime::Connect;
use nameit_runtime::client::{
    Affinity, Channel, HEALTH_INTERVAL, HEALTH_TIMEOUT, RESOLVE_INTERVAL, ReplicaState, channel,
    channel_resolved_by,
};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tonic::body::Body;
use tonic::{Code, Status};
use tower::Service as _;

use crate::replica::{Late, Names, Replica, request};
use crate::unread::Front;

/// What a busy machine may add to a bound.
const SLACK: Duration = Duration::from_secs(2);

/// Calls once; gives the name of the replica that answered.
async fn call(channel: &Channel, affinity: Option<Affinity>, id: u64) -> Result<String, Status> {
    let response = channel.clone().call(request(affinity, id)).await?;
    Ok(response.headers()["replica"].to_str().unwrap().to_owned())
}

fn balanced(names: &Names) -> Channel {
    let uri = Connect::Uri("http://storage:50051".to_owned());
    channel_resolved_by(&uri, Arc::new(names.clone())).unwrap()
}

/// Waits until `count` replicas are ready for calls.
async fn ready(channel: &Channel, count: usize) {
    let enough = async {
        while channel.0.replicas().iter().filter(|replica| replica.state == ReplicaState::Ready).count()
            != count
        {
            sleep(Duration::from_millis(5)).await;
        }
    };
    let replicas = timeout(RESOLVE_INTERVAL + SLACK, enough).await;
    assert!(replicas.is_ok(), "{:?}", channel.0.replicas());
}

/// Who answers `calls` calls, and how often.
async fn answers(channel: &Channel, calls: u64) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for id in 0..calls {
        *counts.entry(call(channel, None, id).await.unwrap()).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_shared_out_evenly() {
    let replicas = [Replica::start("a"), Replica::start("b"), Replica::start("c")];
    let channel = balanced(&Names::of(&replicas));
    ready(&channel, 3).await;
    let counts = answers(&channel, 90).await;
    assert_eq!(
        counts.into_iter().collect::<Vec<_>>(),
        [("a".into(), 30), ("b".into(), 30), ("c".into(), 30)]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_busy_gets_nothing_new() {
    let (quick, slow) = (Replica::start("quick"), Replica::slow("slow", Duration::from_secs(30)));
    let channel = balanced(&Names::of([&quick, &slow]));
    ready(&channel, 2).await;
    // In turn: of two calls one is for the slow replica, and waits there for the rest of the story. The other one
    // must have come back: until then both replicas have as much to do.
    let calls = (0..2).map(|id| {
        let channel = channel.clone();
        tokio::spawn(async move { call(&channel, None, id).await })
    });
    let (first, _, waiting) = futures::future::select_all(calls).await;
    assert_eq!(first.unwrap().unwrap(), "quick");
    slow.begun().reach(1).await;
    assert_eq!(answers(&channel, 20).await.into_iter().collect::<Vec<_>>(), [("quick".into(), 20)]);
    waiting.iter().for_each(JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_replica_is_found_and_one_that_left_the_name_is_left() {
    let (first, second) = (Replica::start("a"), Replica::start("b"));
    let names = Names::of([&first]);
    let channel = balanced(&names);
    ready(&channel, 1).await;
    names.set(Ok(BTreeSet::from([first.address(), second.address()])));
    let begin = Instant::now();
    ready(&channel, 2).await;
    assert!(begin.elapsed() < RESOLVE_INTERVAL + SLACK);
    assert_eq!(answers(&channel, 10).await.len(), 2);
    names.set(Ok(BTreeSet::from([second.address()])));
    ready(&channel, 1).await;
    assert_eq!(answers(&channel, 10).await.into_keys().collect::<Vec<_>>(), ["b"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_is_not_found_is_said_and_looked_for_again() {
    let names = Names::failing("no such host");
    let channel = balanced(&names);
    let status = call(&channel, None, 1).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.message(), "cannot find storage (http://storage:50051): no such host");
    let replica = Replica::start("a");
    names.set(Ok(BTreeSet::from([replica.address()])));
    assert_eq!(call(&channel, None, 2).await.unwrap(), "a", "the next call looks again");
    names.set(Err("the name server is away".to_owned()));
    let asked = names.asked();
    while names.asked() < asked + 2 {
        assert_eq!(call(&channel, None, 3).await.unwrap(), "a", "what was found stays");
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(call(&channel, None, 4).await.unwrap(), "a");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_known_before_a_call_does_not_fail_it() {
    let late = Late { names: Names::failing("no such host"), first: Arc::default() };
    let uri = Connect::Uri("http://storage:50051".to_owned());
    let channel = channel_resolved_by(&uri, Arc::new(late.clone())).unwrap();
    while late.names.asked() == 0 {
        sleep(Duration::from_millis(5)).await;
    }
    let replica = Replica::start("a");
    late.names.set(Ok(BTreeSet::from([replica.address()])));
    let mut call = pin!(call(&channel, None, 1));
    assert!(futures::poll!(&mut call).is_pending());
    late.first.notify_one();
    assert_eq!(call.await.unwrap(), "a", "the look-up that had begun before says nothing of now");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_is_tried_again_when_somebody_calls() {
    let replica = Replica::start("a");
    let address = replica.address();
    let channel = channel(&Connect::Uri(format!("http://{address}"))).unwrap();
    assert_eq!(call(&channel, None, 1).await.unwrap(), "a");
    replica.kill();
    let gone = call(&channel, None, 2).await.unwrap_err();
    assert_eq!(gone.code(), Code::Unavailable);
    let gone = call(&channel, None, 3).await.unwrap_err();
    assert!(gone.message().starts_with(&format!("cannot reach 127.0.0.1 (http://{address}): ")), "{gone}");
    let again = Replica::start_at("b", address);
    assert_eq!(call(&channel, None, 4).await.unwrap(), "b", "the next call connects again");
    drop(again);
}

/// A call's number, and who answered it.
type Outcome = (u64, Result<String, Status>);

/// Calls from eight callers at once, each id once, until told to stop.
struct Load {
    stop: Arc<AtomicBool>,
    callers: Vec<JoinHandle<Vec<Outcome>>>,
}

impl Load {
    fn start(channel: &Channel) -> Self {
        let (stop, next) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let callers = (0..8).map(|_| {
            let (channel, stop, next) = (channel.clone(), stop.clone(), next.clone());
            tokio::spawn(async move {
                let mut outcomes = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let id = next.fetch_add(1, Ordering::Relaxed);
                    outcomes.push((id, call(&channel, None, id).await));
                }
                outcomes
            })
        });
        let callers = callers.collect();
        Self { stop, callers }
    }

    async fn finish(self) -> Vec<Outcome> {
        self.stop.store(true, Ordering::Relaxed);
        let mut outcomes = Vec::new();
        for caller in self.callers {
            outcomes.extend(caller.await.unwrap());
        }
        outcomes
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_replica_is_left_and_nothing_acknowledged_is_lost_or_doubled() {
    let replicas = [Replica::start("a"), Replica::start("b"), Replica::start("c")];
    let channel = balanced(&Names::of(&replicas));
    ready(&channel, 3).await;
    let kept: Vec<_> = replicas.iter().map(Replica::kept).collect();
    let load = Load::start(&channel);
    kept[1].reach(50).await;
    let [_a, killed, _c] = replicas;
    killed.kill();
    let begin = Instant::now();
    ready(&channel, 2).await;
    assert!(begin.elapsed() < HEALTH_INTERVAL + SLACK, "a broken connection is noticed at once");
    let before = kept[0].len();
    kept[0].reach(before + 50).await;
    let outcomes = load.finish().await;
    let ids: Vec<u64> = kept.iter().flat_map(replica::Kept::ids).collect();
    let distinct: BTreeSet<u64> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "no call was carried out twice");
    let failed = outcomes.iter().filter(|(_, outcome)| outcome.is_err()).count();
    for (id, outcome) in &outcomes {
        match outcome {
            Ok(_) => assert!(distinct.contains(id), "call {id} was acknowledged and is lost"),
            Err(status) => assert_eq!(status.code(), Code::Unavailable, "{status}"),
        }
    }
    assert!(failed <= 8, "only what was under way there fails, not {failed} calls");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_is_told_to_stop_costs_no_call() {
    let replicas = [Replica::start("a"), Replica::start("b")];
    let channel = balanced(&Names::of(&replicas));
    ready(&channel, 2).await;
    let kept: Vec<_> = replicas.iter().map(Replica::kept).collect();
    let load = Load::start(&channel);
    kept[0].reach(50).await;
    replicas[0].stop();
    ready(&channel, 1).await;
    let before = kept[1].len();
    kept[1].reach(before + 50).await;
    let outcomes = load.finish().await;
    for (id, outcome) in outcomes {
        assert!(outcome.is_ok(), "call {id}: {outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_was_not_read_is_sent_again() {
    let replica = Replica::start("a");
    let front = Front::before(replica.address()).await;
    let mut channel = channel(&Connect::Uri(format!("http://{}", front.address))).unwrap();
    ready(&channel, 1).await;
    let (head, _) = request(None, 1).into_parts();
    let parts = ["of a body", " in two frames"].map(|part| Ok::<_, Status>(Frame::data(Bytes::from(part))));
    let body = Body::new(StreamBody::new(futures::stream::iter(parts)));
    let response = channel.call(http::Request::from_parts(head, body)).await.unwrap();
    assert_eq!(front.turned_away(), 1);
    assert_eq!(
        (&response.headers()["replica"], &response.headers()["bytes"]),
        (&"a".parse().unwrap(), &23.into())
    );
    assert_eq!(replica.kept().ids(), [1], "once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_hangs_is_left_within_the_bound() {
    let well = Replica::start("well");
    // Takes connections and says nothing, as a process that is stopped does.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let names = Names::failing("nobody yet");
    let addresses = BTreeSet::from([well.address(), silent.local_addr().unwrap()]);
    names.set(Ok(addresses));
    let channel = balanced(&names);
    let left = async {
        while !channel.0.replicas().iter().any(|replica| replica.state == ReplicaState::NotServing) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(HEALTH_INTERVAL + HEALTH_TIMEOUT + SLACK, left).await.expect("it is noticed");
    for id in 0..20 {
        assert_eq!(call(&channel, None, id).await.unwrap(), "well");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_stays_at_its_replica_and_only_those_of_a_lost_one_move() {
    let replicas = [Replica::start("a"), Replica::start("b"), Replica::start("c")];
    let names = Names::of(&replicas);
    let (one, other) = (balanced(&names), balanced(&names));
    ready(&one, 3).await;
    ready(&other, 3).await;
    let keys = || (0..60_u64).map(|key| Some(Affinity::of(&key.to_le_bytes())));
    let mut before = Vec::new();
    for key in keys() {
        before.push(call(&one, key, 0).await.unwrap());
    }
    for (key, owner) in keys().zip(&before) {
        assert_eq!(call(&other, key, 0).await.unwrap(), *owner, "every client finds the same");
    }
    let owners: BTreeSet<&String> = before.iter().collect();
    assert_eq!(owners.len(), 3, "{owners:?}");
    let [lost, _b, _c] = replicas;
    lost.kill();
    ready(&one, 2).await;
    for (key, owner) in keys().zip(&before) {
        let now = call(&one, key, 0).await.unwrap();
        if owner == "a" {
            assert_ne!(now, "a");
        } else {
            assert_eq!(now, *owner, "nobody else's key moves");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_ends_a_call_that_nobody_answers() {
    let slow = Replica::slow("slow", Duration::from_secs(30));
    let channel = channel(&Connect::Uri(format!("http://{}", slow.address()))).unwrap();
    let mut request = request(None, 1);
    request.headers_mut().insert("grpc-timeout", "50m".parse().unwrap());
    let status = channel.clone().call(request).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
}
