//! A storage in memory whose feed can be broken on purpose.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use futures::Stream;
use nameit_domain::feed::ResponseColumns;
use nameit_domain::text::{ConsentText, Language, Question, Slug, Title};
use nameit_domain::{Access, Clock, Experiment, ExperimentId, ExperimentState, ResearcherId, SystemClock};
use nameit_proto::storage::v1::decision_service_server::{DecisionService, DecisionServiceServer};
use nameit_proto::storage::v1::experiment_service_server::{ExperimentService, ExperimentServiceServer};
use nameit_proto::storage::v1::feed_service_server::{FeedService, FeedServiceServer};
use nameit_proto::storage::v1::read_feed_response::Part;
use nameit_proto::storage::v1::{self as wire, get_experiment_request::Key};
use nameit_runtime::transport::{Bound, memory};
use nameit_runtime::{Connect, Shutdown, server};
use tokio::sync::watch;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

/// Responses that one message of the fake feed carries.
const CHUNK: usize = 3;

#[derive(Clone)]
pub(crate) struct FakeStorage(Arc<Inner>);

struct Inner {
    experiment: Experiment,
    responses: Mutex<Responses>,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct Responses {
    epoch: u64,
    last: u64,
    rows: Vec<(u64, u32, String)>,
    started: u64,
    /// What was decided about names, version by version.
    decisions: Vec<String>,
    break_after: Option<usize>,
}

impl Default for FakeStorage {
    fn default() -> Self {
        let now = SystemClock.now();
        let experiment = Experiment {
            id: ExperimentId::generate(),
            owner: ResearcherId::generate(),
            title: Title::parse("Things").unwrap(),
            question: Question::parse("What is this?").unwrap(),
            language: Language::parse("en").unwrap(),
            consent_text: ConsentText::parse("").unwrap(),
            access: Access::Public,
            state: ExperimentState::Published,
            slug: Slug::parse("things").unwrap(),
            version: 1,
            previous_version: None,
            stimulus_count: 3,
            created_at: now,
            updated_at: now,
            published_at: Some(now),
        };
        let changes = watch::Sender::new(0);
        Self(Arc::new(Inner { experiment, responses: Mutex::default(), changes }))
    }
}

impl FakeStorage {
    pub(crate) fn serve(&self, shutdown: &Shutdown) -> Connect {
        let (listener, connector) = memory();
        let routes = Routes::new(FeedServiceServer::new(self.clone()))
            .add_service(DecisionServiceServer::new(self.clone()))
            .add_service(ExperimentServiceServer::new(self.clone()));
        let shutdown = shutdown.clone();
        tokio::spawn(async move { server::serve_grpc(Bound::Memory(listener), routes, &shutdown).await });
        Connect::Memory(connector)
    }

    pub(crate) fn experiment_id(&self) -> String {
        self.0.experiment.id.to_string()
    }

    pub(crate) fn add(&self, stimulus: u32, text: &str) {
        let mut responses = self.0.responses.lock().unwrap();
        responses.last += 1;
        let sequence = responses.last;
        responses.rows.push((sequence, stimulus, text.to_owned()));
        drop(responses);
        self.0.changes.send_modify(|changes| *changes += 1);
    }

    pub(crate) fn erase(&self, text: &str) {
        let mut responses = self.0.responses.lock().unwrap();
        responses.rows.retain(|(_, _, row)| row != text);
        responses.epoch += 1;
        drop(responses);
        self.0.changes.send_modify(|changes| *changes += 1);
    }

    /// Somebody begins; the feed says so later than the head.
    pub(crate) fn start(&self) {
        self.0.responses.lock().unwrap().started += 1;
    }

    /// Decides something about names; followers of the feed are told.
    pub(crate) fn decide(&self, body: &str) {
        self.0.responses.lock().unwrap().decisions.push(body.to_owned());
        self.0.changes.send_modify(|changes| *changes += 1);
    }

