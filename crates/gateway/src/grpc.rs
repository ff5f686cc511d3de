//! Public gRPC (`nameit.api.v1`), with health and reflection: thin adapters to the use cases.
//!
//! [`RULES`] says who may call each method. [`admit`] proves who calls before a method runs; whose experiment
//! or participation it is stands in the message, so the method asks `access` for that proof itself, and
//! cannot call a use case without it.

mod account;
mod agreement;
mod colours;
mod comparison;
mod decision;
mod descriptions;
mod experiment;
mod norms;
mod participants;
mod report;
mod run;
mod stimulus;
mod usage;
mod variants;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use nameit_domain::ExperimentId;
use nameit_proto::api::v1 as api;
use prost::Message as _;
use tonic::service::Routes;
use tonic_health::pb::health_server::{Health, HealthServer};

use crate::access::{self, Actor, Owned, Participant, Rule};
use crate::error::{Error, Result};
use crate::operator::Refused;
use crate::session;
use crate::state::Gateway;

/// Who may call each method.
pub(crate) const RULES: &[(&str, Rule)] = &[
    ("/nameit.api.v1.AccountService/CreateAccount", Rule::Anyone),
    ("/nameit.api.v1.AccountService/CreateToken", Rule::Anyone),
    ("/nameit.api.v1.AccountService/DeleteToken", Rule::Researcher),
    ("/nameit.api.v1.AccountService/ListTokens", Rule::Researcher),
    ("/nameit.api.v1.AccountService/RevokeToken", Rule::Researcher),
    ("/nameit.api.v1.AccountService/GetMe", Rule::Researcher),
    ("/nameit.api.v1.AccountService/UpdateMe", Rule::Researcher),
    ("/nameit.api.v1.ExperimentService/CreateExperiment", Rule::Researcher),
    ("/nameit.api.v1.ExperimentService/ListExperiments", Rule::Researcher),
    ("/nameit.api.v1.ExperimentService/GetExperiment", Rule::Owner),
    ("/nameit.api.v1.ExperimentService/UpdateExperiment", Rule::Owner),
    ("/nameit.api.v1.ExperimentService/PublishExperiment", Rule::Owner),
    ("/nameit.api.v1.ExperimentService/PauseExperiment", Rule::Owner),
    ("/nameit.api.v1.ExperimentService/CloseExperiment", Rule::Owner),
    ("/nameit.api.v1.ExperimentService/CreateVersion", Rule::Owner),
    ("/nameit.api.v1.ExperimentService/DeleteExperiment", Rule::Owner),
    // It is in the trash, where `Owner` does not look; the use case looks there.
    ("/nameit.api.v1.ExperimentService/RestoreExperiment", Rule::Researcher),
    ("/nameit.api.v1.StimulusService/ListStimuli", Rule::Owner),
    ("/nameit.api.v1.StimulusService/GetStimulus", Rule::Owner),
    ("/nameit.api.v1.StimulusService/PutImage", Rule::Owner),
    ("/nameit.api.v1.StimulusService/PutColours", Rule::Owner),
    ("/nameit.api.v1.StimulusService/UpdateStimulus", Rule::Owner),
    ("/nameit.api.v1.StimulusService/DeleteStimulus", Rule::Owner),
    ("/nameit.api.v1.StimulusService/ApplyManifest", Rule::Owner),
    ("/nameit.api.v1.ReportService/GetReport", Rule::Owner),
    ("/nameit.api.v1.ReportService/WatchReport", Rule::Owner),
    ("/nameit.api.v1.ReportService/ExportResponses", Rule::Owner),
    ("/nameit.api.v1.NormsService/GetStimulusDetail", Rule::Owner),
    ("/nameit.api.v1.NormsService/GetSetMeans", Rule::Owner),
    ("/nameit.api.v1.ColoursService/GetColours", Rule::Owner),
    ("/nameit.api.v1.AgreementService/GetAgreement", Rule::Owner),
    ("/nameit.api.v1.ComparisonService/GetComparison", Rule::Owner),
    ("/nameit.api.v1.ComparisonService/GetReferenceNorms", Rule::Owner),
    ("/nameit.api.v1.ComparisonService/PutReferenceNorms", Rule::Owner),
    ("/nameit.api.v1.ComparisonService/DeleteReferenceNorms", Rule::Owner),
    ("/nameit.api.v1.ParticipantsService/GetParticipants", Rule::Owner),
    ("/nameit.api.v1.ParticipantsService/ListParticipants", Rule::Owner),
    ("/nameit.api.v1.UsageService/GetUsage", Rule::Owner),
    ("/nameit.api.v1.VariantsService/GetVariants", Rule::Owner),
    ("/nameit.api.v1.VariantsService/DecideVariants", Rule::Owner),
    ("/nameit.api.v1.VariantsService/GetMapping", Rule::Owner),
    ("/nameit.api.v1.VariantsService/ListCodedResponses", Rule::Owner),
    ("/nameit.api.v1.DescriptionsService/GetDescriptions", Rule::Owner),
    ("/nameit.api.v1.DescriptionsService/ListCodedDescriptions", Rule::Owner),
    ("/nameit.api.v1.DescriptionsService/GetAnnotations", Rule::Owner),
    ("/nameit.api.v1.DescriptionsService/ChangeAnnotations", Rule::Owner),
    ("/nameit.api.v1.DecisionService/GetDecision", Rule::Owner),
    ("/nameit.api.v1.DecisionService/ListDecisionVersions", Rule::Owner),
    ("/nameit.api.v1.DecisionService/PutDecision", Rule::Owner),
    ("/nameit.api.v1.RunService/StartParticipation", Rule::Anyone),
    ("/nameit.api.v1.RunService/GetParticipation", Rule::Participant),
    ("/nameit.api.v1.RunService/PutResponse", Rule::Participant),
    ("/nameit.api.v1.RunService/CompleteParticipation", Rule::Participant),
    ("/nameit.api.v1.RunService/WithdrawParticipation", Rule::Participant),
];

