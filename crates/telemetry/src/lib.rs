//! nameit-telemetry
