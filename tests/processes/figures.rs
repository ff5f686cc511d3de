//! The figures that operators watch: what became of answers, and how the news travels to the tallies.

use nameit_telemetry::{metrics, names};
use nameit_testkit::collector::{Arrived, Span};
use nameit_testkit::{Client, Collector, Process, Researcher};
use serde_json::json;

use crate::NAMEIT;

/// Everything is exported soon, so that tests wait for nothing but the work itself.
const SOON: [(&str, &str); 2] = [("OTEL_BSP_SCHEDULE_DELAY", "50"), ("OTEL_METRIC_EXPORT_INTERVAL", "200")];

/// The value of a metric whose attributes are these.
fn value(arrived: &Arrived, metric: &names::Metric, attributes: &[(&str, &str)]) -> Option<f64> {
    let mut points = arrived.metric("nameit", metric.name);
    let point = points.find(|point| {
        attributes.iter().all(|(name, value)| point.attributes.get(*name).is_some_and(|known| known == value))
    });
    point.map(|point| point.value)
}

/// The span that another one belongs to.
fn parent<'a>(arrived: &'a Arrived, span: &Span) -> Option<&'a Span> {
    arrived.spans.iter().find(|other| other.trace_id == span.trace_id && other.span_id == span.parent_id)
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_counted_by_experiment_and_outcome_and_their_way_is_seen() {
    assert!(!metrics::enabled(), "the figures are those of the program, not of this test");
    let collector = Collector::start().await;
    let folder = tempfile::tempdir().unwrap();
    let variables: Vec<_> =
        SOON.into_iter().chain([("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())]).collect();
    let arguments = ["up", "--listen", "127.0.0.1:0", "--data", folder.path().to_str().unwrap()];
    let process = Process::start_with(NAMEIT, "info", &arguments, &variables);
    let client = Client::new(&process.wait_for_address("ready"));
    // Ready a moment after listening: when storage has given the signing key.
    while !client.get("/readyz").await.status.is_success() {}
    let researcher = Researcher::sign_up(&client, "ana").await;
    let experiment = researcher.experiment().colours(["#ff0000", "#00ff00"]).published().await;
    // Datamining follows the experiment before the answers come, so that they are news.
    experiment.get("report").await.expect_ok();

    experiment.participant().await;
    let participant = experiment.participant().await;
    for text in ["red", "red", "green"] {
        participant.answer(0, text).await;
    }
    let first = |arrived: &Arrived| value(arrived, &names::FEED_RESPONSES, &[]).filter(|count| *count > 0.0);
    collector.wait_for("the first answer at the tallies", first).await;

    // Nothing else happens meanwhile, so the news belongs to the batch that made this answer durable, and that
    // to the answer's own request.
    participant.respond(1, &json!({"text": "green"})).await.expect_ok();
    let way = |arrived: &Arrived| {
        arrived.spans.iter().filter(|span| span.name == names::APPLY_FEED).find_map(|news| {
            let is_ours = news.attributes[names::EXPERIMENT_ID] == experiment.id;
            let batch = parent(arrived, news).filter(|span| is_ours && span.name == names::COMMIT_BATCH)?;
            let ancestry = arrived.ancestry(batch);
            let message = ancestry.into_iter().find(|span| span.name == names::INGEST_MESSAGE)?;
            let request = parent(arrived, message)?;
            request.name.ends_with("/trials/{trial}/response").then_some(())
        })
    };
    collector.wait_for("the way of an answer to the tallies", way).await;
    participant.complete().await.expect_ok();
    assert_eq!(experiment.rows().await.len(), 2);

    let of_experiment =
        |metric: &'static names::Metric, name: &'static str, word: &'static str, wanted: f64| {
            let id = experiment.id.clone();
            let collector = &collector;
            async move {
                let what = format!("{} {word} = {wanted}", metric.name);
                let attributes = [(names::EXPERIMENT_ID, id.as_str()), (name, word)];
                let seen = |arrived: &Arrived| {
                    value(arrived, metric, &attributes).filter(|value| (value - wanted).abs() < f64::EPSILON)
                };
                collector.wait_for(&what, seen).await;
            }
        };
    for (outcome, count) in
        [("stored", 2.0), ("repeated", 1.0), ("conflict", 1.0), ("refused", 0.0), ("busy", 0.0)]
    {
        of_experiment(&names::ANSWERS, names::OUTCOME, outcome, count).await;
    }
    for (event, count) in [("started", 2.0), ("completed", 1.0), ("withdrawn", 0.0)] {
        of_experiment(&names::PARTICIPATIONS, names::EVENT, event, count).await;
    }
    for (metric, attributes, wanted) in [
        (&names::READY, vec![], 1.0),
        (&names::DEPENDENCY_READY, vec![(names::DEPENDENCY, "datamining")], 1.0),
        (&names::FEED_RESPONSES, vec![], 2.0),
        (&names::TALLIES_EXPERIMENTS, vec![], 1.0),
        (&names::EXPORTS, vec![(names::EXPORT_FORMAT, "jsonl"), (names::OUTCOME, "complete")], 1.0),
        (&names::EXPORT_ROWS, vec![(names::EXPORT_FORMAT, "jsonl")], 2.0),
        (&names::INGEST_QUEUE_LENGTH, vec![], 0.0),
        (&names::STREAMS_OPEN, vec![], 0.0),
    ] {
        let seen = |arrived: &Arrived| {
            value(arrived, metric, &attributes).filter(|value| (value - wanted).abs() < f64::EPSILON)
        };
        collector.wait_for(&format!("{} = {wanted}", metric.name), seen).await;
    }
    for metric in [
        &names::INGEST_MESSAGE_SIZE,
        &names::INGEST_MESSAGE_DURATION,
        &names::FEED_LAG,
        &names::TALLIES_REBUILD_DURATION,
        &names::EXPORT_DURATION,
        &names::CACHE_REQUESTS,
    ] {
        let seen = |arrived: &Arrived| value(arrived, metric, &[]).filter(|count| *count > 0.0);
        collector.wait_for(metric.name, seen).await;
    }
}
