//! Bounds, failures of what lies behind, forged forms, and live streams.

use futures::StreamExt as _;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::sandbox::Sandbox;

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_at_once() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.researcher("ana").await;
    let experiment = sandbox.draft(&token).await;
    let path = format!("/api/v1/experiments/{}/stimuli/big", experiment["id"].as_str().unwrap());
    // 200 MB without a Content-Length: refused when 25 MiB have come, and the sender reads the refusal.
    let chunk = bytes::Bytes::from(vec![0_u8; 1 << 20]);
    let chunks = futures::stream::iter((0..200).map(move |_| Ok::<_, std::io::Error>(chunk.clone())));
    let request = sandbox.request(Method::PUT, &path, Some(&token)).header("content-type", "image/png");
    let answer = request.body(reqwest::Body::wrap_stream(chunks)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let problem: Value = answer.json().await.unwrap();
    assert!(problem["detail"].as_str().unwrap().contains("25 MiB"), "{problem}");

    let long = json!({"text": "x".repeat(70 << 10)});
    let published = sandbox.published(&token).await;
    let participant = sandbox.participant(&published).await;
    assert_eq!(sandbox.respond(&participant, 0, long).await.0, 413);
}

#[tokio::test]
async fn with_the_database_away_answers_are_asked_for_again_and_nothing_is_lost() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.researcher("ana").await;
    let experiment = sandbox.published(&token).await;
    let participant = sandbox.participant(&experiment).await;
    sandbox.fake.data().is_away = true;
    let path = format!("/api/v1/participations/{}/trials/0/response", participant.id);
    let request = sandbox.request(Method::PUT, &path, Some(&participant.token)).json(&json!({"text": "red"}));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    let problem: Value = answer.json().await.unwrap();
    assert!(!problem["detail"].as_str().unwrap().contains("database"), "no internals: {problem}");
    sandbox.fake.data().is_away = false;
    assert_eq!(sandbox.respond(&participant, 0, json!({"text": "red"})).await.0, 200);
}

#[tokio::test]
async fn with_a_silent_database_nobody_waits_longer_than_is_allowed() {
    let sandbox = Sandbox::start_with(|config| config.limits.ingest_patience_ms = 50).await;
    let token = sandbox.researcher("ana").await;
    let experiment = sandbox.published(&token).await;
    let participant = sandbox.participant(&experiment).await;
    sandbox.fake.data().is_silent = true;
    let path = format!("/api/v1/participations/{}/trials/0/response", participant.id);
    let request = sandbox.request(Method::PUT, &path, Some(&participant.token)).json(&json!({"text": "red"}));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
}

#[tokio::test]
async fn answers_that_wait_together_go_in_one_message() {
    let sandbox = Sandbox::start_with(|config| config.limits.ingest_senders = 1).await;
    let token = sandbox.researcher("ana").await;
    let experiment = sandbox.published(&token).await;
    let participants = futures::future::join_all((0..64).map(|_| sandbox.participant(&experiment))).await;
    let answers =
        participants.iter().map(|participant| sandbox.respond(participant, 0, json!({"text": "red"})));
    for (status, _) in futures::future::join_all(answers).await {
        assert_eq!(status, 200);
    }
    let commits = sandbox.fake.data().commits.clone();
    assert_eq!(commits.iter().sum::<usize>(), 128, "each write once: {commits:?}");
    assert!(commits.len() < 128, "some went together: {commits:?}");
}

#[tokio::test]
async fn over_the_bound_callers_are_asked_to_come_again() {
    let sandbox = Sandbox::start_with(|config| config.limits.requests_max = 1).await;
    // Each asks storage whose token it is, and holds its place meanwhile.
    let calls = (0..200).map(|_| sandbox.request(Method::GET, "/api/v1/me", Some("nit_unknown")).send());
    let answers: Vec<_> = futures::future::join_all(calls).await.into_iter().map(Result::unwrap).collect();
    let refused: Vec<_> =
        answers.iter().filter(|answer| answer.headers().contains_key("retry-after")).collect();
    assert!(!refused.is_empty(), "with one place, 200 at once cannot all be served");
    assert!(refused.iter().all(|answer| answer.status() == StatusCode::SERVICE_UNAVAILABLE));
    assert!(answers.iter().any(|answer| answer.status() == StatusCode::UNAUTHORIZED), "some were served");
}

