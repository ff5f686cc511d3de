use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use nameit_domain::participation::ListedParticipation;
use nameit_domain::response::Recorded;
use nameit_domain::{ExperimentId, Participation, ParticipationId, Timestamp};
use nameit_proto::common::v1 as common;
use nameit_proto::storage::v1 as wire;
use nameit_store::participation::{Completion, Started};
use nameit_store::response::{Write, Written};
use nameit_store::{ParticipationStore, Result};

use super::{GrpcStore, answer, error, found};

#[async_trait]
impl ParticipationStore for GrpcStore {
    async fn participation(&self, id: ParticipationId) -> Result<Option<Participation>> {
        let request = wire::GetParticipationRequest { id: id.to_string() };
        let answer = found(self.participations().get_participation(request).await)?;
        Ok(answer.map(|answer| answer.participation.unwrap().try_into().unwrap()))
    }

    fn participations(
        &self,
        experiment_id: ExperimentId,
    ) -> BoxStream<'static, Result<Vec<ListedParticipation>>> {
        let mut client = self.participations();
        let request = wire::ListParticipationsRequest { experiment_id: experiment_id.to_string() };
        let batches = async_stream::try_stream! {
            let mut messages = answer(client.list_participations(request).await)?;
            while let Some(message) = messages.message().await.map_err(error)? {
                yield message.participations.into_iter().map(|one| one.try_into().unwrap()).collect();
            }
        };
        batches.boxed()
    }

    async fn withdraw(&self, id: ParticipationId, now: Timestamp) -> Result<()> {
        self.clock.set(now);
        let request = wire::WithdrawRequest { id: id.to_string() };
        answer(self.participations().withdraw(request).await).map(drop)
    }
}

pub(super) fn write_to_wire(write: &Write) -> wire::Write {
    use wire::write::Write as Wire;
    let write = match write.clone() {
        Write::Start(start) => Wire::Start(start.into()),
        Write::Record(response) => Wire::Record(response.into()),
        Write::Complete { participation_id, completion_code } => {
            Wire::Complete(wire::Complete { participation_id: participation_id.to_string(), completion_code })
        }
    };
    wire::Write { write: Some(write), trace_id: vec![7; 16] }
}

pub(super) fn written_from_wire(written: wire::Written) -> Written {
    use wire::written::Written as Wire;
    match written.written.unwrap() {
        Wire::Start(outcome) => Written::Start(started(outcome)),
        Wire::Record(recorded) => {
            let recorded = common::Recorded::try_from(recorded).unwrap();
            Written::Record(Recorded::try_from(recorded).unwrap())
        }
        Wire::Complete(wire::CompleteOutcome { completion_code: Some(completion_code), .. }) => {
            Written::Complete(Some(Completion::Complete { completion_code }))
        }
        Wire::Complete(wire::CompleteOutcome { completion_code: None, missing }) => {
            let missing = if missing.is_empty() { None } else { Some(Completion::Missing(missing)) };
            Written::Complete(missing)
        }
    }
}

fn started(outcome: wire::StartOutcome) -> Started {
    use wire::start_outcome::Outcome;
    match outcome.outcome() {
        Outcome::Started => Started::Started,
        Outcome::UnknownExperiment => Started::UnknownExperiment,
        Outcome::NotOpen => Started::NotOpen(outcome.state().try_into().unwrap()),
        Outcome::WrongTrialOrder => Started::WrongTrialOrder,
        Outcome::Unspecified => panic!("storage says what became of it"),
    }
}
