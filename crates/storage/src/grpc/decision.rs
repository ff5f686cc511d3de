//! Decisions about the analysis.

use std::sync::Arc;

use nameit_domain::{Clock, DecisionBody, DecisionKind, ExperimentId};
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::decision_service_server::DecisionService;
use nameit_store::Store;
use nameit_store::decision::{NewDecision, VERSIONS_MAX};
use nameit_telemetry::trace;
use tonic::{Request, Response, Status};

use super::status::{not_found, of_invalid, of_store};
use crate::changes::Changes;

pub(super) struct Decisions {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) changes: Changes,
}

#[tonic::async_trait]
impl DecisionService for Decisions {
    async fn put_decision(
        &self,
        request: Request<wire::PutDecisionRequest>,
    ) -> Result<Response<wire::PutDecisionResponse>, Status> {
        let request = request.into_inner();
        let new = NewDecision {
            experiment_id: ExperimentId::parse(&request.experiment_id).map_err(of_invalid)?,
            kind: DecisionKind::parse(&request.kind).map_err(of_invalid)?,
            expected_version: request.expected_version,
            body: DecisionBody::parse(request.body).map_err(of_invalid)?,
        };
        let kept = self.store.put_decision(&new, self.clock.now()).await;
        let decision = kept.map_err(|error| of_store(&error))?;
        self.changes.tell(&[new.experiment_id], trace::current());
        Ok(Response::new(wire::PutDecisionResponse { decision: Some(decision.into()) }))
    }

    async fn get_decision(
        &self,
        request: Request<wire::GetDecisionRequest>,
    ) -> Result<Response<wire::GetDecisionResponse>, Status> {
        let request = request.into_inner();
        let id = ExperimentId::parse(&request.experiment_id).map_err(of_invalid)?;
        let kind = DecisionKind::parse(&request.kind).map_err(of_invalid)?;
        let found = self.store.decision(id, kind, request.version).await;
        let decision = found.map_err(|error| of_store(&error))?.ok_or_else(|| not_found("decision"))?;
        Ok(Response::new(wire::GetDecisionResponse { decision: Some(decision.into()) }))
    }

    async fn list_decision_versions(
        &self,
        request: Request<wire::ListDecisionVersionsRequest>,
    ) -> Result<Response<wire::ListDecisionVersionsResponse>, Status> {
        let request = request.into_inner();
        let id = ExperimentId::parse(&request.experiment_id).map_err(of_invalid)?;
        let kind = DecisionKind::parse(&request.kind).map_err(of_invalid)?;
        let limit = match request.limit {
            0 => VERSIONS_MAX,
            limit => limit.min(VERSIONS_MAX),
        };
        let found = self.store.decision_versions(id, kind, limit).await.map_err(|error| of_store(&error))?;
        let versions = found.into_iter().map(Into::into).collect();
        Ok(Response::new(wire::ListDecisionVersionsResponse { versions }))
    }
}