#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let sandbox = Sandbox::start().await;
    sandbox.researcher("ana").await;
    let form = [("handle", "ana"), ("password", "correct horse")];
    let sign_in = || sandbox.request(Method::POST, "/sign-in", None).form(&form);
    let bare = sign_in().send().await.unwrap();
    assert_eq!(bare.status(), StatusCode::FORBIDDEN);
    let forged =
        sign_in().header("cookie", "nameit_csrf=abc").header("x-csrf-token", "abc").send().await.unwrap();
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    let elsewhere = sign_in().header("cookie", "nameit_csrf=abc").header("sec-fetch-site", "cross-site");
    assert_eq!(elsewhere.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(sandbox.fake.data().sessions.len(), 1, "only the token of the set-up");
}

#[tokio::test]
async fn a_cookie_counts_only_together_with_its_token() {
    let sandbox = Sandbox::start().await;
    sandbox.researcher("ana").await;
    let page = sandbox.request(Method::GET, "/sign-in", None).send().await.unwrap();
    let csrf_cookie = cookie(&page);
    assert!(csrf_cookie.starts_with("nameit_csrf="), "{csrf_cookie}");
    let token = csrf_token(&page.text().await.unwrap());
    let form = [("handle", "ana"), ("password", "correct horse"), ("csrf_token", token.as_str())];
    let sign_in = sandbox.request(Method::POST, "/sign-in", None).header("cookie", &csrf_cookie).form(&form);
    let signed_in = sign_in.send().await.unwrap();
    assert_eq!(signed_in.status(), StatusCode::SEE_OTHER);
    let set = signed_in.headers()["set-cookie"].to_str().unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && !set.contains("Secure"), "{set}");
    let cookies = format!("{csrf_cookie}; {}", cookie(&signed_in));

    let me = || sandbox.request(Method::PATCH, "/api/v1/me", None).header("cookie", &cookies);
    let change = json!({"display_name": "Ana Maria"});
    let with_old_token = me().json(&change).header("x-csrf-token", &token).send().await.unwrap();
    assert_eq!(with_old_token.status(), StatusCode::FORBIDDEN, "the token of before the session");
    let profile = sandbox.request(Method::GET, "/me", None).header("cookie", &cookies).send().await.unwrap();
    let token = csrf_token(&profile.text().await.unwrap());
    let changed = me().json(&change).header("x-csrf-token", &token).send().await.unwrap();
    assert_eq!(changed.status(), StatusCode::OK);
    assert_eq!(me().json(&change).send().await.unwrap().status(), StatusCode::FORBIDDEN);
}

fn cookie(answer: &reqwest::Response) -> String {
    let set = answer.headers()["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

fn csrf_token(html: &str) -> String {
    let field = html.split("name=\"csrf_token\"").nth(1).expect("a form with the token");
    let value = field.split("value=\"").nth(1).expect("the field has a value");
    value.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn headers_are_bounded() {
    let sandbox = Sandbox::start().await;
    let mut request = sandbox.request(Method::GET, "/api/v1/ping", None);
    for number in 0..120 {
        request = request.header(format!("x-header-{number}"), "1");
    }
    assert_eq!(request.send().await.unwrap().status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_said_in_the_callers_form() {
    let sandbox = Sandbox::start().await;
    let api = sandbox.request(Method::GET, "/api/v1/nothing", None).send().await.unwrap();
    assert_eq!(api.status(), StatusCode::NOT_FOUND);
    assert_eq!(api.headers()["content-type"], "application/problem+json");
    let method = sandbox.request(Method::PUT, "/api/v1/ping", None).send().await.unwrap();
    assert_eq!(method.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(method.json::<Value>().await.unwrap()["status"], 405);
    let page = sandbox.request(Method::GET, "/nothing", None).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("script-src 'self'"));
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn live_reports_come_as_events_and_end_with_the_service() {
    let sandbox = Sandbox::start_with(|config| config.limits.streams_per_experiment = 1).await;
    let token = sandbox.researcher("ana").await;
    let experiment = sandbox.published(&token).await;
    let path = format!("/api/v1/experiments/{}/report/events", experiment["id"].as_str().unwrap());
    let stream = sandbox.request(Method::GET, &path, Some(&token)).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let mut chunks = stream.bytes_stream();
    let first = chunks.next().await.unwrap().unwrap();
    let first = String::from_utf8(first.to_vec()).unwrap();
    assert!(first.starts_with("event: report\ndata: {"), "{first}");
    let second = sandbox.request(Method::GET, &path, Some(&token)).send().await.unwrap();
    assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE, "one stream is the bound here");
    sandbox.shutdown.begin();
    while let Some(chunk) = chunks.next().await {
        chunk.unwrap();
    }
}
