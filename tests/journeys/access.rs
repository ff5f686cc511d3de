//! Nobody gets what is not theirs.

use nameit_testkit::Sandbox;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_participant_can_only_write_and_only_for_themselves() {
    let sandbox = Sandbox::start().await;
    let experiment = sandbox.researcher("ana").await.experiment().colours(["#ff0000"]).published().await;
    let (one, other) = (experiment.participant().await, experiment.participant().await);
    other.answer(0, "secret").await.expect_ok();

    let theirs = format!("/api/v1/participations/{}", other.id);
    one.client.get(&theirs).await.expect_problem(403, "");
    one.client
        .put(&format!("{theirs}/trials/0/response"), &json!({"text": "x"}))
        .await
        .expect_problem(403, "");
    one.client.post(&format!("{theirs}/complete"), &json!(null)).await.expect_problem(403, "");
    one.client.delete(&theirs).await.expect_problem(403, "");
    for rest in ["", "stimuli", "report", "report/events", "responses.csv", "responses.jsonl", "norms.csv"] {
        let answer = one.client.get(experiment.path(rest).trim_end_matches('/')).await;
        assert_eq!(answer.status, 401, "{rest}: {}", answer.text);
    }
    let own = one.client.get(&format!("/api/v1/participations/{}", one.id)).await.expect_ok();
    assert!(!own.text.contains("secret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_researcher_sees_no_other_researchers_experiments() {
    let sandbox = Sandbox::start().await;
    let (ana, bea) = (sandbox.researcher("ana").await, sandbox.researcher("bea").await);
    let experiment = ana.experiment().colours(["#ff0000"]).published().await;
    for rest in ["", "stimuli", "report", "responses.csv", "responses.jsonl", "norms.csv"] {
        let path = experiment.path(rest);
        bea.client.get(path.trim_end_matches('/')).await.expect_problem(404, "experiment");
    }
    bea.client.post(&experiment.path("close"), &json!(null)).await.expect_problem(404, "experiment");
    bea.client.delete(experiment.path("").trim_end_matches('/')).await.expect_problem(404, "experiment");
    assert_eq!(bea.client.get("/api/v1/experiments").await.expect_ok().json(), json!({"experiments": []}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_deleted_opens_nothing() {
    let sandbox = Sandbox::start().await;
    let ana = sandbox.researcher("ana").await;
    assert_eq!(ana.client.get("/api/v1/me").await.expect_ok().text_of("handle"), "ana");
    ana.client.delete("/api/v1/tokens/current").await.expect_ok();
    ana.client.get("/api/v1/me").await.expect_problem(401, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_says_nothing_about_the_handle() {
    let sandbox = Sandbox::start().await;
    sandbox.researcher("ana").await;
    let client = sandbox.client();
    let known =
        client.post("/api/v1/tokens", &json!({"handle": "ana", "password": "not the password"})).await;
    let unknown =
        client.post("/api/v1/tokens", &json!({"handle": "zoe", "password": "not the password"})).await;
    let (known, unknown) = (known.expect_problem(401, "wrong"), unknown.expect_problem(401, "wrong"));
    assert_eq!(known.text, unknown.text);
}
