//! Exports say exactly what was typed, in every interface the same.

use nameit_testkit::Sandbox;
use serde_json::{Value, json};

journeys! {
    csv_and_json_lines_hold_what_was_typed,
    page_report_export_and_norms_agree,
}

/// Texts that break careless files.
const NASTY: [&str; 9] = [
    "plain",
    "with, comma and \"quotes\"",
    "=1+1",
    "+49 30",
    "-dash",
    "@name",
    "日本語 🎨",
    "e\u{301} and \u{e9}",
    "  spaces  ",
];

async fn csv_and_json_lines_hold_what_was_typed(sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let colours: Vec<String> = (0..=NASTY.len()).map(|number| format!("#{number:06x}")).collect();
    let experiment = ana.experiment().colours(colours.iter().map(String::as_str)).published().await;
    let participant = experiment.participant().await;
    for (trial, text) in NASTY.iter().enumerate() {
        participant.answer(trial, text).await.expect_ok();
    }
    participant.respond(NASTY.len(), &json!({"non_answer": "dont_know"})).await.expect_ok();

    let rows = experiment.rows().await;
    assert_eq!(rows.len(), NASTY.len() + 1);
    for row in &rows {
        let trial = row["trial"].as_u64().unwrap() as usize;
        assert_eq!(row["response"].as_str(), NASTY.get(trial).copied(), "JSON Lines are raw");
    }
    assert_eq!(rows[NASTY.len()]["non_answer"], "dont_know");

    let export = experiment.get("responses.csv").await.expect_ok();
    assert_eq!(export.headers["content-type"], "text/csv; charset=utf-8");
    assert!(export.text.contains("\r\n"), "RFC 4180 ends lines with CRLF");
    let mut reader = csv::Reader::from_reader(export.text.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|column| column == name).expect("the column exists");
    let (response, trial) = (column("response"), column("trial"));
    let mut found = 0;
    for record in reader.records() {
        let record = record.unwrap();
        let Some(typed) = NASTY.get(record[trial].parse::<usize>().unwrap()) else { continue };
        let guarded = typed.starts_with(['=', '+', '-', '@']);
        assert_eq!(&record[response], if guarded { format!("'{typed}") } else { (*typed).to_owned() });
        found += 1;
    }
    assert_eq!(found, NASTY.len());
}

async fn page_report_export_and_norms_agree(sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let experiment = ana.experiment().colours(["#ff0000", "#00ff00", "#0000ff"]).published().await;
    // Two names tie.
    for name in ["red", "Red", "scarlet", "scarlet ", "crimson"] {
        let participant = experiment.participant().await;
        participant.answer_all(|_| name.to_owned()).await;
        participant.complete().await.expect_ok();
    }
    let answer = experiment.get("report").await.expect_ok();
    let report = answer.json();
    assert_eq!(report["totals"]["responses"], experiment.rows().await.len());
    assert_eq!(report["totals"]["completed"], 5);
    let progress: u64 =
        report["progress"].as_array().unwrap().iter().map(|at| at["responses"].as_u64().unwrap()).sum();
    assert_eq!(progress, 15);

    let norms = experiment.get("norms.csv").await.expect_ok().text;
    let mut reader = csv::Reader::from_reader(norms.as_bytes());
    let columns = reader.headers().unwrap().clone();
    for (row, stimulus) in reader.records().zip(report["stimuli"].as_array().unwrap()) {
        let row = row.unwrap();
        for (name, cell) in columns.iter().zip(row.iter()) {
            let value = match &stimulus[name] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                Value::Array(names) => {
                    names.iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>().join(" | ")
                }
                Value::Number(number) if number.is_u64() => number.to_string(),
                // As it stands in the JSON: reading it could round the last bit away.
                Value::Number(_) => {
                    assert!(answer.text.contains(&format!("\"{name}\":{cell}")), "{name}: {cell}");
                    continue;
                }
                other => panic!("{name} is {other}"),
            };
            assert_eq!(cell, value, "{name} of {}", stimulus["stimulus"]);
        }
        assert_eq!((&stimulus["n"], &stimulus["types"]), (&json!(5), &json!(3)), "{stimulus}");
        assert_eq!(stimulus["modal_names"], json!(["red", "scarlet"]), "{stimulus}");
    }
}
