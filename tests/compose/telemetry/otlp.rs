//! OTLP's JSON as plain values.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

/// Attributes by name; numbers and truth values as text.
pub(crate) type Attributes = BTreeMap<String, String>;

/// Everything that came, in the order in which it did.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) spans: Vec<Span>,
    pub(crate) records: Vec<Record>,
    pub(crate) points: Vec<Point>,
}

/// Who told it.
pub(crate) type Resource = Arc<Attributes>;

/// A span that has ended.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub(crate) resource: Resource,
    pub(crate) trace_id: String,
    pub(crate) id: String,
    /// The span that it is a part of; empty when it is the first.
    pub(crate) parent_id: String,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) start_ns: u64,
    pub(crate) end_ns: u64,
    pub(crate) attributes: Attributes,
    pub(crate) links: usize,
    pub(crate) is_error: bool,
}

/// On which side of a call a span stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

/// A line of a log.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) resource: Resource,
    /// Empty outside of requests.
    pub(crate) trace_id: String,
    pub(crate) span_id: String,
    pub(crate) body: String,
}

/// A measurement: the value of a sum or gauge, or how often a histogram was written.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    pub(crate) resource: Resource,
    pub(crate) metric: String,
    pub(crate) unit: String,
    /// `sum`, `gauge`, `histogram` or `exponentialHistogram`.
    pub(crate) form: &'static str,
    pub(crate) attributes: Attributes,
    pub(crate) value: f64,
}

// === impl Received ===

impl Received {
    /// Adds what a message holds.
    pub(crate) fn add(&mut self, message: &Value) {
        for (resource, span) in inner(message, ["resourceSpans", "scopeSpans", "spans"]) {
            self.spans.push(Span::read(resource, span));
        }
        for (resource, record) in inner(message, ["resourceLogs", "scopeLogs", "logRecords"]) {
            self.records.push(Record::read(resource, record));
        }
        for (resource, metric) in inner(message, ["resourceMetrics", "scopeMetrics", "metrics"]) {
            Point::read(&resource, metric, &mut self.points);
        }
    }
}

/// The things in a message, each with who told it.
fn inner<'a>(message: &'a Value, names: [&str; 3]) -> Vec<(Resource, &'a Value)> {
    let mut found = Vec::new();
    for group in list(&message[names[0]]) {
        let resource = Arc::new(attributes(&group["resource"]));
        for scope in list(&group[names[1]]) {
            found.extend(list(&scope[names[2]]).iter().map(|thing| (Arc::clone(&resource), thing)));
        }
    }
    found
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// 64-bit numbers are texts in OTLP's JSON.
fn nanoseconds(value: &Value) -> u64 {
    value.as_str().and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

fn attributes(holder: &Value) -> Attributes {
    let entries = list(&holder["attributes"]).iter();
    entries.map(|entry| (text(&entry["key"]), any_value(&entry["value"]))).collect()
}

fn any_value(value: &Value) -> String {
    let Some((kind, content)) = value.as_object().and_then(|fields| fields.iter().next()) else {
        return String::new();
    };
    match (kind.as_str(), content) {
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

// === impl Span ===

impl Span {
    fn read(resource: Resource, span: &Value) -> Self {
        Self {
            resource,
            trace_id: text(&span["traceId"]),
            id: text(&span["spanId"]),
            parent_id: text(&span["parentSpanId"]),
            name: text(&span["name"]),
            kind: Kind::read(&span["kind"]),
            start_ns: nanoseconds(&span["startTimeUnixNano"]),
            end_ns: nanoseconds(&span["endTimeUnixNano"]),
            attributes: attributes(span),
            links: list(&span["links"]).len(),
            is_error: span["status"]["code"] == 2,
        }
    }

    /// The service that it is a part of.
    pub(crate) fn service(&self) -> &str {
        attribute(&self.resource, "service.name")
    }

    /// The process that it is a part of.
    pub(crate) fn instance(&self) -> &str {
        attribute(&self.resource, "service.instance.id")
    }

    /// An attribute; empty when it has none of this name.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        attribute(&self.attributes, name)
    }
}

fn attribute<'a>(attributes: &'a Attributes, name: &str) -> &'a str {
    attributes.get(name).map(String::as_str).unwrap_or_default()
}

// === impl Kind ===

impl Kind {
    fn read(number: &Value) -> Self {
        match number.as_u64() {
            Some(2) => Self::Server,
            Some(3) => Self::Client,
            Some(4) => Self::Producer,
            Some(5) => Self::Consumer,
            _ => Self::Internal,
        }
    }
}

// === impl Record ===

impl Record {
    fn read(resource: Resource, record: &Value) -> Self {
        Self {
            resource,
            trace_id: text(&record["traceId"]),
            span_id: text(&record["spanId"]),
            body: any_value(&record["body"]),
        }
    }

    /// The service that said it.
    pub(crate) fn service(&self) -> &str {
        self.resource_attribute("service.name")
    }

    /// What is told of whoever said it; empty when nothing of this name is.
    pub(crate) fn resource_attribute(&self, name: &str) -> &str {
        attribute(&self.resource, name)
    }
}

// === impl Point ===

impl Point {
    fn read(resource: &Resource, metric: &Value, points: &mut Vec<Self>) {
        for form in ["sum", "gauge", "histogram", "exponentialHistogram"] {
            for point in list(&metric[form]["dataPoints"]) {
                points.push(Self {
                    resource: Arc::clone(resource),
                    metric: text(&metric["name"]),
                    unit: text(&metric["unit"]),
                    form,
                    attributes: attributes(point),
                    value: ["asDouble", "asInt", "count"]
                        .iter()
                        .find_map(|name| number(&point[*name]))
                        .unwrap_or_default(),
                });
            }
        }
    }

    /// The service that measured it.
    pub(crate) fn service(&self) -> &str {
        self.resource_attribute("service.name")
    }

    /// What is told of whoever measured it; empty when nothing of this name is.
    pub(crate) fn resource_attribute(&self, name: &str) -> &str {
        attribute(&self.resource, name)
    }

    /// An attribute; empty when it has none of this name.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        attribute(&self.attributes, name)
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}
