//! Decisions about the analysis.

use nameit_domain::{self as domain, DecisionBody, DecisionKind};
use nameit_proto::api::v1::{
    Decision, DecisionVersion, GetDecisionRequest, GetDecisionResponse, ListDecisionVersionsRequest,
    ListDecisionVersionsResponse, PutDecisionRequest, PutDecisionResponse,
    decision_service_server::DecisionService,
};
use nameit_proto::convert::timestamp_to_wire;
use tonic::{Request, Response, Status};

use super::{Api, actor};
use crate::error::{Error, Result};
use crate::services::decision;

#[tonic::async_trait]
impl DecisionService for Api {
    async fn get_decision(
        &self,
        request: Request<GetDecisionRequest>,
    ) -> Result<Response<GetDecisionResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let request = request.into_inner();
        let decision = decision::get(&self.gateway, &owned, kind(&request.kind)?, request.version).await?;
        Ok(Response::new(GetDecisionResponse { decision: Some(to_wire(decision)) }))
    }

    async fn list_decision_versions(
        &self,
        request: Request<ListDecisionVersionsRequest>,
    ) -> Result<Response<ListDecisionVersionsResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let request = request.into_inner();
        let found = decision::versions(&self.gateway, &owned, kind(&request.kind)?, request.limit).await?;
        let versions = found.into_iter().map(|one| DecisionVersion {
            version: one.version,
            decided_at: Some(timestamp_to_wire(one.decided_at)),
        });
        Ok(Response::new(ListDecisionVersionsResponse { versions: versions.collect() }))
    }

    async fn put_decision(
        &self,
        request: Request<PutDecisionRequest>,
    ) -> Result<Response<PutDecisionResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let request = request.into_inner();
        let kind = kind(&request.kind)?;
        let body = DecisionBody::parse(request.body).map_err(Error::from)?;
        let decision = decision::put(&self.gateway, &owned, kind, request.expected_version, body).await?;
        Ok(Response::new(PutDecisionResponse { decision: Some(to_wire(decision)) }))
    }
}

fn kind(word: &str) -> Result<DecisionKind> {
    Ok(DecisionKind::parse(word)?)
}

fn to_wire(decision: domain::Decision) -> Decision {
    Decision {
        kind: decision.kind.as_str().to_owned(),
        version: decision.version,
        decided_at: Some(timestamp_to_wire(decision.decided_at)),
        body: decision.body.into_string(),
    }
}
