//! The gRPC services, one file per resource.

mod decision;
mod experiment;
mod feed;
mod participation;
mod researcher;
pub mod status;
mod stimulus;
mod system;
mod visit;

use std::sync::Arc;

use nameit_domain::Clock;
use nameit_proto::storage::v1::decision_service_server::DecisionServiceServer;
use nameit_proto::storage::v1::experiment_service_server::ExperimentServiceServer;
use nameit_proto::storage::v1::feed_service_server::FeedServiceServer;
use nameit_proto::storage::v1::participation_service_server::ParticipationServiceServer;
use nameit_proto::storage::v1::researcher_service_server::ResearcherServiceServer;
use nameit_proto::storage::v1::stimulus_service_server::StimulusServiceServer;
use nameit_proto::storage::v1::system_service_server::SystemServiceServer;
use nameit_proto::storage::v1::visit_service_server::VisitServiceServer;
use nameit_runtime::{MESSAGE_MAX_BYTES, Shutdown};
use nameit_store::Store;
use tonic::service::Routes;

use crate::changes::Changes;
use crate::committer::Committer;

/// What the services work with.
pub struct Services {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Tells followers.
    pub changes: Changes,
    /// Takes what participants send.
    pub committer: Committer,
    /// Ends streams that would go on for ever.
    pub shutdown: Shutdown,
}

// === impl Services ===

impl Services {
    /// All services, with their limits.
    pub fn into_routes(self) -> Routes {
        let Self { store, clock, changes, committer, shutdown } = self;
        let researchers = researcher::Researchers { store: store.clone(), clock: clock.clone() };
        let experiments = experiment::Experiments { store: store.clone(), clock: clock.clone() };
        let stimuli = stimulus::Stimuli::new(store.clone(), clock.clone());
        let participations = participation::Participations {
            store: store.clone(),
            clock: clock.clone(),
            changes: changes.clone(),
            committer,
        };
        let decisions =
            decision::Decisions { store: store.clone(), clock: clock.clone(), changes: changes.clone() };
        let feeds = feed::Feeds { store: store.clone(), changes, shutdown };
        let mut routes = Routes::default();
        macro_rules! add {
            ($server:expr) => {
                routes = routes.add_service(
                    $server
                        .max_decoding_message_size(MESSAGE_MAX_BYTES)
                        .max_encoding_message_size(MESSAGE_MAX_BYTES),
                );
            };
        }
        add!(ResearcherServiceServer::new(researchers));
        add!(ExperimentServiceServer::new(experiments));
        add!(StimulusServiceServer::new(stimuli));
        add!(ParticipationServiceServer::new(participations));
        add!(FeedServiceServer::new(feeds));
        add!(DecisionServiceServer::new(decisions));
        add!(VisitServiceServer::new(visit::VisitCounts { store: store.clone() }));
        add!(SystemServiceServer::new(system::System { store, clock }));
        routes
    }
}
