//! Participations and what participants send.

use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use nameit_domain::{Clock, ExperimentId, ParticipationId};
use nameit_proto::WireError;
use nameit_proto::common::v1 as common;
use nameit_proto::convert::required;
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::participation_service_server::ParticipationService;
use nameit_store::Store;
use nameit_store::experiment::ExperimentKey;
use nameit_store::participation::{Completion, Started};
use nameit_store::response::{Write, Written};
use nameit_telemetry::trace::{self, Hex};
use tonic::{Request, Response, Status};

use super::status::{not_found, of_committer, of_invalid, of_store};
use crate::changes::Changes;
use crate::committer::Committer;

pub(super) struct Participations {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) changes: Changes,
    pub(super) committer: Committer,
}

/// Participations in one message of a list.
const LIST_MESSAGE: usize = 512;

#[tonic::async_trait]
impl ParticipationService for Participations {
    type ListParticipationsStream = BoxStream<'static, Result<wire::ListParticipationsResponse, Status>>;

    async fn commit(
        &self,
        request: Request<wire::CommitRequest>,
    ) -> Result<Response<wire::CommitResponse>, Status> {
        let wire_writes = request.into_inner().writes;
        let traces: Vec<Vec<u8>> = if tracing::enabled!(tracing::Level::DEBUG) {
            wire_writes.iter().map(|write| write.trace_id.clone()).collect()
        } else {
            Vec::new()
        };
        let writes: Result<Vec<Write>, WireError> = wire_writes.into_iter().map(write_from_wire).collect();
        let written = self.committer.commit(writes?).await.map_err(|error| of_committer(&error))?;
        for (trace_id, outcome) in traces.iter().zip(&written) {
            tracing::debug!(trace_id = %Hex(trace_id), outcome = outcome_name(outcome), "write is durable or refused");
        }
        let written = written.into_iter().map(written_to_wire).collect();
        Ok(Response::new(wire::CommitResponse { written }))
    }

    async fn get_participation(
        &self,
        request: Request<wire::GetParticipationRequest>,
    ) -> Result<Response<wire::GetParticipationResponse>, Status> {
        let id = ParticipationId::parse(&request.into_inner().id).map_err(of_invalid)?;
        let found = self.store.participation(id).await.map_err(|error| of_store(&error))?;
        let participation = found.ok_or_else(|| not_found("participation"))?;
        Ok(Response::new(wire::GetParticipationResponse { participation: Some(participation.into()) }))
    }

    async fn list_participations(
        &self,
        request: Request<wire::ListParticipationsRequest>,
    ) -> Result<Response<Self::ListParticipationsStream>, Status> {
        let id = ExperimentId::parse(&request.into_inner().experiment_id).map_err(of_invalid)?;
        // An unknown experiment is an answer, not a stream that breaks off.
        let found = self.store.experiment(&ExperimentKey::Id(id)).await.map_err(|error| of_store(&error))?;
        found.ok_or_else(|| not_found("experiment"))?;
        let mut batches = self.store.participations(id);
        let messages = async_stream::try_stream! {
            while let Some(batch) = batches.next().await {
                let batch = batch.map_err(|error| of_store(&error))?;
                let mut rows = batch.into_iter().map(Into::into).peekable();
                while rows.peek().is_some() {
                    let participations = rows.by_ref().take(LIST_MESSAGE).collect();
                    yield wire::ListParticipationsResponse { participations };
                }
            }
        };
        Ok(Response::new(messages.boxed()))
    }

    async fn withdraw(
        &self,
        request: Request<wire::WithdrawRequest>,
    ) -> Result<Response<wire::WithdrawResponse>, Status> {
        let id = ParticipationId::parse(&request.into_inner().id).map_err(of_invalid)?;
        let found = self.store.participation(id).await.map_err(|error| of_store(&error))?;
        let participation = found.ok_or_else(|| not_found("participation"))?;
        self.store.withdraw(id, self.clock.now()).await.map_err(|error| of_store(&error))?;
        self.changes.tell(&[participation.experiment_id], trace::current());
        Ok(Response::new(wire::WithdrawResponse {}))
    }
}

fn write_from_wire(wire: wire::Write) -> Result<Write, WireError> {
    Ok(match required("write", wire.write)? {
        wire::write::Write::Start(start) => Write::Start(start.try_into()?),
        wire::write::Write::Record(response) => Write::Record(response.try_into()?),
        wire::write::Write::Complete(complete) => Write::Complete {
            participation_id: ParticipationId::parse(&complete.participation_id)?,
            completion_code: complete.completion_code,
        },
    })
}

fn written_to_wire(written: Written) -> wire::Written {
    use wire::written::Written as Wire;
    let written = match written {
        Written::Start(started) => Wire::Start(started_to_wire(&started)),
        Written::Record(recorded) => Wire::Record(common::Recorded::from(recorded).into()),
        Written::Complete(completion) => Wire::Complete(match completion {
            Some(Completion::Complete { completion_code }) => {
                wire::CompleteOutcome { completion_code: Some(completion_code), missing: Vec::new() }
            }
            Some(Completion::Missing(missing)) => wire::CompleteOutcome { completion_code: None, missing },
            None => wire::CompleteOutcome::default(),
        }),
    };
    wire::Written { written: Some(written) }
}

fn started_to_wire(started: &Started) -> wire::StartOutcome {
    use wire::start_outcome::Outcome;
    let (outcome, state) = match started {
        Started::Started => (Outcome::Started, None),
        Started::UnknownExperiment => (Outcome::UnknownExperiment, None),
        Started::NotOpen(state) => (Outcome::NotOpen, Some(*state)),
        Started::WrongTrialOrder => (Outcome::WrongTrialOrder, None),
    };
    let state = state.map_or(common::ExperimentState::Unspecified, common::ExperimentState::from);
    wire::StartOutcome { outcome: outcome.into(), state: state.into() }
}

/// What became of a write, in a word that tells nothing about the participant.
fn outcome_name(written: &Written) -> &'static str {
    use nameit_domain::response::Recorded;
    match written {
        Written::Start(Started::Started) => "started",
        Written::Start(_) => "not started",
        Written::Record(Recorded::Stored) => "stored",
        Written::Record(Recorded::AlreadyStored) => "already stored",
        Written::Record(Recorded::Refused(refusal)) => refusal.message(),
        Written::Complete(Some(Completion::Complete { .. })) => "complete",
        Written::Complete(_) => "not complete",
    }
}
