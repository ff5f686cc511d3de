//! A small scene with a bit of everything that is measured, and with things that nobody may find in telemetry.

use nameit_testkit::Experiment;
use serde_json::{Value, json};

use crate::stack::Stack;

/// Typed by a participant, and therefore nobody else's business.
pub(crate) const SECRET: &str = "mauve-of-my-grandmother";

/// A bit of everything that is measured.
pub(crate) async fn play(stack: &Stack, handle: &str) -> Experiment {
    let ana = stack.researcher(handle).await;
    let experiment = ana.experiment().picture("boat").colours(["#ff0000"]).published().await;
    let watched = ana.client.request("GET", &experiment.path("report/events")).send().await.unwrap();
    assert!(watched.status().is_success());
    let arrival = json!({"url_parameters": {"PROLIFIC_PID": "5f1c", "mail": "ana.participant@example.org"}});
    let participant = experiment.participant_with(&arrival).await;
    participant.answer(0, SECRET).await.expect_ok();
    participant.answer(0, SECRET).await.expect_ok();
    participant.answer(0, "192.0.2.77").await.expect_problem(409, "another answer");
    participant.answer(1, "write to ana.participant@example.org, 192.0.2.77").await.expect_ok();
    participant.complete().await.expect_ok();
    for export in ["responses.csv", "responses.jsonl", "norms.csv", "report"] {
        experiment.get(export).await.expect_ok();
    }
    let run = participant.client.get(&format!("/api/v1/participations/{}", participant.id)).await.expect_ok();
    let picture = run.json()["trials"].as_array().unwrap().iter().find_map(picture_of);
    participant.client.get(&picture.expect("one trial shows a picture")).await.expect_ok();
    experiment
}

/// The address of the picture that a trial shows, if it shows one.
fn picture_of(trial: &Value) -> Option<String> {
    match trial {
        Value::String(text) if text.contains("/images/") => Some(text.clone()),
        Value::Object(fields) => fields.values().find_map(picture_of),
        Value::Array(values) => values.iter().find_map(picture_of),
        _ => None,
    }
}
