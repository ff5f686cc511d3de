//! What the real programs tell a collector, and that they do not need one.

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nameit_telemetry::names;
use nameit_testkit::collector::{Arrived, Span};
use nameit_testkit::{Client, Collector, Process, Researcher};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message as _;
use serde_json::json;

use crate::{DATAMINING, GATEWAY, STORAGE};

/// Everything is exported soon, so that tests wait for nothing but the work itself.
const SOON: [(&str, &str); 3] = [
    ("OTEL_BSP_SCHEDULE_DELAY", "50"),
    ("OTEL_BLRP_SCHEDULE_DELAY", "50"),
    ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
];

/// Three services as processes of their own.
struct Services {
    gateway: Process,
    storage: Process,
    datamining: Process,
    url: String,
    _folder: tempfile::TempDir,
}

impl Services {
    fn start(variables: &[(&str, &str)]) -> Self {
        let variables: Vec<_> = SOON.iter().chain(variables).copied().collect();
        let start = |program, arguments: &[&str]| {
            Process::start_with(program, "info,nameit_telemetry=debug", arguments, &variables)
        };
        let folder = tempfile::tempdir().expect("a folder for the database");
        let database = format!("sqlite:{}", folder.path().join("n.sqlite").display());
        let storage = start(STORAGE, &["--listen", "127.0.0.1:0", "--storage-database", &database]);
        let storage_uri = format!("http://{}", storage.wait_for_address("storage is listening"));
        let datamining = start(DATAMINING, &["--listen", "127.0.0.1:0", "--storage", &storage_uri]);
        let datamining_uri = format!("http://{}", datamining.wait_for_address("datamining is listening"));
        let arguments =
            ["--listen", "127.0.0.1:0", "--storage", &storage_uri, "--datamining", &datamining_uri];
        let gateway = start(GATEWAY, &arguments);
        let url = gateway.wait_for_address("ready");
        Self { gateway, storage, datamining, url, _folder: folder }
    }

    /// An answer of a participant, sent within this trace; it must be taken.
    async fn answer(&self, name: &str, traceparent: &str) -> Researcher {
        let researcher = Researcher::sign_up(&Client::new(&self.url), name).await;
        let experiment = researcher.experiment().colours(["#ff0000"]).published().await;
        let participant = experiment.participant().await;
        let path = participant.path("trials/0/response");
        let request = participant.client.request("PUT", &path).json(&json!({"text": "a secret word"}));
        participant.client.send(request.header("traceparent", traceparent)).await.expect_ok();
        let path = experiment.path("report");
        researcher.client.send(researcher.client.request("GET", &path)).await.expect_ok();
        researcher
    }