    /// The next feed that is opened breaks after this many messages.
    pub(crate) fn break_after_messages(&self, messages: usize) {
        self.0.responses.lock().unwrap().break_after = Some(messages);
        // Breaks feeds that are open, too: they see the change and look at the fault.
        self.0.changes.send_modify(|changes| *changes += 1);
    }

    fn check(&self, id: &str) -> Result<(), Status> {
        if id == self.experiment_id() {
            Ok(())
        } else {
            Err(Status::not_found("there is no such experiment"))
        }
    }

    fn cursor(responses: &Responses, position: u64) -> wire::FeedCursor {
        wire::FeedCursor { epoch: responses.epoch, positions: [("w".to_owned(), position)].into() }
    }

    /// What a reader at (epoch, position) gets now, as messages.
    fn messages(&self, epoch: &mut u64, position: &mut u64) -> Vec<Result<wire::ReadFeedResponse, Status>> {
        let mut responses = self.0.responses.lock().unwrap();
        let mut messages = Vec::new();
        let mut push = |part, cursor| {
            messages.push(Ok(wire::ReadFeedResponse {
                part: Some(part),
                cursor: Some(cursor),
                traceparent: None,
            }));
        };
        if *epoch != responses.epoch {
            (*epoch, *position) = (responses.epoch, 0);
            push(Part::Restart(wire::Restart {}), Self::cursor(&responses, 0));
        }
        let rows: Vec<_> = responses.rows.iter().filter(|(sequence, ..)| sequence > position).collect();
        for chunk in rows.chunks(CHUNK) {
            let mut columns = ResponseColumns::default();
            for (sequence, stimulus, text) in chunk {
                columns.push(*stimulus, ResponseColumns::TEXT, text.as_bytes(), Some(700), None, 0, 1);
                *position = *sequence;
            }
            push(Part::Columns(columns.into()), Self::cursor(&responses, *position));
        }
        *position = responses.last;
        let caught_up = wire::CaughtUp { decisions: responses.versions(), ..wire::CaughtUp::default() };
        push(Part::CaughtUp(caught_up), Self::cursor(&responses, *position));
        if let Some(after) = responses.break_after.take() {
            messages.truncate(after);
            messages.push(Err(Status::unavailable("broken on purpose")));
        }
        messages
    }
}

impl Responses {
    /// The latest version per kind of decision.
    fn versions(&self) -> HashMap<String, u64> {
        let latest = self.decisions.len() as u64;
        (latest > 0).then(|| ("variants".to_owned(), latest)).into_iter().collect()
    }
}

#[tonic::async_trait]
impl DecisionService for FakeStorage {
    async fn get_decision(
        &self,
        request: Request<wire::GetDecisionRequest>,
    ) -> Result<Response<wire::GetDecisionResponse>, Status> {
        let request = request.into_inner();
        self.check(&request.experiment_id)?;
        let responses = self.0.responses.lock().unwrap();
        let Some(body) = responses.decisions.last().filter(|_| request.kind == "variants") else {
            return Err(Status::not_found("nothing was decided"));
        };
        let decision = wire::Decision {
            experiment_id: request.experiment_id,
            kind: request.kind,
            version: responses.decisions.len() as u64,
            body: body.clone(),
            decided_at: None,
        };
        Ok(Response::new(wire::GetDecisionResponse { decision: Some(decision) }))
    }

    async fn put_decision(
        &self,
        _: Request<wire::PutDecisionRequest>,
    ) -> Result<Response<wire::PutDecisionResponse>, Status> {
        Err(not_asked())
    }

