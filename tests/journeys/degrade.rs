//! Services degrade one by one.

use std::time::Duration;

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
    // Readiness is damped: an answer stands for half a second before a dependency is asked again.
    let client = sandbox.client();
    let told = async {
        loop {
            let ready = client.get("/readyz").await.expect_ok().json();
            let checks = ready["checks"].as_array().expect("readiness lists its checks").clone();
            let datamining = checks.into_iter().find(|check| check["name"] == "datamining");
            if datamining.expect("datamining is among them")["ok"] == false {
                return ready;
            }
        }
    };
    let ready = tokio::time::timeout(Duration::from_secs(5), told).await.expect("it is told soon");
    assert_eq!(ready["ready"], true, "{ready}");
}
