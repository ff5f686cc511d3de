//! A report that grew answer by answer is the report that is computed at once.

use std::time::Duration;

use futures::StreamExt as _;
use nameit_testkit::Sandbox;
use serde_json::json;

journeys! {
    a_live_report_equals_a_fresh_computation_bit_for_bit,
    whoever_watches_sees_each_answer_arrive,
}

async fn a_live_report_equals_a_fresh_computation_bit_for_bit(mut sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let colours: Vec<String> = (0..12).map(|number| format!("#{:06x}", number * 1_000_003)).collect();
    let experiment = ana.experiment().colours(colours.iter().map(String::as_str)).published().await;
    let names = ["blue", "Blue", "teal", "light blue", "azure ", "BLUE", "türkis", "tu\u{308}rkis", "aqua"];
    // Asked after each participant, so that the tally exists from the beginning and only ever grows.
    for person in 0..20_usize {
        experiment.get("report").await.expect_ok();
        let participant = experiment.participant().await;
        for (trial, shown) in participant.trials.iter().enumerate() {
            let number: usize = shown.key[7..].parse().unwrap();
            let pick = (person * 7 + number * number + person * person * number) % (names.len() + 1);
            let body = match names.get(pick) {
                Some(name) => json!({"text": name, "first_key_ms": 400 + (person * 131 + number * 17) % 900}),
                None => json!({"non_answer": "dont_know"}),
            };
            participant.respond(trial, &body).await.expect_ok();
        }
    }
    let live = experiment.get("report").await.expect_ok();
    assert_eq!(live.json()["totals"]["responses"], 240);

    let url = sandbox.second_gateway_with_fresh_datamining().await;
    let fresh = ana.client.at(&url).get(&experiment.path("report")).await.expect_ok();
    // The text of the JSON holds every bit of every number: the shortest decimal that is exactly it.
    assert_eq!(live.text, fresh.text);
}

async fn whoever_watches_sees_each_answer_arrive(sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let experiment = ana.experiment().colours(["#ff0000", "#00ff00"]).published().await;
    let request = ana.client.request("GET", &experiment.path("report/events"));
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut events = Box::pin(response.bytes_stream());
    let participant = experiment.participant().await;
    participant.answer(0, "seen at once").await.expect_ok();
    participant.answer(1, "seen as well").await.expect_ok();
    let mut seen = String::new();
    let watching = async {
        while !(seen.contains("seen at once") && seen.contains("seen as well")) {
            let chunk = events.next().await.expect("the stream stays open").expect("the stream works");
            seen.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    tokio::time::timeout(Duration::from_secs(10), watching).await.expect("the changes arrive");
    assert!(seen.contains("event: report") || seen.contains("event:report"), "{seen}");
}
