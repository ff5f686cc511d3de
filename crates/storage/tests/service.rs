//! The service as its clients see it.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the test, at the line where it stands")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use nameit_domain::feed::{FeedCursor, ResponseColumns};
use nameit_domain::{DecisionBody, DecisionKind, ExperimentId, ParticipationId, SystemClock};
use nameit_proto::common::v1 as common;
use nameit_proto::convert::decision::decisions_from_wire;
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::decision_service_client::DecisionServiceClient;
use nameit_proto::storage::v1::feed_service_client::FeedServiceClient;
use nameit_proto::storage::v1::participation_service_client::ParticipationServiceClient;
use nameit_proto::storage::v1::read_feed_response::Part;
use nameit_proto::storage::v1::system_service_client::SystemServiceClient;
use nameit_proto::storage::v1::visit_service_client::VisitServiceClient;
use nameit_runtime::client::Channel;
use nameit_runtime::{Connect, Listen, Shutdown, client, transport};
use nameit_storage::grpc::status::RETRY_PUSHBACK;
use nameit_storage::location::Location;
use nameit_storage::{App, Config, backend};
use nameit_store::Store;
use nameit_store::conformance::story::{at, complete_run, published, record, started};
use nameit_store::decision::NewDecision;
use nameit_telemetry::TraceContext;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tonic::{Code, Streaming};

/// Longer than anything here takes, so that a test that waits in vain fails and does not hang.
const PATIENCE: Duration = Duration::from_secs(20);

struct Scene {
    store: Arc<dyn Store>,
    channel: Channel,
    shutdown: Shutdown,
    running: JoinHandle<Result<(), nameit_runtime::Error>>,
    _folder: TempDir,
}

async fn scene(config: Config) -> Scene {
    let folder = TempDir::new().unwrap();
    let uri = format!("sqlite:{}", folder.path().join("nameit.sqlite").display());
    let store = backend::open(&Location::new(uri)).await.unwrap();
    let (listener, connector) = transport::memory();
    let listen = Listen::Memory(listener);
    let app = App::with_store(store.clone(), config, listen, Arc::new(SystemClock)).await.unwrap();
    let shutdown = Shutdown::new();
    let running = tokio::spawn(app.run(shutdown.clone()));
    let channel = client::channel(&Connect::Memory(connector)).unwrap();
    Scene { store, channel, shutdown, running, _folder: folder }
}

// === impl Scene ===

impl Scene {
    fn feeds(&self) -> FeedServiceClient<Channel> {
        FeedServiceClient::new(self.channel.clone())
    }

    async fn follow(
        &self,
        experiment: ExperimentId,
    ) -> Result<Streaming<wire::ReadFeedResponse>, tonic::Status> {
        let request = wire::ReadFeedRequest {
            experiment_id: experiment.to_string(),
            cursor: Some(FeedCursor::default().into()),
            follow: true,
        };
        Ok(self.feeds().read_feed(request).await?.into_inner())
    }

    async fn record(&self, participation: ParticipationId, trial: u32, text: &str) -> wire::Written {
        let response = common::Response {
            participation_id: participation.to_string(),
            trial,
            answer: Some(common::response::Answer::Text(text.to_owned())),
            ..common::Response::default()
        };
        let write = Some(wire::write::Write::Record(response));
        let writes = vec![wire::Write { write, trace_id: Vec::new() }];
        let mut client = ParticipationServiceClient::new(self.channel.clone());
        client.commit(wire::CommitRequest { writes }).await.unwrap().into_inner().written.remove(0)
    }
}

async fn next(feed: &mut Streaming<wire::ReadFeedResponse>) -> Part {
    next_message(feed).await.part.unwrap()
}

async fn next_message(feed: &mut Streaming<wire::ReadFeedResponse>) -> wire::ReadFeedResponse {
    let message = tokio::time::timeout(PATIENCE, feed.message()).await.expect("a message comes in time");
    message.unwrap().expect("the feed goes on")
}

