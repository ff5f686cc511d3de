//! The public gRPC API on the same port.

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use nameit_proto::api::v1 as api;
use nameit_proto::common::v1 as common;
use tonic::metadata::MetadataValue;
use tonic::{Code, Request};
use tonic_reflection::pb::v1 as reflection;

use super::sandbox::Sandbox;
use crate::access::Rule;
use crate::grpc::RULES;

fn with<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let value = MetadataValue::try_from(format!("Bearer {token}")).unwrap();
    request.metadata_mut().insert("authorization", value);
    request
}

async fn connect(sandbox: &Sandbox) -> tonic::transport::Channel {
    tonic::transport::Endpoint::from_shared(sandbox.url.clone()).unwrap().connect().await.unwrap()
}

#[tokio::test]
async fn the_story_is_the_same_over_grpc() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.researcher("ana").await;
    let channel = connect(&sandbox).await;
    let mut experiments = api::experiment_service_client::ExperimentServiceClient::new(channel.clone());
    let mut stimuli = api::stimulus_service_client::StimulusServiceClient::new(channel.clone());
    let mut run = api::run_service_client::RunServiceClient::new(channel.clone());
    let mut reports = api::report_service_client::ReportServiceClient::new(channel);

    let new = api::CreateExperimentRequest {
        title: "Colours".into(),
        question: "What is it called?".into(),
        language: "en".into(),
        access: common::AccessKind::Unlisted.into(),
        ..Default::default()
    };
    let created = experiments.create_experiment(with(&token, new)).await.unwrap().into_inner();
    let experiment = created.experiment.unwrap();
    assert!(created.link.ends_with(&experiment.slug));
    let colour = api::Colour { key: "red".into(), colour: "#f00".into() };
    let put = api::PutColoursRequest { experiment_id: experiment.id.clone(), colours: vec![colour] };
    stimuli.put_colours(with(&token, put)).await.unwrap();
    let publish = api::PublishExperimentRequest { id: experiment.id.clone() };
    experiments.publish_experiment(with(&token, publish)).await.unwrap();

    let start = api::StartParticipationRequest { slug: experiment.slug, ..Default::default() };
    let started = run.start_participation(start).await.unwrap().into_inner().run.unwrap();
    assert_eq!(started.trials.len(), 1);
    let response = common::Response {
        participation_id: started.participation_id.clone(),
        answer: Some(common::response::Answer::Text("red".into())),
        ..Default::default()
    };
    let put = api::PutResponseRequest { response: Some(response) };
    let recorded = run.put_response(with(&started.token, put.clone())).await.unwrap().into_inner();
    assert_eq!(recorded.recorded(), common::Recorded::Stored);
    let forged = run.put_response(with("nip_forged", put.clone())).await.unwrap_err();
    assert_eq!(forged.code(), Code::PermissionDenied);
    assert_eq!(run.put_response(put).await.unwrap_err().code(), Code::Unauthenticated);

    let export = api::ExportResponsesRequest { experiment_id: experiment.id.clone() };
    let mut rows = reports.export_responses(with(&token, export)).await.unwrap().into_inner();
    let mut count = None;
    while let Some(message) = rows.message().await.unwrap() {
        count = message.row_count.or(count);
    }
    assert_eq!(count, Some(1));
    let get = api::GetReportRequest { experiment_id: experiment.id, names_limit: 0 };
    let report = reports.get_report(with(&token, get)).await.unwrap().into_inner().report.unwrap();
    assert_eq!((report.responses, report.stimuli[0].stimulus.as_str()), (1, "red"));
}

