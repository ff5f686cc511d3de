//! A store on top of the generated clients.

use nameit_proto::storage::v1::decision_service_client::DecisionServiceClient;
use nameit_proto::storage::v1::experiment_service_client::ExperimentServiceClient;
use nameit_proto::storage::v1::feed_service_client::FeedServiceClient;
use nameit_proto::storage::v1::participation_service_client::ParticipationServiceClient;
use nameit_proto::storage::v1::researcher_service_client::ResearcherServiceClient;
use nameit_proto::storage::v1::stimulus_service_client::StimulusServiceClient;
use nameit_proto::storage::v1::system_service_client::SystemServiceClient;
use nameit_proto::storage::v1::visit_service_client::VisitServiceClient;
use nameit_runtime::MESSAGE_MAX_BYTES;
use nameit_runtime::client::Channel;
use nameit_store::{Error, Result};
use tonic::{Code, Response, Status};

use crate::fixture::HandClock;

mod decision;
mod experiment;
mod feed;
mod participation;
mod researcher;
mod stimulus;
mod system;
mod visit;

pub(crate) struct GrpcStore {
    channel: Channel,
    clock: HandClock,
}

macro_rules! clients {
    ($($name:ident: $client:ident),+ $(,)?) => {
        $(fn $name(&self) -> $client<Channel> {
            $client::new(self.channel.clone()).max_decoding_message_size(MESSAGE_MAX_BYTES)
        })+
    };
}

// === impl GrpcStore ===

impl GrpcStore {
    pub(crate) fn new(channel: Channel, clock: HandClock) -> Self {
        Self { channel, clock }
    }

    clients! {
        researchers: ResearcherServiceClient,
        experiments: ExperimentServiceClient,
        stimuli_service: StimulusServiceClient,
        participations: ParticipationServiceClient,
        feeds: FeedServiceClient,
        decisions: DecisionServiceClient,
        visit_counts: VisitServiceClient,
        system: SystemServiceClient,
    }
}

/// What storage answered, as a store says it.
fn answer<T>(outcome: Result<Response<T>, Status>) -> Result<T> {
    outcome.map(Response::into_inner).map_err(error)
}

/// A look-up: "not found" is an answer.
fn found<T>(outcome: Result<Response<T>, Status>) -> Result<Option<T>> {
    match outcome {
        Err(status) if status.code() == Code::NotFound => Ok(None),
        other => answer(other).map(Some),
    }
}

fn error(status: Status) -> Error {
    let message = status.message();
    let word = |before: &str, after: &str| {
        let named = message.strip_prefix(before)?.strip_suffix(after)?;
        ["handle", "researcher", "session", "slug", "experiment", "stimulus", "participation", "decision"]
            .into_iter()
            .find(|known| *known == named)
    };
    match status.code() {
        Code::AlreadyExists => match word("", " exists already") {
            Some(what) => Error::AlreadyExists { what },
            None => unexpected(status),
        },
        Code::NotFound => match word("there is no such ", "") {
            Some(what) => Error::NotFound { what },
            None => unexpected(status),
        },
        Code::FailedPrecondition => Error::conflict(message),
        Code::Unavailable => Error::Unavailable(status.into()),
        _ => unexpected(status),
    }
}

fn unexpected(status: Status) -> Error {
    Error::Internal { context: "calling storage", source: status.into() }
}
