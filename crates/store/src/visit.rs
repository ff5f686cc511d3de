//! How often the links of experiments were opened.

use async_trait::async_trait;
use nameit_domain::{ExperimentId, Visits};

use crate::Result;

/// Counts in one [`VisitStore::add_visits`] at most.
pub const ADD_MAX: usize = 10_000;

/// Counts of opened links, hour by hour. A withdrawal does not touch them: they are of nobody.
#[async_trait]
pub trait VisitStore: Send + Sync + 'static {
    /// Adds counts. Experiments that do not exist are passed over, those in the trash are not. When it fails,
    /// any of the counts may have been added: a repeat may count twice.
    async fn add_visits(&self, visits: &[Visits]) -> Result<()>;

    /// All counts of an experiment in the order of time, each hour once, hours without any left out.
    /// [`crate::Error::NotFound`] without the experiment.
    async fn visits(&self, experiment_id: ExperimentId) -> Result<Vec<Visits>>;
}
