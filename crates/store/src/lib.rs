//! The Store traits: what NameIT asks of a database, one trait per resource.
//!
//! A backend implements every trait and passes the suite in `conformance` (feature `conformance`);
//! nothing above this crate knows which backend runs. Lookups return `Ok(None)` when there is nothing;
//! whether that is an error is decided above. Time comes in as an argument, and is kept to the microsecond.
//!
//! To add a resource: a trait here, cases in the conformance suite, an implementation per backend, and
//! the trait's name in [`Store`].

pub mod archive;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod decision;
pub mod error;
pub mod experiment;
pub mod participation;
pub mod researcher;
pub mod response;
pub mod session;
pub mod stimulus;
pub mod system;
pub mod visit;

pub use archive::{ArchiveSource, ArchiveStore};
pub use decision::DecisionStore;
pub use error::{Error, Result};
pub use experiment::ExperimentStore;
pub use participation::ParticipationStore;
pub use researcher::ResearcherStore;
pub use response::ResponseStore;
pub use session::SessionStore;
pub use stimulus::StimulusStore;
pub use system::{Disk, Examination, SystemStore};
pub use visit::VisitStore;

/// Everything that a backend gives.
pub trait Store:
    ResearcherStore
    + SessionStore
    + ExperimentStore
    + StimulusStore
    + ParticipationStore
    + ResponseStore
    + DecisionStore
    + VisitStore
    + SystemStore
{
}

impl<T> Store for T where
    T: ResearcherStore
        + SessionStore
        + ExperimentStore
        + StimulusStore
        + ParticipationStore
        + ResponseStore
        + DecisionStore
        + VisitStore
        + SystemStore
{
}
