use async_trait::async_trait;
use nameit_domain::image::{ImageBytes, ImageHash};
use nameit_domain::text::StimulusKey;
use nameit_domain::{ExperimentId, Stimulus, Timestamp};
use nameit_proto::common::v1 as common;
use nameit_proto::storage::v1 as wire;
use nameit_store::{Result, StimulusStore};

use super::{GrpcStore, answer, error, found};

fn domain(stimuli: Vec<common::Stimulus>) -> Vec<Stimulus> {
    stimuli.into_iter().map(|stimulus| stimulus.try_into().unwrap()).collect()
}

#[async_trait]
impl StimulusStore for GrpcStore {
    async fn put_stimuli(
        &self,
        experiment_id: ExperimentId,
        stimuli: &[Stimulus],
        now: Timestamp,
    ) -> Result<Vec<Stimulus>> {
        self.clock.set(now);
        let stimuli = stimuli.iter().cloned().map(Into::into).collect();
        let request = wire::PutStimuliRequest { experiment_id: experiment_id.to_string(), stimuli };
        Ok(domain(answer(self.stimuli_service().put_stimuli(request).await)?.stimuli))
    }

    async fn stimulus(&self, experiment_id: ExperimentId, key: &StimulusKey) -> Result<Option<Stimulus>> {
        let (experiment_id, key) = (experiment_id.to_string(), key.to_string());
        let request = wire::GetStimulusRequest { experiment_id, key };
        let answer = found(self.stimuli_service().get_stimulus(request).await)?;
        Ok(answer.map(|answer| answer.stimulus.unwrap().try_into().unwrap()))
    }

    async fn stimuli(&self, experiment_id: ExperimentId) -> Result<Vec<Stimulus>> {
        let request = wire::ListStimuliRequest { experiment_id: experiment_id.to_string() };
        Ok(domain(answer(self.stimuli_service().list_stimuli(request).await)?.stimuli))
    }

    async fn delete_stimulus(
        &self,
        experiment_id: ExperimentId,
        key: &StimulusKey,
        now: Timestamp,
    ) -> Result<()> {
        self.clock.set(now);
        let (experiment_id, key) = (experiment_id.to_string(), key.to_string());
        let request = wire::DeleteStimulusRequest { experiment_id, key };
        answer(self.stimuli_service().delete_stimulus(request).await).map(drop)
    }

    async fn put_image(&self, image: &ImageBytes) -> Result<()> {
        let first = wire::PutImageRequest {
            hash: image.hash.to_string(),
            media_type: image.media_type.clone(),
            chunk: bytes::Bytes::new(),
        };
        let chunk = |chunk: &[u8]| wire::PutImageRequest {
            chunk: bytes::Bytes::copy_from_slice(chunk),
            ..wire::PutImageRequest::default()
        };
        let rest = image.bytes.chunks(100_000).map(chunk);
        let messages: Vec<_> = std::iter::once(first).chain(rest).collect();
        answer(self.stimuli_service().put_image(futures::stream::iter(messages)).await).map(drop)
    }

    async fn image(&self, hash: &ImageHash) -> Result<Option<ImageBytes>> {
        let request = wire::GetImageRequest { hash: hash.to_string() };
        let Some(mut messages) = found(self.stimuli_service().get_image(request).await)? else {
            return Ok(None);
        };
        let mut image = ImageBytes { hash: hash.clone(), media_type: String::new(), bytes: Vec::new() };
        while let Some(message) = messages.message().await.map_err(error)? {
            image.media_type.push_str(&message.media_type);
            image.bytes.extend_from_slice(&message.chunk);
        }
        Ok(Some(image))
    }
}
