//! A storage process, and what is said to it over gRPC.

use std::time::Duration;

use futures::TryStreamExt as _;
use nameit_domain::feed::{FeedHead, StoredResponse};
use nameit_domain::text::Slug;
use nameit_domain::{Clock as _, ExperimentId, NewParticipation, ParticipationId, ResearcherId, SystemClock};
use nameit_proto::common::v1 as common;
use nameit_proto::convert::timestamp_to_wire;
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::experiment_service_client::ExperimentServiceClient;
use nameit_proto::storage::v1::feed_service_client::FeedServiceClient;
use nameit_proto::storage::v1::participation_service_client::ParticipationServiceClient;
use nameit_proto::storage::v1::researcher_service_client::ResearcherServiceClient;
use nameit_proto::storage::v1::stimulus_service_client::StimulusServiceClient;
use nameit_runtime::client::{Channel, channel};
use nameit_runtime::{Connect, MESSAGE_MAX_BYTES};
use nameit_testkit::Process;
use tonic::{Request, Status, Streaming};

use crate::STORAGE;

/// Longer than storage may take to answer, whatever its database does.
const DEADLINE: Duration = Duration::from_secs(30);

/// A running storage process.
pub(crate) struct Storage {
    process: Process,
    /// Where it is reached.
    pub(crate) uri: String,
}

/// Calls a storage process; connects by itself. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Client(Channel);

// === impl Storage ===

impl Storage {
    /// Starts a process on the database with this URI and a free port.
    pub(crate) fn start(database: &str) -> Self {
        let arguments = ["--listen", "127.0.0.1:0", "--storage-database", database];
        let process = Process::start(STORAGE, "info", &arguments);
        let uri = format!("http://{}", process.wait_for_address("storage is listening"));
        Self { process, uri }
    }

    /// A client of its own connection.
    pub(crate) fn client(&self) -> Client {
        Client::of(&self.uri)
    }

    /// Everything it has logged so far, in one text.
    pub(crate) fn log(&self) -> String {
        self.process.log().join("\n")
    }

    /// SIGKILL: it ends at once, whatever it was doing.
    pub(crate) fn kill(self) {
        self.process.kill();
    }
}

// === impl Client ===

impl Client {
    /// A client of the process at `uri`.
    pub(crate) fn of(uri: &str) -> Self {
        Self(channel(&Connect::Uri(uri.to_owned())).expect("the address of a process is one"))
    }

    /// Its connection, for calls that have no method here.
    pub(crate) fn channel(&self) -> Channel {
        self.0.clone()
    }

    /// A published experiment of a new researcher, with this many colours.
    pub(crate) async fn publish(&self, slug: &str, colours: u32) -> ExperimentId {
        let now = timestamp_to_wire(SystemClock.now());
        let owner = ResearcherId::generate();
        let researcher = common::Researcher {
            id: owner.to_string(),
            handle: slug.to_owned(),
            display_name: "Dr Ana".to_owned(),
            created_at: Some(now),
            ..common::Researcher::default()
        };
        let account = wire::CreateResearcherRequest {
            researcher: Some(researcher),
            password_hash: "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA".to_owned(),
        };
        ResearcherServiceClient::new(self.channel()).create_researcher(account).await.unwrap();
        let id = ExperimentId::generate();
        let experiment = common::Experiment {
            id: id.to_string(),
            owner: owner.to_string(),
            title: "Colours".to_owned(),
            question: "What colour is this?".to_owned(),
            language: "en".to_owned(),
            consent_text: "You may stop at any time.".to_owned(),
            access: common::AccessKind::Unlisted.into(),
            state: common::ExperimentState::Draft.into(),
            slug: Slug::parse(slug).unwrap().to_string(),
            version: 1,
            created_at: Some(now),
            updated_at: Some(now),
            ..common::Experiment::default()
        };
        let create = wire::CreateExperimentRequest { experiment: Some(experiment) };
        self.experiments().create_experiment(create).await.unwrap();
        let stimuli = (0..colours).map(|number| common::Stimulus {
            key: format!("colour-{number}"),
            kind: Some(common::stimulus::Kind::Colour(format!("#{number:06x}"))),
            ..common::Stimulus::default()
        });
        let put = wire::PutStimuliRequest { experiment_id: id.to_string(), stimuli: stimuli.collect() };
        StimulusServiceClient::new(self.channel()).put_stimuli(put).await.unwrap();
        self.set_state(id, common::ExperimentState::Published).await.unwrap();
        id
    }

    /// Moves an experiment to another state.
    pub(crate) async fn set_state(
        &self,
        id: ExperimentId,
        state: common::ExperimentState,
    ) -> Result<(), Status> {
        let request = wire::SetExperimentStateRequest { id: id.to_string(), state: state.into() };
        self.experiments().set_experiment_state(request).await.map(drop)
    }

    /// Puts an experiment into the trash.
    pub(crate) async fn delete(&self, id: ExperimentId) -> Result<(), Status> {
        let request = wire::DeleteExperimentRequest { id: id.to_string() };
        self.experiments().delete_experiment(request).await.map(drop)
    }

