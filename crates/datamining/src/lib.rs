//! Datamining: computes everything that is learned from responses, live.
//!
//! For each experiment that somebody looks at it keeps a tally in memory ([`mined`]), fed by storage's
//! resumable feed ([`live`]), and serves reports and streams of changes over gRPC ([`grpc`]). Nothing is
//! kept on disk: a tally that is lacking is rebuilt from the feed.

pub mod changes;
mod cohort;
mod decided;
pub mod grpc;
pub mod judged;
pub mod live;
pub mod mined;
pub mod names;
pub mod registry;
pub mod report;
pub mod rules;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;

use nameit_domain::SystemClock;
use nameit_proto::datamining::v1::agreement_service_server::AgreementServiceServer;
use nameit_proto::datamining::v1::colours_service_server::ColoursServiceServer;
use nameit_proto::datamining::v1::comparison_service_server::ComparisonServiceServer;
use nameit_proto::datamining::v1::decision_service_server::DecisionServiceServer;
use nameit_proto::datamining::v1::descriptions_service_server::DescriptionsServiceServer;
use nameit_proto::datamining::v1::norms_service_server::NormsServiceServer;
use nameit_proto::datamining::v1::participants_service_server::ParticipantsServiceServer;
use nameit_proto::datamining::v1::report_service_server::ReportServiceServer;
use nameit_proto::datamining::v1::system_service_server::SystemServiceServer;
use nameit_proto::datamining::v1::usage_service_server::UsageServiceServer;
use nameit_proto::datamining::v1::variants_service_server::VariantsServiceServer;
use nameit_proto::storage::v1::system_service_client::SystemServiceClient;
use nameit_runtime::health::Need;
use nameit_runtime::transport::Bound;
use nameit_runtime::{Connect, Error, Health, Listen, MESSAGE_MAX_BYTES, Shutdown, client, server};
use tonic::service::Routes;

use crate::registry::Registry;

/// What datamining needs to know.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Config {
    /// Experiments whose tallies are kept in memory at once.
    #[arg(
        long = "datamining-experiments",
        env = "NAMEIT_DATAMINING_EXPERIMENTS",
        default_value_t = 256,
        value_name = "COUNT",
        value_parser = clap::value_parser!(u64).range(1..)
    )]
    pub experiments_max: u64,
}

/// Where datamining listens and finds storage, when it runs as a process of its own.
#[derive(Debug, Clone, clap::Args)]
pub struct Addresses {
    /// Address to serve gRPC on.
    #[arg(long, env = "NAMEIT_DATAMINING_LISTEN", default_value = "127.0.0.1:50052", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// Address of storage.
    #[arg(long, env = "NAMEIT_STORAGE", default_value = "http://127.0.0.1:50051", value_name = "URI")]
    pub storage: String,
}

impl Default for Config {
    fn default() -> Self {
        Self { experiments_max: 256 }
    }
}

/// The service, bound and ready to run.
#[derive(Debug)]
pub struct App {
    bound: Bound,
    storage: client::Channel,
    config: Config,
}

// === impl App ===

impl App {
    /// Takes the address and prepares the connection to storage.
    pub async fn build(config: Config, listen: Listen, storage: &Connect) -> Result<Self, Error> {
        Ok(Self { bound: listen.bind().await?, storage: client::channel(storage)?, config })
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        self.bound.address()
    }

    /// Serves until `shutdown` begins, then finishes what is under way.
    pub async fn run(self, shutdown: Shutdown) -> Result<(), Error> {
        let health = Health::new();
        let storage = self.storage.clone();
        health
            .register("storage", Need::Required, move || {
                let mut client = SystemServiceClient::new(storage.clone());
                Box::pin(async move {
                    let status = client.get_status(nameit_proto::storage::v1::GetStatusRequest {}).await;
                    status.map(drop).map_err(|status| format!("does not answer: {}", status.message()))
                })
            })
            .await;
        let registry = Registry::new(self.storage, self.config.experiments_max, &shutdown);
        let system = grpc::system::System { registry: registry.clone(), clock: Arc::new(SystemClock) };
        let decisions = DecisionServiceServer::new(grpc::decision::Decisions { registry: registry.clone() })
            .max_decoding_message_size(MESSAGE_MAX_BYTES);
        let variants = VariantsServiceServer::new(grpc::variants::VariantsOf { registry: registry.clone() })
            .max_decoding_message_size(MESSAGE_MAX_BYTES)
            .max_encoding_message_size(MESSAGE_MAX_BYTES);
        let descriptions = grpc::descriptions::DescriptionsOf { registry: registry.clone() };
        let descriptions = DescriptionsServiceServer::new(descriptions)
            .max_decoding_message_size(MESSAGE_MAX_BYTES)
            .max_encoding_message_size(MESSAGE_MAX_BYTES);
        let norms = NormsServiceServer::new(grpc::norms::Norms { registry: registry.clone() })
            .max_encoding_message_size(MESSAGE_MAX_BYTES);
        let colours = ColoursServiceServer::new(grpc::colours::Colours { registry: registry.clone() })
            .max_encoding_message_size(MESSAGE_MAX_BYTES);
        let agreement =
            AgreementServiceServer::new(grpc::agreement::AgreementOf { registry: registry.clone() });
        let comparison =
            ComparisonServiceServer::new(grpc::comparison::ComparisonOf { registry: registry.clone() })
                .max_decoding_message_size(MESSAGE_MAX_BYTES)
                .max_encoding_message_size(MESSAGE_MAX_BYTES);
        let participants =
            ParticipantsServiceServer::new(grpc::participants::ParticipantsOf { registry: registry.clone() })
                .max_encoding_message_size(MESSAGE_MAX_BYTES);
        let usage = grpc::usage::UsageOf { registry: registry.clone(), clock: Arc::new(SystemClock) };
        let usage = UsageServiceServer::new(usage).max_encoding_message_size(MESSAGE_MAX_BYTES);
        let reports = ReportServiceServer::new(grpc::report::Reports::new(registry, shutdown.clone()))
            .max_encoding_message_size(MESSAGE_MAX_BYTES);
        let routes = Routes::new(reports)
            .add_service(colours)
            .add_service(agreement)
            .add_service(comparison)
            .add_service(decisions)
            .add_service(norms)
            .add_service(participants)
            .add_service(usage)
            .add_service(variants)
            .add_service(descriptions)
            .add_service(SystemServiceServer::new(system))
            .add_service(health.grpc_service(&shutdown).await);
        tracing::info!(address = self.bound.address(), "datamining is listening");
        server::serve_grpc(self.bound, routes, &shutdown).await
    }
}
