//! An OpenTelemetry collector in this process: takes traces, logs and metrics by OTLP, and keeps them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nameit_telemetry::trace::Hex;
use opentelemetry_proto::tonic::collector::logs::v1 as logs;
use opentelemetry_proto::tonic::collector::metrics::v1 as metrics;
use opentelemetry_proto::tonic::collector::trace::v1 as traces;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{metric, number_data_point};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1 as span;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::{Request, Response, Status};

/// How long a test waits for something to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// A collector. It ends when it is dropped.
#[derive(Debug)]
pub struct Collector {
    endpoint: String,
    inbox: Inbox,
    _stop: DropGuard,
}

/// Everything that has arrived.
#[derive(Debug, Clone, Default)]
pub struct Arrived {
    /// Spans.
    pub spans: Vec<Span>,
    /// Log lines.
    pub lines: Vec<Line>,
    /// Values of metrics, each as it was last.
    pub points: Vec<Point>,
}

/// A span that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Name of the service.
    pub service: String,
    /// Its name.
    pub name: String,
    /// `Server`, `Client` or `Internal`.
    pub kind: span::span::SpanKind,
    /// Trace id in hexadecimal.
    pub trace_id: String,
    /// Span id in hexadecimal.
    pub span_id: String,
    /// Span id of the parent; empty when it has none.
    pub parent_id: String,
    /// Trace and span ids of what it is linked to.
    pub links: Vec<(String, String)>,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
    /// Whether its status is an error.
    pub is_error: bool,
}

/// A log line that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Name of the service.
    pub service: String,
    /// What it says.
    pub message: String,
    /// Trace id in hexadecimal; empty outside of requests.
    pub trace_id: String,
    /// Span id in hexadecimal; empty outside of requests.
    pub span_id: String,
    /// Its fields.
    pub attributes: BTreeMap<String, String>,
}

/// A value of a metric that has arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Name of the service.
    pub service: String,
    /// Name of the metric.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
    /// Its value; of a histogram, how many values it holds.
    pub value: f64,
}

#[derive(Debug, Clone)]
struct Inbox {
    arrived: Arc<Mutex<Arrived>>,
    more: watch::Sender<()>,
}

// === impl Collector ===

impl Collector {
    /// Starts a collector on a free port.
    pub async fn start() -> Self {
        Self::start_on("127.0.0.1:0").await
    }

    /// Starts a collector on this address.
    pub async fn start_on(address: &str) -> Self {
        let listener = TcpListener::bind(address).await.expect("the address is free");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let inbox = Inbox { arrived: Arc::default(), more: watch::Sender::new(()) };
        let stop = CancellationToken::new();
        let server = tonic::transport::Server::builder()
            .add_service(traces::trace_service_server::TraceServiceServer::new(inbox.clone()))
            .add_service(logs::logs_service_server::LogsServiceServer::new(inbox.clone()))
            .add_service(metrics::metrics_service_server::MetricsServiceServer::new(inbox.clone()))
            .serve_with_incoming_shutdown(TcpListenerStream::new(listener), stop.clone().cancelled_owned());
        tokio::spawn(server);
        Self { endpoint, inbox, _stop: stop.drop_guard() }
    }

    /// Where to send to: the value of `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What has arrived so far.
    pub fn arrived(&self) -> Arrived {
        self.inbox.lock().clone()
    }

    /// Waits until what has arrived holds what `look` looks for.
    pub async fn wait_for<T>(&self, what: &str, look: impl Fn(&Arrived) -> Option<T>) -> T {
        let mut more = self.inbox.more.subscribe();
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some(found) = look(&self.inbox.lock()) {
                    return found;
                }
                more.changed().await.expect("the inbox lives as long as the collector");
            }
        });
        found.await.unwrap_or_else(|_| {
            panic!("{what} did not arrive at the collector, but:\n{:#?}", self.inbox.lock());
        })
    }
}

// === impl Arrived ===

impl Arrived {
    /// The spans of a trace.
    pub fn trace<'a>(&'a self, trace_id: &'a str) -> impl Iterator<Item = &'a Span> {
        self.spans.iter().filter(move |span| span.trace_id == trace_id)
    }

    /// A span and what it belongs to, up to the beginning of the trace as far as it has arrived.
    pub fn ancestry<'a>(&'a self, span: &'a Span) -> Vec<&'a Span> {
        let mut ancestry = vec![span];
        while let Some(parent) =
            self.trace(&span.trace_id).find(|other| other.span_id == ancestry[ancestry.len() - 1].parent_id)
        {
            ancestry.push(parent);
        }
        ancestry
    }

    /// The values of a metric that a service reports.
    pub fn metric<'a>(&'a self, service: &'a str, name: &'a str) -> impl Iterator<Item = &'a Point> {
        self.points.iter().filter(move |point| point.service == service && point.name == name)
    }
}