    /// Makes writes durable; one outcome for each.
    pub(crate) async fn commit(
        &self,
        writes: Vec<wire::write::Write>,
    ) -> Result<Vec<wire::written::Written>, Status> {
        let count = writes.len();
        let writes = writes.into_iter().map(|write| wire::Write { write: Some(write), trace_id: Vec::new() });
        let request = within_deadline(wire::CommitRequest { writes: writes.collect() });
        let mut client = ParticipationServiceClient::new(self.channel())
            .max_encoding_message_size(MESSAGE_MAX_BYTES)
            .max_decoding_message_size(MESSAGE_MAX_BYTES);
        let written = client.commit(request).await?.into_inner().written;
        assert_eq!(written.len(), count, "one outcome per write");
        Ok(written.into_iter().map(|one| one.written.expect("each write has an outcome")).collect())
    }

    /// The same for one write.
    pub(crate) async fn commit_one(&self, write: wire::write::Write) -> wire::written::Written {
        self.commit(vec![write]).await.unwrap().remove(0)
    }

    /// Erases what came from a participant.
    pub(crate) async fn withdraw(&self, id: ParticipationId) -> Result<(), Status> {
        let request = within_deadline(wire::WithdrawRequest { id: id.to_string() });
        ParticipationServiceClient::new(self.channel()).withdraw(request).await.map(drop)
    }

    /// Where an experiment's feed stands.
    pub(crate) async fn head(&self, id: ExperimentId) -> Result<FeedHead, Status> {
        let request = within_deadline(wire::GetHeadRequest { experiment_id: id.to_string() });
        let head = self.feeds().get_head(request).await?.into_inner();
        Ok(FeedHead::try_from(head).expect("storage says what can be read"))
    }

    /// The feed of an experiment.
    pub(crate) async fn feed(
        &self,
        request: wire::ReadFeedRequest,
    ) -> Result<Streaming<wire::ReadFeedResponse>, Status> {
        self.feeds().read_feed(request).await.map(tonic::Response::into_inner)
    }

    /// All exported responses.
    pub(crate) async fn export(&self, id: ExperimentId) -> Vec<StoredResponse> {
        let request = wire::ExportRequest { experiment_id: id.to_string() };
        let messages = self.feeds().export(request).await.unwrap().into_inner();
        let messages: Vec<wire::ExportResponse> = messages.try_collect().await.unwrap();
        let row_count = messages.last().and_then(|last| last.row_count).expect("the export is whole");
        let rows = messages.into_iter().flat_map(|message| message.responses);
        let rows: Vec<_> = rows.map(|row| StoredResponse::try_from(row).unwrap()).collect();
        assert_eq!(rows.len() as u64, row_count, "the export says how many rows it has");
        rows
    }

    fn experiments(&self) -> ExperimentServiceClient<Channel> {
        ExperimentServiceClient::new(self.channel())
    }

    fn feeds(&self) -> FeedServiceClient<Channel> {
        FeedServiceClient::new(self.channel()).max_decoding_message_size(MESSAGE_MAX_BYTES)
    }
}

/// A participation that sees all stimuli, from the last to the first.
pub(crate) fn start(id: ParticipationId, experiment_id: ExperimentId, trials: u32) -> wire::write::Write {
    let new = NewParticipation {
        id,
        experiment_id,
        trial_order: (0..trials).rev().collect(),
        url_parameters: vec![("PROLIFIC_PID".to_owned(), id.to_string())],
        environment: Vec::new(),
    };
    wire::write::Write::Start(new.into())
}

/// The wish to record a text.
pub(crate) fn record(id: ParticipationId, trial: u32, text: &str) -> wire::write::Write {
    wire::write::Write::Record(common::Response {
        participation_id: id.to_string(),
        trial,
        answer: Some(common::response::Answer::Text(text.to_owned())),
        first_key_ms: Some(600 + trial),
        submitted_ms: Some(1_900),
        ..common::Response::default()
    })
}

/// The wish to complete with this code.
pub(crate) fn complete(id: ParticipationId, code: &str) -> wire::write::Write {
    let complete = wire::Complete { participation_id: id.to_string(), completion_code: code.to_owned() };
    wire::write::Write::Complete(complete)
}

/// What became of a start.
pub(crate) fn started(written: &wire::written::Written) -> wire::start_outcome::Outcome {
    match written {
        wire::written::Written::Start(outcome) => outcome.outcome(),
        other => panic!("a participation was to begin, and the outcome is {other:?}"),
    }
}

/// What became of a response.
pub(crate) fn recorded(written: &wire::written::Written) -> common::Recorded {
    match written {
        wire::written::Written::Record(number) => common::Recorded::try_from(*number).unwrap(),
        other => panic!("a response was to be recorded, and the outcome is {other:?}"),
    }
}

/// The code that completing gave.
pub(crate) fn code(written: &wire::written::Written) -> Option<&str> {
    match written {
        wire::written::Written::Complete(outcome) => outcome.completion_code.as_deref(),
        other => panic!("a participation was to be completed, and the outcome is {other:?}"),
    }
}

fn within_deadline<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(DEADLINE);
    request
}
