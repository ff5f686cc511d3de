//! The experiments that are followed at the moment, within a bound.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use nameit_analysis::cohort::Cohort;
use nameit_domain::feed::FeedHead;
use nameit_domain::{DecisionKind, Experiment, ExperimentId, Stimulus};
use nameit_proto::convert::required;
use nameit_proto::storage::v1::experiment_service_client::ExperimentServiceClient;
use nameit_proto::storage::v1::feed_service_client::FeedServiceClient;
use nameit_proto::storage::v1::stimulus_service_client::StimulusServiceClient;
use nameit_proto::storage::v1::visit_service_client::VisitServiceClient;
use nameit_proto::storage::v1::{
    GetExperimentRequest, GetHeadRequest, ListStimuliRequest, ListVisitsRequest, get_experiment_request,
};
use nameit_runtime::{MESSAGE_MAX_BYTES, Shutdown, client};
use nameit_telemetry::metrics::{Gauge, Observation};
use nameit_telemetry::names;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::decided;
use crate::live::LiveExperiment;
use crate::names::Names;
use crate::rules::Rules;

/// How long an experiment that nobody asks for is still followed.
const IDLE_TIME: Duration = Duration::from_mins(15);

/// How long storage may take to answer a question.
pub(crate) const STORAGE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long stimuli are remembered. They change only before there are answers.
const STIMULI_TIME: Duration = Duration::from_mins(1);

/// Cohorts that are kept at once, and how long one that nobody asks for is.
const COHORTS: (u64, Duration) = (4, Duration::from_mins(5));

/// How long a report waits for responses that are durable but not mined yet.
const CATCH_UP_TIMEOUT: Duration = Duration::from_secs(20);

/// Finds the live state of experiments.
#[derive(Clone)]
pub struct Registry {
    storage: client::Channel,
    live: Cache<ExperimentId, Arc<LiveExperiment>>,
    stimuli: Cache<ExperimentId, Arc<[Stimulus]>>,
    cohorts: Cache<ExperimentId, (FeedHead, Arc<Cohort>)>,
    stop: CancellationToken,
    _observed: Arc<Observation>,
}

// === impl Registry ===

impl Registry {
    /// Follows at most `experiments_max` experiments at once; the longest unused is let go.
    pub fn new(storage: client::Channel, experiments_max: u64, shutdown: &Shutdown) -> Self {
        let live: Cache<ExperimentId, Arc<LiveExperiment>> =
            Cache::builder().max_capacity(experiments_max).time_to_idle(IDLE_TIME).build();
        let counted = live.clone();
        let observed = Gauge::observe(&names::TALLIES_EXPERIMENTS, move || {
            vec![(counted.iter().count() as f64, Vec::new())]
        });
        let stimuli = Cache::builder().max_capacity(experiments_max).time_to_live(STIMULI_TIME).build();
        let cohorts = Cache::builder().max_capacity(COHORTS.0).time_to_idle(COHORTS.1).build();
        Self { storage, live, stimuli, cohorts, stop: shutdown.soft(), _observed: Arc::new(observed) }
    }

    /// The experiment with everything mined that was durable when this was called.
    ///
    /// # Errors
    /// `NOT_FOUND` without the experiment, `UNAVAILABLE` while storage is away or mining cannot keep up.
    pub async fn up_to_date(&self, experiment_id: ExperimentId) -> Result<Arc<LiveExperiment>, Status> {
        let head = self.head(experiment_id).await?;
        let live = self
            .live
            .try_get_with(experiment_id, self.follow(experiment_id))
            .await
            .map_err(|status: Arc<Status>| Status::clone(&status))?;
        // The feed tells it, too, but a little later.
        if head.decisions.get(&DecisionKind::Variants).copied().unwrap_or(0) > live.names().version {
            let names = Names::load(self.storage.clone(), experiment_id, &live.names().language).await?;
            live.decide(names).await;
        }
        let latest = |kind: DecisionKind| head.decisions.get(&kind).copied().unwrap_or(0);
        if live.rules().are_behind(latest(DecisionKind::StopRule), latest(DecisionKind::Trimming)) {
            live.rule(Rules::load(self.storage.clone(), experiment_id).await?);
        }
        tokio::time::timeout(CATCH_UP_TIMEOUT, live.caught_up_with(&head)).await.map_err(|_| {
            Status::unavailable("the responses are still being counted; try again in a moment")
        })?;
        Ok(live)
    }

    /// How many experiments are followed. Counted, for the cache's own number lags behind.
    pub fn experiments(&self) -> u64 {
        self.live.iter().count() as u64
    }

