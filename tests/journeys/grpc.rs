//! The same story through the public gRPC API, on the same port.

use nameit_proto::api::v1 as api;
use nameit_proto::api::v1::account_service_client::AccountServiceClient;
use nameit_proto::api::v1::experiment_service_client::ExperimentServiceClient;
use nameit_proto::api::v1::report_service_client::ReportServiceClient;
use nameit_proto::api::v1::run_service_client::RunServiceClient;
use nameit_proto::common::v1 as common;
use nameit_testkit::Sandbox;
use tonic::{Code, Request};

fn with_token<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request
        .metadata_mut()
        .insert("authorization", format!("Bearer {token}").parse().expect("tokens are ASCII"));
    request
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_can_do_everything_by_grpc() {
    let sandbox = Sandbox::start().await;
    let channel =
        tonic::transport::Channel::from_shared(sandbox.url().to_owned()).unwrap().connect().await.unwrap();
    let mut accounts = AccountServiceClient::new(channel.clone());
    let account = api::CreateAccountRequest {
        handle: "grace".to_owned(),
        password: "a long password".to_owned(),
        display_name: "Grace".to_owned(),
        affiliation: String::new(),
    };
    accounts.create_account(account.clone()).await.unwrap();
    assert_eq!(accounts.create_account(account).await.unwrap_err().code(), Code::AlreadyExists);
    let sign_in = api::CreateTokenRequest {
        handle: "grace".to_owned(),
        password: "a long password".to_owned(),
        label: String::new(),
    };
    let token = accounts.create_token(sign_in).await.unwrap().into_inner().token;
    assert_eq!(accounts.get_me(api::GetMeRequest {}).await.unwrap_err().code(), Code::Unauthenticated);
    let me = accounts.get_me(with_token(&token, api::GetMeRequest {})).await.unwrap().into_inner();
    assert_eq!(me.researcher.unwrap().handle, "grace");

    // Stimuli are files and come by REST; the experiment itself is one and the same.
    let grace = nameit_testkit::Researcher {
        client: sandbox.client().with_token(&token),
        handle: "grace".to_owned(),
    };
    let experiment = grace.experiment().colours(["#ff0000", "#00ff00"]).draft().await;
    let mut experiments = ExperimentServiceClient::new(channel.clone());
    let publish = api::PublishExperimentRequest { id: experiment.id.clone() };
    let published = experiments.publish_experiment(with_token(&token, publish)).await.unwrap().into_inner();
    let published = published.experiment.unwrap();
    assert_eq!(published.state(), common::ExperimentState::Published);

    let mut runs = RunServiceClient::new(channel.clone());
    let start = api::StartParticipationRequest { slug: published.slug, ..Default::default() };
    let run = runs.start_participation(start).await.unwrap().into_inner().run.unwrap();
    for (trial, text) in [(0, "rot"), (1, "grün")] {
        let response = common::Response {
            participation_id: run.participation_id.clone(),
            trial,
            answer: Some(common::response::Answer::Text(text.to_owned())),
            ..Default::default()
        };
        let put = api::PutResponseRequest { response: Some(response) };
        runs.put_response(with_token(&run.token, put)).await.unwrap();
    }
    let complete = api::CompleteParticipationRequest { participation_id: run.participation_id.clone() };
    let code = runs.complete_participation(with_token(&run.token, complete)).await.unwrap().into_inner();
    assert!(!code.completion_code.is_empty());

    let mut reports = ReportServiceClient::new(channel);
    let request = api::GetReportRequest { experiment_id: experiment.id.clone(), names_limit: 0 };
    let report = reports.get_report(with_token(&token, request)).await.unwrap().into_inner().report.unwrap();
    assert_eq!((report.responses, report.stimuli.len()), (2, 2));
    let by_rest = experiment.get("report").await.expect_ok().json();
    for (by_grpc, by_rest) in report.stimuli.iter().zip(by_rest["stimuli"].as_array().unwrap()) {
        assert_eq!(by_rest["stimulus"], by_grpc.stimulus.as_str());
        assert_eq!(by_rest["names"][0]["name"], by_grpc.names[0].name.as_str());
        assert_eq!(by_rest["h"].as_f64(), by_grpc.h);
    }
    let export = api::ExportResponsesRequest { experiment_id: experiment.id.clone() };
    let mut rows = reports.export_responses(with_token(&token, export)).await.unwrap().into_inner();
    let (mut count, mut announced) = (0, None);
    while let Some(message) = rows.message().await.unwrap() {
        count += message.responses.len() as u64;
        announced = message.row_count.or(announced);
    }
    assert_eq!((count, announced), (2, Some(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_researcher_finds_nothing_by_grpc() {
    let sandbox = Sandbox::start().await;
    let (ana, bea) = (sandbox.researcher("ana").await, sandbox.researcher("bea").await);
    let experiment = ana.experiment().colours(["#ff0000"]).published().await;
    let channel =
        tonic::transport::Channel::from_shared(sandbox.url().to_owned()).unwrap().connect().await.unwrap();
    let token = bea.client.token().unwrap().to_owned();
    let request = api::GetReportRequest { experiment_id: experiment.id, names_limit: 0 };
    let refused =
        ReportServiceClient::new(channel).get_report(with_token(&token, request)).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
}
