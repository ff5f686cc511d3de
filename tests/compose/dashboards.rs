//! The viewer's dashboards and alerts, asked of a real Prometheus that got its data from this stack.

use std::path::Path;
use std::time::Duration;

use nameit_testkit::Client;
use serde_json::Value;

use crate::crowd::Crowd;
use crate::play::play;
use crate::stack::Stack;
use crate::wait::until;

/// The agent and the collectors measure four times a minute, and rates need two measurements.
const TOLD_WITHIN: Duration = Duration::from_mins(3);

/// What may have nothing to show, and why.
const MAY_BE_EMPTY: [(&str, &str); 6] = [
    ("ALERTS{", "no alert fires"),
    ("=~\"5..\"", "no request failed"),
    ("error_type!=\"\"", "no command failed"),
    ("rpc_response_status_code=~", "no call failed"),
    ("otelcol_exporter_send_failed", "every destination takes what it gets"),
    ("nameit_database_size_bytes", "there is no embedded store"),
];

/// What Grafana puts in, and what stands for it here.
const VARIABLES: [(&str, &str); 3] = [("$__rate_interval", "2m"), ("$__range", "1h"), ("$experiment", ".*")];

pub(crate) async fn every_dashboard_has_data_and_every_alert_works(stack: &Stack) {
    stack
        .compose(&[
            "--profile",
            "observability",
            "up",
            "--detach",
            "--no-recreate",
            "--wait",
            "agent",
            "prometheus",
        ])
        .await;
    let address = stack.compose(&["--profile", "observability", "port", "prometheus", "9090"]).await;
    let prometheus = Client::new(&format!("http://{address}"));
    let scene = play(stack, "dashboards").await;
    let experiment = scene.researcher.experiment().colours(["#ff0000", "#0000ff"]).published().await;
    let crowd = Crowd::begin(&experiment, 2);
    crowd.ledger.more(20).await;

    let expressions = expressions();
    assert!(expressions.len() > 40, "only {} expressions", expressions.len());
    let reason = |expression: &str| {
        MAY_BE_EMPTY.iter().find(|(part, _)| expression.contains(part)).map(|(_, reason)| *reason)
    };
    let mut pending: Vec<&(String, String)> = expressions.iter().collect();
    pending.retain(|(_, expression)| reason(expression).is_none());
    until(TOLD_WITHIN, async || {
        let mut missing = Vec::new();
        for (place, expression) in &pending {
            if !has_data(&prometheus, expression).await {
                missing.push((place, expression));
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(format!("these have no data: {missing:#?}")) }
    })
    .await;
    println!(
        "{} of {} expressions must have data, and have; of the others",
        pending.len(),
        expressions.len()
    );
    for (place, expression) in &expressions {
        if let Some(reason) = reason(expression)
            && !has_data(&prometheus, expression).await
        {
            println!("  {place} has none: {reason}");
        }
    }

    let rules = until(TOLD_WITHIN, async || rules(&prometheus).await).await;
    println!("{rules} alerts are evaluated without an error");
    crowd.end().await;
    stack.compose(&["--profile", "observability", "rm", "--force", "--stop", "agent", "prometheus"]).await;
}

/// Every expression of the dashboards that is for Prometheus, with where it stands.
fn expressions() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/observability/dashboards");
    let mut found = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let dashboard: Value = serde_json::from_str(&text).unwrap();
        let name = |thing: &Value| thing["title"].as_str().unwrap_or_default().to_owned();
        for panel in dashboard["panels"].as_array().unwrap() {
            for target in panel["targets"].as_array().into_iter().flatten() {
                if target["datasource"]["type"] == "prometheus" {
                    let expression = target["expr"].as_str().expect("a target has an expression");
                    let expression = VARIABLES
                        .iter()
                        .fold(expression.to_owned(), |text, (variable, value)| text.replace(variable, value));
                    found.push((format!("{}: {}", name(&dashboard), name(panel)), expression));
                }
            }
        }
    }
    found
}

/// Whether there is anything to be shown.
async fn has_data(prometheus: &Client, expression: &str) -> bool {
    let request = prometheus.request("GET", "/api/v1/query").query(&[("query", expression)]);
    let answer = prometheus.send(request).await.expect_ok();
    answer.json()["data"]["result"].as_array().is_some_and(|result| !result.is_empty())
}

/// How many rules there are, if all of them were evaluated and none has an error.
async fn rules(prometheus: &Client) -> Result<usize, String> {
    let answer = prometheus.get("/api/v1/rules").await.expect_ok().json();
    let groups = answer["data"]["groups"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rules: Vec<&Value> = groups.iter().filter_map(|group| group["rules"].as_array()).flatten().collect();
    match rules.iter().find(|rule| rule["health"] != "ok") {
        Some(rule) => Err(rule.to_string()),
        None if rules.is_empty() => Err("there are no rules".to_owned()),
        None => Ok(rules.len()),
    }
}
