//! What a service tells about itself: logs, traces and metrics, with one trace id per request across services.
//!
//! [`init`] sets it up once per process: readable logs on stderr always, and everything by OTLP when
//! `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector. [`http::TraceLayer`] and [`grpc`] carry the W3C trace
//! context in and out and make the spans; [`trace`] and [`metrics`] are for what happens between.
//! Every name stands in [`names`], from which docs/telemetry.md is made.
//!
//! Not here: response texts, e-mail addresses and network addresses. They never go into a log, a span or a
//! metric.

pub mod db;
mod export;
pub mod grpc;
pub mod http;
mod init;
pub mod log;
pub mod metrics;
pub mod names;
mod process;
mod status;
pub mod trace;

pub use init::{Error, Guard, Identity, init};
pub use log::{Args, Format};
pub use status::{Status, status};
pub use trace::TraceContext;
