//! Colour naming.

use nameit_proto::api::v1::{GetColoursRequest, GetColoursResponse, colours_service_server::ColoursService};
use tonic::{Request, Response, Status};

use super::{Api, actor};
use crate::services::colour_naming::{self, Wanted};

#[tonic::async_trait]
impl ColoursService for Api {
    async fn get_colours(
        &self,
        request: Request<GetColoursRequest>,
    ) -> Result<Response<GetColoursResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let request = request.into_inner();
        let wanted = Wanted {
            white: request.white,
            terms: request.terms_limit,
            related: request.related_limit,
            focal_min_n: request.focal_min_n,
            by_chroma: request.by_chroma,
        };
        let colours = colour_naming::get(&self.gateway, &owned, wanted).await?;
        Ok(Response::new(GetColoursResponse { colours: Some(colours) }))
    }
}
