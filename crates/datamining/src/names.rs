//! What the researcher decided about names, as it is in force.

use std::sync::Arc;

use nameit_analysis::naming::Naming;
use nameit_analysis::variants::VariantDecisions;
use nameit_domain::{DecisionKind, ExperimentId};
use nameit_runtime::client;
use tonic::Status;

use crate::decided::latest;

/// A version of the decision about names, with the naming that follows from it.
#[derive(Debug, Clone)]
pub struct Names {
    /// Counts from 1; 0 while nothing was decided.
    pub version: u64,
    /// Language of the answers, a BCP-47 tag.
    pub language: Arc<str>,
    /// Steps, merges and rejections.
    pub decisions: Arc<VariantDecisions>,
    /// What makes a name of an answer.
    pub naming: Naming,
}

// === impl Names ===

impl Names {
    /// Nothing was decided: the standard steps.
    pub fn undecided(language: &str) -> Self {
        let decisions = VariantDecisions::default();
        let naming = Naming::new(decisions.steps.normaliser(language));
        Self { version: 0, language: language.into(), decisions: Arc::new(decisions), naming }
    }

    /// What a stored version says.
    ///
    /// # Errors
    /// `INTERNAL` when it cannot be used, which was checked before it was stored.
    pub fn decided(version: u64, body: &str, language: &str) -> Result<Self, Status> {
        let unusable = |problem: String| {
            Status::internal(format!(
                "version {version} of the decision about names cannot be used: {problem}"
            ))
        };
        let decisions =
            VariantDecisions::parse(body, language).map_err(|refusal| unusable(refusal.to_string()))?;
        let naming = decisions.naming(language).map_err(|refusal| unusable(refusal.to_string()))?;
        Ok(Self { version, language: language.into(), decisions: Arc::new(decisions), naming })
    }

    /// What is in force now.
    ///
    /// # Errors
    /// What storage says, and `INTERNAL` as in [`Self::decided`].
    pub async fn load(
        storage: client::Channel,
        experiment_id: ExperimentId,
        language: &str,
    ) -> Result<Self, Status> {
        match latest(storage, experiment_id, DecisionKind::Variants).await? {
            Some((version, body)) => Self::decided(version, &body, language),
            None => Ok(Self::undecided(language)),
        }
    }
}
