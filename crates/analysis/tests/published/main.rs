//! Published figures, recomputed. The data are not part of the project: their folder is named by
//! `NAMEIT_SHARED_DATA`, or lies beside the workspace as `shared/data`. Without it a check says loudly that it was
//! skipped.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

mod agreement;
mod data;
mod descriptions;
mod graph;
mod quality;
mod spider;
mod variants;
