//! An export streams: its size does not show in the memory of any service.

use std::collections::HashSet;

use futures::StreamExt as _;
use nameit_domain::ParticipationId;
use nameit_proto::common::v1 as common;
use nameit_proto::storage::v1::participation_service_client::ParticipationServiceClient;
use nameit_proto::storage::v1::{CommitRequest, Start, Write, write};
use nameit_testkit::{Client, Process, Researcher};

use crate::{DATAMINING, GATEWAY, STORAGE};

const STIMULI: u32 = 50;
const PARTICIPANTS: usize = 2_400;
/// Memory that an export may take, whatever its size: buffers of streams, pages of the database.
const ALLOWED: u64 = 40 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn an_export_takes_no_more_memory_than_its_buffers() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("n.sqlite").display());
    let storage =
        Process::start(STORAGE, "info", &["--listen", "127.0.0.1:0", "--storage-database", &database]);
    let storage_uri = format!("http://{}", storage.wait_for_address("storage is listening"));
    let datamining =
        Process::start(DATAMINING, "info", &["--listen", "127.0.0.1:0", "--storage", &storage_uri]);
    let datamining_uri = format!("http://{}", datamining.wait_for_address("datamining is listening"));
    let arguments = ["--listen", "127.0.0.1:0", "--storage", &storage_uri, "--datamining", &datamining_uri];
    let gateway = Process::start(GATEWAY, "info", &arguments);
    let url = gateway.wait_for_address("ready");
    let ana = Researcher::sign_up(&Client::new(&url), "ana").await;
    let colours: Vec<String> = (0..STIMULI).map(|number| format!("#{number:06x}")).collect();
    let experiment = ana.experiment().colours(colours.iter().map(String::as_str)).published().await;

    // Straight to storage, in large messages: what is measured is the way out.
    let mut client = ParticipationServiceClient::connect(storage_uri).await.unwrap();
    for _ in 0..PARTICIPANTS / 8 {
        let mut writes = Vec::new();
        for _ in 0..8 {
            writes.extend(participation(&experiment.id));
        }
        client.commit(CommitRequest { writes }).await.unwrap();
    }

    let before = (gateway.peak_memory(), storage.peak_memory());
    let request = ana.client.request("GET", &experiment.path("responses.jsonl"));
    let mut body = request.send().await.unwrap().bytes_stream();
    let (mut bytes, mut rows, mut trials) = (0_u64, 0_usize, HashSet::new());
    let mut rest = Vec::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.unwrap();
        bytes += chunk.len() as u64;
        rest.extend_from_slice(&chunk);
        let complete = rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        for line in rest[..complete].split_inclusive(|byte| *byte == b'\n') {
            rows += 1;
            if rows % 1_000 == 1 {
                let row: serde_json::Value = serde_json::from_slice(line).unwrap();
                trials.insert(row["trial"].as_u64().unwrap());
            }
        }
        rest.drain(..complete);
    }
    assert_eq!(rows, PARTICIPANTS * STIMULI as usize);
    assert!(!trials.is_empty() && bytes > ALLOWED, "{bytes} bytes are too few to prove anything");
    let after = (gateway.peak_memory(), storage.peak_memory());
    assert!(after.0 - before.0 < ALLOWED, "the gateway grew by {} MB", (after.0 - before.0) >> 20);
    assert!(after.1 - before.1 < ALLOWED, "storage grew by {} MB", (after.1 - before.1) >> 20);
}

fn participation(experiment_id: &str) -> Vec<Write> {
    let id = ParticipationId::generate().to_string();
    let start = Start {
        participation_id: id.clone(),
        experiment_id: experiment_id.to_owned(),
        trial_order: (0..STIMULI).collect(),
        ..Default::default()
    };
    let mut writes = vec![Write { write: Some(write::Write::Start(start)), trace_id: Vec::new() }];
    for trial in 0..STIMULI {
        let answer = common::response::Answer::Text(format!("a colour that has a long name, number {trial}"));
        let response = common::Response {
            participation_id: id.clone(),
            trial,
            answer: Some(answer),
            first_key_ms: Some(800),
            submitted_ms: Some(2_000),
            ..Default::default()
        };
        writes.push(Write { write: Some(write::Write::Record(response)), trace_id: Vec::new() });
    }
    writes
}
