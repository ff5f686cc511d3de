//! How often links were opened.

use std::sync::Arc;

use nameit_domain::{ExperimentId, Invalid, Visits};
use nameit_proto::WireError;
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::visit_service_server::VisitService;
use nameit_store::Store;
use nameit_store::visit::ADD_MAX;
use tonic::{Request, Response, Status};

use super::status::{of_invalid, of_store};

pub(super) struct VisitCounts {
    pub(super) store: Arc<dyn Store>,
}

#[tonic::async_trait]
impl VisitService for VisitCounts {
    async fn add_visits(
        &self,
        request: Request<wire::AddVisitsRequest>,
    ) -> Result<Response<wire::AddVisitsResponse>, Status> {
        let visits = request.into_inner().visits;
        if visits.len() > ADD_MAX {
            return Err(of_invalid(Invalid::new("visits", format!("are more than {ADD_MAX} at once"))));
        }
        let visits: Result<Vec<Visits>, WireError> = visits.into_iter().map(TryInto::try_into).collect();
        self.store.add_visits(&visits?).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::AddVisitsResponse {}))
    }

    async fn list_visits(
        &self,
        request: Request<wire::ListVisitsRequest>,
    ) -> Result<Response<wire::ListVisitsResponse>, Status> {
        let id = ExperimentId::parse(&request.into_inner().experiment_id).map_err(of_invalid)?;
        let visits = self.store.visits(id).await.map_err(|error| of_store(&error))?;
        let visits = visits.into_iter().map(Into::into).collect();
        Ok(Response::new(wire::ListVisitsResponse { visits }))
    }
}
