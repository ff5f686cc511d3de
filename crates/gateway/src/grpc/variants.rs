//! Spelling variants.

use futures::StreamExt as _;
use futures::stream::BoxStream;
use nameit_proto::api::v1::{
    DecideVariantsRequest, DecideVariantsResponse, GetMappingRequest, GetMappingResponse, GetVariantsRequest,
    GetVariantsResponse, ListCodedResponsesRequest, ListCodedResponsesResponse,
    variants_service_server::VariantsService,
};
use tonic::{Request, Response, Status};

use super::{Api, actor};
use crate::services::variants::{self, Wanted};

#[tonic::async_trait]
impl VariantsService for Api {
    async fn get_variants(
        &self,
        request: Request<GetVariantsRequest>,
    ) -> Result<Response<GetVariantsResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let request = request.into_inner();
        let wanted = Wanted {
            proposals: (request.proposals_offset, request.proposals_limit),
            groups: (request.groups_offset, request.groups_limit),
            min_score: request.min_score,
            text: request.text,
        };
        let variants = variants::get(&self.gateway, &owned, wanted).await?;
        Ok(Response::new(GetVariantsResponse { variants: Some(variants) }))
    }

    async fn decide_variants(
        &self,
        request: Request<DecideVariantsRequest>,
    ) -> Result<Response<DecideVariantsResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let request = request.into_inner();
        variants::decide(&self.gateway, &owned, request.operations, request.expected_version).await?;
        let variants = variants::get(&self.gateway, &owned, Wanted::default()).await?;
        Ok(Response::new(DecideVariantsResponse { variants: Some(variants) }))
    }

    async fn get_mapping(
        &self,
        request: Request<GetMappingRequest>,
    ) -> Result<Response<GetMappingResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let variants::Mapping { version, json, csv } = variants::mapping(&self.gateway, &owned).await?;
        Ok(Response::new(GetMappingResponse { version, json, csv }))
    }

    type ListCodedResponsesStream = BoxStream<'static, Result<ListCodedResponsesResponse, Status>>;

    async fn list_coded_responses(
        &self,
        request: Request<ListCodedResponsesRequest>,
    ) -> Result<Response<Self::ListCodedResponsesStream>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let pieces = variants::coded_responses(&self.gateway, &owned).await?;
        let messages =
            pieces.map(|piece| Ok(ListCodedResponsesResponse { responses: piece.map_err(Status::from)? }));
        Ok(Response::new(messages.boxed()))
    }
}
