//! `nameit.datamining.v1.DescriptionsService`.

use std::collections::HashSet;
use std::pin::Pin;
use std::sync::Arc;

use futures::stream::{self, Stream, TryStreamExt as _};
use nameit_analysis::descriptions::Annotations;
use nameit_domain::decision::BODY_MAX_BYTES;
use nameit_domain::{DecisionKind, ExperimentId, Stimulus};
use nameit_proto::convert::required;
use nameit_proto::datamining::v1::descriptions_service_server::DescriptionsService;
use nameit_proto::datamining::v1::{
    ApplyAnnotationChangeRequest, ApplyAnnotationChangeResponse, GetAnnotationsRequest,
    GetAnnotationsResponse, GetDescriptionsRequest, GetDescriptionsResponse, ListCodedDescriptionsRequest,
    ListCodedDescriptionsResponse,
};
use tonic::{Code, Request, Response, Status};

use super::report::parse_id;
use crate::registry::Registry;
use crate::wire::descriptions::{self as wire, Who};

/// The service.
#[derive(Debug)]
pub struct DescriptionsOf {
    /// What is followed.
    pub registry: Registry,
}

// === impl DescriptionsOf ===

impl DescriptionsOf {
    /// The annotations in force with their version; version 0 while there are none.
    async fn annotations(&self, experiment_id: ExperimentId) -> Result<(u64, Annotations), Status> {
        let Some((version, body)) = self.registry.decided(experiment_id, DecisionKind::Annotations).await?
        else {
            return Ok((0, Annotations::default()));
        };
        let annotations = Annotations::parse(&body).map_err(|refusal| {
            Status::internal(format!("version {version} of the annotations cannot be used: {refusal}"))
        })?;
        Ok((version, annotations))
    }

    /// What was counted, with the annotations in force, and who said what if that is wanted and needed. A copy, so
    /// that nobody waits while it is looked through.
    async fn described(&self, id: ExperimentId, with_parts: bool) -> Result<wire::Described, Status> {
        let stimuli = self.registry.stimuli(id).await?;
        let (version, annotations) = self.annotations(id).await?;
        let live = self.registry.up_to_date(id).await?;
        let language = live.names().language;
        let tally = live.published().mined.tally().clone();
        // Only parts need to know who said what.
        let who =
            if with_parts && !annotations.parts.is_empty() { self.who(id).await? } else { Who::NotAsked };
        Ok(wire::Described { tally, stimuli, version, annotations, language, who })
    }

    /// Who said what. That there are too many answers to hold them all is no reason to refuse everything else.
    async fn who(&self, id: ExperimentId) -> Result<Who, Status> {
        match self.registry.cohort(id).await {
            Ok(cohort) => Ok(Who::Known(cohort)),
            Err(status) if status.code() == Code::ResourceExhausted => {
                Ok(Who::TooMany(status.message().to_owned()))
            }
            Err(status) => Err(status),
        }
    }
}

type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl DescriptionsService for DescriptionsOf {
    async fn get_descriptions(
        &self,
        request: Request<GetDescriptionsRequest>,
    ) -> Result<Response<GetDescriptionsResponse>, Status> {
        let request = request.into_inner();
        let id = parse_id(&request.experiment_id)?;
        let stimuli = self.registry.stimuli(id).await?;
        if let Some(key) = &request.stimulus
            && !stimuli.iter().any(|stimulus| stimulus.key.as_str() == key)
        {
            return Err(Status::not_found("there is no such stimulus"));
        }
        let described = self.described(id, true).await?;
        let descriptions = super::computed(move || wire::descriptions(&described, &request)).await?;
        Ok(Response::new(GetDescriptionsResponse { descriptions: Some(descriptions) }))
    }

    type ListCodedDescriptionsStream = Streamed<ListCodedDescriptionsResponse>;

    async fn list_coded_descriptions(
        &self,
        request: Request<ListCodedDescriptionsRequest>,
    ) -> Result<Response<Self::ListCodedDescriptionsStream>, Status> {
        let id = parse_id(&request.into_inner().experiment_id)?;
        let described = Arc::new(self.described(id, false).await?);
        let by_stimulus = stream::try_unfold(0, move |place| {
            let described = Arc::clone(&described);
            super::computed(move || wire::coded_from(&described, place))
        });
        let messages =
            by_stimulus.map_ok(|messages| stream::iter(messages.into_iter().map(Ok))).try_flatten();
        Ok(Response::new(Box::pin(messages)))
    }

    async fn get_annotations(
        &self,
        request: Request<GetAnnotationsRequest>,
    ) -> Result<Response<GetAnnotationsResponse>, Status> {
        let (version, annotations) = self.annotations(parse_id(&request.into_inner().experiment_id)?).await?;
        Ok(Response::new(GetAnnotationsResponse {
            version,
            json: annotations.to_json(),
            scenes_csv: annotations.to_table(),
            lexicon_csv: annotations.lexicon.to_csv(),
        }))
    }

    async fn apply_annotation_change(
        &self,
        request: Request<ApplyAnnotationChangeRequest>,
    ) -> Result<Response<ApplyAnnotationChangeResponse>, Status> {
        let ApplyAnnotationChangeRequest { experiment_id, change } = request.into_inner();
        let id = parse_id(&experiment_id)?;
        let change = required("change", change)?;
        let (version, mut annotations) = self.annotations(id).await?;
        let refused =
            |refusal: nameit_analysis::descriptions::Error| Status::invalid_argument(refusal.to_string());
        if let Some(scenes) = &change.scenes {
            annotations.replace_scenes(scenes).map_err(refused)?;
        }
        if let Some(lexicon) = &change.lexicon {
            annotations.replace_lexicon(lexicon).map_err(refused)?;
        }
        if let Some(rules) = change.rules {
            annotations.rules = wire::rules_decided(rules)?;
        }
        check(&annotations, &self.registry.stimuli(id).await?)?;
        let body = annotations.to_json();
        if body.len() > BODY_MAX_BYTES {
            return Err(Status::invalid_argument(format!(
                "these annotations need {} bytes; at most {BODY_MAX_BYTES} are kept",
                body.len()
            )));
        }
        Ok(Response::new(ApplyAnnotationChangeResponse { body, version }))
    }
}

/// Whether annotations can be used with these stimuli.
pub(super) fn check(annotations: &Annotations, stimuli: &Arc<[Stimulus]>) -> Result<(), Status> {
    let known: HashSet<&str> = stimuli.iter().map(|stimulus| stimulus.key.as_str()).collect();
    annotations
        .check(|key| known.contains(key))
        .map_err(|refusal| Status::invalid_argument(refusal.to_string()))
}
