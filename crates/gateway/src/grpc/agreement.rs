//! Agreement between participants.

use nameit_proto::api::v1::{
    GetAgreementRequest, GetAgreementResponse, agreement_service_server::AgreementService,
};
use tonic::{Request, Response, Status};

use super::{Api, actor};
use crate::services::agreement;

#[tonic::async_trait]
impl AgreementService for Api {
    async fn get_agreement(
        &self,
        request: Request<GetAgreementRequest>,
    ) -> Result<Response<GetAgreementResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let GetAgreementRequest { replicates, seed, .. } = request.into_inner();
        let agreement = agreement::get(&self.gateway, &owned, replicates, seed).await?;
        Ok(Response::new(GetAgreementResponse { agreement: Some(agreement) }))
    }
}
