//! Names of spans, of the fields of spans and log lines, and of metrics. One name per thing.
//!
//! docs/telemetry.md is made from these tables by `cargo xtask telemetry`. To add one: a line in the table
//! of [`fields`], [`spans`] or [`metrics`], and `cargo xtask telemetry`.

pub mod fields;
pub mod metrics;
pub mod spans;

pub use fields::*;
pub use metrics::*;
pub use spans::*;

/// What a name means, in one line: the lines of its documentation, joined.
const fn documented(text: &'static str) -> &'static str {
    text.trim_ascii()
}
