//! Services degrade one by one.

use nameit_testkit::Sandbox;

#[tokio::test(flavor = "multi_thread")]
async fn without_datamining_answers_are_still_taken() {
    let mut sandbox = Sandbox::start().await;
    let ana = sandbox.researcher("ana").await;
    let experiment = ana.experiment().colours(["#ff0000", "#00ff00"]).published().await;
    sandbox.stop_datamining().await;

    let participant = experiment.participant().await;
    participant.answer_all(|trial| format!("{} without mining", trial.key)).await;
    participant.complete().await.expect_ok();
    assert_eq!(experiment.rows().await.len(), 2, "exports need no mining either");

    let report = experiment.get("report").await.expect_problem(503, "");
    assert!(report.headers.contains_key("retry-after"));
    let ready = sandbox.client().get("/readyz").await.expect_ok().json();
    let checks = ready["checks"].as_array().unwrap();
    let datamining = checks.iter().find(|check| check["name"] == "datamining").expect("it is reported");
    assert_eq!(datamining["ok"], false, "{ready}");
    assert_eq!(ready["ready"], true, "{ready}");
}
