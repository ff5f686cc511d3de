//! What a participant's program calls.

use nameit_proto::api::v1::{
    CompleteParticipationRequest, CompleteParticipationResponse, GetParticipationRequest,
    GetParticipationResponse, PutResponseRequest, PutResponseResponse, Run, StartParticipationRequest,
    StartParticipationResponse, Trial, WithdrawParticipationRequest, WithdrawParticipationResponse,
    run_service_server::RunService,
};
use nameit_proto::common::v1 as common;
use nameit_proto::convert::parameters_from_wire;
use tonic::{Request, Response, Status};

use super::{Api, Token};
use crate::error::Error;
use crate::services::participation::{self, Arrival};

#[tonic::async_trait]
impl RunService for Api {
    async fn start_participation(
        &self,
        request: Request<StartParticipationRequest>,
    ) -> Result<Response<StartParticipationResponse>, Status> {
        let message = request.into_inner();
        let arrival = Arrival {
            code: message.access_code,
            url_parameters: parameters_from_wire(message.url_parameters),
            environment: parameters_from_wire(message.environment),
        };
        let run = participation::start(&self.gateway, &message.slug, arrival).await?;
        Ok(Response::new(StartParticipationResponse { run: Some((&run).into()) }))
    }

    async fn get_participation(
        &self,
        request: Request<GetParticipationRequest>,
    ) -> Result<Response<GetParticipationResponse>, Status> {
        let participant = self.participant(token(&request), &request.get_ref().participation_id)?;
        let run = participation::resume(&self.gateway, participant).await?;
        Ok(Response::new(GetParticipationResponse { run: Some((&run).into()) }))
    }

    async fn put_response(
        &self,
        request: Request<PutResponseRequest>,
    ) -> Result<Response<PutResponseResponse>, Status> {
        let id = request.get_ref().response.as_ref().map_or("", |response| &response.participation_id);
        let participant = self.participant(token(&request), id)?;
        let wire = request.into_inner().response.unwrap_or_default();
        let response = nameit_domain::Response::try_from(wire)
            .map_err(|error| Error::invalid("response", error.to_string()))?;
        let recorded = participation::respond(
            &self.gateway,
            participant,
            response.trial,
            response.answer,
            response.timing,
        )
        .await?;
        Ok(Response::new(PutResponseResponse { recorded: common::Recorded::from(recorded).into() }))
    }

    async fn complete_participation(
        &self,
        request: Request<CompleteParticipationRequest>,
    ) -> Result<Response<CompleteParticipationResponse>, Status> {
        let participant = self.participant(token(&request), &request.get_ref().participation_id)?;
        let completion_code = participation::complete(&self.gateway, participant).await?;
        Ok(Response::new(CompleteParticipationResponse { completion_code }))
    }

    async fn withdraw_participation(
        &self,
        request: Request<WithdrawParticipationRequest>,
    ) -> Result<Response<WithdrawParticipationResponse>, Status> {
        let participant = self.participant(token(&request), &request.get_ref().participation_id)?;
        participation::withdraw(&self.gateway, participant).await?;
        Ok(Response::new(WithdrawParticipationResponse {}))
    }
}

fn token<T>(request: &Request<T>) -> Option<&Token> {
    request.extensions().get::<Token>()
}

impl From<&participation::Run> for Run {
    fn from(run: &participation::Run) -> Self {
        let trials = run.trials().map(|(trial, stimulus)| Trial {
            trial,
            question: stimulus.question.as_ref().unwrap_or(&run.experiment.question).as_str().to_owned(),
            stimulus: Some(stimulus.clone().into()),
        });
        Self {
            participation_id: run.participation_id.clone(),
            token: run.token.clone(),
            title: run.experiment.title.as_str().to_owned(),
            language: run.experiment.language.as_str().to_owned(),
            trials: trials.collect(),
            answered: run.answered.clone(),
            completed: run.completed,
            completion_code: run.completion_code.clone(),
        }
    }
}
