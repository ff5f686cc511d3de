//! Own norms beside published ones.

use nameit_proto::api::v1::{
    DeleteReferenceNormsRequest, DeleteReferenceNormsResponse, GetComparisonRequest, GetComparisonResponse,
    GetReferenceNormsRequest, GetReferenceNormsResponse, PutReferenceNormsRequest, PutReferenceNormsResponse,
    comparison_service_server::ComparisonService,
};
use tonic::{Request, Response, Status};

use super::{Api, actor};
use crate::services::comparison::{self, Wanted};

#[tonic::async_trait]
impl ComparisonService for Api {
    async fn get_comparison(
        &self,
        request: Request<GetComparisonRequest>,
    ) -> Result<Response<GetComparisonResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let GetComparisonRequest { rows_offset: offset, rows_limit: limit, points, .. } =
            request.into_inner();
        let comparison = comparison::get(&self.gateway, &owned, Wanted { offset, limit, points }).await?;
        Ok(Response::new(GetComparisonResponse { comparison: Some(comparison) }))
    }

    async fn get_reference_norms(
        &self,
        request: Request<GetReferenceNormsRequest>,
    ) -> Result<Response<GetReferenceNormsResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let comparison::ReferenceNorms { version, rows } =
            comparison::reference(&self.gateway, &owned).await?;
        Ok(Response::new(GetReferenceNormsResponse { version, rows }))
    }

    async fn put_reference_norms(
        &self,
        request: Request<PutReferenceNormsRequest>,
    ) -> Result<Response<PutReferenceNormsResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let PutReferenceNormsRequest { table, expected_version, .. } = request.into_inner();
        let stimuli_left_out =
            comparison::put(&self.gateway, &owned, table.as_bytes(), expected_version).await?;
        let comparison = comparison::get(&self.gateway, &owned, Wanted::default()).await?;
        Ok(Response::new(PutReferenceNormsResponse { comparison: Some(comparison), stimuli_left_out }))
    }

    async fn delete_reference_norms(
        &self,
        request: Request<DeleteReferenceNormsRequest>,
    ) -> Result<Response<DeleteReferenceNormsResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        comparison::delete(&self.gateway, &owned, request.get_ref().expected_version).await?;
        let comparison = comparison::get(&self.gateway, &owned, Wanted::default()).await?;
        Ok(Response::new(DeleteReferenceNormsResponse { comparison: Some(comparison) }))
    }
}
