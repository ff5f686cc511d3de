//! Stimuli and images.

use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use nameit_domain::image::{ImageBytes, ImageHash};
use nameit_domain::text::StimulusKey;
use nameit_domain::{Clock, ExperimentId, Invalid, Stimulus};
use nameit_proto::convert::required;
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::stimulus_service_server::StimulusService;
use nameit_store::Store;
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status, Streaming};

use super::status::{not_found, of_invalid, of_store};

/// Bytes of an image in one message.
const CHUNK_BYTES: usize = 256 * 1024;

/// Bytes of one image.
const IMAGE_MAX_BYTES: usize = 32 * 1024 * 1024;

/// Images that are held in memory at once; others wait.
const IMAGES_AT_ONCE: usize = 8;

pub(super) struct Stimuli {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    images: Arc<Semaphore>,
}

// === impl Stimuli ===

impl Stimuli {
    pub(super) fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, images: Arc::new(Semaphore::new(IMAGES_AT_ONCE)) }
    }

    async fn image_place(&self) -> Result<tokio::sync::OwnedSemaphorePermit, Status> {
        let place = self.images.clone().acquire_owned().await;
        place.map_err(|_| Status::unavailable("storage is stopping"))
    }
}

#[tonic::async_trait]
impl StimulusService for Stimuli {
    type GetImageStream = BoxStream<'static, Result<wire::GetImageResponse, Status>>;

    async fn put_stimuli(
        &self,
        request: Request<wire::PutStimuliRequest>,
    ) -> Result<Response<wire::PutStimuliResponse>, Status> {
        let request = request.into_inner();
        let id = ExperimentId::parse(&request.experiment_id).map_err(of_invalid)?;
        let stimuli: Result<Vec<Stimulus>, _> = request.stimuli.into_iter().map(TryInto::try_into).collect();
        let stored = self.store.put_stimuli(id, &stimuli?, self.clock.now()).await;
        let stored = stored.map_err(|error| of_store(&error))?;
        let stimuli = stored.into_iter().map(Into::into).collect();
        Ok(Response::new(wire::PutStimuliResponse { stimuli }))
    }

    async fn get_stimulus(
        &self,
        request: Request<wire::GetStimulusRequest>,
    ) -> Result<Response<wire::GetStimulusResponse>, Status> {
        let request = request.into_inner();
        let id = ExperimentId::parse(&request.experiment_id).map_err(of_invalid)?;
        let key = StimulusKey::parse(&request.key).map_err(of_invalid)?;
        let found = self.store.stimulus(id, &key).await.map_err(|error| of_store(&error))?;
        let stimulus = found.ok_or_else(|| not_found("stimulus"))?;
        Ok(Response::new(wire::GetStimulusResponse { stimulus: Some(stimulus.into()) }))
    }

    async fn list_stimuli(
        &self,
        request: Request<wire::ListStimuliRequest>,
    ) -> Result<Response<wire::ListStimuliResponse>, Status> {
        let id = ExperimentId::parse(&request.into_inner().experiment_id).map_err(of_invalid)?;
        let stimuli = self.store.stimuli(id).await.map_err(|error| of_store(&error))?;
        let stimuli = stimuli.into_iter().map(Into::into).collect();
        Ok(Response::new(wire::ListStimuliResponse { stimuli }))
    }

    async fn delete_stimulus(
        &self,
        request: Request<wire::DeleteStimulusRequest>,
    ) -> Result<Response<wire::DeleteStimulusResponse>, Status> {
        let request = request.into_inner();
        let id = ExperimentId::parse(&request.experiment_id).map_err(of_invalid)?;
        let key = StimulusKey::parse(&request.key).map_err(of_invalid)?;
        let deleted = self.store.delete_stimulus(id, &key, self.clock.now()).await;
        deleted.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::DeleteStimulusResponse {}))
    }

    async fn put_image(
        &self,
        request: Request<Streaming<wire::PutImageRequest>>,
    ) -> Result<Response<wire::PutImageResponse>, Status> {
        let _place = self.image_place().await?;
        let mut messages = request.into_inner();
        let first = required("hash", messages.message().await?)?;
        let hash = ImageHash::parse(&first.hash).map_err(of_invalid)?;
        let mut bytes = first.chunk.to_vec();
        while let Some(message) = messages.message().await? {
            bytes.extend_from_slice(&message.chunk);
            if bytes.len() > IMAGE_MAX_BYTES {
                let limit = IMAGE_MAX_BYTES / 1024 / 1024;
                return Err(of_invalid(Invalid::new("chunk", format!("an image has at most {limit} MiB"))));
            }
        }
        let image = ImageBytes { hash, media_type: first.media_type, bytes };
        self.store.put_image(&image).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::PutImageResponse {}))
    }

    async fn get_image(
        &self,
        request: Request<wire::GetImageRequest>,
    ) -> Result<Response<Self::GetImageStream>, Status> {
        let hash = ImageHash::parse(&request.into_inner().hash).map_err(of_invalid)?;
        let place = self.image_place().await?;
        let found = self.store.image(&hash).await.map_err(|error| of_store(&error))?;
        let image = found.ok_or_else(|| not_found("image"))?;
        let first = wire::GetImageResponse { media_type: image.media_type, chunk: Bytes::new() };
        let rest = stream::unfold((Bytes::from(image.bytes), place), |(mut bytes, place)| async move {
            if bytes.is_empty() {
                return None;
            }
            let chunk = bytes.split_to(bytes.len().min(CHUNK_BYTES));
            Some((Ok(wire::GetImageResponse { media_type: String::new(), chunk }), (bytes, place)))
        });
        Ok(Response::new(stream::once(async { Ok(first) }).chain(rest).boxed()))
    }
}
