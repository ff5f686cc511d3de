//! How far participants agree: the same on the page, by REST and by gRPC, with reasons where nothing is defined.

use nameit_proto::api::v1 as api;
use nameit_proto::api::v1::agreement_service_client::AgreementServiceClient;
use nameit_testkit::{Client, Experiment, PASSWORD, Sandbox};
use serde_json::{Value, json};
use tonic::Request;

journeys! {
    agreement_follows_the_answers_and_what_is_decided_about_names,
    numbers_are_compared_as_numbers,
    page_rest_and_grpc_tell_the_same_agreement,
}

/// What is to be named.
const COLOURS: [&str; 4] = ["#ff0000", "#00ff00", "#0000ff", "#ffff00"];

/// An experiment with so many colours to be named.
async fn experiment(sandbox: &Sandbox, colours: usize) -> Experiment {
    let ana = sandbox.researcher("ana").await;
    ana.experiment().colours(COLOURS.into_iter().take(colours)).published().await
}

/// Somebody new answers: this to the first colour, that to the second, …; an empty text says that they do not know.
async fn answer(experiment: &Experiment, said: &[&str]) {
    let participant = experiment.participant().await;
    for (trial, shown) in participant.trials.iter().enumerate() {
        let place: usize = shown.key.trim_start_matches("colour-").parse().unwrap();
        match said[place] {
            "" => participant.respond(trial, &json!({"non_answer": "dont_know"})).await.expect_ok(),
            text => participant.answer(trial, text).await.expect_ok(),
        };
    }
}

async fn agreement(experiment: &Experiment) -> Value {
    experiment.get("agreement").await.expect_ok().json()
}

async fn agreement_follows_the_answers_and_what_is_decided_about_names(sandbox: Sandbox) {
    let experiment = experiment(&sandbox, 3).await;
    let nothing = agreement(&experiment).await;
    assert_eq!((&nothing["participants"], &nothing["unanswered_stimuli"]), (&json!(0), &json!(3)));
    assert_eq!(nothing["names"]["alpha"]["alpha"], Value::Null);
    assert_eq!(
        nothing["names"]["alpha"]["undefined"],
        "no stimulus has two answers, so nothing can be compared"
    );

    answer(&experiment, &["red", "green", ""]).await;
    answer(&experiment, &["Red", "grene", ""]).await;
    let found = agreement(&experiment).await;
    let names = &found["names"];
    // Four answers: one agreeing and one disagreeing pair; of all, 16 - 4 - 1 - 1 = 10 ordered pairs differ.
    assert_eq!(names["alpha"]["alpha"], json!(1.0 - 3.0 * (2.0 / 10.0)));
    assert_eq!((&names["stimuli"], &names["answers"], &names["types"]), (&json!(2), &json!(4), &json!(3)));
    // P = 1/2, P_e = (4 + 1 + 1) / 16.
    assert_eq!((&names["kappa"], &names["answers_per_stimulus"]), (&json!(0.125 / 0.625), &json!(2)));
    assert_eq!((&found["participants"], &found["non_answers"]), (&json!(2), &json!(2)));
    assert_eq!(found["unanswered_stimuli"], 1);

    let merge = json!({"operations": [{"kind": "merge", "names": ["grene"], "canonical": "green"}]});
    experiment.researcher.client.post(&experiment.path("variants"), &merge).await.expect_ok();
    let merged = agreement(&experiment).await;
    assert_eq!((&merged["names"]["alpha"]["alpha"], &merged["variants_version"]), (&json!(1.0), &json!(1)));

    answer(&experiment, &["red", "green", "blue"]).await;
    let third = agreement(&experiment).await;
    assert_eq!(third["names"]["unpaired_stimuli"], 1, "one answer alone agrees with nobody");
    assert_eq!(third["names"]["kappa"], Value::Null);
    let reason = third["names"]["kappa_undefined"].as_str().unwrap();
    assert!(reason.contains("different numbers of answers"), "{reason}");
    let eve = sandbox.researcher("eve").await;
    assert_eq!(eve.client.get(&experiment.path("agreement")).await.status, 404);
}

