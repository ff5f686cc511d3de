//! Storage and datamining in memory: as much of them as the gateway's own tests need. What the real ones do
//! is tested with the real ones.

mod decisions;
mod reports;
mod research;
mod responses;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use nameit_proto::common::v1 as common;
use nameit_proto::datamining::v1::decision_service_server::DecisionServiceServer as DecisionCheckServer;
use nameit_proto::datamining::v1::report_service_server::ReportServiceServer;
use nameit_proto::datamining::v1::system_service_server::SystemServiceServer as DataminingServer;
use nameit_proto::storage::v1 as storage;
use nameit_runtime::health::Need;
use nameit_runtime::{Connect, Health, Listen, Shutdown, server, transport};
use tonic::service::Routes;

/// Everything in memory.
#[derive(Default)]
pub(crate) struct Data {
    pub(crate) researchers: HashMap<String, (common::Researcher, String)>,
    pub(crate) sessions: HashMap<Vec<u8>, storage::Session>,
    pub(crate) experiments: BTreeMap<String, common::Experiment>,
    pub(crate) trash: BTreeMap<String, common::Experiment>,
    pub(crate) stimuli: HashMap<String, Vec<common::Stimulus>>,
    pub(crate) images: HashMap<String, (String, Vec<u8>)>,
    pub(crate) participations: HashMap<String, storage::Participation>,
    pub(crate) responses: BTreeMap<(String, u32), common::Response>,
    /// (Experiment, kind) → versions.
    pub(crate) decisions: HashMap<(String, String), Vec<storage::Decision>>,
    /// Experiment → how often its link was opened.
    pub(crate) visits: HashMap<String, u64>,
    /// Sizes of the commits that came.
    pub(crate) commits: Vec<usize>,
    /// While true, commits are refused as a database that is away refuses them.
    pub(crate) is_away: bool,
    /// While true, commits are never answered, as by a database that hangs.
    pub(crate) is_silent: bool,
    /// How far the clock of storage is ahead, in seconds.
    pub(crate) clock_ahead_s: i64,
    /// An export breaks off after its first message.
    pub(crate) export_breaks: bool,
}

/// The fake services.
#[derive(Clone, Default)]
pub(crate) struct Fake(Arc<Mutex<Data>>);

// === impl Fake ===

impl Fake {
    pub(crate) fn data(&self) -> MutexGuard<'_, Data> {
        self.0.lock().unwrap()
    }

    /// What a service says of itself.
    pub(crate) fn examination(ahead_s: i64) -> common::ServiceExamination {
        let now = nameit_domain::Clock::now(&nameit_domain::SystemClock);
        common::ServiceExamination {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            now: Some(nameit_proto::convert::timestamp_to_wire(
                now + jiff::SignedDuration::from_secs(ahead_s),
            )),
            telemetry: Vec::new(),
        }
    }

    /// Serves everything in memory until the shutdown begins.
    pub(crate) async fn serve(&self, shutdown: &Shutdown) -> Connect {
        let (listener, connector) = transport::memory();
        let health = Health::new();
        health.register("memory", Need::Optional, || Box::pin(async { Ok(()) })).await;
        let routes = Routes::new(health.grpc_service(shutdown).await)
            .add_service(storage::researcher_service_server::ResearcherServiceServer::new(self.clone()))
            .add_service(storage::experiment_service_server::ExperimentServiceServer::new(self.clone()))
            .add_service(storage::stimulus_service_server::StimulusServiceServer::new(self.clone()))
            .add_service(storage::participation_service_server::ParticipationServiceServer::new(self.clone()))
            .add_service(storage::feed_service_server::FeedServiceServer::new(self.clone()))
            .add_service(storage::decision_service_server::DecisionServiceServer::new(self.clone()))
            .add_service(storage::visit_service_server::VisitServiceServer::new(self.clone()))
            .add_service(storage::system_service_server::SystemServiceServer::new(self.clone()))
            .add_service(DecisionCheckServer::new(self.clone()))
            .add_service(ReportServiceServer::new(self.clone()))
            .add_service(DataminingServer::new(self.clone()));
        let bound = Listen::Memory(listener).bind().await.unwrap();
        let part = shutdown.clone();
        tokio::spawn(async move { server::serve_grpc(bound, routes, &part).await.unwrap() });
        Connect::Memory(connector)
    }
}
