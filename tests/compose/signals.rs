//! Logs and metrics of each service, as the collector received them; and nothing in them that could name a person.

use std::collections::BTreeSet;

use nameit_telemetry::names::{self, Kind, Metric};
use regex::Regex;

use crate::play::{SECRET, play};
use crate::stack::{OURS, Stack};
use crate::telemetry::{Point, Received};

/// What every service measures.
const EVERYWHERE: &[Metric] = &[
    names::PROCESS_CPU_TIME,
    names::PROCESS_MEMORY,
    names::PROCESS_THREADS,
    names::PROCESS_FILES,
    names::PROCESS_UPTIME,
    names::READY,
    names::RUNTIME_WORKERS,
    names::RUNTIME_TASKS,
    names::RUNTIME_QUEUE_LENGTH,
    names::TELEMETRY_DROPPED,
];

/// What one of them measures beside that.
const PROMISED: [(&str, &[Metric]); 3] = [
    (
        "gateway",
        &[
            names::HTTP_SERVER_DURATION,
            names::HTTP_SERVER_ACTIVE,
            names::RPC_CLIENT_DURATION,
            names::ANSWERS,
            names::PARTICIPATIONS,
            names::INGEST_QUEUE_LENGTH,
            names::INGEST_MESSAGE_SIZE,
            names::INGEST_MESSAGE_DURATION,
            names::STREAMS_OPEN,
            names::CACHE_REQUESTS,
            names::CACHE_SIZE,
            names::EXPORTS,
            names::EXPORT_ROWS,
            names::EXPORT_DURATION,
            names::DEPENDENCY_READY,
        ],
    ),
    (
        "storage",
        &[
            names::RPC_SERVER_DURATION,
            names::DB_CLIENT_DURATION,
            names::COMMITTER_QUEUE_LENGTH,
            names::COMMITTER_BATCH_SIZE,
            names::COMMITTER_BATCH_DURATION,
            names::FEED_FOLLOWERS,
            names::DEPENDENCY_READY,
        ],
    ),
    (
        "datamining",
        &[
            names::RPC_SERVER_DURATION,
            names::RPC_CLIENT_DURATION,
            names::FEED_RESPONSES,
            names::FEED_LAG,
            names::FEED_RESUMES,
            names::TALLIES_EXPERIMENTS,
            names::TALLIES_REBUILD_DURATION,
            names::DEPENDENCY_READY,
        ],
    ),
];

pub(crate) async fn logs_of_each_service_lead_to_its_traces(stack: &Stack) {
    let mut reader = stack.telemetry.read_from_the_beginning();
    play(stack, "logged").await;
    for service in OURS {
        let lines = reader
            .until(|received| {
                let spans: BTreeSet<(&str, &str)> = received
                    .spans
                    .iter()
                    .filter(|span| span.service() == service)
                    .map(|span| (span.trace_id.as_str(), span.id.as_str()))
                    .collect();
                let records = received.records.iter().filter(|record| record.service() == service);
                let (mut all, mut traced) = (0, 0);
                for record in records {
                    all += 1;
                    traced +=
                        usize::from(spans.contains(&(record.trace_id.as_str(), record.span_id.as_str())));
                }
                if traced > 0 {
                    Ok((all, traced))
                } else {
                    Err(format!("of {all} lines of {service} none has a span"))
                }
            })
            .await;
        println!("{service}: {} lines, {} of them lead to a span", lines.0, lines.1);
    }
}

pub(crate) async fn each_service_measures_what_is_promised(stack: &Stack) {
    let mut reader = stack.telemetry.read_from_the_beginning();
    play(stack, "measured").await;
    for (service, promised) in PROMISED {
        let promised: Vec<&Metric> = EVERYWHERE.iter().chain(promised).collect();
        reader
            .until(|received| {
                let missing: Vec<&str> = promised
                    .iter()
                    .filter(|metric| of(received, service, metric).next().is_none())
                    .map(|metric| metric.name)
                    .collect();
                if missing.is_empty() { Ok(()) } else { Err(format!("{service} has not told {missing:?}")) }
            })
            .await;
        for metric in &promised {
            for point in of(&reader.received, service, metric) {
                insist_that_it_is(metric, point);
            }
        }
        println!("{service}: {} metrics as promised", promised.len());
    }
    insist_that_each_is_known(&reader.received);
    // The story counted: two answers were stored, and one of them came twice.
    reader
        .until(|received| {
            for (outcome, expected) in [("stored", 2.0), ("repeated", 1.0), ("conflict", 1.0)] {
                let most = of(received, "gateway", &names::ANSWERS)
                    .filter(|point| point.attribute(names::OUTCOME) == outcome)
                    .map(|point| point.value)
                    .fold(0.0, f64::max);
                if most < expected {
                    return Err(format!("{most} answers were {outcome}"));
                }
            }
            Ok(())
        })
        .await;
}

pub(crate) async fn nothing_that_is_kept_could_name_a_person(stack: &Stack) {
    let mut reader = stack.telemetry.read_from_now();
    play(stack, "private").await;
    reader
        .until(|received| {
            let told = received.spans.iter().any(|span| span.service() == "storage");
            if told { Ok(()) } else { Err("storage has told nothing".to_owned()) }
        })
        .await;
    let e_mail = Regex::new(r"[[:alnum:]._%+-]+@[[:alnum:]-]+(\.[[:alnum:]-]+)*\.[[:alpha:]]{2,}").unwrap();
    let number = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
    let address =
        Regex::new(&format!(r"(^|[^0-9.]){number}\.{number}\.{number}\.{number}([^0-9.]|$)")).unwrap();
    let mut letters = 0;
    for (path, text) in stack.telemetry.raw() {
        letters += text.len();
        for secret in [SECRET, "ana.participant", "PROLIFIC"] {
            assert!(!text.contains(secret), "{} holds {secret}", path.display());
        }
        for (what, pattern) in [("an e-mail address", &e_mail), ("an IP address", &address)] {
            if let Some(found) = pattern.find(&text) {
                let around = &text[text.floor_char_boundary(found.start().saturating_sub(200))..found.end()];
                panic!("{} holds {what}: …{around}", path.display());
            }
        }
    }
    assert!(letters > 10_000, "only {letters} letters were looked at");
}

/// The measurements of a service.
fn of<'a>(received: &'a Received, service: &'a str, metric: &'a Metric) -> impl Iterator<Item = &'a Point> {
    received.points.iter().filter(move |point| point.service() == service && point.metric == metric.name)
}

fn insist_that_it_is(metric: &Metric, point: &Point) {
    let form = match metric.kind {
        Kind::Counter | Kind::UpDownCounter => "sum",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    };
    assert_eq!((point.form, point.unit.as_str()), (form, metric.unit), "{}", metric.name);
    for name in point.attributes.keys() {
        assert!(metric.attributes.contains(&name.as_str()), "{} has an attribute {name}", metric.name);
    }
}

/// Nothing comes from our services that docs/telemetry.md does not name.
fn insist_that_each_is_known(received: &Received) {
    let known: BTreeSet<&str> = names::METRICS.iter().map(|metric| metric.name).collect();
    let ours = received.points.iter().filter(|point| OURS.contains(&point.service()));
    let unknown: BTreeSet<&str> =
        ours.map(|point| point.metric.as_str()).filter(|name| !known.contains(name)).collect();
    assert!(unknown.is_empty(), "nobody documents {unknown:?}");
}
