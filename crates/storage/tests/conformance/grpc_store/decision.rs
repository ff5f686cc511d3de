use async_trait::async_trait;
use nameit_domain::{Decision, DecisionKind, DecisionVersion, ExperimentId, Timestamp};
use nameit_proto::storage::v1 as wire;
use nameit_store::decision::NewDecision;
use nameit_store::{DecisionStore, Error, Result};

use super::{GrpcStore, answer};

#[async_trait]
impl DecisionStore for GrpcStore {
    async fn put_decision(&self, new: &NewDecision, now: Timestamp) -> Result<Decision> {
        self.clock.set(now);
        let request = wire::PutDecisionRequest {
            experiment_id: new.experiment_id.to_string(),
            kind: new.kind.as_str().to_owned(),
            expected_version: new.expected_version,
            body: new.body.as_str().to_owned(),
        };
        Ok(answer(self.decisions().put_decision(request).await)?.decision.unwrap().try_into().unwrap())
    }

    async fn decision(
        &self,
        experiment_id: ExperimentId,
        kind: DecisionKind,
        version: Option<u64>,
    ) -> Result<Option<Decision>> {
        let (experiment_id, kind) = (experiment_id.to_string(), kind.as_str().to_owned());
        let request = wire::GetDecisionRequest { experiment_id, kind, version };
        match answer(self.decisions().get_decision(request).await) {
            Ok(found) => Ok(Some(found.decision.unwrap().try_into().unwrap())),
            Err(Error::NotFound { what: "decision" }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn decision_versions(
        &self,
        experiment_id: ExperimentId,
        kind: DecisionKind,
        limit: u32,
    ) -> Result<Vec<DecisionVersion>> {
        let (experiment_id, kind) = (experiment_id.to_string(), kind.as_str().to_owned());
        // On the wire 0 stands for as many as there may be.
        let request = wire::ListDecisionVersionsRequest { experiment_id, kind, limit };
        let mut found = answer(self.decisions().list_decision_versions(request).await)?.versions;
        found.truncate(limit as usize);
        Ok(found.into_iter().map(|version| version.try_into().unwrap()).collect())
    }
}