async fn numbers_are_compared_as_numbers(sandbox: Sandbox) {
    let experiment = experiment(&sandbox, 3).await;
    // Two coders and two stimuli answered with numbers; a stray digit among names makes no numbers of them.
    answer(&experiment, &["1", "3", "blue"]).await;
    answer(&experiment, &["2", "4", "2"]).await;
    let numbers = agreement(&experiment).await["numbers"].clone();
    assert_eq!(
        (&numbers["stimuli"], &numbers["answers"], &numbers["word_stimuli"]),
        (&json!(2), &json!(4), &json!(1))
    );
    let alphas = numbers["alphas"].as_array().unwrap();
    let metrics: Vec<&str> = alphas.iter().map(|alpha| alpha["metric"].as_str().unwrap()).collect();
    assert_eq!(metrics, ["ordinal", "interval", "ratio"]);
    // Each pair lies 1 apart, and of all pairs 1+4+9+1+4+1 = 20 are expected: 1 - 3 * 2 / 20.
    assert_eq!(alphas[1]["alpha"], json!(1.0 - 3.0 * (4.0 / 40.0)));
    assert!(alphas[2]["alpha"].as_f64().unwrap() > 0.0);

    answer(&experiment, &["-1", "four", "blue"]).await;
    let numbers = agreement(&experiment).await["numbers"].clone();
    assert_eq!((&numbers["answers"], &numbers["words"]), (&json!(5), &json!(1)), "`four` is left out");
    assert_eq!(numbers["alphas"][2]["alpha"], Value::Null);
    let reason = numbers["alphas"][2]["undefined"].as_str().unwrap();
    assert!(reason.contains("below 0"), "{reason}");
}

/// The text of the element with this id.
fn shown<'page>(page: &'page str, id: &str) -> &'page str {
    let (_, rest) = page.split_once(&format!("id=\"{id}\">")).unwrap();
    rest.split('<').next().unwrap()
}

/// A client that is signed in as ana, as a browser is.
async fn browser(sandbox: &Sandbox) -> Client {
    let client = sandbox.client();
    client.fill("/sign-in", "/sign-in", &[("handle", "ana"), ("password", PASSWORD)]).await;
    client
}

async fn page_rest_and_grpc_tell_the_same_agreement(sandbox: Sandbox) {
    let experiment = experiment(&sandbox, 4).await;
    let client = browser(&sandbox).await;
    let path = format!("/experiments/{}/results/agreement", experiment.id);
    client.get(&path).await.expect_page(200, "No names yet");
    for said in [["red", "green", "blue", "7"], ["red", "lime", "blue", "8"], ["pink", "lime", "navy", "7"]] {
        answer(&experiment, &said).await;
    }

    let found = agreement(&experiment).await;
    let again = agreement(&experiment).await;
    assert_eq!(found, again, "the same answers, the same intervals");
    let other = experiment.get("agreement?seed=7&replicates=200").await.expect_ok().json();
    assert_eq!(other["names"]["alpha"]["alpha"], found["names"]["alpha"]["alpha"]);
    assert_eq!(
        (&other["names"]["alpha"]["seed"], &other["names"]["alpha"]["replicates"]),
        (&json!(7), &json!(200))
    );
    let (low, high) = (&found["names"]["alpha"]["low"], &found["names"]["alpha"]["high"]);
    assert!(low.as_f64().unwrap() < high.as_f64().unwrap(), "{low} {high}");
    experiment.get("agreement?replicates=20000").await.expect_problem(422, "10000 replicates");

    let channel =
        tonic::transport::Channel::from_shared(sandbox.url().to_owned()).unwrap().connect().await.unwrap();
    let mut request = Request::new(api::GetAgreementRequest {
        experiment_id: experiment.id.clone(),
        ..api::GetAgreementRequest::default()
    });
    let token = experiment.researcher.client.token().unwrap();
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let answer = AgreementServiceClient::new(channel).get_agreement(request).await.unwrap();
    assert_eq!(serde_json::to_value(answer.into_inner().agreement.unwrap()).unwrap(), found);

    let page = client.get(&path).await.expect_page(200, "Agreement on names");
    let three = |value: &Value| format!("{:.3}", value.as_f64().unwrap());
    assert_eq!(shown(&page.text, "alpha"), three(&found["names"]["alpha"]["alpha"]));
    assert_eq!(shown(&page.text, "alpha-interval"), format!("{} to {}", three(low), three(high)));
    assert_eq!(shown(&page.text, "kappa"), three(&found["names"]["kappa"]));
    assert_eq!(shown(&page.text, "participants"), "3");
    assert_eq!(shown(&page.text, "seed"), found["names"]["alpha"]["seed"].to_string());
    assert!(
        page.text.contains("3 stimuli answered with words")
            || page.text.contains("3\u{a0}stimuli answered with words")
    );
}
