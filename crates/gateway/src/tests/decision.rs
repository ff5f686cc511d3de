//! Decisions by REST and gRPC, and links that are opened.

use nameit_proto::api::v1 as api;
use nameit_proto::api::v1::decision_service_client::DecisionServiceClient;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tonic::Code;

use super::sandbox::Sandbox;

/// A draft of a researcher, and the path of a decision about it.
async fn scene() -> (Sandbox, String, String) {
    let sandbox = Sandbox::start().await;
    let token = sandbox.researcher("ana").await;
    let id = sandbox.draft(&token).await["id"].as_str().unwrap().to_owned();
    (sandbox, token, id)
}

fn path(id: &str, kind: &str) -> String {
    format!("/api/v1/experiments/{id}/decisions/{kind}")
}

#[tokio::test]
async fn what_is_decided_is_kept_version_by_version() {
    let (sandbox, token, id) = scene().await;
    let variants = path(&id, "variants");
    let (status, answer) = sandbox.call(Method::GET, &variants, Some(&token), None).await;
    assert_eq!((status, &answer["detail"]), (404, &json!("nothing was decided about `variants` yet")));
    for version in 1..=3 {
        let put = json!({"expected_version": version - 1, "body": {"steps": ["trim"], "round": version}});
        let (status, kept) = sandbox.call(Method::PUT, &variants, Some(&token), Some(put)).await;
        assert_eq!((status, &kept["version"]), (200, &json!(version)), "{kept}");
    }
    let answer = sandbox.request(Method::GET, &variants, Some(&token)).send().await.unwrap();
    assert_eq!(answer.headers()["etag"], "\"3\"");
    let latest: Value = answer.json().await.unwrap();
    assert_eq!(latest["body"], json!({"steps": ["trim"], "round": 3}));
    assert_eq!(latest["kind"], "variants");
    let (_, first) = sandbox.call(Method::GET, &format!("{variants}?version=1"), Some(&token), None).await;
    assert_eq!(first["body"]["round"], 1);
    let (status, _) = sandbox.call(Method::GET, &format!("{variants}?version=9"), Some(&token), None).await;
    assert_eq!(status, 404);
    let (_, list) = sandbox.call(Method::GET, &format!("{variants}/versions"), Some(&token), None).await;
    let versions: Vec<_> = list["versions"].as_array().unwrap().iter().map(|one| &one["version"]).collect();
    assert_eq!(versions, [3, 2, 1]);
    assert!(list["versions"][0]["decided_at"].is_string());
}

#[tokio::test]
async fn who_decides_says_what_was_seen_and_hears_of_others() {
    let (sandbox, token, id) = scene().await;
    let rule = path(&id, "stop_rule");
    let put = async |tag: Option<&str>, body: Value| {
        let mut request = sandbox.request(Method::PUT, &rule, Some(&token)).json(&body);
        if let Some(tag) = tag {
            request = request.header("if-match", tag);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, problem) = put(None, json!({"body": {}})).await;
    assert_eq!((status, &problem["field"]), (422, &json!("expected_version")), "{problem}");
    assert_eq!(put(None, json!({"expected_version": 0, "body": {}})).await.0, 200);
    assert_eq!(put(Some("\"1\""), json!({"body": {"coverage": 0.95}})).await.0, 200);
    assert_eq!(put(Some("\"2\""), json!({"expected_version": 2, "body": {}})).await.0, 200);
    let (status, problem) = put(Some("\"1\""), json!({"body": {}})).await;
    assert_eq!(status, 409, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("is 3"), "{problem}");
    for (tag, body) in [
        (Some("\"3\""), json!({"expected_version": 2, "body": {}})),
        (Some("3"), json!({"body": {}})),
        (Some("*"), json!({"body": {}})),
        (None, json!({"expected_version": 3, "body": {"steps": "unusable"}})),
        (None, json!({"expected_version": 3})),
        (None, json!({"expected_version": 3, "body": {}, "more": 1})),
        (None, json!({"expected_version": 3, "body": "x".repeat(1 << 20)})),
    ] {
        let (status, problem) = put(tag, body).await;
        assert_eq!(status, 422, "{problem}");
    }
    let (_, problem) = put(None, json!({"expected_version": 3, "body": {"steps": "unusable"}})).await;
    assert_eq!(problem["field"], "body");
    assert!(problem["detail"].as_str().unwrap().contains("write `trim`"), "what would be right: {problem}");
    let (status, _) = put(None, json!({"expected_version": 3, "body": "x".repeat(2 << 20)})).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, _) = sandbox.call(Method::GET, &path(&id, "spelling"), Some(&token), None).await;
    assert_eq!(status, 404, "there is no such kind");
    let (_, latest) = sandbox.call(Method::GET, &rule, Some(&token), None).await;
    assert_eq!(latest["version"], 3, "what is refused leaves no trace");
}

