//! How an experiment is used.

use nameit_proto::api::v1::{GetUsageRequest, GetUsageResponse, usage_service_server::UsageService};
use tonic::{Request, Response, Status};

use super::{Api, actor};
use crate::services::usage;

#[tonic::async_trait]
impl UsageService for Api {
    async fn get_usage(
        &self,
        request: Request<GetUsageRequest>,
    ) -> Result<Response<GetUsageResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let usage = usage::get(&self.gateway, &owned).await?;
        Ok(Response::new(GetUsageResponse { usage: Some(usage) }))
    }
}
