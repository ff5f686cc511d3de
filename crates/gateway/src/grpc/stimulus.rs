//! Stimuli.

use bytes::{Bytes, BytesMut};
use nameit_domain::Target;
use nameit_domain::colour::Srgb;
use nameit_domain::text::{Question, StimulusKey};
use nameit_proto::api::v1::{
    ApplyManifestRequest, ApplyManifestResponse, DeleteStimulusRequest, DeleteStimulusResponse,
    GetStimulusRequest, GetStimulusResponse, ListStimuliRequest, ListStimuliResponse, PutColoursRequest,
    PutColoursResponse, PutImageRequest, PutImageResponse, UpdateStimulusRequest, UpdateStimulusResponse,
    stimulus_service_server::StimulusService,
};
use tonic::{Request, Response, Status, Streaming};

use super::{Api, actor};
use crate::config::{IMAGE_MAX_BYTES, UPLOAD_TIMEOUT};
use crate::error::{Error, ErrorCode, Result};
use crate::services::edit::Edit;
use crate::services::stimulus::{self, Change};

#[tonic::async_trait]
impl StimulusService for Api {
    async fn list_stimuli(
        &self,
        request: Request<ListStimuliRequest>,
    ) -> Result<Response<ListStimuliResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let stimuli = stimulus::list(&self.gateway, &owned).await?;
        Ok(Response::new(ListStimuliResponse { stimuli: stimuli.into_iter().map(Into::into).collect() }))
    }

    async fn get_stimulus(
        &self,
        request: Request<GetStimulusRequest>,
    ) -> Result<Response<GetStimulusResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let key = key(&request.get_ref().key)?;
        let stimulus = stimulus::get(&self.gateway, &owned, &key).await?;
        Ok(Response::new(GetStimulusResponse { stimulus: Some(stimulus.into()) }))
    }

    async fn put_image(
        &self,
        request: Request<Streaming<PutImageRequest>>,
    ) -> Result<Response<PutImageResponse>, Status> {
        let actor = actor(&request)?;
        let mut stream = request.into_inner();
        let first = stream.message().await?.unwrap_or_default();
        let owned = self.owned(&actor, &first.experiment_id).await?;
        let key = key(&first.key)?;
        let question = first.question.as_deref().map(Question::parse).transpose().map_err(Error::from)?;
        let file = tokio::time::timeout(UPLOAD_TIMEOUT, collect(first.chunk, stream))
            .await
            .map_err(|_| Error::unavailable("the upload took too long"))??;
        let put = stimulus::put_image(&self.gateway, &owned, key, question, file).await?;
        Ok(Response::new(PutImageResponse { stimulus: Some(put.stimulus.into()), created: put.created }))
    }

    async fn put_colours(
        &self,
        request: Request<PutColoursRequest>,
    ) -> Result<Response<PutColoursResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let mut colours = Vec::new();
        for colour in request.into_inner().colours {
            colours.push((key(&colour.key)?, Srgb::parse(&colour.colour).map_err(Error::from)?));
        }
        let stimuli = stimulus::put_colours(&self.gateway, &owned, colours).await?;
        Ok(Response::new(PutColoursResponse { stimuli: stimuli.into_iter().map(Into::into).collect() }))
    }

    async fn update_stimulus(
        &self,
        request: Request<UpdateStimulusRequest>,
    ) -> Result<Response<UpdateStimulusResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let message = request.into_inner();
        let key = key(&message.key)?;
        let change = change(message)?;
        let stimulus = stimulus::change(&self.gateway, &owned, &key, change).await?;
        Ok(Response::new(UpdateStimulusResponse { stimulus: Some(stimulus.into()) }))
    }

    async fn delete_stimulus(
        &self,
        request: Request<DeleteStimulusRequest>,
    ) -> Result<Response<DeleteStimulusResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        stimulus::delete(&self.gateway, &owned, &key(&request.get_ref().key)?).await?;
        Ok(Response::new(DeleteStimulusResponse {}))
    }

    async fn apply_manifest(
        &self,
        request: Request<ApplyManifestRequest>,
    ) -> Result<Response<ApplyManifestResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let applied = stimulus::apply_manifest(&self.gateway, &owned, &request.get_ref().csv).await?;
        Ok(Response::new(ApplyManifestResponse { changed: applied.changed, created: applied.created }))
    }
}

async fn collect(first: Vec<u8>, mut stream: Streaming<PutImageRequest>) -> Result<Bytes, Status> {
    let mut file = BytesMut::from(first.as_slice());
    while let Some(message) = stream.message().await? {
        if file.len() + message.chunk.len() > IMAGE_MAX_BYTES {
            return Err(
                Error::new(ErrorCode::TooLarge, "the image is too large; at most 25 MiB are taken").into()
            );
        }
        file.extend_from_slice(&message.chunk);
    }
    Ok(file.freeze())
}

fn key(text: &str) -> Result<StimulusKey> {
    Ok(StimulusKey::parse(text)?)
}

fn change(message: UpdateStimulusRequest) -> Result<Change> {
    let question = match message.question.as_deref() {
        None => Edit::Keep,
        Some("") => Edit::Clear,
        Some(question) => Edit::Set(Question::parse(question)?),
    };
    let target = match message.target {
        _ if message.remove_target => Edit::Clear,
        None => Edit::Keep,
        Some(target) => {
            Edit::Set(Target::try_from(target).map_err(|error| Error::invalid("target", error.to_string()))?)
        }
    };
    Ok(Change { question, target })
}
