//! Telemetry of a process, from its arguments and variables.

use std::io::IsTerminal as _;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{Key, KeyValue};
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::{EnvResourceDetector, TelemetryResourceDetector};
use tracing::Metadata;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterExt as _, Targets, filter_fn};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::export::{Exporter, Settings, SettingsError};
use crate::log::{self, Args, Boxed, FilterError};
use crate::metrics::Observation;
use crate::{process, status};

/// Who exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// Name of the service, for example `storage`; `OTEL_SERVICE_NAME` overrides it.
    pub service: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// Keeps telemetry going. Dropping it sends what is left, within five seconds; drop it last.
#[derive(Debug)]
#[must_use = "telemetry ends when the guard is dropped"]
pub struct Guard {
    // First, for the last export still asks the observations.
    _exporter: Option<Exporter>,
    _observations: Vec<Observation>,
}

/// Why telemetry cannot be set up; its text says what to do.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] Kind);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error(transparent)]
    Filter(#[from] FilterError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// Sets up logs, and traces and metrics when a collector is named. A second call in a process changes nothing.
///
/// # Errors
/// When the log filter or one of the `OTEL_*` variables is wrong. A collector that does not answer is no error.
pub fn init(identity: Identity, args: &Args) -> Result<Guard, Error> {
    set_up(identity, args).map_err(Error)
}

fn set_up(identity: Identity, args: &Args) -> Result<Guard, Kind> {
    let lines = args.layer(std::io::stderr, std::io::stderr().is_terminal())?;
    if tracing::dispatcher::has_been_set() {
        return Ok(Guard { _exporter: None, _observations: Vec::new() });
    }
    let Some(settings) = Settings::from_env()? else {
        drop(tracing_subscriber::registry().with(lines).try_init());
        return Ok(Guard { _exporter: None, _observations: Vec::new() });
    };
    let exporter = Exporter::start(&settings, &resource(identity))?;
    let layers = vec![lines].into_iter().chain(spans(&exporter)).chain(records(&exporter, args)?);
    drop(tracing_subscriber::registry().with(layers.collect::<Vec<_>>()).try_init());
    let mut observations = process::observe();
    observations.push(status::observe());
    Ok(Guard { _exporter: Some(exporter), _observations: observations })
}

/// Exports the spans of our own code, also those that are too many for the log.
fn spans(exporter: &Exporter) -> Option<Boxed> {
    let tracer = exporter.tracer.as_ref()?.tracer("nameit");
    let ours = Targets::new().with_target("nameit", LevelFilter::DEBUG);
    let layer = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false);
    Some(layer.with_filter(ours.and(filter_fn(is_span))).boxed())
}

fn is_span(metadata: &Metadata<'_>) -> bool {
    metadata.is_span()
}

/// Exports the log lines that also stand on stderr.
fn records(exporter: &Exporter, args: &Args) -> Result<Option<Boxed>, FilterError> {
    let Some(logger) = &exporter.logger else { return Ok(None) };
    let filter = args.filter()?.and(filter_fn(log::is_event));
    Ok(Some(OpenTelemetryTracingBridge::new(logger).with_filter(filter).boxed()))
}

/// What the process is, as the semantic conventions say it. The operator's variables have the last word.
fn resource(identity: Identity) -> Resource {
    #[expect(clippy::disallowed_methods, reason = "an id for operators, not one of the domain's")]
    let instance = uuid::Uuid::new_v4().to_string();
    let own = [
        KeyValue::new("service.name", identity.service),
        KeyValue::new("service.namespace", "nameit"),
        KeyValue::new("service.version", identity.version),
        KeyValue::new("service.instance.id", instance),
    ];
    let builder = Resource::builder_empty()
        .with_attributes(own)
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_detector(Box::new(EnvResourceDetector::new()));
    match std::env::var("OTEL_SERVICE_NAME") {
        Ok(name) if !name.is_empty() => {
            builder.with_attribute(KeyValue::new(Key::from_static_str("service.name"), name)).build()
        }
        _ => builder.build(),
    }
}