#[tokio::test]
async fn tokens_are_listed_and_revoked_over_grpc() {
    let sandbox = Sandbox::start().await;
    let (ana, eve) = (sandbox.researcher("ana").await, sandbox.researcher("eve").await);
    let mut accounts = api::account_service_client::AccountServiceClient::new(connect(&sandbox).await);
    let listed = accounts.list_tokens(with(&ana, api::ListTokensRequest {})).await.unwrap().into_inner();
    let [token] = listed.tokens.as_slice() else { panic!("she has one token: {listed:?}") };
    assert_eq!((token.id.len(), token.created_at.is_some()), (16, true));
    let revoke = api::RevokeTokenRequest { id: token.id.clone() };
    let stranger = accounts.revoke_token(with(&eve, revoke.clone())).await.unwrap_err();
    assert_eq!(stranger.code(), Code::NotFound);
    accounts.revoke_token(with(&ana, revoke)).await.unwrap();
    let refused = accounts.get_me(with(&ana, api::GetMeRequest {})).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn clients_discover_the_public_api_and_nothing_behind_it() {
    let sandbox = Sandbox::start().await;
    let channel = connect(&sandbox).await;
    let mut reflection = reflection::server_reflection_client::ServerReflectionClient::new(channel.clone());
    let list = reflection::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(reflection::server_reflection_request::MessageRequest::ListServices(
            String::new(),
        )),
    };
    let mut answers =
        reflection.server_reflection_info(tokio_stream::iter([list])).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response.unwrap();
    let reflection::server_reflection_response::MessageResponse::ListServicesResponse(listed) = answer else {
        panic!("a list of services was asked for");
    };
    let names: Vec<String> = listed.service.into_iter().map(|service| service.name).collect();
    assert!(names.contains(&"nameit.api.v1.RunService".to_owned()), "{names:?}");
    let public = |name: &String| name.starts_with("nameit.api.v1.") || name.starts_with("grpc.");
    assert!(names.iter().all(public), "{names:?}");

    let mut health = tonic_health::pb::health_client::HealthClient::new(channel);
    let check = tonic_health::pb::HealthCheckRequest { service: String::new() };
    let mut changes = health.watch(check).await.unwrap().into_inner();
    // The signing key comes a moment after the start.
    while let Some(change) = changes.message().await.unwrap() {
        if change.status() == tonic_health::pb::health_check_response::ServingStatus::Serving {
            return;
        }
    }
    panic!("the service never said that it serves");
}

/// Calls a method by its path with a message that is given as bytes.
async fn call_raw(sandbox: &Sandbox, method: &str, token: Option<&str>, message: Vec<u8>) -> Code {
    let mut frame = vec![0];
    frame.extend_from_slice(&(message.len() as u32).to_be_bytes());
    frame.extend_from_slice(&message);
    let client = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let mut request = http::Request::post(format!("{}{method}", sandbox.url))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(Full::new(Bytes::from(frame))).unwrap();
    let answer = client.request(request).await.unwrap();
    let status =
        answer.headers().get("grpc-status").map(|value| value.to_str().unwrap().parse::<i32>().unwrap());
    // A refusal comes in the headers; without one the method has begun to answer.
    status.map_or(Code::Ok, Code::from)
}

#[tokio::test]
async fn every_method_refuses_those_whom_its_rule_does_not_name() {
    let sandbox = Sandbox::start().await;
    let owner = sandbox.researcher("ana").await;
    let stranger = sandbox.researcher("eve").await;
    let experiment = sandbox.published(&owner).await;
    let participant = sandbox.participant(&experiment).await;
    let other = sandbox.participant(&experiment).await;
    for (method, rule) in RULES {
        // Field 1 is the id of the experiment or participation in every message with one.
        let id =
            if *rule == Rule::Participant { &participant.id } else { experiment["id"].as_str().unwrap() };
        let mut field = vec![0x0a, id.len() as u8];
        field.extend_from_slice(id.as_bytes());
        if method.ends_with("/PutResponse") {
            let mut outer = vec![0x0a, field.len() as u8];
            outer.extend_from_slice(&field);
            field = outer;
        }
        let nobody = call_raw(&sandbox, method, None, field.clone()).await;
        match rule {
            // It judges the password in the message, which is empty here.
            Rule::Anyone if method.ends_with("/CreateToken") => assert_eq!(nobody, Code::Unauthenticated),
            Rule::Anyone => {
                assert!(!matches!(nobody, Code::Unauthenticated | Code::Internal), "{method}: {nobody:?}");
            }
            Rule::Researcher | Rule::Owner => {
                assert_eq!(nobody, Code::Unauthenticated, "{method} by nobody");
                let guest = call_raw(&sandbox, method, Some(&participant.token), field.clone()).await;
                assert_eq!(guest, Code::Unauthenticated, "{method} by a participant");
            }
            Rule::Operator => panic!("{method}: what operators see is no part of this API"),
            Rule::Participant => {
                assert_eq!(nobody, Code::Unauthenticated, "{method} by nobody");
                let guest = call_raw(&sandbox, method, Some(&other.token), field.clone()).await;
                assert_eq!(guest, Code::PermissionDenied, "{method} by another participant");
            }
        }
        if *rule == Rule::Owner {
            let guest = call_raw(&sandbox, method, Some(&stranger), field).await;
            assert_eq!(guest, Code::NotFound, "{method} by another researcher");
        }
    }
}