#[tokio::test]
async fn a_program_decides_by_grpc() {
    let (sandbox, token, id) = scene().await;
    let channel =
        tonic::transport::Channel::from_shared(sandbox.url.clone()).unwrap().connect().await.unwrap();
    let mut client =
        DecisionServiceClient::with_interceptor(channel, move |mut request: tonic::Request<()>| {
            request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
            Ok(request)
        });
    let (experiment_id, kind) = (id, "annotations".to_owned());
    let get =
        api::GetDecisionRequest { experiment_id: experiment_id.clone(), kind: kind.clone(), version: None };
    let nothing = client.get_decision(get.clone()).await.unwrap_err();
    assert_eq!(nothing.code(), Code::NotFound);
    let put = api::PutDecisionRequest {
        experiment_id: experiment_id.clone(),
        kind: kind.clone(),
        expected_version: 0,
        body: "{ \"a\":1.0}".to_owned(),
    };
    let kept = client.put_decision(put.clone()).await.unwrap().into_inner().decision.unwrap();
    assert_eq!((kept.version, kept.body.as_str()), (1, "{ \"a\":1.0}"), "to the letter");
    assert_eq!(client.get_decision(get).await.unwrap().into_inner().decision.unwrap(), kept);
    let conflict = api::PutDecisionRequest { expected_version: 7, ..put.clone() };
    assert_eq!(client.put_decision(conflict).await.unwrap_err().code(), Code::FailedPrecondition);
    let unusable = api::PutDecisionRequest { body: "\"unusable\"".to_owned(), expected_version: 1, ..put };
    assert_eq!(client.put_decision(unusable).await.unwrap_err().code(), Code::InvalidArgument);
    let list = api::ListDecisionVersionsRequest { experiment_id, kind, limit: 0 };
    let versions = client.list_decision_versions(list).await.unwrap().into_inner().versions;
    assert_eq!(versions.iter().map(|one| one.version).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn opened_links_are_counted_and_handed_over_before_the_end() {
    let mut sandbox = Sandbox::start().await;
    let token = sandbox.researcher("ana").await;
    let open = sandbox.published(&token).await;
    let paused = sandbox.published(&token).await;
    let id = |experiment: &Value| experiment["id"].as_str().unwrap().to_owned();
    sandbox.post(&format!("/api/v1/experiments/{}/pause", id(&paused)), &token, json!({})).await;
    let run = |experiment: &Value| format!("/run/{}", experiment["slug"].as_str().unwrap());
    for (method, path, agent, expected) in [
        (Method::GET, run(&open), "Firefox", 200),
        (Method::GET, format!("{}?PROLIFIC_PID=1", run(&open)), "Firefox", 200),
        (Method::GET, run(&open), "Slackbot-LinkExpanding 1.0", 200),
        (Method::HEAD, run(&open), "Firefox", 200),
        (Method::GET, run(&paused), "Firefox", 200),
        (Method::GET, "/run/nowhere-at-all".to_owned(), "Firefox", 404),
        (Method::GET, format!("/experiments/{}/preview", id(&open)), "Firefox", 303),
    ] {
        let request = sandbox.request(method.clone(), &path, None).header("user-agent", agent);
        assert_eq!(request.send().await.unwrap().status(), expected, "{method} {path}");
    }
    // Stops the gateway before the services behind it, as every host of them does.
    sandbox.stop_gateway().await;
    let data = sandbox.fake.data();
    assert_eq!(data.visits.get(&id(&open)), Some(&2));
    assert_eq!(data.visits.len(), 1);
}