// === impl Inbox ===

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Arrived> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn told(&self) {
        self.more.send_replace(());
    }
}

#[tonic::async_trait]
impl traces::trace_service_server::TraceService for Inbox {
    async fn export(
        &self,
        request: Request<traces::ExportTraceServiceRequest>,
    ) -> Result<Response<traces::ExportTraceServiceResponse>, Status> {
        for of_resource in request.into_inner().resource_spans {
            let service = service(of_resource.resource);
            let spans = of_resource.scope_spans.into_iter().flat_map(|of_scope| of_scope.spans);
            self.lock().spans.extend(spans.map(|span| Span::new(service.clone(), span)));
        }
        self.told();
        Ok(Response::new(traces::ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl logs::logs_service_server::LogsService for Inbox {
    async fn export(
        &self,
        request: Request<logs::ExportLogsServiceRequest>,
    ) -> Result<Response<logs::ExportLogsServiceResponse>, Status> {
        for of_resource in request.into_inner().resource_logs {
            let service = service(of_resource.resource);
            let records = of_resource.scope_logs.into_iter().flat_map(|of_scope| of_scope.log_records);
            self.lock().lines.extend(records.map(|record| Line {
                service: service.clone(),
                message: text(record.body),
                trace_id: hex(&record.trace_id),
                span_id: hex(&record.span_id),
                attributes: attributes(record.attributes),
            }));
        }
        self.told();
        Ok(Response::new(logs::ExportLogsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl metrics::metrics_service_server::MetricsService for Inbox {
    async fn export(
        &self,
        request: Request<metrics::ExportMetricsServiceRequest>,
    ) -> Result<Response<metrics::ExportMetricsServiceResponse>, Status> {
        for of_resource in request.into_inner().resource_metrics {
            let service = service(of_resource.resource);
            let mut arrived = self.lock();
            for metric in of_resource.scope_metrics.into_iter().flat_map(|of_scope| of_scope.metrics) {
                let (name, unit) = (metric.name, metric.unit);
                for (attributes, value) in metric.data.map(values).unwrap_or_default() {
                    let (service, name, unit) = (service.clone(), name.clone(), unit.clone());
                    let point = Point { service, name, unit, attributes, value };
                    let same = |known: &&mut Point| {
                        (&known.service, &known.name, &known.attributes)
                            == (&point.service, &point.name, &point.attributes)
                    };
                    match arrived.points.iter_mut().find(same) {
                        Some(known) => *known = point,
                        None => arrived.points.push(point),
                    }
                }
            }
        }
        self.told();
        Ok(Response::new(metrics::ExportMetricsServiceResponse::default()))
    }
}

// === impl Span ===

impl Span {
    fn new(service: String, span: span::Span) -> Self {
        Self {
            service,
            kind: span.kind(),
            is_error: span.status.is_some_and(|status| status.code() == span::status::StatusCode::Error),
            name: span.name,
            trace_id: hex(&span.trace_id),
            span_id: hex(&span.span_id),
            parent_id: hex(&span.parent_span_id),
            links: span.links.iter().map(|link| (hex(&link.trace_id), hex(&link.span_id))).collect(),
            attributes: attributes(span.attributes),
        }
    }
}

fn service(resource: Option<Resource>) -> String {
    let mut attributes = attributes(resource.unwrap_or_default().attributes);
    attributes.remove("service.name").unwrap_or_default()
}

fn values(data: metric::Data) -> Vec<(BTreeMap<String, String>, f64)> {
    let numbers = match data {
        metric::Data::Gauge(gauge) => gauge.data_points,
        metric::Data::Sum(sum) => sum.data_points,
        metric::Data::Histogram(histogram) => {
            let points = histogram.data_points.into_iter();
            return points.map(|point| (attributes(point.attributes), point.count as f64)).collect();
        }
        metric::Data::ExponentialHistogram(_) | metric::Data::Summary(_) => return Vec::new(),
    };
    let value = |value| match value {
        Some(number_data_point::Value::AsDouble(value)) => value,
        Some(number_data_point::Value::AsInt(value)) => value as f64,
        None => f64::NAN,
    };
    numbers.into_iter().map(|point| (attributes(point.attributes), value(point.value))).collect()
}

fn attributes(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    attributes.into_iter().map(|attribute| (attribute.key, text(attribute.value))).collect()
}

fn text(value: Option<AnyValue>) -> String {
    match value.and_then(|value| value.value) {
        Some(any_value::Value::StringValue(text)) => text,
        Some(any_value::Value::BoolValue(value)) => value.to_string(),
        Some(any_value::Value::IntValue(value)) => value.to_string(),
        Some(any_value::Value::DoubleValue(value)) => value.to_string(),
        other => format!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    Hex(bytes).to_string()
}
