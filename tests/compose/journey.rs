//! From a researcher's first visit to norms, through the published port.

use std::time::Duration;

use futures::StreamExt as _;
use serde_json::json;

use crate::stack::Stack;

/// What participants type, in several scripts.
const NAMES: [&str; 6] =
    ["dinghy", "Sail boat", "sail boat", "лодка", "小舟 ⛵", "e\u{301}toile, \"bleue\" =1+1"];

/// Whoever watches a report sees an answer within this time.
const SEEN_WITHIN: Duration = Duration::from_secs(15);

pub(crate) async fn what_participants_typed_is_what_the_researcher_gets(stack: &Stack) {
    let ana = stack.researcher("journey").await;
    let experiment = ana.experiment().picture("boat").picture("cup").colours(["#2060ff"]).published().await;
    let request = ana.client.request("GET", &experiment.path("report/events"));
    let watched = request.send().await.unwrap();
    assert_eq!(watched.headers()["content-type"], "text/event-stream");
    let mut events = Box::pin(watched.bytes_stream());

    for name in NAMES {
        let participant = experiment.participant().await;
        assert_eq!(participant.trials.len(), 3);
        participant.answer_all(|shown| format!("{name} {}", shown.key)).await;
        let again = participant.answer(0, &format!("{name} {}", participant.trials[0].key)).await.expect_ok();
        assert_eq!(again.json(), json!({"status": "already_stored"}));
        participant.answer(0, "something else").await.expect_problem(409, "another answer");
        let code = participant.complete().await.expect_ok().text_of("completion_code");
        assert!(!code.is_empty());
    }
    let leaves = experiment.participant().await;
    leaves.answer(0, "to be forgotten").await.expect_ok();
    assert_eq!(leaves.client.delete(&format!("/api/v1/participations/{}", leaves.id)).await.status, 204);

    let rows = experiment.rows().await;
    assert_eq!(rows.len(), 3 * NAMES.len());
    for row in &rows {
        let key = row["stimulus"].as_str().unwrap();
        let typed = row["response"].as_str().unwrap();
        assert!(NAMES.iter().any(|name| typed == format!("{name} {key}")), "{typed:?} is not what was typed");
    }
    let report = experiment.get("report").await.expect_ok().json();
    let totals = &report["totals"];
    assert_eq!(
        (&totals["responses"], &totals["completed"], &totals["withdrawn"]),
        (&json!(rows.len()), &json!(NAMES.len()), &json!(1)),
        "{totals}"
    );
    let norms = experiment.get("norms.csv").await.expect_ok().text;
    let mut norms = csv::Reader::from_reader(norms.as_bytes());
    let n = norms.headers().unwrap().iter().position(|column| column == "n").expect("norms have a column n");
    let counts: Vec<u64> = norms.records().map(|row| row.unwrap()[n].parse().unwrap()).collect();
    let reported: Vec<u64> = report["stimuli"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stimulus| stimulus["n"].as_u64().unwrap())
        .collect();
    assert_eq!(counts, reported);
    assert_eq!(counts, [NAMES.len() as u64; 3]);

    // Whoever watched has seen it without asking again.
    let mut seen = String::new();
    let watching = async {
        while !NAMES[..2].iter().all(|name| seen.to_lowercase().contains(&name.to_lowercase())) {
            let part = events.next().await.expect("the stream stays open").expect("the stream works");
            seen.push_str(&String::from_utf8_lossy(&part));
        }
    };
    let in_time = tokio::time::timeout(SEEN_WITHIN, watching).await.is_ok();
    assert!(in_time, "the changes did not arrive:\n{seen}");
}
