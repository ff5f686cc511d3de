//! What tests of the whole are written with: all services in one process, and people who use them.
//!
//! ```no_run
//! # async fn story() {
//! use nameit_testkit::Sandbox;
//!
//! let sandbox = Sandbox::start().await;
//! let ana = sandbox.researcher("ana").await;
//! let experiment = ana.experiment().colours(["#ff0000", "#00ff00"]).published().await;
//! let participant = experiment.participant().await;
//! participant.answer(0, "red").await.expect_ok();
//! # }
//! ```
//!
//! Everything goes through the public REST API. A step that a story takes for granted panics with what the
//! server said; a step whose outcome is the point returns an [`Answer`].

mod client;
pub mod collector;
mod experiment;
pub mod pages;
mod participant;
pub mod pictures;
mod process;
mod researcher;
mod sandbox;

pub use client::{Answer, Client};
pub use collector::Collector;
pub use experiment::{Experiment, ExperimentBuilder};
pub use participant::{Participant, Trial};
pub use process::{Finished, Process};
pub use researcher::{PASSWORD, Researcher};
pub use sandbox::Sandbox;
