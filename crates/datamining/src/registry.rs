//! The experiments that are followed at the moment, within a bound.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use nameit_domain::feed::FeedHead;
use nameit_domain::{Experiment, ExperimentId};
use nameit_proto::convert::required;
use nameit_proto::storage::v1::experiment_service_client::ExperimentServiceClient;
use nameit_proto::storage::v1::feed_service_client::FeedServiceClient;
use nameit_proto::storage::v1::{GetExperimentRequest, GetHeadRequest, get_experiment_request};
use nameit_runtime::{Shutdown, client};
use nameit_telemetry::metrics::{Gauge, Observation};
use nameit_telemetry::names;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::live::LiveExperiment;

/// How long an experiment that nobody asks for is still followed.
const IDLE_TIME: Duration = Duration::from_mins(15);

/// How long storage may take to answer a question.
const STORAGE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a report waits for responses that are durable but not mined yet.
const CATCH_UP_TIMEOUT: Duration = Duration::from_secs(20);

/// Finds the live state of experiments.
#[derive(Clone)]
pub struct Registry {
    storage: client::Channel,
    live: Cache<ExperimentId, Arc<LiveExperiment>>,
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
        Self { storage, live, stop: shutdown.soft(), _observed: Arc::new(observed) }
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
        tokio::time::timeout(CATCH_UP_TIMEOUT, live.caught_up_with(&head)).await.map_err(|_| {
            Status::unavailable("the responses are still being counted; try again in a moment")
        })?;
        Ok(live)
    }

    /// How many experiments are followed. Counted, for the cache's own number lags behind.
    pub fn experiments(&self) -> u64 {
        self.live.iter().count() as u64
    }

    async fn head(&self, experiment_id: ExperimentId) -> Result<FeedHead, Status> {
        let mut request = tonic::Request::new(GetHeadRequest { experiment_id: experiment_id.to_string() });
        request.set_timeout(STORAGE_TIMEOUT);
        let head = FeedServiceClient::new(self.storage.clone()).get_head(request).await?.into_inner();
        Ok(FeedHead {
            cursor: head.cursor.unwrap_or_default().into(),
            totals: head.totals.unwrap_or_default().into(),
        })
    }

    async fn follow(&self, experiment_id: ExperimentId) -> Result<Arc<LiveExperiment>, Status> {
        let key = get_experiment_request::Key::Id(experiment_id.to_string());
        let mut request = tonic::Request::new(GetExperimentRequest { key: Some(key) });
        request.set_timeout(STORAGE_TIMEOUT);
        let found =
            ExperimentServiceClient::new(self.storage.clone()).get_experiment(request).await?.into_inner();
        let experiment = required("experiment", found.experiment)?;
        let experiment =
            Experiment::try_from(experiment).map_err(|error| Status::internal(error.to_string()))?;
        tracing::debug!(%experiment_id, "begins to follow");
        Ok(Arc::new(LiveExperiment::follow(
            experiment_id,
            experiment.language.into_string(),
            self.storage.clone(),
            &self.stop,
        )))
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("following", &self.live.entry_count()).finish_non_exhaustive()
    }
}