/// Texts that arrive up to the next "caught up", and the number of participations that it tells.
async fn texts(feed: &mut Streaming<wire::ReadFeedResponse>) -> (Vec<String>, u64) {
    let mut texts = Vec::new();
    loop {
        match next(feed).await {
            Part::Columns(columns) => {
                let columns = ResponseColumns::try_from(columns).unwrap();
                texts.extend((0..columns.len()).map(|index| columns.text_at(index).to_owned()));
            }
            Part::Restart(_) => texts = vec!["(restart)".to_owned()],
            Part::Grouped(_) => panic!("SQLite scans"),
            Part::CaughtUp(caught_up) => return (texts, caught_up.totals.unwrap().started),
        }
    }
}

/// The latest decisions that the next "caught up" tells.
async fn decisions(feed: &mut Streaming<wire::ReadFeedResponse>) -> BTreeMap<DecisionKind, u64> {
    match next(feed).await {
        Part::CaughtUp(caught_up) => decisions_from_wire(caught_up.decisions).unwrap(),
        other => panic!("nothing was said, this is {other:?}"),
    }
}

fn nothing() -> Vec<String> {
    Vec::new()
}

#[tokio::test]
async fn a_follower_gets_what_is_there_and_then_what_comes() {
    let scene = scene(Config::default()).await;
    let experiment = published(&*scene.store, "followed", 3).await;
    let participation = started(&*scene.store, experiment, 3).await;
    scene.record(participation, 0, "red").await;
    let mut feed = scene.follow(experiment).await.unwrap();
    assert_eq!(texts(&mut feed).await, (vec!["red".to_owned()], 1));
    for (trial, text) in [(1, "blue"), (2, "green")] {
        scene.record(participation, trial, text).await;
        assert_eq!(texts(&mut feed).await, (vec![text.to_owned()], 1));
    }
}

