use async_trait::async_trait;
use nameit_domain::{Experiment, ExperimentId, ExperimentState, ResearcherId, Timestamp};
use nameit_proto::common::v1 as common;
use nameit_proto::convert::timestamp_from_wire;
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::get_experiment_request::Key;
use nameit_proto::storage::v1::list_experiments_request::Of;
use nameit_store::experiment::{DeletedExperiment, ExperimentKey};
use nameit_store::{ExperimentStore, Result};

use super::{GrpcStore, answer, found};

fn domain(wire: Option<common::Experiment>) -> Experiment {
    wire.unwrap().try_into().unwrap()
}

// === impl GrpcStore ===

impl GrpcStore {
    async fn list(&self, of: Of) -> Result<Vec<Experiment>> {
        let request = wire::ListExperimentsRequest { of: Some(of) };
        let answer = answer(self.experiments().list_experiments(request).await)?;
        Ok(answer.experiments.into_iter().map(|experiment| domain(Some(experiment))).collect())
    }
}

#[async_trait]
impl ExperimentStore for GrpcStore {
    async fn create_experiment(&self, experiment: &Experiment) -> Result<()> {
        let request = wire::CreateExperimentRequest { experiment: Some(experiment.clone().into()) };
        answer(self.experiments().create_experiment(request).await).map(drop)
    }

    async fn copy_experiment(&self, original: ExperimentId, copy: &Experiment) -> Result<()> {
        let copy = Some(copy.clone().into());
        let request = wire::CopyExperimentRequest { original_id: original.to_string(), copy };
        answer(self.experiments().copy_experiment(request).await).map(drop)
    }

    async fn experiment(&self, key: &ExperimentKey) -> Result<Option<Experiment>> {
        let key = match key {
            ExperimentKey::Id(id) => Key::Id(id.to_string()),
            ExperimentKey::Slug(slug) => Key::Slug(slug.to_string()),
        };
        let request = wire::GetExperimentRequest { key: Some(key) };
        let answer = found(self.experiments().get_experiment(request).await)?;
        Ok(answer.map(|answer| domain(answer.experiment)))
    }

    async fn experiments_of(&self, owner: ResearcherId) -> Result<Vec<Experiment>> {
        self.list(Of::Owner(owner.to_string())).await
    }

    async fn public_experiments(&self, limit: u32) -> Result<Vec<Experiment>> {
        self.list(Of::PublicLimit(limit)).await
    }

    async fn update_experiment(&self, experiment: &Experiment) -> Result<()> {
        let request = wire::UpdateExperimentRequest { experiment: Some(experiment.clone().into()) };
        answer(self.experiments().update_experiment(request).await).map(drop)
    }

    async fn set_experiment_state(
        &self,
        id: ExperimentId,
        state: ExperimentState,
        now: Timestamp,
    ) -> Result<Experiment> {
        self.clock.set(now);
        let state = common::ExperimentState::from(state).into();
        let request = wire::SetExperimentStateRequest { id: id.to_string(), state };
        Ok(domain(answer(self.experiments().set_experiment_state(request).await)?.experiment))
    }

    async fn delete_experiment(&self, id: ExperimentId, now: Timestamp) -> Result<()> {
        self.clock.set(now);
        let request = wire::DeleteExperimentRequest { id: id.to_string() };
        answer(self.experiments().delete_experiment(request).await).map(drop)
    }

    async fn restore_experiment(&self, id: ExperimentId, now: Timestamp) -> Result<Experiment> {
        self.clock.set(now);
        let request = wire::RestoreExperimentRequest { id: id.to_string() };
        Ok(domain(answer(self.experiments().restore_experiment(request).await)?.experiment))
    }

    async fn deleted_experiments(&self, owner: ResearcherId) -> Result<Vec<DeletedExperiment>> {
        let request = wire::ListDeletedExperimentsRequest { owner: owner.to_string() };
        let answer = answer(self.experiments().list_deleted_experiments(request).await)?;
        let deleted = |wire: wire::DeletedExperiment| DeletedExperiment {
            experiment: domain(wire.experiment),
            deleted_at: timestamp_from_wire("deleted_at", wire.deleted_at.unwrap()).unwrap(),
        };
        Ok(answer.experiments.into_iter().map(deleted).collect())
    }
}
