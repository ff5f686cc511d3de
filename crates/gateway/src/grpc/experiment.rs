//! Experiments.

use nameit_domain::text::{AccessCode, ConsentText, Language, Question, Title};
use nameit_domain::{Access, Experiment, ExperimentId, ExperimentState, NewExperiment};
use nameit_proto::api::v1::{
    CloseExperimentRequest, CloseExperimentResponse, CreateExperimentRequest, CreateExperimentResponse,
    CreateVersionRequest, CreateVersionResponse, DeleteExperimentRequest, DeleteExperimentResponse,
    GetExperimentRequest, GetExperimentResponse, ListExperimentsRequest, ListExperimentsResponse,
    PauseExperimentRequest, PauseExperimentResponse, PublishExperimentRequest, PublishExperimentResponse,
    RestoreExperimentRequest, RestoreExperimentResponse, UpdateExperimentRequest, UpdateExperimentResponse,
    experiment_service_server::ExperimentService,
};
use nameit_proto::common::v1 as common;
use tonic::{Request, Response, Status};

use super::{Api, actor};
use crate::access::Actor;
use crate::error::{Error, Result};
use crate::services::experiment::{self, Change};

#[tonic::async_trait]
impl ExperimentService for Api {
    async fn create_experiment(
        &self,
        request: Request<CreateExperimentRequest>,
    ) -> Result<Response<CreateExperimentResponse>, Status> {
        let actor = actor(&request)?;
        let new = new_experiment(&request.into_inner())?;
        let experiment = experiment::create(&self.gateway, &actor, new).await?;
        let link = self.gateway.link(&experiment);
        Ok(Response::new(CreateExperimentResponse { experiment: Some(experiment.into()), link }))
    }

    async fn list_experiments(
        &self,
        request: Request<ListExperimentsRequest>,
    ) -> Result<Response<ListExperimentsResponse>, Status> {
        let experiments = experiment::list(&self.gateway, &actor(&request)?).await?;
        let experiments = experiments.into_iter().map(Into::into).collect();
        Ok(Response::new(ListExperimentsResponse { experiments }))
    }

    async fn get_experiment(
        &self,
        request: Request<GetExperimentRequest>,
    ) -> Result<Response<GetExperimentResponse>, Status> {
        let experiment = self.owned(&actor(&request)?, &request.get_ref().id).await?.into_experiment();
        let link = self.gateway.link(&experiment);
        Ok(Response::new(GetExperimentResponse { experiment: Some(experiment.into()), link }))
    }

    async fn update_experiment(
        &self,
        request: Request<UpdateExperimentRequest>,
    ) -> Result<Response<UpdateExperimentResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().id).await?;
        let change = change(owned.experiment(), &request.into_inner())?;
        let experiment = experiment::update(&self.gateway, owned, change).await?;
        Ok(Response::new(UpdateExperimentResponse { experiment: Some(experiment.into()) }))
    }

    async fn publish_experiment(
        &self,
        request: Request<PublishExperimentRequest>,
    ) -> Result<Response<PublishExperimentResponse>, Status> {
        let actor = actor(&request)?;
        let experiment = self.move_to(&actor, &request.get_ref().id, ExperimentState::Published).await?;
        Ok(Response::new(PublishExperimentResponse { experiment: Some(experiment.into()) }))
    }

    async fn pause_experiment(
        &self,
        request: Request<PauseExperimentRequest>,
    ) -> Result<Response<PauseExperimentResponse>, Status> {
        let actor = actor(&request)?;
        let experiment = self.move_to(&actor, &request.get_ref().id, ExperimentState::Paused).await?;
        Ok(Response::new(PauseExperimentResponse { experiment: Some(experiment.into()) }))
    }

    async fn close_experiment(
        &self,
        request: Request<CloseExperimentRequest>,
    ) -> Result<Response<CloseExperimentResponse>, Status> {
        let actor = actor(&request)?;
        let experiment = self.move_to(&actor, &request.get_ref().id, ExperimentState::Closed).await?;
        Ok(Response::new(CloseExperimentResponse { experiment: Some(experiment.into()) }))
    }

    async fn create_version(
        &self,
        request: Request<CreateVersionRequest>,
    ) -> Result<Response<CreateVersionResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().id).await?;
        let copy = experiment::new_version(&self.gateway, owned).await?;
        let link = self.gateway.link(&copy);
        Ok(Response::new(CreateVersionResponse { experiment: Some(copy.into()), link }))
    }

    async fn delete_experiment(
        &self,
        request: Request<DeleteExperimentRequest>,
    ) -> Result<Response<DeleteExperimentResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().id).await?;
        experiment::delete(&self.gateway, &owned).await?;
        Ok(Response::new(DeleteExperimentResponse {}))
    }

    async fn restore_experiment(
        &self,
        request: Request<RestoreExperimentRequest>,
    ) -> Result<Response<RestoreExperimentResponse>, Status> {
        let actor = actor(&request)?;
        let id = ExperimentId::parse(&request.get_ref().id)
            .map_err(|_| Error::not_found("experiment in the trash"))?;
        let experiment = experiment::restore(&self.gateway, &actor, id).await?;
        Ok(Response::new(RestoreExperimentResponse { experiment: Some(experiment.into()) }))
    }
}

impl Api {
    async fn move_to(&self, actor: &Actor, id: &str, state: ExperimentState) -> Result<Experiment> {
        let owned = self.owned(actor, id).await?;
        experiment::set_state(&self.gateway, &owned, state).await
    }
}

fn new_experiment(message: &CreateExperimentRequest) -> Result<NewExperiment> {
    Ok(NewExperiment {
        title: Title::parse(&message.title)?,
        question: Question::parse(&message.question)?,
        language: Language::parse(&message.language)?,
        consent_text: ConsentText::parse(&message.consent_text)?,
        access: Access::parse(word(message.access()), message.access_code.as_deref())?,
    })
}

fn change(present: &Experiment, message: &UpdateExperimentRequest) -> Result<Change> {
    let access = if message.access.is_some() || message.access_code.is_some() {
        let word = message.access.map_or(present.access.as_str(), |_| word(message.access()));
        let code = message.access_code.as_deref().or(present.access.code().map(AccessCode::as_str));
        Some(Access::parse(word, code)?)
    } else {
        None
    };
    Ok(Change {
        title: message.title.as_deref().map(Title::parse).transpose()?,
        question: message.question.as_deref().map(Question::parse).transpose()?,
        language: message.language.as_deref().map(Language::parse).transpose()?,
        consent_text: message.consent_text.as_deref().map(ConsentText::parse).transpose()?,
        access,
    })
}

fn word(access: common::AccessKind) -> &'static str {
    match access {
        common::AccessKind::Public => "public",
        common::AccessKind::Unlisted => "unlisted",
        common::AccessKind::Code => "code",
        common::AccessKind::Unspecified => "",
    }
}
