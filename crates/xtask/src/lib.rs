//! Chores of this repository, each also a plain test: `cargo xtask tidy`, `cargo xtask telemetry --check`, and
//! `cargo test -p xtask`.
//!
//! To add a check: a module in `tidy/` with a function from [`tidy::Workspace`] to complaints, and a line in
//! [`tidy::checks`].

pub mod telemetry;
pub mod tidy;
