//! Norms in depth.

use nameit_domain::text::StimulusKey;
use nameit_proto::WireError;
use nameit_proto::api::v1::{
    GetSetMeansRequest, GetSetMeansResponse, GetStimulusDetailRequest, GetStimulusDetailResponse,
    norms_service_server::NormsService,
};
use tonic::{Request, Response, Status};

use super::{Api, actor};
use crate::services::norms::{self, How};

#[tonic::async_trait]
impl NormsService for Api {
    async fn get_stimulus_detail(
        &self,
        request: Request<GetStimulusDetailRequest>,
    ) -> Result<Response<GetStimulusDetailResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let GetStimulusDetailRequest { stimulus, trimming, replicates, seed, .. } = request.into_inner();
        let key = StimulusKey::parse(&stimulus).map_err(WireError::from)?;
        let how = How { trimming, replicates, seed };
        let detail = norms::stimulus(&self.gateway, &owned, &key, how).await?;
        Ok(Response::new(GetStimulusDetailResponse { detail: Some(detail) }))
    }

    async fn get_set_means(
        &self,
        request: Request<GetSetMeansRequest>,
    ) -> Result<Response<GetSetMeansResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let GetSetMeansRequest { replicates, seed, .. } = request.into_inner();
        let means = norms::means(&self.gateway, &owned, replicates, seed).await?;
        Ok(Response::new(GetSetMeansResponse { means }))
    }
}
