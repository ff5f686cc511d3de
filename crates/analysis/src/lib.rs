//! Pure mining of naming data: from raw answers to names, counts and norms.
//!
//! What it is: deterministic functions and data structures, with neither I/O nor clocks; randomness has a seed. The
//! datamining service and the command `nameit norms` compute every figure here, so there is one truth.
//!
//! The way of an answer: [`tally::Tally`] counts raw texts exactly; a [`naming::Naming`] (a
//! [`normalise::Normaliser`] followed by a [`mapping::VariantMapping`]) turns each *distinct* raw text into a
//! name once; [`norms::StimulusNorms`] are computed from the counts of names.
//!
//! What must hold: the same multiset of answers gives the same figures bit for bit, whatever their order and
//! however they were grouped; raw texts are never altered, so another naming can be applied later.
//!
//! To add a step of normalisation: a variant in `normalise/step.rs` with its function and tests. To add a
//! statistic: a function over sorted counts in `norms/`, with its source in the doc comment and published
//! figures in its test.

pub mod agreement;
pub mod bulk;
pub mod cohort;
pub mod colour;
pub mod comparison;
pub mod descriptions;
pub mod enough;
pub mod graph;
pub mod intern;
pub mod intervals;
pub mod mapping;
pub mod naming;
pub mod normalise;
pub mod norms;
pub mod parallel;
pub mod progress;
pub mod quality;
pub mod response_times;
pub mod tally;
pub mod usage;
pub mod variants;
