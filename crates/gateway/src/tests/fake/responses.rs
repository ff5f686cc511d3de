//! What participants send.

use futures::StreamExt as _;
use futures::stream::BoxStream;
use nameit_proto::common::v1 as common;
use nameit_proto::storage::v1::*;
use tonic::{Request, Response, Status};

use super::{Data, Fake};

#[tonic::async_trait]
impl participation_service_server::ParticipationService for Fake {
    type ListParticipationsStream = BoxStream<'static, Result<ListParticipationsResponse, Status>>;

    async fn list_participations(
        &self,
        _: Request<ListParticipationsRequest>,
    ) -> Result<Response<Self::ListParticipationsStream>, Status> {
        Err(Status::unimplemented("only datamining lists participations"))
    }

    async fn commit(&self, request: Request<CommitRequest>) -> Result<Response<CommitResponse>, Status> {
        if self.data().is_silent {
            std::future::pending::<()>().await;
        }
        let mut data = self.data();
        if data.is_away {
            return Err(Status::unavailable("the database is unavailable"));
        }
        let writes = request.into_inner().writes;
        data.commits.push(writes.len());
        let written = writes.into_iter().map(|write| Written { written: Some(apply(&mut data, write)) });
        Ok(Response::new(CommitResponse { written: written.collect() }))
    }

    async fn get_participation(
        &self,
        request: Request<GetParticipationRequest>,
    ) -> Result<Response<GetParticipationResponse>, Status> {
        let id = request.into_inner().id;
        let data = self.data();
        let mut participation =
            data.participations.get(&id).cloned().ok_or_else(|| Status::not_found("none"))?;
        participation.answered =
            data.responses.keys().filter(|(of, _)| *of == id).map(|(_, trial)| *trial).collect();
        Ok(Response::new(GetParticipationResponse { participation: Some(participation) }))
    }

    async fn withdraw(
        &self,
        request: Request<WithdrawRequest>,
    ) -> Result<Response<WithdrawResponse>, Status> {
        let id = request.into_inner().id;
        let mut data = self.data();
        data.responses.retain(|(of, _), _| *of != id);
        if let Some(participation) = data.participations.get_mut(&id) {
            participation.state = ParticipationState::Withdrawn.into();
        }
        Ok(Response::new(WithdrawResponse {}))
    }
}

fn apply(data: &mut Data, write: Write) -> written::Written {
    match write.write.unwrap() {
        write::Write::Start(start) => {
            let id = start.participation_id.clone();
            data.participations.insert(
                id.clone(),
                Participation {
                    id,
                    experiment_id: start.experiment_id,
                    trial_order: start.trial_order,
                    state: ParticipationState::Started.into(),
                    started_at: Some(prost_types::Timestamp::default()),
                    url_parameters: start.url_parameters,
                    ..Default::default()
                },
            );
            let outcome = start_outcome::Outcome::Started.into();
            written::Written::Start(StartOutcome { outcome, state: 0 })
        }
        write::Write::Record(response) => written::Written::Record(record(data, response).into()),
        write::Write::Complete(complete) => written::Written::Complete(finish(data, complete)),
    }
}

fn record(data: &mut Data, response: common::Response) -> common::Recorded {
    let Some(participation) = data.participations.get(&response.participation_id) else {
        return common::Recorded::UnknownParticipation;
    };
    if participation.state() == ParticipationState::Withdrawn {
        return common::Recorded::Withdrawn;
    }
    if response.trial as usize >= participation.trial_order.len() {
        return common::Recorded::UnknownTrial;
    }
    let key = (response.participation_id.clone(), response.trial);
    match data.responses.get(&key) {
        Some(stored) if stored.answer == response.answer => common::Recorded::AlreadyStored,
        Some(_) => common::Recorded::DifferentAnswer,
        None if data.experiments[&participation.experiment_id].state() == common::ExperimentState::Closed => {
            common::Recorded::Closed
        }
        None => {
            data.responses.insert(key, response);
            common::Recorded::Stored
        }
    }
}

fn finish(data: &mut Data, complete: Complete) -> CompleteOutcome {
    let id = complete.participation_id;
    let Some(participation) = data.participations.get_mut(&id) else { return CompleteOutcome::default() };
    if participation.state() == ParticipationState::Withdrawn {
        return CompleteOutcome::default();
    }
    let missing: Vec<u32> = (0..participation.trial_order.len() as u32)
        .filter(|trial| !data.responses.contains_key(&(id.clone(), *trial)))
        .collect();
    if missing.is_empty() {
        participation.state = ParticipationState::Completed.into();
        participation.completion_code.get_or_insert(complete.completion_code);
    }
    CompleteOutcome { completion_code: participation.completion_code.clone(), missing }
}

#[tonic::async_trait]
impl feed_service_server::FeedService for Fake {
    async fn get_head(&self, _: Request<GetHeadRequest>) -> Result<Response<GetHeadResponse>, Status> {
        Err(Status::unimplemented("only datamining asks for the head"))
    }

    type ReadFeedStream = BoxStream<'static, Result<ReadFeedResponse, Status>>;

    async fn read_feed(&self, _: Request<ReadFeedRequest>) -> Result<Response<Self::ReadFeedStream>, Status> {
        Err(Status::unimplemented("only datamining reads the feed"))
    }

    type ReadResponsesStream = BoxStream<'static, Result<ReadResponsesResponse, Status>>;

    async fn read_responses(
        &self,
        _: Request<ReadResponsesRequest>,
    ) -> Result<Response<Self::ReadResponsesStream>, Status> {
        Err(Status::unimplemented("only datamining reads the responses"))
    }

    type ExportStream = BoxStream<'static, Result<ExportResponse, Status>>;

    async fn export(&self, request: Request<ExportRequest>) -> Result<Response<Self::ExportStream>, Status> {
        let experiment_id = request.into_inner().experiment_id;
        let data = self.data();
        let rows: Vec<StoredResponse> = data
            .responses
            .values()
            .filter_map(|response| {
                let participation = &data.participations[&response.participation_id];
                let ordinal = participation.trial_order[response.trial as usize];
                (participation.experiment_id == experiment_id).then(|| StoredResponse {
                    experiment_id: experiment_id.clone(),
                    completed: participation.state() == ParticipationState::Completed,
                    completion_code: participation.completion_code.clone(),
                    started_at: participation.started_at,
                    url_parameters: participation.url_parameters.clone(),
                    stimulus: data.stimuli[&experiment_id][ordinal as usize].key.clone(),
                    ordinal,
                    response: Some(response.clone()),
                    received_at: Some(prost_types::Timestamp::default()),
                })
            })
            .collect();
        let row_count = Some(rows.len() as u64);
        let mut messages: Vec<Result<ExportResponse, Status>> = rows
            .into_iter()
            .map(|row| Ok(ExportResponse { responses: vec![row], row_count: None }))
            .collect();
        if data.export_breaks {
            messages.truncate(1);
            messages.push(Err(Status::unavailable("the database is unavailable")));
        } else {
            messages.push(Ok(ExportResponse { responses: Vec::new(), row_count }));
        }
        Ok(Response::new(futures::stream::iter(messages).boxed()))
    }
}
