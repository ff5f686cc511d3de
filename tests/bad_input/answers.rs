//! What participants may send wrong.

use nameit_testkit::{Experiment, Participant, Sandbox};
use serde_json::json;

async fn one_accepted() -> (Sandbox, Experiment, Participant) {
    let sandbox = Sandbox::start().await;
    let colours = ["#ff0000", "#00ff00", "#0000ff"];
    let experiment =
        sandbox.researcher("ana").await.experiment().colours(colours).code("tulip").published().await;
    let participant = experiment.participant_with(&json!({"code": "tulip"})).await;
    participant.answer(0, "accepted before").await.expect_ok();
    (sandbox, experiment, participant)
}

/// What was accepted before is still there, and nothing else.
async fn nothing_was_lost(experiment: &Experiment) {
    let rows = experiment.rows().await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["response"], "accepted before");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_answer() {
    let (_sandbox, experiment, participant) = one_accepted().await;
    for empty in ["", "   ", "\u{a0}"] {
        let refused = participant.answer(1, empty).await.expect_problem(422, "empty");
        assert_eq!(refused.json()["field"], "text");
    }
    participant.respond(1, &json!({})).await.expect_problem(422, "missing");
    nothing_was_lost(&experiment).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_more_than_500_characters() {
    let (_sandbox, experiment, participant) = one_accepted().await;
    let refused = participant.answer(1, &"é".repeat(501)).await.expect_problem(422, "at most 500");
    assert_eq!(refused.json()["field"], "text");
    nothing_was_lost(&experiment).await;
    participant.answer(1, &"é".repeat(500)).await.expect_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_with_control_characters() {
    let (_sandbox, experiment, participant) = one_accepted().await;
    participant.answer(1, "bell\u{7}").await.expect_problem(422, "U+0007");
    participant.answer(1, "two\nlines").await.expect_problem(422, "U+000A");
    participant.answer(1, "nul\0").await.expect_problem(422, "U+0000");
    nothing_was_lost(&experiment).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_trial() {
    let (_sandbox, experiment, participant) = one_accepted().await;
    participant.answer(3, "there is none").await.expect_problem(404, "trial");
    participant.answer(4_000_000_000, "there is none").await.expect_problem(404, "trial");
    let odd = participant.path("trials/one/response");
    participant.client.put(&odd, &json!({"text": "x"})).await.expect_problem(404, "trial");
    nothing_was_lost(&experiment).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_token() {
    let (_sandbox, experiment, participant) = one_accepted().await;
    let other = experiment.participant_with(&json!({"code": "tulip"})).await;
    let path = participant.path("trials/1/response");
    other.client.put(&path, &json!({"text": "not mine"})).await.expect_problem(403, "participation");
    participant.client.with_token("nonsense").put(&path, &json!({"text": "x"})).await.expect_problem(403, "");
    let without = participant.client.anonymous().put(&path, &json!({"text": "x"})).await;
    without.expect_problem(401, "Bearer");
    nothing_was_lost(&experiment).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_experiment() {
    let (sandbox, experiment, participant) = one_accepted().await;
    experiment.post("close").await.expect_ok();
    participant.answer(1, "too late").await.expect_problem(410, "closed");
    let begin = experiment.begin(&sandbox.client(), &json!({"code": "tulip"})).await;
    begin.expect_problem(409, "closed");
    let page = sandbox.client().get(&format!("/run/{}", experiment.slug)).await;
    assert!(page.text.to_lowercase().contains("closed"), "{}: {}", page.status, page.text);
    nothing_was_lost(&experiment).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code() {
    let (sandbox, experiment, _participant) = one_accepted().await;
    let anybody = sandbox.client();
    experiment.begin(&anybody, &json!({})).await.expect_problem(403, "needs an access code");
    let refused = experiment.begin(&anybody, &json!({"code": "rose"})).await.expect_problem(403, "wrong");
    assert_eq!(refused.json()["field"], "code");
    nothing_was_lost(&experiment).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_json() {
    let (_sandbox, experiment, participant) = one_accepted().await;
    let path = participant.path("trials/1/response");
    let broken =
        participant.client.upload("PUT", &path, "application/json", b"{\"text\": \"x".to_vec()).await;
    broken.expect_problem(422, "json");
    let huge = format!("{{\"text\": \"{}\"}}", "x".repeat(100_000));
    let refused = participant.client.upload("PUT", &path, "application/json", huge.into_bytes()).await;
    refused.expect_problem(413, "large");
    nothing_was_lost(&experiment).await;
}
