//! `nameit norms` as its users meet it: the built command on files of every make.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

mod bench;
mod figures;
mod files;
mod output;
mod refusals;
