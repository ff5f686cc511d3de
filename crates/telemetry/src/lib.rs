//! What a service tells about itself: readable logs with one trace id per request, across services.
//!
//! [`init`] sets up the logs once per process; [`http::TraceLayer`] and [`grpc`] carry the W3C trace
//! context in and out. Every span field and its name stands in [`names`].
//!
//! Not here: response texts, e-mail addresses and network addresses. They never go into a log.

pub mod grpc;
pub mod http;
pub mod log;
pub mod metrics;
pub mod names;
mod status;
pub mod trace;

pub use log::{Args, Format, Guard, init};
pub use status::{Status, status};
pub use trace::TraceContext;
