//! Decisions of researchers about the analysis.

use async_trait::async_trait;
use nameit_domain::{Decision, DecisionBody, DecisionKind, DecisionVersion, ExperimentId, Timestamp};

use crate::{Error, Result};

/// Versions that one call lists at most.
pub const VERSIONS_MAX: u32 = 1_000;

/// What a researcher decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// About which experiment.
    pub experiment_id: ExperimentId,
    /// About what.
    pub kind: DecisionKind,
    /// The latest version that the researcher has seen; 0 for none.
    pub expected_version: u64,
    /// What was decided.
    pub body: DecisionBody,
}

/// Decisions, version by version. Nothing is changed and nothing deleted. Every call is
/// [`Error::NotFound`] with `experiment` when there is no such experiment, or it is in the trash; the state of
/// the experiment does not matter.
///
/// [`crate::ExperimentStore::copy_experiment`] gives the copy the latest version of each kind, as version 1,
/// and [`crate::ResponseStore::feed_head`] tells the latest versions. A withdrawal does not touch decisions.
#[async_trait]
pub trait DecisionStore: Send + Sync + 'static {
    /// Keeps a body as the version after the expected one, if that is the latest. [`Error::Conflict`] when it
    /// is not; the message names the one that is. Of several callers at once that expect the same version, one
    /// succeeds. Who repeats the latest put with the same body gets what it gave.
    async fn put_decision(&self, new: &NewDecision, now: Timestamp) -> Result<Decision>;

    /// One version, or the latest.
    async fn decision(
        &self,
        experiment_id: ExperimentId,
        kind: DecisionKind,
        version: Option<u64>,
    ) -> Result<Option<Decision>>;

    /// The versions of one kind, newest first, at most `limit`.
    async fn decision_versions(
        &self,
        experiment_id: ExperimentId,
        kind: DecisionKind,
        limit: u32,
    ) -> Result<Vec<DecisionVersion>>;
}

// === impl NewDecision ===

impl NewDecision {
    /// The version that it becomes.
    pub fn into_decision(self, now: Timestamp) -> Decision {
        Decision {
            experiment_id: self.experiment_id,
            kind: self.kind,
            version: self.expected_version.saturating_add(1),
            body: self.body,
            decided_at: now,
        }
    }

    /// What becomes of it, as far as the latest version tells: `Ok(None)` when it is to be kept, the latest
    /// version itself when that is what a repeat of this put has brought, else the conflict.
    pub fn against(&self, latest: Option<Decision>) -> Result<Option<Decision>> {
        let current = latest.as_ref().map_or(0, |latest| latest.version);
        if current == self.expected_version {
            return Ok(None);
        }
        match latest {
            Some(latest)
                if self.expected_version.checked_add(1) == Some(current) && latest.body == self.body =>
            {
                Ok(Some(latest))
            }
            Some(_) | None => Err(Error::conflict(format!(
                "the latest version of `{}` is {current}, this was decided about version {}; look at the latest \
                 version and decide again",
                self.kind.as_str(),
                self.expected_version,
            ))),
        }
    }
}
