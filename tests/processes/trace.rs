//! One trace id leads through all services.

use nameit_testkit::{Client, Process, Researcher};
use serde_json::{Value, json};

use crate::{DATAMINING, GATEWAY, STORAGE};

/// Whether a log record carries the trace id, in a span or in a field.
fn carries(record: &Value, trace_id: &str) -> bool {
    record.to_string().contains(trace_id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_requests_trace_id_stands_in_the_logs_of_all_three_services() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("n.sqlite").display());
    let storage =
        Process::start(STORAGE, "debug", &["--listen", "127.0.0.1:0", "--storage-database", &database]);
    let storage_uri = format!("http://{}", storage.wait_for_address("storage is listening"));
    let datamining =
        Process::start(DATAMINING, "debug", &["--listen", "127.0.0.1:0", "--storage", &storage_uri]);
    let datamining_uri = format!("http://{}", datamining.wait_for_address("datamining is listening"));
    let arguments = ["--listen", "127.0.0.1:0", "--storage", &storage_uri, "--datamining", &datamining_uri];
    let gateway = Process::start(GATEWAY, "debug", &arguments);
    let url = gateway.wait_for_address("ready");

    let ana = Researcher::sign_up(&Client::new(&url), "ana").await;
    let experiment = ana.experiment().colours(["#ff0000"]).published().await;
    let participant = experiment.participant().await;

    // An answer: gateway and storage.
    let trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let path = participant.path("trials/0/response");
    let request = participant.client.request("PUT", &path).json(&json!({"text": "a secret word"}));
    let request = request.header("traceparent", format!("00-{trace_id}-00f067aa0ba902b7-01"));
    let answer = participant.client.send(request).await.expect_ok();
    assert!(answer.headers["traceparent"].to_str().unwrap().contains(trace_id));
    gateway.wait_for(|record| carries(record, trace_id));
    storage.wait_for(|record| carries(record, trace_id));

    // A report: gateway, datamining and, through datamining, storage.
    let trace_id = "0af7651916cd43dd8448eb211c80319c";
    let request = ana.client.request("GET", &experiment.path("report"));
    let request = request.header("traceparent", format!("00-{trace_id}-b7ad6b7169203331-01"));
    ana.client.send(request).await.expect_ok();
    for (name, process) in [("gateway", &gateway), ("datamining", &datamining), ("storage", &storage)] {
        process.wait_for(|record| carries(record, trace_id));
        let log = process.log().join("\n");
        assert!(!log.contains("a secret word"), "{name} logs what participants say");
    }
}
