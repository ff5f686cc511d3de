//! A researcher asks, participants answer, the norms come in.

use nameit_testkit::Sandbox;
use serde_json::{Value, json};

journeys! {
    what_participants_typed_is_what_the_researcher_gets,
    the_same_answer_again_is_fine_and_another_one_is_not,
    a_reload_goes_on_where_it_was,
    who_withdraws_leaves_nothing_behind,
}

async fn what_participants_typed_is_what_the_researcher_gets(sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let experiment = ana
        .experiment()
        .picture("boat")
        .picture("lighthouse")
        .picture("cup")
        .colours(["#ff0000", "#00ff00", "#0000ff"])
        .code("tulip")
        .published()
        .await;

    let arrival = json!({
        "code": "tulip",
        "url_parameters": {"PROLIFIC_PID": "5f1c"},
        "environment": {"language": "en-GB", "viewport": "390x844"},
    });
    let bea = experiment.participant_with(&arrival).await;
    assert_eq!(bea.trials.len(), 6);
    assert!(bea.trials.iter().all(|trial| trial.question == "What do you call this?"));
    for (trial, shown) in bea.trials.iter().enumerate() {
        let body = json!({
            "text": format!("  {} of Béa ", shown.key),
            "shown_at": "2026-11-22T10:00:00.123Z",
            "first_key_ms": 800 + trial,
            "submitted_ms": 2300,
            "edits": 1,
            "pasted": false,
            "focus_losses": 0,
        });
        let answer = bea.respond(trial, &body).await.expect_ok();
        assert_eq!(answer.json(), json!({"status": "stored"}));
    }
    let code = bea.complete().await.expect_ok().text_of("completion_code");
    assert_eq!(bea.complete().await.expect_ok().text_of("completion_code"), code, "the code stays");

    let rows = experiment.rows().await;
    assert_eq!(rows.len(), 6);
    for row in &rows {
        let key = row["stimulus"].as_str().unwrap();
        assert_eq!(row["response"], format!("  {key} of Béa "), "exactly as typed");
        assert_eq!(row["participation"], bea.id.as_str());
        assert_eq!(row["url_parameters"], json!({"PROLIFIC_PID": "5f1c"}));
        assert_eq!((&row["edits"], &row["submitted_ms"]), (&json!(1), &json!(2300)));
        assert_eq!(row["completed"], true);
        assert_eq!(row["completion_code"].as_str(), Some(code.as_str()));
    }
    let mut trials: Vec<u64> = rows.iter().map(|row| row["trial"].as_u64().unwrap()).collect();
    trials.sort_unstable();
    assert_eq!(trials, [0, 1, 2, 3, 4, 5]);
}

async fn the_same_answer_again_is_fine_and_another_one_is_not(sandbox: Sandbox) {
    let experiment = sandbox.researcher("ana").await.experiment().colours(["#ff0000"]).published().await;
    let participant = experiment.participant().await;
    participant.answer(0, "red").await.expect_ok();
    let again = participant.answer(0, "red").await.expect_ok();
    assert_eq!(again.json(), json!({"status": "already_stored"}));
    participant.answer(0, "blue").await.expect_problem(409, "another answer");
    participant.complete().await.expect_ok();
    assert_eq!(participant.answer(0, "red").await.expect_ok().json(), json!({"status": "already_stored"}));
    let rows = experiment.rows().await;
    assert_eq!(rows.iter().map(|row| &row["response"]).collect::<Vec<_>>(), [&json!("red")]);
}

async fn a_reload_goes_on_where_it_was(sandbox: Sandbox) {
    let colours = ["#ff0000", "#00ff00", "#0000ff", "#ffff00"];
    let experiment = sandbox.researcher("ana").await.experiment().colours(colours).published().await;
    let participant = experiment.participant().await;
    participant.answer(0, "one").await.expect_ok();
    participant.answer(2, "three").await.expect_ok();

    let run = participant
        .client
        .get(&format!("/api/v1/participations/{}", participant.id))
        .await
        .expect_ok()
        .json();
    assert_eq!(run["answered"], json!([0, 2]));
    assert_eq!(run["completed"], false);
    let keys = |trials: &Value| -> Vec<String> {
        trials.as_array().unwrap().iter().map(|trial| trial["key"].as_str().unwrap().to_owned()).collect()
    };
    let before: Vec<String> = participant.trials.iter().map(|trial| trial.key.clone()).collect();
    assert_eq!(keys(&run["trials"]), before, "the order stays");

    let refused = participant.complete().await.expect_problem(409, "1, 3");
    assert_eq!(refused.json()["missing"], json!([1, 3]));
}

async fn who_withdraws_leaves_nothing_behind(sandbox: Sandbox) {
    let experiment =
        sandbox.researcher("ana").await.experiment().colours(["#ff0000", "#00ff00"]).published().await;
    let (stays, leaves) = (experiment.participant().await, experiment.participant().await);
    stays.answer_all(|trial| format!("{} stays", trial.key)).await;
    leaves.answer_all(|trial| format!("{} leaves", trial.key)).await;
    assert_eq!(experiment.get("report").await.expect_ok().json()["totals"]["responses"], 4);

    let path = format!("/api/v1/participations/{}", leaves.id);
    assert_eq!(leaves.client.delete(&path).await.expect_ok().status, 204);
    assert_eq!(leaves.client.delete(&path).await.expect_ok().status, 204, "repeating it is harmless");
    leaves.client.get(&path).await.expect_problem(410, "withdrawn");
    leaves.answer(0, "again").await.expect_problem(410, "withdrawn");

    let rows = experiment.rows().await;
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row["response"].as_str().unwrap().ends_with("stays")), "{rows:?}");
    let totals = experiment.get("report").await.expect_ok().json()["totals"].clone();
    assert_eq!((&totals["responses"], &totals["withdrawn"]), (&json!(2), &json!(1)), "{totals}");
}
