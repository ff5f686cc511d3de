//! Quality of participants' answers.

use futures::StreamExt as _;
use futures::stream::BoxStream;
use nameit_proto::api::v1::{
    GetParticipantsRequest, GetParticipantsResponse, ListParticipantsRequest, ListParticipantsResponse,
    participants_service_server::ParticipantsService,
};
use tonic::{Request, Response, Status};

use super::{Api, actor};
use crate::services::participants::{self, Wanted};

#[tonic::async_trait]
impl ParticipantsService for Api {
    async fn get_participants(
        &self,
        request: Request<GetParticipantsRequest>,
    ) -> Result<Response<GetParticipantsResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let GetParticipantsRequest { counted, show, offset, limit, .. } = request.into_inner();
        let wanted = Wanted { counted, show, offset, limit };
        let participants = participants::get(&self.gateway, &owned, wanted).await?;
        Ok(Response::new(GetParticipantsResponse { participants: Some(participants) }))
    }

    type ListParticipantsStream = BoxStream<'static, Result<ListParticipantsResponse, Status>>;

    async fn list_participants(
        &self,
        request: Request<ListParticipantsRequest>,
    ) -> Result<Response<Self::ListParticipantsStream>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let pieces = participants::list(&self.gateway, &owned, request.into_inner().counted).await?;
        let messages =
            pieces.map(|piece| Ok(ListParticipantsResponse { participants: piece.map_err(Status::from)? }));
        Ok(Response::new(messages.boxed()))
    }
}