#[tokio::test]
async fn a_follower_hears_of_decisions_whoever_takes_them() {
    let scene = scene(Config::default()).await;
    let experiment = published(&*scene.store, "decided", 1).await;
    let mut feed = scene.follow(experiment).await.unwrap();
    assert_eq!(decisions(&mut feed).await, BTreeMap::new());
    let mut client = DecisionServiceClient::new(scene.channel.clone());
    let put = |kind: DecisionKind, expected_version| wire::PutDecisionRequest {
        experiment_id: experiment.to_string(),
        kind: kind.as_str().to_owned(),
        expected_version,
        body: "{}".to_owned(),
    };
    client.put_decision(put(DecisionKind::Variants, 0)).await.unwrap();
    assert_eq!(decisions(&mut feed).await, BTreeMap::from([(DecisionKind::Variants, 1)]));
    // Not through this service: nobody tells its followers.
    let new = NewDecision {
        experiment_id: experiment,
        kind: DecisionKind::StopRule,
        expected_version: 0,
        body: DecisionBody::parse("{}").unwrap(),
    };
    scene.store.put_decision(&new, at(12)).await.unwrap();
    let both = BTreeMap::from([(DecisionKind::StopRule, 1), (DecisionKind::Variants, 1)]);
    assert_eq!(decisions(&mut feed).await, both);

    let conflict = client.put_decision(put(DecisionKind::Variants, 7)).await.unwrap_err();
    assert_eq!(conflict.code(), Code::FailedPrecondition);
    assert!(conflict.message().contains("is 1"), "{conflict:?}");
    let wrong = wire::PutDecisionRequest { kind: "spelling".to_owned(), ..put(DecisionKind::Variants, 1) };
    assert_eq!(client.put_decision(wrong).await.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn counts_of_visits_that_cannot_be_are_refused() {
    let scene = scene(Config::default()).await;
    let experiment = published(&*scene.store, "visited", 1).await;
    let mut client = VisitServiceClient::new(scene.channel.clone());
    let visits = |hour, count| wire::ExperimentVisits {
        experiment_id: experiment.to_string(),
        visits: Some(wire::HourVisits { hour, count }),
    };
    let wrong =
        [vec![visits(-1, 1)], vec![visits(1, 0)], vec![visits(1, u64::MAX)], vec![visits(1, 1); 10_001]];
    for visits in wrong {
        let refused = client.add_visits(wire::AddVisitsRequest { visits }).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument, "{refused:?}");
    }
    let right = wire::AddVisitsRequest { visits: vec![visits(1, 2), visits(2, u32::MAX.into())] };
    client.add_visits(right).await.unwrap();
    let list = wire::ListVisitsRequest { experiment_id: experiment.to_string() };
    assert_eq!(client.list_visits(list).await.unwrap().into_inner().visits.len(), 2);
}

#[tokio::test]
async fn a_follower_sees_what_another_storage_process_has_written() {
    let scene = scene(Config::default()).await;
    let experiment = published(&*scene.store, "others", 2).await;
    let mut feed = scene.follow(experiment).await.unwrap();
    assert_eq!(texts(&mut feed).await, (nothing(), 0));
    // Not through this service: nobody tells its followers.
    let participation = started(&*scene.store, experiment, 2).await;
    assert_eq!(texts(&mut feed).await, (nothing(), 1), "a beginning is news, too");
    scene.store.commit(&[record(participation, 0, "red")], at(12)).await.unwrap();
    assert_eq!(texts(&mut feed).await, (vec!["red".to_owned()], 1));
}

#[tokio::test]
async fn the_feed_says_to_which_request_its_news_belongs() {
    let scene = scene(Config::default()).await;
    let experiment = published(&*scene.store, "traced", 2).await;
    let participation = started(&*scene.store, experiment, 2).await;
    let mut feed = scene.follow(experiment).await.unwrap();
    assert_eq!(texts(&mut feed).await, (nothing(), 1));
    let request = TraceContext::generate();
    request.scope(scene.record(participation, 0, "red")).await;
    let news = next_message(&mut feed).await;
    assert!(matches!(news.part, Some(Part::Columns(_))), "{news:?}");
    let batch = TraceContext::parse(&news.traceparent.unwrap()).unwrap();
    assert_eq!(batch.trace_id(), request.trace_id());
    assert!(matches!(next(&mut feed).await, Part::CaughtUp(_)));
    // Of what came by another way nothing is known.
    scene.store.commit(&[record(participation, 1, "blue")], at(12)).await.unwrap();
    assert_eq!(next_message(&mut feed).await.traceparent, None);
}

#[tokio::test]
async fn a_withdrawal_makes_a_follower_begin_again() {
    let scene = scene(Config::default()).await;
    let experiment = published(&*scene.store, "begin-again", 1).await;
    let leaves = complete_run(&*scene.store, experiment, 1, "leaves").await;
    complete_run(&*scene.store, experiment, 1, "stays").await;
    let mut feed = scene.follow(experiment).await.unwrap();
    assert_eq!(texts(&mut feed).await, (vec!["leaves-0".to_owned(), "stays-0".to_owned()], 2));
    let mut client = ParticipationServiceClient::new(scene.channel.clone());
    client.withdraw(wire::WithdrawRequest { id: leaves.to_string() }).await.unwrap();
    assert_eq!(texts(&mut feed).await, (vec!["(restart)".to_owned(), "stays-0".to_owned()], 1));
    let left = scene.store.participation(leaves).await.unwrap().unwrap();
    assert_eq!(left.answered, Vec::<u32>::new());
}

#[tokio::test]
async fn followers_are_bounded_and_told_when_to_come_back() {
    let scene = scene(Config { followers: 1, ..Config::default() }).await;
    let experiment = published(&*scene.store, "bounded", 1).await;
    let feed = scene.follow(experiment).await.unwrap();
    let refused = scene.follow(experiment).await.unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted);
    let pushback: u64 = refused.metadata().get(RETRY_PUSHBACK).unwrap().to_str().unwrap().parse().unwrap();
    assert!(pushback > 0);
    let request =
        wire::ReadFeedRequest { experiment_id: experiment.to_string(), ..wire::ReadFeedRequest::default() };
    let mut once = scene.feeds().read_feed(request).await.unwrap().into_inner();
    assert_eq!(texts(&mut once).await, (nothing(), 0), "who does not follow needs no place");
    drop(feed);
}