    /// The stimuli of an experiment by ordinal.
    ///
    /// # Errors
    /// `NOT_FOUND` without the experiment, `UNAVAILABLE` while storage is away.
    pub async fn stimuli(&self, experiment_id: ExperimentId) -> Result<Arc<[Stimulus]>, Status> {
        let load = async {
            let mut request =
                tonic::Request::new(ListStimuliRequest { experiment_id: experiment_id.to_string() });
            request.set_timeout(STORAGE_TIMEOUT);
            let found = StimulusServiceClient::new(self.storage.clone()).list_stimuli(request).await?;
            let stimuli = found.into_inner().stimuli.into_iter().map(Stimulus::try_from);
            let stimuli: Result<Vec<Stimulus>, _> = stimuli.collect();
            Ok(stimuli.map_err(|error| Status::internal(error.to_string()))?.into())
        };
        let found = self.stimuli.try_get_with(experiment_id, load).await;
        found.map_err(|status: Arc<Status>| Status::clone(&status))
    }

    /// Who said what, with everything that was durable when this was called. Kept until something new is.
    ///
    /// # Errors
    /// `NOT_FOUND` without the experiment, `UNAVAILABLE` while storage is away, `RESOURCE_EXHAUSTED` when there are
    /// more responses than are held at once.
    pub async fn cohort(&self, experiment_id: ExperimentId) -> Result<Arc<Cohort>, Status> {
        let head = self.head(experiment_id).await?;
        if let Some((known, cohort)) = self.cohorts.get(&experiment_id).await {
            if known.cursor == head.cursor && known.totals == head.totals {
                return Ok(cohort);
            }
            self.cohorts.invalidate(&experiment_id).await;
        }
        let storage = self.storage.clone();
        let load = async move { Ok((head, Arc::new(crate::cohort::load(storage, experiment_id).await?))) };
        let found = self.cohorts.try_get_with(experiment_id, load).await;
        found.map(|(_, cohort)| cohort).map_err(|status: Arc<Status>| Status::clone(&status))
    }

    /// How often the link of an experiment was opened; `None` when that was never counted.
    ///
    /// # Errors
    /// `NOT_FOUND` without the experiment, `UNAVAILABLE` while storage is away.
    pub async fn link_openings(&self, experiment_id: ExperimentId) -> Result<Option<u64>, Status> {
        let mut request = tonic::Request::new(ListVisitsRequest { experiment_id: experiment_id.to_string() });
        request.set_timeout(STORAGE_TIMEOUT);
        let mut client =
            VisitServiceClient::new(self.storage.clone()).max_decoding_message_size(MESSAGE_MAX_BYTES);
        let visits = client.list_visits(request).await?.into_inner().visits;
        let sum = visits.iter().fold(0_u64, |sum, hour| sum.saturating_add(hour.count));
        Ok((!visits.is_empty()).then_some(sum))
    }

    async fn head(&self, experiment_id: ExperimentId) -> Result<FeedHead, Status> {
        let mut request = tonic::Request::new(GetHeadRequest { experiment_id: experiment_id.to_string() });
        request.set_timeout(STORAGE_TIMEOUT);
        let head = FeedServiceClient::new(self.storage.clone()).get_head(request).await?.into_inner();
        FeedHead::try_from(head).map_err(|error| Status::internal(error.to_string()))
    }

    /// The language of an experiment's answers, a BCP-47 tag.
    ///
    /// # Errors
    /// `NOT_FOUND` without the experiment, `UNAVAILABLE` while storage is away.
    pub async fn language(&self, experiment_id: ExperimentId) -> Result<Arc<str>, Status> {
        if let Some(live) = self.live.get(&experiment_id).await {
            return Ok(live.names().language);
        }
        Ok(self.experiment(experiment_id).await?.language.as_str().into())
    }

    /// The latest decision of one kind, its version and its body; `None` while nothing was decided.
    ///
    /// # Errors
    /// `NOT_FOUND` without the experiment is told by the other calls; `UNAVAILABLE` while storage is away.
    pub async fn decided(
        &self,
        experiment_id: ExperimentId,
        kind: DecisionKind,
    ) -> Result<Option<(u64, String)>, Status> {
        decided::latest(self.storage.clone(), experiment_id, kind).await
    }

    async fn follow(&self, experiment_id: ExperimentId) -> Result<Arc<LiveExperiment>, Status> {
        let experiment = self.experiment(experiment_id).await?;
        tracing::debug!(%experiment_id, "begins to follow");
        let names = Names::load(self.storage.clone(), experiment_id, experiment.language.as_str()).await?;
        let rules = Rules::load(self.storage.clone(), experiment_id).await?;
        Ok(Arc::new(LiveExperiment::follow(experiment_id, names, rules, self.storage.clone(), &self.stop)))
    }

    async fn experiment(&self, experiment_id: ExperimentId) -> Result<Experiment, Status> {
        let key = get_experiment_request::Key::Id(experiment_id.to_string());
        let mut request = tonic::Request::new(GetExperimentRequest { key: Some(key) });
        request.set_timeout(STORAGE_TIMEOUT);
        let found =
            ExperimentServiceClient::new(self.storage.clone()).get_experiment(request).await?.into_inner();
        let experiment = required("experiment", found.experiment)?;
        Experiment::try_from(experiment).map_err(|error| Status::internal(error.to_string()))
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("following", &self.live.entry_count()).finish_non_exhaustive()
    }
}