    async fn list_decision_versions(
        &self,
        _: Request<wire::ListDecisionVersionsRequest>,
    ) -> Result<Response<wire::ListDecisionVersionsResponse>, Status> {
        Err(not_asked())
    }
}

type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl FeedService for FakeStorage {
    type ReadFeedStream = Streamed<wire::ReadFeedResponse>;
    type ReadResponsesStream = Streamed<wire::ReadResponsesResponse>;
    type ExportStream = Streamed<wire::ExportResponse>;

    async fn get_head(
        &self,
        request: Request<wire::GetHeadRequest>,
    ) -> Result<Response<wire::GetHeadResponse>, Status> {
        self.check(&request.into_inner().experiment_id)?;
        let responses = self.0.responses.lock().unwrap();
        let cursor = Self::cursor(&responses, responses.last);
        let totals = nameit_proto::common::v1::ParticipationTotals {
            started: responses.started,
            ..Default::default()
        };
        let decisions = responses.versions();
        Ok(Response::new(wire::GetHeadResponse { cursor: Some(cursor), totals: Some(totals), decisions }))
    }

    async fn read_feed(
        &self,
        request: Request<wire::ReadFeedRequest>,
    ) -> Result<Response<Self::ReadFeedStream>, Status> {
        let request = request.into_inner();
        self.check(&request.experiment_id)?;
        let cursor = request.cursor.unwrap_or_default();
        let (mut epoch, mut position) = (cursor.epoch, cursor.positions.get("w").copied().unwrap_or(0));
        let storage = self.clone();
        let stream = async_stream::stream! {
            let mut changes = storage.0.changes.subscribe();
            loop {
                changes.borrow_and_update();
                for message in storage.messages(&mut epoch, &mut position) {
                    let broken = message.is_err();
                    yield message;
                    if broken {
                        return;
                    }
                }
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        Ok(Response::new(Box::pin(stream)))
    }

    async fn read_responses(
        &self,
        _: Request<wire::ReadResponsesRequest>,
    ) -> Result<Response<Self::ReadResponsesStream>, Status> {
        Err(not_asked())
    }

    async fn export(&self, _: Request<wire::ExportRequest>) -> Result<Response<Self::ExportStream>, Status> {
        Err(Status::unimplemented("datamining does not export"))
    }
}

#[tonic::async_trait]
impl ExperimentService for FakeStorage {
    async fn get_experiment(
        &self,
        request: Request<wire::GetExperimentRequest>,
    ) -> Result<Response<wire::GetExperimentResponse>, Status> {
        match request.into_inner().key {
            Some(Key::Id(id)) => self.check(&id)?,
            _ => return Err(Status::invalid_argument("datamining asks by id")),
        }
        Ok(Response::new(wire::GetExperimentResponse { experiment: Some(self.0.experiment.clone().into()) }))
    }

    async fn create_experiment(
        &self,
        _: Request<wire::CreateExperimentRequest>,
    ) -> Result<Response<wire::CreateExperimentResponse>, Status> {
        Err(not_asked())
    }

    async fn copy_experiment(
        &self,
        _: Request<wire::CopyExperimentRequest>,
    ) -> Result<Response<wire::CopyExperimentResponse>, Status> {
        Err(not_asked())
    }

    async fn list_experiments(
        &self,
        _: Request<wire::ListExperimentsRequest>,
    ) -> Result<Response<wire::ListExperimentsResponse>, Status> {
        Err(not_asked())
    }

    async fn update_experiment(
        &self,
        _: Request<wire::UpdateExperimentRequest>,
    ) -> Result<Response<wire::UpdateExperimentResponse>, Status> {
        Err(not_asked())
    }

    async fn set_experiment_state(
        &self,
        _: Request<wire::SetExperimentStateRequest>,
    ) -> Result<Response<wire::SetExperimentStateResponse>, Status> {
        Err(not_asked())
    }

    async fn delete_experiment(
        &self,
        _: Request<wire::DeleteExperimentRequest>,
    ) -> Result<Response<wire::DeleteExperimentResponse>, Status> {
        Err(not_asked())
    }

    async fn restore_experiment(
        &self,
        _: Request<wire::RestoreExperimentRequest>,
    ) -> Result<Response<wire::RestoreExperimentResponse>, Status> {
        Err(not_asked())
    }

    async fn list_deleted_experiments(
        &self,
        _: Request<wire::ListDeletedExperimentsRequest>,
    ) -> Result<Response<wire::ListDeletedExperimentsResponse>, Status> {
        Err(not_asked())
    }
}

fn not_asked() -> Status {
    Status::unimplemented("datamining never asks for this")
}