#[tokio::test]
async fn stopping_ends_followers_and_leaves_everything_durable() {
    let scene = scene(Config::default()).await;
    let experiment = published(&*scene.store, "stopping", 1).await;
    let participation = started(&*scene.store, experiment, 1).await;
    let mut feed = scene.follow(experiment).await.unwrap();
    assert_eq!(texts(&mut feed).await, (nothing(), 1));
    scene.record(participation, 0, "red").await;
    scene.shutdown.begin();
    while tokio::time::timeout(PATIENCE, feed.message()).await.expect("the stream ends").unwrap().is_some() {}
    tokio::time::timeout(PATIENCE, scene.running).await.expect("the service ends").unwrap().unwrap();
    assert_eq!(scene.store.participation(participation).await.unwrap().unwrap().answered, [0]);
}

#[tokio::test]
async fn health_tells_that_the_database_works() {
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_check_response::ServingStatus;
    use tonic_health::pb::health_client::HealthClient;
    let scene = scene(Config::default()).await;
    let mut client = HealthClient::new(scene.channel.clone());
    let answer = client.check(HealthCheckRequest::default()).await.unwrap().into_inner();
    assert_eq!(answer.status(), ServingStatus::Serving);
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_its_name() {
    let scene = scene(Config::default()).await;
    let wrong_id = wire::GetHeadRequest { experiment_id: "seven".to_owned() };
    let refused = scene.feeds().get_head(wrong_id).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().contains("experiment_id") && refused.message().contains("seven"), "{refused}");

    let mut participations = ParticipationServiceClient::new(scene.channel.clone());
    let nothing = wire::CommitRequest { writes: vec![wire::Write::default()] };
    let refused = participations.commit(nothing).await.unwrap_err();
    assert_eq!((refused.code(), refused.message()), (Code::InvalidArgument, "write: is missing"));

    let mut system = SystemServiceClient::new(scene.channel.clone());
    let short = wire::GetSigningKeyRequest { proposal: vec![1; 31] };
    let refused = system.get_signing_key(short).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_backend_is_named_by_its_uri() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a b").join("nameit.sqlite");
    for uri in [format!("sqlite:{}", path.display()), format!("sqlite://{}", path.display())] {
        backend::open(&Location::new(uri.as_str())).await.unwrap();
        assert!(path.exists(), "{uri}");
    }
    // Nobody listens there: that is no reason not to begin.
    let store = backend::open(&Location::new("mongodb://127.0.0.1:9/nameit")).await.unwrap();
    let unreachable = store.ping().await.unwrap_err();
    assert!(matches!(unreachable, nameit_store::Error::Unavailable(_)), "{unreachable:?}");
    for uri in [
        "mongodb://ana:secret@",
        "mongodb://ana:secret@host/db?w=1",
        "mongodb://ana:secret@host/db?tls=perhaps",
    ] {
        let Err(error) = backend::open(&Location::new(uri)).await else { panic!("{uri} is wrong") };
        let message = error.to_string();
        assert!(message.contains("MongoDB URI") && !message.contains("secret"), "{message}");
    }
    for uri in ["", "nameit.sqlite", "sqlite:", "postgres://host", "sqlite://"] {
        let Err(error) = backend::open(&Location::new(uri)).await else { panic!("{uri} names no database") };
        assert!(error.to_string().contains("sqlite:nameit-data"), "{uri}: {error}");
    }
}
