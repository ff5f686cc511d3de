//! Decisions, their check, and counts of opened links.

use nameit_domain::{Clock as _, SystemClock};
use nameit_proto::convert::timestamp_to_wire;
use nameit_proto::datamining::v1::{CheckRequest, CheckResponse, decision_service_server as checks};
use nameit_proto::storage::v1::*;
use tonic::{Request, Response, Status};

use super::Fake;

#[tonic::async_trait]
impl decision_service_server::DecisionService for Fake {
    async fn put_decision(
        &self,
        request: Request<PutDecisionRequest>,
    ) -> Result<Response<PutDecisionResponse>, Status> {
        let request = request.into_inner();
        let mut data = self.data();
        let versions =
            data.decisions.entry((request.experiment_id.clone(), request.kind.clone())).or_default();
        if versions.len() as u64 != request.expected_version {
            let message = format!("the latest version of `{}` is {}", request.kind, versions.len());
            return Err(Status::failed_precondition(message));
        }
        let decision = Decision {
            experiment_id: request.experiment_id,
            kind: request.kind,
            version: request.expected_version + 1,
            body: request.body,
            decided_at: Some(timestamp_to_wire(SystemClock.now())),
        };
        versions.push(decision.clone());
        Ok(Response::new(PutDecisionResponse { decision: Some(decision) }))
    }

    async fn get_decision(
        &self,
        request: Request<GetDecisionRequest>,
    ) -> Result<Response<GetDecisionResponse>, Status> {
        let request = request.into_inner();
        let data = self.data();
        let versions =
            data.decisions.get(&(request.experiment_id, request.kind)).map_or(&[][..], Vec::as_slice);
        let found = match request.version {
            None => versions.last(),
            Some(version) => versions.iter().find(|decision| decision.version == version),
        };
        let found = found.cloned().ok_or_else(|| Status::not_found("there is no such decision"))?;
        Ok(Response::new(GetDecisionResponse { decision: Some(found) }))
    }

    async fn list_decision_versions(
        &self,
        request: Request<ListDecisionVersionsRequest>,
    ) -> Result<Response<ListDecisionVersionsResponse>, Status> {
        let request = request.into_inner();
        let data = self.data();
        let versions =
            data.decisions.get(&(request.experiment_id, request.kind)).map_or(&[][..], Vec::as_slice);
        let versions = versions
            .iter()
            .rev()
            .map(|decision| DecisionVersion { version: decision.version, decided_at: decision.decided_at });
        Ok(Response::new(ListDecisionVersionsResponse { versions: versions.collect() }))
    }
}

/// Everything can be used but what says that it cannot.
#[tonic::async_trait]
impl checks::DecisionService for Fake {
    async fn check(&self, request: Request<CheckRequest>) -> Result<Response<CheckResponse>, Status> {
        let request = request.into_inner();
        assert!(request.experiment_id.is_some_and(|id| self.data().experiments.contains_key(&id)));
        if request.body.contains("unusable") {
            return Err(Status::invalid_argument("`unusable` is no step of a normalisation; write `trim`"));
        }
        Ok(Response::new(CheckResponse {}))
    }
}

#[tonic::async_trait]
impl visit_service_server::VisitService for Fake {
    async fn add_visits(
        &self,
        request: Request<AddVisitsRequest>,
    ) -> Result<Response<AddVisitsResponse>, Status> {
        let mut data = self.data();
        if data.is_away {
            return Err(Status::unavailable("the database is unavailable"));
        }
        for visits in request.into_inner().visits {
            *data.visits.entry(visits.experiment_id).or_default() += visits.visits.unwrap_or_default().count;
        }
        Ok(Response::new(AddVisitsResponse {}))
    }

    async fn list_visits(
        &self,
        _: Request<ListVisitsRequest>,
    ) -> Result<Response<ListVisitsResponse>, Status> {
        Err(Status::unimplemented("only datamining lists visits"))
    }
}
