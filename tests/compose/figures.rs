//! What the containers take, at rest and under load.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::Value;

use crate::crowd::Crowd;
use crate::docker::{Container, docker};
use crate::stack::Stack;

/// Participants at the same time.
const PARTICIPANTS: usize = 16;

/// Answers that come in before memory is looked at.
const MANY: usize = 1500;

/// As much of its memory may a container use under this load.
const FULL_AT_MOST: f64 = 90.0;

pub(crate) async fn memory_stays_within_its_limits_under_load(stack: &Stack) {
    let rest = memory(stack).await;
    let experiment =
        stack.researcher("figures").await.experiment().colours(["#ff0000", "#0000ff"]).published().await;
    experiment.get("report").await.expect_ok();
    let crowd = Crowd::begin(&experiment, PARTICIPANTS);
    let began = Instant::now();
    crowd.ledger.more(MANY).await;
    let figures = crowd.ledger.figures(began, Instant::now());
    let load = memory(stack).await;
    crowd.end().await;
    println!(
        "{PARTICIPANTS} participants: {:.0} answers/s, median {:.1} ms",
        figures.per_second,
        figures.median.as_secs_f64() * 1e3
    );
    println!("{:<12} {:>22} {:>22}", "container", "memory at rest", "under load");
    for (service, used) in &load {
        let at_rest = rest.get(service).map(|used| used.told.as_str()).unwrap_or_default();
        println!("{service:<12} {at_rest:>22} {:>22}", used.told);
        assert!(used.percent < FULL_AT_MOST, "{service} uses {} of its memory", used.told);
    }
    for container in stack.containers().await {
        assert_eq!(container.at("/State/OOMKilled"), false, "{} took too much memory", container.name());
    }
}

/// The memory of one container.
struct Used {
    /// As the engine tells it: used / limit.
    told: String,
    percent: f64,
}

/// By service, what the engine measures now.
async fn memory(stack: &Stack) -> BTreeMap<String, Used> {
    let containers = stack.containers().await;
    let mut arguments = vec!["stats", "--no-stream", "--no-trunc", "--format", "{{json .}}"];
    arguments.extend(containers.iter().map(Container::id));
    let printed = docker(&arguments).await;
    let mut used = BTreeMap::new();
    for line in printed.lines() {
        let stats: Value = serde_json::from_str(line).expect("docker stats prints JSON");
        let text = |name: &str| stats[name].as_str().unwrap_or_default().to_owned();
        let container = containers.iter().find(|container| container.id() == text("ID"));
        let service = container.expect("only those that were asked for").service().to_owned();
        let percent = text("MemPerc").trim_end_matches('%').parse().expect("a percentage");
        used.insert(service, Used { told: text("MemUsage"), percent });
    }
    used
}