/// The implementation of all services.
#[derive(Clone)]
struct Api {
    gateway: Gateway,
}

/// The token that a call carried.
#[derive(Clone)]
struct Token(String);

/// The gRPC services as routes.
pub(crate) fn router(gateway: &Gateway, health: HealthServer<impl Health>) -> anyhow::Result<Router> {
    let api = Api { gateway: gateway.clone() };
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(&public_descriptors()?)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .context("the contracts of the public API cannot be reflected")?;
    let services = [
        service(api::account_service_server::AccountServiceServer::new(api.clone())),
        service(api::experiment_service_server::ExperimentServiceServer::new(api.clone())),
        service(api::stimulus_service_server::StimulusServiceServer::new(api.clone())),
        service(api::report_service_server::ReportServiceServer::new(api.clone())),
        service(api::norms_service_server::NormsServiceServer::new(api.clone())),
        service(api::colours_service_server::ColoursServiceServer::new(api.clone())),
        service(api::agreement_service_server::AgreementServiceServer::new(api.clone())),
        service(api::comparison_service_server::ComparisonServiceServer::new(api.clone())),
        service(api::participants_service_server::ParticipantsServiceServer::new(api.clone())),
        service(api::usage_service_server::UsageServiceServer::new(api.clone())),
        service(api::variants_service_server::VariantsServiceServer::new(api.clone())),
        service(api::descriptions_service_server::DescriptionsServiceServer::new(api.clone())),
        service(api::decision_service_server::DecisionServiceServer::new(api.clone())),
        service(api::run_service_server::RunServiceServer::new(api)),
    ];
    let mut router = Router::new();
    for service in services {
        router = router.merge(service);
    }
    router = router.layer(from_fn_with_state(gateway.clone(), admit));
    Ok(router.merge(service(health)).merge(service(reflection)))
}

/// One service as routes, without a fallback of its own.
fn service<S>(service: S) -> Router
where
    S: tower::Service<
            http::Request<tonic::body::Body>,
            Response = http::Response<tonic::body::Body>,
            Error = std::convert::Infallible,
        > + tonic::server::NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    Routes::new(service).into_axum_router().reset_fallback()
}

/// Proves who calls, as the rule of the method wants it.
async fn admit(State(gateway): State<Gateway>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let Some((_, rule)) = RULES.iter().find(|(method, _)| *method == path) else {
        return next.run(request).await;
    };
    match rule {
        Rule::Anyone => {}
        Rule::Researcher | Rule::Owner => {
            // A cookie does not count here: browsers cannot be made to call gRPC with one.
            if session::bearer(request.headers()).is_none() {
                return Error::unauthenticated().into_response();
            }
            match session::authenticate(&gateway, request.headers()).await {
                Ok(Some(actor)) => drop(request.extensions_mut().insert(actor)),
                Ok(None) => return Error::unauthenticated().into_response(),
                Err(error) => return error.into_response(),
            }
        }
        // What operators see is no part of the public gRPC API.
        Rule::Operator => return Refused::NotThere.into_error().into_response(),
        Rule::Participant => {
            let token = session::bearer(request.headers()).map(|token| Token(token.to_owned()));
            if let Some(token) = token {
                request.extensions_mut().insert(token);
            }
        }
    }
    next.run(request).await
}

/// What clients may discover: the public API and what it uses, nothing of the services behind it.
fn public_descriptors() -> anyhow::Result<Vec<u8>> {
    let mut set = prost_types::FileDescriptorSet::decode(nameit_proto::FILE_DESCRIPTOR_SET)?;
    let public = |name: &str| {
        ["nameit/api/", "nameit/common/", "nameit/findings/", "google/protobuf/"]
            .iter()
            .any(|folder| name.starts_with(folder))
    };
    set.file.retain(|file| file.name.as_deref().is_some_and(public));
    Ok(set.encode_to_vec())
}

/// Who calls; [`admit`] has put it there.
fn actor<T>(request: &tonic::Request<T>) -> Result<Actor> {
    request.extensions().get::<Actor>().cloned().ok_or_else(Error::unauthenticated)
}

// === impl Api ===

impl Api {
    /// The caller's experiment with this id.
    async fn owned(&self, actor: &Actor, id: &str) -> Result<Owned> {
        let id = ExperimentId::parse(id).map_err(|_| Error::not_found("experiment"))?;
        access::owned(&self.gateway, actor, id).await
    }

    /// The holder of this participation's token.
    fn participant(&self, token: Option<&Token>, id: &str) -> Result<Participant> {
        access::participant(&self.gateway, id, token.map(|token| token.0.as_str()))
    }
}
