//! Experiments.

use std::sync::Arc;

use nameit_domain::text::Slug;
use nameit_domain::{Clock, Experiment, ExperimentId, ExperimentState, ResearcherId};
use nameit_proto::convert::{required, timestamp_to_wire};
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::experiment_service_server::ExperimentService;
use nameit_proto::storage::v1::get_experiment_request::Key;
use nameit_proto::storage::v1::list_experiments_request::Of;
use nameit_store::Store;
use nameit_store::experiment::{DeletedExperiment, ExperimentKey};
use tonic::{Request, Response, Status};

use super::status::{not_found, of_invalid, of_store};

/// Public experiments in one list at most.
const PUBLIC_MAX: u32 = 1_000;

pub(super) struct Experiments {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
}

#[tonic::async_trait]
impl ExperimentService for Experiments {
    async fn create_experiment(
        &self,
        request: Request<wire::CreateExperimentRequest>,
    ) -> Result<Response<wire::CreateExperimentResponse>, Status> {
        let experiment = required("experiment", request.into_inner().experiment)?.try_into()?;
        self.store.create_experiment(&experiment).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::CreateExperimentResponse {}))
    }

    async fn copy_experiment(
        &self,
        request: Request<wire::CopyExperimentRequest>,
    ) -> Result<Response<wire::CopyExperimentResponse>, Status> {
        let request = request.into_inner();
        let original = ExperimentId::parse(&request.original_id).map_err(of_invalid)?;
        let copy = required("copy", request.copy)?.try_into()?;
        self.store.copy_experiment(original, &copy).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::CopyExperimentResponse {}))
    }

    async fn get_experiment(
        &self,
        request: Request<wire::GetExperimentRequest>,
    ) -> Result<Response<wire::GetExperimentResponse>, Status> {
        let key = match required("key", request.into_inner().key)? {
            Key::Id(id) => ExperimentKey::Id(ExperimentId::parse(&id).map_err(of_invalid)?),
            Key::Slug(slug) => ExperimentKey::Slug(Slug::parse(&slug).map_err(of_invalid)?),
        };
        let found = self.store.experiment(&key).await.map_err(|error| of_store(&error))?;
        let experiment = found.ok_or_else(|| not_found("experiment"))?;
        Ok(Response::new(wire::GetExperimentResponse { experiment: Some(experiment.into()) }))
    }

    async fn list_experiments(
        &self,
        request: Request<wire::ListExperimentsRequest>,
    ) -> Result<Response<wire::ListExperimentsResponse>, Status> {
        let listed = match required("of", request.into_inner().of)? {
            Of::Owner(owner) => {
                self.store.experiments_of(ResearcherId::parse(&owner).map_err(of_invalid)?).await
            }
            Of::PublicLimit(limit) => self.store.public_experiments(limit.min(PUBLIC_MAX)).await,
        };
        let listed = listed.map_err(|error| of_store(&error))?;
        let experiments = listed.into_iter().map(Into::into).collect();
        Ok(Response::new(wire::ListExperimentsResponse { experiments }))
    }

    async fn update_experiment(
        &self,
        request: Request<wire::UpdateExperimentRequest>,
    ) -> Result<Response<wire::UpdateExperimentResponse>, Status> {
        let experiment = required("experiment", request.into_inner().experiment)?.try_into()?;
        self.store.update_experiment(&experiment).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::UpdateExperimentResponse {}))
    }

    async fn set_experiment_state(
        &self,
        request: Request<wire::SetExperimentStateRequest>,
    ) -> Result<Response<wire::SetExperimentStateResponse>, Status> {
        let request = request.into_inner();
        let state: ExperimentState = request.state().try_into()?;
        let id = ExperimentId::parse(&request.id).map_err(of_invalid)?;
        let changed = self.store.set_experiment_state(id, state, self.clock.now()).await;
        let experiment = some(changed)?;
        Ok(Response::new(wire::SetExperimentStateResponse { experiment }))
    }

    async fn delete_experiment(
        &self,
        request: Request<wire::DeleteExperimentRequest>,
    ) -> Result<Response<wire::DeleteExperimentResponse>, Status> {
        let id = ExperimentId::parse(&request.into_inner().id).map_err(of_invalid)?;
        self.store.delete_experiment(id, self.clock.now()).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::DeleteExperimentResponse {}))
    }

    async fn restore_experiment(
        &self,
        request: Request<wire::RestoreExperimentRequest>,
    ) -> Result<Response<wire::RestoreExperimentResponse>, Status> {
        let id = ExperimentId::parse(&request.into_inner().id).map_err(of_invalid)?;
        let experiment = some(self.store.restore_experiment(id, self.clock.now()).await)?;
        Ok(Response::new(wire::RestoreExperimentResponse { experiment }))
    }

    async fn list_deleted_experiments(
        &self,
        request: Request<wire::ListDeletedExperimentsRequest>,
    ) -> Result<Response<wire::ListDeletedExperimentsResponse>, Status> {
        let owner = ResearcherId::parse(&request.into_inner().owner).map_err(of_invalid)?;
        let trash = self.store.deleted_experiments(owner).await.map_err(|error| of_store(&error))?;
        let experiments = trash.into_iter().map(deleted_to_wire).collect();
        Ok(Response::new(wire::ListDeletedExperimentsResponse { experiments }))
    }
}

fn some(
    changed: nameit_store::Result<Experiment>,
) -> Result<Option<nameit_proto::common::v1::Experiment>, Status> {
    Ok(Some(changed.map_err(|error| of_store(&error))?.into()))
}

fn deleted_to_wire(deleted: DeletedExperiment) -> wire::DeletedExperiment {
    wire::DeletedExperiment {
        experiment: Some(deleted.experiment.into()),
        deleted_at: Some(timestamp_to_wire(deleted.deleted_at)),
    }
}
