//! One request is one trace, through all services, as the collector received it.

use nameit_telemetry::names;
use serde_json::json;

use crate::stack::Stack;
use crate::telemetry::{Kind, Span, Trace};

/// Who begins these traces: a browser that is traced itself. What it began goes on, else no trace is ever whole.
const BROWSER: &str = "00f067aa0ba902b7";

pub(crate) async fn one_answer_is_one_trace_to_the_database_and_into_the_report(stack: &Stack) {
    let trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let ana = stack.researcher("traced").await;
    let experiment = ana.experiment().colours(["#ff0000", "#00ff00"]).published().await;
    let participant = experiment.participant().await;
    participant.answer(0, "red").await.expect_ok();
    // From now on datamining has this experiment and follows it.
    let report = experiment.get("report").await.expect_ok().json();
    assert_eq!(report["totals"]["responses"], 1);

    let mut reader = stack.telemetry.read_from_now();
    let request = participant.client.request("PUT", &participant.path("trials/1/response"));
    let request = request.json(&json!({"text": "green"})).header("traceparent", traceparent(trace_id));
    let answer = participant.client.send(request).await.expect_ok();
    assert!(answer.headers["traceparent"].to_str().unwrap().contains(trace_id));

    let mut way = Vec::new();
    let trace = reader
        .trace(trace_id, BROWSER, |trace| {
            way = told(trace.way_up(database_call(trace)?));
            trace.find("in which the report counts it", is_counted).map(drop)
        })
        .await;
    println!("{trace}");
    let put = format!("PUT {}", trace.root().attribute(names::HTTP_ROUTE));
    let commit = "nameit.storage.v1.ParticipationService/Commit";
    let expected = [
        ("storage", Kind::Internal, names::COMMIT_BATCH),
        ("storage", Kind::Server, commit),
        ("gateway", Kind::Client, commit),
        ("gateway", Kind::Internal, names::INGEST_MESSAGE),
        ("gateway", Kind::Server, put.as_str()),
    ];
    let expected: Vec<String> =
        expected.map(|(service, kind, name)| format!("{service} {kind:?} {name}")).into();
    assert_eq!(way[1..], expected, "from the database up to the request");
    assert!(put.ends_with("/response"), "{put}");
    let counted = trace.find("in which the report counts it", is_counted).unwrap();
    let batch = trace.parent(counted).expect("a trace that is whole has every parent");
    assert_eq!((batch.service(), batch.name.as_str()), ("storage", names::COMMIT_BATCH));
    insist_on_who_tells_it(&trace);
}

pub(crate) async fn one_report_is_one_trace_through_datamining_and_storage(stack: &Stack) {
    let trace_id = "0af7651916cd43dd8448eb211c80319c";
    let ana = stack.researcher("reported").await;
    let experiment = ana.experiment().colours(["#ff0000", "#00ff00"]).published().await;
    experiment.participant().await.answer_all(|shown| format!("the {}", shown.key)).await;

    // Nobody has asked for this report before: datamining reads the feed.
    let mut reader = stack.telemetry.read_from_now();
    let request = ana.client.request("GET", &experiment.path("report"));
    let request = request.header("traceparent", traceparent(trace_id));
    let report = ana.client.send(request).await.expect_ok().json();
    assert_eq!(report["totals"]["responses"], 2);

    let mut way = Vec::new();
    let trace = reader
        .trace(trace_id, BROWSER, |trace| {
            let is_wanted = |span: &&Span| {
                is_database_call(span) && trace.way_up(span).any(|part| part.service() == "datamining")
            };
            let call = trace.spans.iter().find(is_wanted).ok_or("datamining has not asked storage")?;
            way = trace.way_up(call).map(|span| format!("{} {:?}", span.service(), span.kind)).collect();
            way.retain(|step| !step.ends_with("Internal"));
            Ok(())
        })
        .await;
    println!("{trace}");
    let expected = [
        "storage Client",
        "storage Server",
        "datamining Client",
        "datamining Server",
        "gateway Client",
        "gateway Server",
    ];
    assert_eq!(way, expected, "from the database up to the request");
    insist_on_who_tells_it(&trace);
}

fn traceparent(trace_id: &str) -> String {
    format!("00-{trace_id}-{BROWSER}-01")
}

/// The call that makes the batch durable.
fn database_call(trace: &Trace) -> Result<&Span, String> {
    let in_batch = |span: &Span| trace.parent(span).is_some_and(|parent| parent.name == names::COMMIT_BATCH);
    trace.find("of the database in a batch", |span| is_database_call(span) && in_batch(span))
}

fn is_database_call(span: &Span) -> bool {
    span.service() == "storage" && span.kind == Kind::Client && !span.attribute(names::DB_SYSTEM).is_empty()
}

fn is_counted(span: &Span) -> bool {
    span.service() == "datamining" && span.name == names::APPLY_FEED
}

fn told<'a>(spans: impl Iterator<Item = &'a Span>) -> Vec<String> {
    spans.map(|span| format!("{} {:?} {}", span.service(), span.kind, span.name)).collect()
}

/// Every span says which service, version and process it is from.
fn insist_on_who_tells_it(trace: &Trace) {
    for span in &trace.spans {
        let of = |name: &str| span.resource.get(name).map(String::as_str).unwrap_or_default();
        let told = (of("service.namespace"), of("service.version"), of("deployment.environment.name"));
        assert_eq!(
            told,
            ("nameit", env!("CARGO_PKG_VERSION"), "production"),
            "{} of {}",
            span.name,
            span.service()
        );
        assert_eq!(span.instance().len(), 36, "{} of {} has the id of a process", span.name, span.service());
    }
}
