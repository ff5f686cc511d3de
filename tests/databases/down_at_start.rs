//! No database when storage starts: it says so, answers quickly, and works as soon as there is one.

use std::time::{Duration, Instant};

use nameit_domain::{ExperimentId, ParticipationId};
use nameit_proto::common::v1::Recorded;
use nameit_proto::storage::v1::start_outcome::Outcome;
use nameit_testkit::{Client as Http, Process, Researcher};
use nameit_testkit_mongodb::{Proxy, Server};
use serde_json::json;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::crowd::{TRIALS, answers_of};
use crate::storage::{Client, Storage, code, complete, record, recorded, start, started};
use crate::wait::until;
use crate::{DATAMINING, GATEWAY};

/// Callers give up after ten seconds; they must hear the reason before.
const SOON: Duration = Duration::from_secs(10);

/// How long it may take from the database's return until everything works again.
const RECOVERY: Duration = Duration::from_secs(15);

/// The server does not answer at all.
pub(crate) async fn a_server_that_is_down_at_start_is_waited_for(server: &'static Server) {
    let database = server.database();
    let proxy = Proxy::start(&server.address()).await.unwrap();
    proxy.cut().await.unwrap();
    wait_for(&proxy, &proxy.uri_through(database.uri())).await;
}

/// The server takes connections and then says nothing.
pub(crate) async fn a_server_that_hangs_at_start_is_waited_for(server: &'static Server) {
    let database = server.database();
    let proxy = Proxy::start(&server.address()).await.unwrap();
    proxy.hang().await.unwrap();
    wait_for(&proxy, &proxy.uri_through(database.uri())).await;
}

async fn wait_for(proxy: &Proxy, database: &str) {
    let storage = Storage::start(database);
    let client = storage.client();
    let datamining =
        Process::start(DATAMINING, "info", &["--listen", "127.0.0.1:0", "--storage", &storage.uri]);
    let datamining_uri = format!("http://{}", datamining.wait_for_address("datamining is listening"));
    let addresses = ["--listen", "127.0.0.1:0", "--storage", &storage.uri, "--datamining", &datamining_uri];
    let gateway = Process::start(GATEWAY, "info", &addresses);
    let http = Http::new(&gateway.wait_for_address("ready"));

    assert_eq!(serving(&client).await, ServingStatus::NotServing);
    let began = Instant::now();
    let ready = http.get("/readyz").await;
    assert_eq!(ready.status, 503, "{}", ready.text);
    assert!(ready.text.contains("the database"), "it says what is missing: {}", ready.text);
    assert_eq!(http.get("/livez").await.status, 200, "it lives: nothing is won by starting it again");
    let account = json!({"handle": "ana", "password": "correct horse battery", "display_name": "Ana"});
    let refused = http.post("/api/v1/accounts", &account).await.expect_problem(503, "try again");
    assert!(refused.headers.contains_key("retry-after"), "{:?}", refused.headers);
    assert!(began.elapsed() < 2 * SOON, "the gateway took {:?}", began.elapsed());

    let (id, participation) = (ExperimentId::generate(), ParticipationId::generate());
    let began = Instant::now();
    let (read, written) =
        tokio::join!(client.head(id), client.commit(vec![start(participation, id, TRIALS)]),);
    for status in [read.unwrap_err(), written.unwrap_err()] {
        assert_eq!(status.code(), Code::Unavailable, "{status}");
        assert_eq!(status.message(), "the database is unavailable");
    }
    assert!(began.elapsed() < SOON, "they took {:?}", began.elapsed());

    let why = "something that is needed does not work";
    assert!(storage.log().contains(why), "storage logs why it is not ready: {}", storage.log());
    proxy.mend().await.unwrap();
    until(RECOVERY, || async {
        let status = serving(&client).await;
        let ready = http.get("/readyz").await;
        let is_well = status == ServingStatus::Serving && ready.status == 200;
        if is_well { Ok(()) } else { Err(format!("{status:?}, {}", ready.text)) }
    })
    .await;
    assert!(storage.log().contains("works again"), "{}", storage.log());
    take_part(&client).await;
    let ana = Researcher::sign_up(&http, "ana").await;
    let experiment = ana.experiment().colours(["#ff0000"]).picture("boat").published().await;
    let bea = experiment.participant().await;
    bea.answer_all(|trial| trial.key.clone()).await;
    bea.complete().await.expect_ok();
    assert_eq!(experiment.get("report").await.expect_ok().json()["totals"]["responses"], 2);
}

/// One participation from beginning to end: collections and indexes are there.
async fn take_part(client: &Client) {
    let id = client.publish("at-last", TRIALS).await;
    let participation = ParticipationId::generate();
    let began = client.commit_one(start(participation, id, TRIALS)).await;
    assert_eq!(started(&began), Outcome::Started);
    for trial in 0..TRIALS {
        let written = client.commit_one(record(participation, trial, "at last")).await;
        assert_eq!(recorded(&written), Recorded::Stored);
    }
    assert_eq!(code(&client.commit_one(complete(participation, "code")).await), Some("code"));
    assert_eq!(answers_of(&client.export(id).await).len(), TRIALS as usize);
}

async fn serving(client: &Client) -> ServingStatus {
    let mut health = HealthClient::new(client.channel());
    health.check(HealthCheckRequest::default()).await.unwrap().into_inner().status()
}
