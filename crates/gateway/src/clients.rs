//! Clients of the services behind the gateway.

use std::time::Duration;

use nameit_domain::ExperimentId;
use nameit_proto::datamining::v1::agreement_service_client::AgreementServiceClient;
use nameit_proto::datamining::v1::colours_service_client::ColoursServiceClient;
use nameit_proto::datamining::v1::comparison_service_client::ComparisonServiceClient;
use nameit_proto::datamining::v1::decision_service_client::DecisionServiceClient as DecisionCheckClient;
use nameit_proto::datamining::v1::descriptions_service_client::DescriptionsServiceClient;
use nameit_proto::datamining::v1::norms_service_client::NormsServiceClient;
use nameit_proto::datamining::v1::participants_service_client::ParticipantsServiceClient;
use nameit_proto::datamining::v1::report_service_client::ReportServiceClient;
use nameit_proto::datamining::v1::system_service_client::SystemServiceClient as DataminingSystemClient;
use nameit_proto::datamining::v1::usage_service_client::UsageServiceClient;
use nameit_proto::datamining::v1::variants_service_client::VariantsServiceClient;
use nameit_proto::storage::v1::decision_service_client::DecisionServiceClient;
use nameit_proto::storage::v1::experiment_service_client::ExperimentServiceClient;
use nameit_proto::storage::v1::feed_service_client::FeedServiceClient;
use nameit_proto::storage::v1::participation_service_client::ParticipationServiceClient;
use nameit_proto::storage::v1::researcher_service_client::ResearcherServiceClient;
use nameit_proto::storage::v1::stimulus_service_client::StimulusServiceClient;
use nameit_proto::storage::v1::system_service_client::SystemServiceClient;
use nameit_proto::storage::v1::visit_service_client::VisitServiceClient;
use nameit_runtime::client::{Affinity, Channel, channel};
use nameit_runtime::{Connect, MESSAGE_MAX_BYTES};
use tonic_health::pb::health_client::HealthClient;

/// Time that one call to a service may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// One client per service; cloning one is cheap, they share a connection.
#[derive(Clone)]
pub(crate) struct Clients {
    pub(crate) researchers: ResearcherServiceClient<Channel>,
    pub(crate) experiments: ExperimentServiceClient<Channel>,
    pub(crate) stimuli: StimulusServiceClient<Channel>,
    pub(crate) participations: ParticipationServiceClient<Channel>,
    pub(crate) feed: FeedServiceClient<Channel>,
    pub(crate) decisions: DecisionServiceClient<Channel>,
    pub(crate) visits: VisitServiceClient<Channel>,
    pub(crate) system: SystemServiceClient<Channel>,
    pub(crate) storage_health: HealthClient<Channel>,
    pub(crate) reports: ReportServiceClient<Channel>,
    pub(crate) agreement: AgreementServiceClient<Channel>,
    pub(crate) comparison: ComparisonServiceClient<Channel>,
    pub(crate) decision_checks: DecisionCheckClient<Channel>,
    pub(crate) norms: NormsServiceClient<Channel>,
    pub(crate) colours: ColoursServiceClient<Channel>,
    pub(crate) participants: ParticipantsServiceClient<Channel>,
    pub(crate) usage: UsageServiceClient<Channel>,
    pub(crate) variants: VariantsServiceClient<Channel>,
    pub(crate) descriptions: DescriptionsServiceClient<Channel>,
    pub(crate) datamining_system: DataminingSystemClient<Channel>,
    pub(crate) datamining_health: HealthClient<Channel>,
    /// What they share.
    pub(crate) storage: Channel,
    /// What they share.
    pub(crate) datamining: Channel,
}

// === impl Clients ===

impl Clients {
    /// Clients that connect at their first call.
    pub(crate) fn new(storage: &Connect, datamining: &Connect) -> Result<Self, nameit_runtime::Error> {
        let storage = channel(storage)?;
        let datamining = channel(datamining)?;
        Ok(Self {
            storage: storage.clone(),
            datamining: datamining.clone(),
            researchers: ResearcherServiceClient::new(storage.clone()),
            experiments: ExperimentServiceClient::new(storage.clone())
                .max_decoding_message_size(MESSAGE_MAX_BYTES),
            stimuli: StimulusServiceClient::new(storage.clone())
                .max_decoding_message_size(MESSAGE_MAX_BYTES)
                .max_encoding_message_size(MESSAGE_MAX_BYTES),
            participations: ParticipationServiceClient::new(storage.clone())
                .max_decoding_message_size(MESSAGE_MAX_BYTES)
                .max_encoding_message_size(MESSAGE_MAX_BYTES),
            feed: FeedServiceClient::new(storage.clone()).max_decoding_message_size(MESSAGE_MAX_BYTES),
            decisions: DecisionServiceClient::new(storage.clone()),
            visits: VisitServiceClient::new(storage.clone()).max_encoding_message_size(MESSAGE_MAX_BYTES),
            storage_health: HealthClient::new(storage.clone()),
            system: SystemServiceClient::new(storage),
            agreement: AgreementServiceClient::new(datamining.clone()),
            comparison: ComparisonServiceClient::new(datamining.clone())
                .max_decoding_message_size(MESSAGE_MAX_BYTES)
                .max_encoding_message_size(MESSAGE_MAX_BYTES),
            decision_checks: DecisionCheckClient::new(datamining.clone()),
            descriptions: DescriptionsServiceClient::new(datamining.clone())
                .max_decoding_message_size(MESSAGE_MAX_BYTES)
                .max_encoding_message_size(MESSAGE_MAX_BYTES),
            norms: NormsServiceClient::new(datamining.clone()).max_decoding_message_size(MESSAGE_MAX_BYTES),
            colours: ColoursServiceClient::new(datamining.clone())
                .max_decoding_message_size(MESSAGE_MAX_BYTES),
            participants: ParticipantsServiceClient::new(datamining.clone())
                .max_decoding_message_size(MESSAGE_MAX_BYTES),
            usage: UsageServiceClient::new(datamining.clone()).max_decoding_message_size(MESSAGE_MAX_BYTES),
            variants: VariantsServiceClient::new(datamining.clone())
                .max_decoding_message_size(MESSAGE_MAX_BYTES)
                .max_encoding_message_size(MESSAGE_MAX_BYTES),
            datamining_system: DataminingSystemClient::new(datamining.clone()),
            datamining_health: HealthClient::new(datamining.clone()),
            reports: ReportServiceClient::new(datamining).max_decoding_message_size(MESSAGE_MAX_BYTES),
        })
    }
}

/// A call with the usual deadline.
pub(crate) fn call<T>(message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.set_timeout(DEADLINE);
    request
}

/// A call about an experiment whose tallies datamining keeps in memory: it goes where they are. Without a
/// deadline, for the answer is a stream.
pub(crate) fn about<T>(experiment_id: ExperimentId, message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.extensions_mut().insert(Affinity::of(experiment_id.to_string().as_bytes()));
    request
}

/// Turns NOT_FOUND into `None`.
pub(crate) fn found<T>(answer: Result<tonic::Response<T>, tonic::Status>) -> crate::error::Result<Option<T>> {
    match answer {
        Ok(response) => Ok(Some(response.into_inner())),
        Err(status) if status.code() == tonic::Code::NotFound => Ok(None),
        Err(status) => Err(status.into()),
    }
}
