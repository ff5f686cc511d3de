//! `nameit.datamining.v1.UsageService`: how an experiment is used.

use std::sync::Arc;

use nameit_analysis::usage::{self, Surroundings};
use nameit_domain::Clock;
use nameit_proto::datamining::v1::usage_service_server::UsageService;
use nameit_proto::datamining::v1::{GetUsageRequest, GetUsageResponse};
use tonic::{Request, Response, Status};

use super::computed;
use super::report::parse_id;
use crate::registry::Registry;
use crate::wire::usage as wire;

/// The service.
pub struct UsageOf {
    /// What is followed.
    pub registry: Registry,
    /// Tells who may still be at it.
    pub clock: Arc<dyn Clock>,
}

#[tonic::async_trait]
impl UsageService for UsageOf {
    async fn get_usage(
        &self,
        request: Request<GetUsageRequest>,
    ) -> Result<Response<GetUsageResponse>, Status> {
        let id = parse_id(&request.into_inner().experiment_id)?;
        let trials = self.registry.stimuli(id).await?.len() as u32;
        let cohort = self.registry.cohort(id).await?;
        // After the cohort, so that whoever is in it has been counted at the door.
        let link_openings = self.registry.link_openings(id).await?;
        let surroundings = Surroundings { now_ms: self.clock.now().as_millisecond(), trials, link_openings };
        let usage = computed(move || wire::usage(&usage::report(&cohort, surroundings))).await?;
        Ok(Response::new(GetUsageResponse { usage: Some(usage) }))
    }
}
