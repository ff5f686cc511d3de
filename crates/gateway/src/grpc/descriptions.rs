//! Descriptions.

use futures::StreamExt as _;
use futures::stream::BoxStream;
use nameit_proto::api::v1::{
    ChangeAnnotationsRequest, ChangeAnnotationsResponse, GetAnnotationsRequest, GetAnnotationsResponse,
    GetDescriptionsRequest, GetDescriptionsResponse, ListCodedDescriptionsRequest,
    ListCodedDescriptionsResponse, descriptions_service_server::DescriptionsService,
};
use nameit_proto::convert::required;
use tonic::{Request, Response, Status};

use super::{Api, actor};
use crate::services::descriptions::{self, Wanted};

#[tonic::async_trait]
impl DescriptionsService for Api {
    async fn get_descriptions(
        &self,
        request: Request<GetDescriptionsRequest>,
    ) -> Result<Response<GetDescriptionsResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let request = request.into_inner();
        let wanted = Wanted {
            stimulus: request.stimulus,
            descriptions: (request.descriptions_offset, request.descriptions_limit),
            stimuli: (request.stimuli_offset, request.stimuli_limit),
        };
        let descriptions = descriptions::get(&self.gateway, &owned, wanted).await?;
        Ok(Response::new(GetDescriptionsResponse { descriptions: Some(descriptions) }))
    }

    type ListCodedDescriptionsStream = BoxStream<'static, Result<ListCodedDescriptionsResponse, Status>>;

    async fn list_coded_descriptions(
        &self,
        request: Request<ListCodedDescriptionsRequest>,
    ) -> Result<Response<Self::ListCodedDescriptionsStream>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let pieces = descriptions::coded(&self.gateway, &owned).await?;
        let messages = pieces.map(|piece| {
            let descriptions::Coded { version, stimulus, descriptions } = piece.map_err(Status::from)?;
            Ok(ListCodedDescriptionsResponse { version, stimulus, descriptions })
        });
        Ok(Response::new(messages.boxed()))
    }

    async fn get_annotations(
        &self,
        request: Request<GetAnnotationsRequest>,
    ) -> Result<Response<GetAnnotationsResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let found = descriptions::annotations(&self.gateway, &owned).await?;
        let descriptions::Annotations { version, json, scenes_csv, lexicon_csv } = found;
        Ok(Response::new(GetAnnotationsResponse { version, json, scenes_csv, lexicon_csv }))
    }

    async fn change_annotations(
        &self,
        request: Request<ChangeAnnotationsRequest>,
    ) -> Result<Response<ChangeAnnotationsResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let ChangeAnnotationsRequest { change, expected_version, .. } = request.into_inner();
        let change = required("change", change)?;
        descriptions::change(&self.gateway, &owned, change, expected_version).await?;
        let descriptions = descriptions::get(&self.gateway, &owned, Wanted::default()).await?;
        Ok(Response::new(ChangeAnnotationsResponse { descriptions: Some(descriptions) }))
    }
}
