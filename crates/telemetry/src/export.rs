//! Traces, logs and metrics by OTLP, on a thread of their own.
//!
//! A request never waits for it: what is to be exported goes into bounded queues, and what does not fit is
//! dropped and counted. The thread has its own runtime, so that a busy or stopping service and its telemetry
//! do not wait for each other; telemetry of its own work is suppressed on it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry::Context;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::metrics;
use crate::status::{self, LOGS, METRICS, TRACES};

mod exporters;
mod queue;
pub(crate) mod settings;
mod tls;

use exporters::{CountedMetrics, LogSink, SpanSink};
use queue::Queue;
pub(crate) use settings::{Settings, SettingsError};

/// How long the last telemetry of a process may take.
const FLUSH_MAX: Duration = Duration::from_secs(4);

/// How long it may take when the collector did not answer before either.
const FLUSH_MAX_FAILING: Duration = Duration::from_secs(1);

/// Whether spans are exported.
static TRACES_ON: AtomicBool = AtomicBool::new(false);

/// What exports, until it is dropped.
#[derive(Debug)]
pub(crate) struct Exporter {
    pub(crate) tracer: Option<SdkTracerProvider>,
    pub(crate) logger: Option<SdkLoggerProvider>,
    meter: Option<SdkMeterProvider>,
    stop: CancellationToken,
    leave: Arc<Notify>,
    flushed: mpsc::Receiver<()>,
}

/// What the SDK hands telemetry to, and the work of sending it.
struct Pipelines {
    tracer: Option<SdkTracerProvider>,
    logger: Option<SdkLoggerProvider>,
    meter: Option<SdkMeterProvider>,
    work: JoinSet<()>,
}

/// Whether spans are exported.
pub(crate) fn traces_are_on() -> bool {
    TRACES_ON.load(Ordering::Relaxed)
}

/// Whether anything is made of a call: a span or a measurement.
pub(crate) fn is_on() -> bool {
    traces_are_on() || metrics::enabled()
}

// === impl Exporter ===

impl Exporter {
    /// Starts to export what `settings` say, as `resource`.
    pub(crate) fn start(settings: &Settings, resource: &Resource) -> Result<Self, SettingsError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(SettingsError::Thread)?;
        let stop = CancellationToken::new();
        let made = {
            let _entered = runtime.enter();
            Pipelines::make(settings, resource, &stop)
        };
        let Pipelines { tracer, logger, meter, mut work } = match made {
            Ok(pipelines) => pipelines,
            Err(error) => {
                // A runtime must not wait for its tasks where another one may be running.
                runtime.shutdown_background();
                return Err(error);
            }
        };
        if let Some(meter) = &meter {
            metrics::start(meter.meter("nameit"));
        }

        let leave = Arc::new(Notify::new());
        let (say_flushed, flushed) = mpsc::channel();
        let leaving = Arc::clone(&leave);
        thread::Builder::new()
            .name("nameit-otlp".to_owned())
            .spawn(move || {
                let _suppressed = Context::enter_telemetry_suppressed_scope();
                runtime.block_on(async move {
                    while work.join_next().await.is_some() {}
                    // Nobody may listen any more.
                    let _ = say_flushed.send(());
                    // Metrics are exported from another thread over connections that this one drives.
                    leaving.notified().await;
                });
            })
            .map_err(SettingsError::Thread)?;
        TRACES_ON.store(tracer.is_some(), Ordering::Relaxed);
        Ok(Self { tracer, logger, meter, stop, leave, flushed })
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        let is_failing = status::status().iter().any(status::Status::is_failing);
        let deadline = Instant::now() + if is_failing { FLUSH_MAX_FAILING } else { FLUSH_MAX };
        let (say_measured, measured) = mpsc::channel();
        if let Some(meter) = self.meter.take() {
            // On a thread of its own, for the SDK waits for the collector as long as that takes.
            let shut = thread::Builder::new().name("nameit-otlp-end".to_owned()).spawn(move || {
                drop(meter.shutdown());
                let _ = say_measured.send(());
            });
            drop(shut);
        } else {
            drop(say_measured);
        }
        self.stop.cancel();
        let left = || deadline.saturating_duration_since(Instant::now());
        let in_time = self.flushed.recv_timeout(left()).is_ok()
            && !matches!(measured.recv_timeout(left()), Err(mpsc::RecvTimeoutError::Timeout));
        TRACES_ON.store(false, Ordering::Relaxed);
        if !in_time {
            tracing::warn!("the last telemetry could not be exported in time");
        }
        self.leave.notify_one();
    }
}

// === impl Pipelines ===

impl Pipelines {
    fn make(
        settings: &Settings,
        resource: &Resource,
        stop: &CancellationToken,
    ) -> Result<Self, SettingsError> {
        let mut pipelines = Self { tracer: None, logger: None, meter: None, work: JoinSet::new() };
        if let Some(target) = &settings.traces {
            TRACES.goes_to(target.shown());
            let queue = Arc::new(Queue::new(&TRACES, settings.spans));
            pipelines.work.spawn(Arc::clone(&queue).drain(SpanSink::new(target, resource)?, stop.clone()));
            let builder = SdkTracerProvider::builder().with_span_processor(exporters::Spans(queue));
            let builder = builder.with_resource(resource.clone()).with_sampler(settings.sampler.clone());
            pipelines.tracer = Some(builder.build());
        }
        if let Some(target) = &settings.logs {
            LOGS.goes_to(target.shown());
            let queue = Arc::new(Queue::new(&LOGS, settings.lines));
            pipelines.work.spawn(Arc::clone(&queue).drain(LogSink::new(target, resource)?, stop.clone()));
            let builder = SdkLoggerProvider::builder().with_log_processor(exporters::Lines(queue));
            pipelines.logger = Some(builder.with_resource(resource.clone()).build());
        }
        if let Some(target) = &settings.metrics {
            METRICS.goes_to(target.shown());
            let exporter = CountedMetrics::new(target)?;
            let reader = PeriodicReader::builder(exporter).with_interval(settings.metric_interval).build();
            let builder = SdkMeterProvider::builder().with_reader(reader);
            pipelines.meter = Some(builder.with_resource(resource.clone()).build());
        }
        Ok(pipelines)
    }
}