    fn each(self) -> [(&'static str, Process); 3] {
        [("gateway", self.gateway), ("datamining", self.datamining), ("storage", self.storage)]
    }
}

/// The span of a service in a trace that has this kind and whose name ends like this.
fn find<'a>(
    arrived: &'a Arrived,
    trace_id: &'a str,
    service: &str,
    kind: SpanKind,
    ending: &str,
) -> Option<&'a Span> {
    arrived
        .trace(trace_id)
        .find(|span| span.service == service && span.kind == kind && span.name.ends_with(ending))
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_is_one_trace_through_the_services() {
    let collector = Collector::start().await;
    let services = Services::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())]);
    let (trace_id, browser) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    services.answer("ana", &format!("00-{trace_id}-{browser}-01")).await;

    // From the database's span up to the browser's request, without a gap.
    let (gateway_span, ancestry) = collector
        .wait_for("the trace of an answer", |arrived| {
            let gateway = find(arrived, trace_id, "gateway", SpanKind::Server, "/response")?;
            let storage =
                find(arrived, trace_id, "storage", SpanKind::Server, "ParticipationService/Commit")?;
            let ancestry = arrived.ancestry(storage);
            (*ancestry.last()? == gateway)
                .then(|| (gateway.clone(), ancestry.into_iter().cloned().collect::<Vec<_>>()))
        })
        .await;
    assert_eq!(gateway_span.parent_id, browser);
    assert!(gateway_span.name.starts_with("PUT /api/v1/"), "{}", gateway_span.name);
    assert_eq!(gateway_span.attributes[names::HTTP_STATUS], "200");
    let client = &ancestry[1];
    assert_eq!((client.service.as_str(), client.kind), ("gateway", SpanKind::Client));
    assert_eq!(client.attributes[names::RPC_STATUS], "OK");

    // The log line of the request carries the ids of the exported span, on stderr and by OTLP.
    let record = services
        .gateway
        .wait_for(|record| record[names::TRACE_ID] == trace_id && record["message"] == "answered");
    assert_eq!(record[names::SPAN_ID], gateway_span.span_id);
    let is_line = |arrived: &Arrived| {
        let mut lines = arrived.lines.iter();
        lines.find(|line| line.message == "answered" && line.span_id == gateway_span.span_id).cloned()
    };
    let line = collector.wait_for("the log line of an answer", is_line).await;
    assert_eq!((line.service.as_str(), line.trace_id.as_str()), ("gateway", trace_id));

    // Metrics of each service, and nothing of what participants say.
    for (service, metric) in [
        ("gateway", &names::HTTP_SERVER_DURATION),
        ("gateway", &names::RPC_CLIENT_DURATION),
        ("storage", &names::RPC_SERVER_DURATION),
        ("datamining", &names::RPC_SERVER_DURATION),
        ("gateway", &names::PROCESS_CPU_TIME),
        ("storage", &names::RUNTIME_TASKS),
        ("datamining", &names::TELEMETRY_DROPPED),
    ] {
        let arrived = |arrived: &Arrived| arrived.metric(service, metric.name).next().cloned();
        let point = collector.wait_for(metric.name, arrived).await;
        assert_eq!(point.unit, metric.unit);
        let known = point.attributes.keys().all(|name| metric.attributes.contains(&name.as_str()));
        assert!(known, "{} has attributes that the table lacks: {:?}", metric.name, point.attributes);
    }
    for (service, process) in services.each() {
        let (status, _) = process.terminate();
        assert!(status.success(), "{service} ends well");
    }
    let arrived = collector.arrived();
    assert!(!format!("{arrived:?}").contains("a secret word"), "answers are never exported");
    for span in &arrived.spans {
        assert!(arrived.ancestry(span).len() < 20, "the parents of {} go in circles", span.name);
        for name in span.attributes.keys() {
            let is_known = names::FIELDS.iter().any(|field| field.name == name);
            assert!(is_known, "the attribute {name} of the span {} is not in the table", span.name);
        }
    }
    for point in &arrived.points {
        let metric = names::METRICS.iter().find(|metric| metric.name == point.name);
        assert!(metric.is_some(), "the metric {} is not in the table", point.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_sampling_nothing_is_exported_and_the_ids_still_lead_through() {
    let collector = Collector::start().await;
    let endpoint = collector.endpoint();
    let sampler = ("OTEL_TRACES_SAMPLER", "parentbased_always_off");
    let services = Services::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), sampler]);
    let (unsampled, sampled) = ("0af7651916cd43dd8448eb211c80319c", "4bf92f3577b34da6a3ce929d0e0e4736");
    services.answer("ana", &format!("00-{unsampled}-00f067aa0ba902b7-00")).await;
    services.gateway.wait_for(|record| record[names::TRACE_ID] == unsampled);
    // Whoever asks for it is exported all the same, which also shows that exporting works.
    services.answer("ben", &format!("00-{sampled}-00f067aa0ba902b7-01")).await;
    collector
        .wait_for("a trace that somebody asks for", |arrived| arrived.trace(sampled).next().map(drop))
        .await;
    let others: Vec<_> =
        collector.arrived().spans.into_iter().filter(|span| span.trace_id != sampled).collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_collector_costs_telemetry_but_no_answer_and_is_used_when_it_is_back() {
    // A port that nobody listens on: taken, and given up again.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let endpoint = format!("http://{address}");
    let services = Services::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
    services.answer("ana", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").await;
    let is_failing = |record: &serde_json::Value| {
        record["message"].as_str().is_some_and(|message| message.contains("does not take telemetry"))
            && record["signal"] == "traces"
    };
    services.gateway.wait_for(is_failing);

    let collector = Collector::start_on(&address).await;
    services.answer("ben", "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01").await;
    let again = services.gateway.wait_for(|record| {
        record["message"] == "the collector takes telemetry again" && record["signal"] == "traces"
    });
    assert!(again["dropped"].as_u64().unwrap() > 0);
    let dropped = |arrived: &Arrived| {
        let mut points = arrived.metric("gateway", names::TELEMETRY_DROPPED.name);
        points
            .any(|point| {
                point.attributes[names::SIGNAL] == "traces"
                    && point.attributes[names::REASON] == "export_failed"
                    && point.value > 0.0
            })
            .then_some(())
    };
    collector.wait_for("how many spans were dropped", dropped).await;
    let complaints =
        services.gateway.log().iter().filter(|line| line.contains("does not take telemetry")).count();
    assert!(complaints <= 3, "one line for each signal, not one for each failure");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_collector_holds_up_neither_answers_nor_the_end() {
    // Accepts connections and never says a word.
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", hanging.local_addr().unwrap());
    thread::spawn(move || hanging.incoming().flatten().collect::<Vec<_>>());
    let collector = Collector::start().await;
    let services = Services::start(&[
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &endpoint),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", collector.endpoint()),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "60000"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "4"),
    ]);
    let begin = Instant::now();
    for name in ["ana", "ben", "eva"] {
        services.answer(name, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").await;
    }
    assert!(begin.elapsed() < Duration::from_mins(1), "nobody waits for an attempt to export");
    let dropped = |arrived: &Arrived| {
        let mut points = arrived.metric("gateway", names::TELEMETRY_DROPPED.name);
        let is_full = |reason: &str| reason == "queue_full";
        points.any(|point| is_full(&point.attributes[names::REASON]) && point.value > 0.0).then_some(())
    };
    collector.wait_for("that spans did not fit into the queue", dropped).await;
    for (service, process) in services.each() {
        let (status, duration) = process.terminate();
        assert!(status.success(), "{service} ends well");
        assert!(duration < Duration::from_secs(15), "{service} took {duration:?} to end");
    }
}

#[test]
fn a_wrong_setting_is_said_in_one_line_without_secrets() {
    let missing = ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere/ca.pem");
    for (variables, named) in [
        (vec![("OTEL_EXPORTER_OTLP_ENDPOINT", "user:secret@collector")], "OTEL_EXPORTER_OTLP_ENDPOINT"),
        (vec![("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4317"), missing], "/nowhere/ca.pem"),
        (
            vec![("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"), ("OTEL_TRACES_SAMPLER", "often")],
            "OTEL_TRACES_SAMPLER",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new(STORAGE)
            .args(["--listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .env("OTEL_EXPORTER_OTLP_HEADERS", "authorization=secret")
            .envs(variables)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{named}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(named) && !said.contains("secret"), "{said}");
    }
}

#[test]
fn the_streams_that_are_measured_apart_are_those_of_the_contracts() {
    let set = prost_types::FileDescriptorSet::decode(nameit_proto::FILE_DESCRIPTOR_SET).unwrap();
    let mut streams = Vec::new();
    for file in &set.file {
        for service in &file.service {
            for method in service.method.iter().filter(|method| method.server_streaming()) {
                streams.push(format!("{}.{}/{}", file.package(), service.name(), method.name()));
            }
        }
    }
    streams.sort();
    let mut known: Vec<_> = names::STREAMS.iter().filter(|name| name.starts_with("nameit.")).collect();
    known.sort();
    assert_eq!(streams, known.into_iter().copied().collect::<Vec<_>>());
}
