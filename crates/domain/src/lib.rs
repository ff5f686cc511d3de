//! The words of NameIT: entities, ids and value types.
//!
//! A value that exists here is valid: every text has a `parse` that says what was wrong and what would
//! be right. Nothing in this crate waits, stores or talks: no async, no database, no wire format.
//!
//! To add a value type: a private field, a `parse` that returns [`Invalid`], an accessor, a test with
//! one good and one bad example.

pub mod clock;
pub mod colour;
pub mod decision;
pub mod experiment;
pub mod feed;
pub mod ids;
pub mod image;
pub mod invalid;
pub mod participation;
pub mod researcher;
pub mod response;
pub mod session;
pub mod stimulus;
pub mod text;
pub mod visit;

pub use clock::{Clock, SystemClock, Timestamp};
pub use decision::{Decision, DecisionBody, DecisionKind, DecisionVersion};
pub use experiment::{Access, Experiment, ExperimentState, NewExperiment};
pub use ids::{ExperimentId, ParticipationId, ResearcherId};
pub use invalid::Invalid;
pub use participation::{NewParticipation, Participation, ParticipationState};
pub use researcher::Researcher;
pub use response::{Answer, NonAnswer, Response};
pub use stimulus::{Stimulus, StimulusKind, Target};
pub use visit::{Hour, Visits};
