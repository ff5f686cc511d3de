//! `nameit.datamining.v1.ParticipantsService`: whose answers a researcher should look at.

use std::pin::Pin;

use futures::Stream;
use nameit_analysis::quality::{self, Counted, Limits, NotCountable, QualityReport};
use nameit_domain::ExperimentId;
use nameit_proto::datamining::v1::participants_service_server::ParticipantsService;
use nameit_proto::datamining::v1::{
    GetParticipantsRequest, GetParticipantsResponse, ListParticipantsRequest, ListParticipantsResponse,
};
use tonic::{Request, Response, Status};

use super::computed;
use super::report::parse_id;
use crate::registry::Registry;
use crate::wire::participants::{self as wire, Page, Show};

/// Participants that are given when nothing is said, and at most.
const LIMITS: (u32, u32) = (100, 1_000);

/// Participants that travel in one message.
const PER_MESSAGE: usize = 100;

/// The service.
#[derive(Debug)]
pub struct ParticipantsOf {
    /// What is followed.
    pub registry: Registry,
}

// === impl ParticipantsOf ===

impl ParticipantsOf {
    async fn report(
        &self,
        experiment_id: ExperimentId,
        counted: Option<String>,
    ) -> Result<QualityReport, Status> {
        let counted: Option<Counted> = counted
            .map(|words| words.parse())
            .transpose()
            .map_err(|error: NotCountable| Status::invalid_argument(error.to_string()))?;
        let naming = self.registry.up_to_date(experiment_id).await?.names().naming;
        let cohort = self.registry.cohort(experiment_id).await?;
        computed(move || {
            let named = cohort.named(&naming);
            quality::report(&cohort, &named, &Limits::default(), &counted.unwrap_or_default())
        })
        .await
    }
}

type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl ParticipantsService for ParticipantsOf {
    async fn get_participants(
        &self,
        request: Request<GetParticipantsRequest>,
    ) -> Result<Response<GetParticipantsResponse>, Status> {
        let GetParticipantsRequest { experiment_id, counted, show, offset, limit } = request.into_inner();
        let id = parse_id(&experiment_id)?;
        let show = Show::parse(&show)
            .ok_or_else(|| Status::invalid_argument("`show` has to be all, flagged or striking"))?;
        let limit = if limit == 0 { LIMITS.0 } else { limit.min(LIMITS.1) };
        let page = Page { show, offset: offset as usize, limit: limit as usize };
        let stimuli = self.registry.stimuli(id).await?;
        let report = self.report(id, counted).await?;
        let key = |ordinal: u32| {
            stimuli.get(ordinal as usize).map(|stimulus| stimulus.key.as_str().to_owned()).unwrap_or_default()
        };
        Ok(Response::new(GetParticipantsResponse {
            participants: Some(wire::participants(&report, &page, key)),
        }))
    }

    type ListParticipantsStream = Streamed<ListParticipantsResponse>;

    async fn list_participants(
        &self,
        request: Request<ListParticipantsRequest>,
    ) -> Result<Response<Self::ListParticipantsStream>, Status> {
        let ListParticipantsRequest { experiment_id, counted } = request.into_inner();
        let report = self.report(parse_id(&experiment_id)?, counted).await?;
        let mut order = wire::ranked(&report, Show::All).into_iter();
        let messages = std::iter::from_fn(move || {
            let people = order.by_ref().take(PER_MESSAGE);
            let participants: Vec<_> = people.map(|at| wire::participant(&report.participants[at])).collect();
            (!participants.is_empty()).then_some(Ok(ListParticipantsResponse { participants }))
        });
        Ok(Response::new(Box::pin(futures::stream::iter(messages))))
    }
}
