//! Between the SDK, our queues and the OTLP exporters.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::logs::LogRecord as _;
use opentelemetry::{Context, InstrumentationScope};
use opentelemetry_otlp::{
    LogExporter, MetricExporter, SpanExporter, WithExportConfig as _, WithTonicConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter as _, LogProcessor, SdkLogRecord};
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter as _, SpanProcessor};

use super::queue::{Queue, Sink};
use super::settings::{SettingsError, Target};
use crate::status::METRICS;
use crate::trace;

/// A log line and where it comes from.
type Line = (SdkLogRecord, InstrumentationScope);

/// Puts finished spans into the queue.
#[derive(Debug)]
pub(super) struct Spans(pub(super) Arc<Queue<SpanData>>);

/// Puts log lines into the queue.
#[derive(Debug)]
pub(super) struct Lines(pub(super) Arc<Queue<Line>>);

/// Sends spans.
pub(super) struct SpanSink(SpanExporter);

/// Sends log lines.
pub(super) struct LogSink(LogExporter);

/// Sends metrics and keeps the books.
#[derive(Debug)]
pub(super) struct CountedMetrics(MetricExporter);

// === impl Spans ===

impl SpanProcessor for Spans {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.push(span);
    }

    // The queue is emptied by whoever owns the thread that exports.
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

// === impl Lines ===

impl LogProcessor for Lines {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        if record.trace_context().is_none()
            && let Some(context) = trace::current()
        {
            let context = context.to_otel();
            record.set_trace_context(context.trace_id(), context.span_id(), Some(context.trace_flags()));
        }
        self.0.push((record.clone(), scope.clone()));
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

// === impl SpanSink ===

impl SpanSink {
    pub(super) fn new(target: &Target, resource: &Resource) -> Result<Self, SettingsError> {
        let builder = SpanExporter::builder().with_tonic().with_endpoint(target.uri());
        let built = match target.tls()? {
            Some(tls) => builder.with_tls_config(tls).build(),
            None => builder.build(),
        };
        let mut exporter = built.map_err(|error| target.refused(&error))?;
        exporter.set_resource(resource);
        Ok(Self(exporter))
    }
}

impl Sink<SpanData> for SpanSink {
    async fn send(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.export(batch).await
    }
}

// === impl LogSink ===

impl LogSink {
    pub(super) fn new(target: &Target, resource: &Resource) -> Result<Self, SettingsError> {
        let builder = LogExporter::builder().with_tonic().with_endpoint(target.uri());
        let built = match target.tls()? {
            Some(tls) => builder.with_tls_config(tls).build(),
            None => builder.build(),
        };
        let mut exporter = built.map_err(|error| target.refused(&error))?;
        exporter.set_resource(resource);
        Ok(Self(exporter))
    }
}

impl Sink<Line> for LogSink {
    async fn send(&self, batch: Vec<Line>) -> OTelSdkResult {
        let lines: Vec<_> = batch.iter().map(|(record, scope)| (record, scope)).collect();
        self.0.export(LogBatch::new(&lines)).await
    }
}

// === impl CountedMetrics ===

impl CountedMetrics {
    pub(super) fn new(target: &Target) -> Result<Self, SettingsError> {
        let builder = MetricExporter::builder().with_tonic().with_endpoint(target.uri());
        let built = match target.tls()? {
            Some(tls) => builder.with_tls_config(tls).build(),
            None => builder.build(),
        };
        built.map(Self).map_err(|error| target.refused(&error))
    }
}

impl PushMetricExporter for CountedMetrics {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let outcome = self.0.export(metrics).await;
        METRICS.count(1, &outcome);
        outcome
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.0.temporality()
    }
}
