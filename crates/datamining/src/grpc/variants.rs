//! `nameit.datamining.v1.VariantsService`.

use std::pin::Pin;
use std::sync::Arc;

use futures::Stream;
use nameit_analysis::tally::Tally;
use nameit_analysis::variants::{Vocabulary, proposals};
use nameit_domain::decision::BODY_MAX_BYTES;
use nameit_domain::{ExperimentId, Stimulus};
use nameit_proto::datamining::v1::variants_service_server::VariantsService;
use nameit_proto::datamining::v1::{
    ApplyVariantOperationsRequest, ApplyVariantOperationsResponse, GetMappingRequest, GetMappingResponse,
    GetVariantsRequest, GetVariantsResponse, ListCodedResponsesRequest, ListCodedResponsesResponse,
};
use nameit_proto::findings::v1 as findings;
use tonic::{Request, Response, Status};

use super::computed;
use super::report::parse_id;
use crate::names::Names;
use crate::registry::Registry;
use crate::wire::variants as wire;

/// Coded answers that travel in one message.
const CODED_PER_MESSAGE: usize = 512;

/// The service.
#[derive(Debug)]
pub struct VariantsOf {
    /// What is followed.
    pub registry: Registry,
}

// === impl VariantsOf ===

impl VariantsOf {
    /// What was counted, with the decision it was counted by. A copy, so that nobody waits while it is looked
    /// through.
    async fn counted(&self, experiment_id: ExperimentId) -> Result<(Tally, Names), Status> {
        let live = self.registry.up_to_date(experiment_id).await?;
        let published = live.published();
        Ok((published.mined.tally().clone(), published.mined.names().clone()))
    }
}

type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl VariantsService for VariantsOf {
    async fn get_variants(
        &self,
        request: Request<GetVariantsRequest>,
    ) -> Result<Response<GetVariantsResponse>, Status> {
        let request = request.into_inner();
        let id = parse_id(&request.experiment_id)?;
        let stimuli = self.registry.stimuli(id).await?;
        let (tally, names) = self.counted(id).await?;
        let variants =
            computed(move || wire::variants(&tally, &names, |ordinal| key(&stimuli, ordinal), &request))
                .await?;
        Ok(Response::new(GetVariantsResponse { variants: Some(variants) }))
    }

    async fn apply_variant_operations(
        &self,
        request: Request<ApplyVariantOperationsRequest>,
    ) -> Result<Response<ApplyVariantOperationsResponse>, Status> {
        let ApplyVariantOperationsRequest { experiment_id, operations } = request.into_inner();
        let (tally, names) = self.counted(parse_id(&experiment_id)?).await?;
        let (body, version) = computed(move || {
            let all = |min_score: f64| {
                let mut found = proposals(&Vocabulary::of(&tally), &names.decisions, &names.language);
                found.retain(|proposal| proposal.score >= min_score);
                found
            };
            let operations = wire::operations(operations, all)?;
            let decided = names.decisions.after(&operations, &names.language);
            let decided = decided.map_err(|refusal| Status::invalid_argument(refusal.to_string()))?;
            Ok::<_, Status>((decided.to_json(), names.version))
        })
        .await??;
        if body.len() > BODY_MAX_BYTES {
            return Err(Status::invalid_argument(format!(
                "these decisions need {} bytes; at most {BODY_MAX_BYTES} are kept",
                body.len()
            )));
        }
        Ok(Response::new(ApplyVariantOperationsResponse { body, version }))
    }

    async fn get_mapping(
        &self,
        request: Request<GetMappingRequest>,
    ) -> Result<Response<GetMappingResponse>, Status> {
        let live = self.registry.up_to_date(parse_id(&request.into_inner().experiment_id)?).await?;
        let names = live.names();
        Ok(Response::new(GetMappingResponse {
            version: names.version,
            json: names.decisions.to_json(),
            csv: names.decisions.merges().to_csv(),
        }))
    }

    type ListCodedResponsesStream = Streamed<ListCodedResponsesResponse>;

    async fn list_coded_responses(
        &self,
        request: Request<ListCodedResponsesRequest>,
    ) -> Result<Response<Self::ListCodedResponsesStream>, Status> {
        let (tally, _) = self.counted(parse_id(&request.into_inner().experiment_id)?).await?;
        let mut coded = computed(move || {
            let coded = tally.coded().into_iter().map(|(response, name, count)| findings::CodedResponse {
                response: response.to_owned(),
                name: name.map(str::to_owned),
                count,
            });
            coded.collect::<Vec<_>>()
        })
        .await?
        .into_iter();
        let messages = std::iter::from_fn(move || {
            let responses: Vec<_> = coded.by_ref().take(CODED_PER_MESSAGE).collect();
            (!responses.is_empty()).then_some(Ok(ListCodedResponsesResponse { responses }))
        });
        Ok(Response::new(Box::pin(futures::stream::iter(messages))))
    }
}

fn key(stimuli: &Arc<[Stimulus]>, ordinal: u32) -> String {
    stimuli.get(ordinal as usize).map(|stimulus| stimulus.key.as_str().to_owned()).unwrap_or_default()
}
