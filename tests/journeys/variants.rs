//! Which names are one: proposed by figures, decided by a person, followed by everything at once.

use nameit_proto::api::v1 as api;
use nameit_proto::api::v1::variants_service_client::VariantsServiceClient;
use nameit_proto::findings::v1::VariantOperation;
use nameit_testkit::pages::csrf_of;
use nameit_testkit::{Answer, Client, Experiment, PASSWORD, Sandbox};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tonic::{Code, Request};

journeys! {
    what_is_decided_about_names_holds_for_every_figure_and_never_for_raw_answers,
    a_mapping_is_taken_out_and_in_again,
    nobody_decides_over_the_head_of_somebody_else,
    the_page_of_variants_works_as_plain_forms,
    variants_by_grpc,
}

/// What people said to the one stimulus.
const SAID: [&str; 12] = [
    "turquoise",
    "Turquoise",
    "the turquoise",
    "turquoise",
    "turquoise",
    "turquoise.",
    "turqoise",
    "teal",
    "teal",
    "light blue",
    "light-blue",
    "=1+1",
];

/// An experiment to which all of it was said.
async fn answered(sandbox: &Sandbox) -> Experiment {
    let ana = sandbox.researcher("ana").await;
    let experiment = ana.experiment().colours(["#40e0d0"]).published().await;
    for text in SAID {
        experiment.participant().await.answer(0, text).await.expect_ok();
    }
    experiment
}

/// The names of the one stimulus, as the report counts them.
async fn names(experiment: &Experiment) -> Vec<(String, u64)> {
    let report = experiment.get("report").await.expect_ok().json();
    let names = report["stimuli"][0]["names"].as_array().unwrap();
    names
        .iter()
        .map(|name| (name["name"].as_str().unwrap().to_owned(), name["count"].as_u64().unwrap()))
        .collect()
}

async fn decide(experiment: &Experiment, body: Value) -> Answer {
    experiment.researcher.client.post(&experiment.path("variants"), &body).await
}

async fn what_is_decided_about_names_holds_for_every_figure_and_never_for_raw_answers(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let raw = experiment.rows().await;
    let variants = experiment.get("variants").await.expect_ok().json();
    assert_eq!((&variants["version"], &variants["normalisation"]), (&json!(0), &json!("standard")));
    let proposed: Vec<(&str, &str)> = variants["proposals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|proposal| (proposal["from"].as_str().unwrap(), proposal["to"].as_str().unwrap()))
        .collect();
    assert_eq!(proposed, [("light-blue", "light blue"), ("turqoise", "turquoise")]);
    let typo = &variants["proposals"][1];
    assert_eq!((&typo["from_count"], &typo["to_count"]), (&json!(1), &json!(6)));
    assert_eq!(typo["reasons"], json!(["missing_letter"]));
    assert_eq!((&typo["stimuli"][0], &typo["ordinals"]), (&raw[0]["stimulus"], &json!([0])));
    assert_eq!(variants["typed"]["types"], json!(9));
    assert_eq!((&variants["normalised"]["types"], &variants["merged"]["types"]), (&json!(6), &json!(6)));

    let operations = json!({"operations": [
        {"kind": "accept", "names": ["turqoise"], "canonical": "turquoise"},
        {"kind": "reject", "names": ["light-blue"], "canonical": "light blue"},
        {"kind": "merge", "names": ["Teal"], "canonical": "green-blue"},
    ]});
    let decided = decide(&experiment, operations).await.expect_ok().json();
    assert_eq!((&decided["version"], &decided["proposals_total"]), (&json!(1), &json!(0)));
    assert_eq!(decided["rejected"], json!([{"from": "light-blue", "to": "light blue"}]));
    assert_eq!(decided["groups"][0]["canonical"], "turquoise");
    assert_eq!(decided["groups"][0]["members"], json!([{"name": "turqoise", "count": 1}]));
    assert_eq!((&decided["merged"]["types"], &decided["changed_stimuli"]), (&json!(5), &json!(1)));
    let expected = [("turquoise", 7), ("green-blue", 2), ("=1+1", 1), ("light blue", 1), ("light-blue", 1)];
    let expected: Vec<_> = expected.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    assert_eq!(names(&experiment).await, expected, "the report follows");
    let norms = experiment.get("norms.csv").await.expect_ok().text;
    assert!(norms.contains(",turquoise,turquoise,7,"), "{norms}");
    assert_eq!(experiment.rows().await, raw, "what was typed stays");

    let coded = experiment.get("names.csv").await.expect_ok().text;
    for row in ["Turquoise,turquoise,1", "turqoise,turquoise,1", "teal,green-blue,2", "'=1+1,'=1+1,1"] {
        assert!(coded.contains(&format!("\r\n{row}\r\n")), "{row} in {coded}");
    }
    let none = json!({"operations": [{"kind": "steps", "steps": []}]});
    let typed = decide(&experiment, none).await.expect_ok().json();
    assert_eq!((&typed["version"], &typed["merged"]["types"]), (&json!(2), &json!(8)));
}

async fn a_mapping_is_taken_out_and_in_again(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let all = json!({"operations": [{"kind": "accept_all", "min_score": 0.5}]});
    decide(&experiment, all).await.expect_ok();
    let csv = experiment.get("mapping.csv").await.expect_ok();
    assert_eq!(csv.text, "name,canonical\r\nlight-blue,light blue\r\nturqoise,turquoise\r\n");
    assert_eq!(csv.headers["nameit-version"], "1");
    let body = experiment.get("mapping").await.expect_ok();
    assert_eq!(body.json()["merges"], json!({"light-blue": "light blue", "turqoise": "turquoise"}));

    let path = experiment.path("mapping");
    let put = |media_type: &'static str, file: &str| {
        let (client, path, file) =
            (experiment.researcher.client.clone(), path.clone(), file.as_bytes().to_vec());
        async move { client.upload("PUT", &path, media_type, file).await }
    };
    let emptied = put("application/json", "{}").await.expect_ok().json();
    assert_eq!((&emptied["version"], &emptied["groups_total"]), (&json!(2), &json!(0)));
    let filled = put("text/csv", &csv.text).await.expect_ok().json();
    assert_eq!((&filled["version"], &filled["groups_total"]), (&json!(3), &json!(2)));
    let with_steps = put("application/json", &body.text).await.expect_ok().json();
    assert_eq!(with_steps["groups_total"], json!(2));
    let edited =
        "from,to,accept\r\nteal,turquoise,yes\r\nturqoise,turquoise,no\r\nlight-blue,light blue,\r\n";
    let edited = put("text/csv", edited).await.expect_ok().json();
    assert_eq!((&edited["groups_total"], &edited["rejected"][0]["from"]), (&json!(1), &json!("turqoise")));
    assert_eq!(names(&experiment).await[0], ("turquoise".to_owned(), 8));

    put("text/csv", "name,canonical\na,b\nalone\n").await.expect_problem(422, "line 3: expected two columns");
    put("text/csv", "a,b\nb,a\n").await.expect_problem(422, "runs in a circle");
    put("application/json", "{\"a\": 1}").await.expect_problem(422, "`a` has to be mapped to a text");
    put("image/png", "x").await.expect_problem(415, "text/csv");
    assert_eq!(
        experiment.get("variants").await.expect_ok().json()["version"],
        json!(5),
        "nothing more was kept"
    );
}

async fn nobody_decides_over_the_head_of_somebody_else(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let accept = |expected: u64| {
        json!({"expected_version": expected, "operations": [
            {"kind": "accept", "names": ["turqoise"], "canonical": "turquoise"},
        ]})
    };
    decide(&experiment, accept(1)).await.expect_problem(409, "version 0 is in force");
    decide(&experiment, accept(0)).await.expect_ok();
    decide(&experiment, accept(0)).await.expect_problem(409, "version 1 is in force");
    for (operation, expected) in [
        (json!({"kind": "split", "names": ["teal"]}), "`teal` is not merged with any name"),
        (json!({"kind": "accept", "canonical": "teal"}), "`names` is empty"),
        (
            json!({"kind": "accept", "names": ["turqoise"], "canonical": "teal"}),
            "already counts for `turquoise`",
        ),
        (json!({"kind": "steps", "steps": ["stem"]}), "`stem` is no step"),
        (json!({"kind": "guess"}), "`kind` has to be accept"),
        (json!({"kind": "add", "file": "a,b,c\n"}), "expected two columns"),
    ] {
        let wrong = decide(&experiment, json!({"operations": [operation]})).await;
        wrong.expect_problem(422, expected);
    }
    let eve = sandbox.researcher("eve").await;
    assert_eq!(eve.client.get(&experiment.path("variants")).await.status, 404);
    assert_eq!(eve.client.get(&experiment.path("mapping.csv")).await.status, 404);
}

/// A client that is signed in as ana, as a browser is.
async fn browser(sandbox: &Sandbox) -> Client {
    let client = sandbox.client();
    client.fill("/sign-in", "/sign-in", &[("handle", "ana"), ("password", PASSWORD)]).await;
    client
}

async fn the_page_of_variants_works_as_plain_forms(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let client = browser(&sandbox).await;
    let path = format!("/experiments/{}/results/variants", experiment.id);
    let empty = client.get(&path).await.expect_page(200, "Nothing decided yet");
    let pair = "[&#34;turqoise&#34;,&#34;turquoise&#34;]";
    assert!(empty.text.contains(&format!("name=\"accept\" value=\"{pair}\"")), "{}", empty.text);
    let pair = "[\"turqoise\",\"turquoise\"]";
    let send = |fields: Vec<(&'static str, &'static str)>| {
        let (client, path) = (client.clone(), path.clone());
        async move {
            let answer = client.fill(&path, &path, &fields).await;
            assert_eq!(answer.status, 303, "{fields:?}: {}", answer.text);
            client.get(answer.headers["location"].to_str().unwrap()).await.expect_page(200, "Decided")
        }
    };

    let accepted = send(vec![("version", "0"), ("accept", pair)]).await;
    assert!(accepted.text.contains("Version 1 in force") && accepted.text.contains("Take turqoise out"));
    let split = send(vec![("version", "1"), ("split", "turqoise")]).await;
    assert!(split.text.contains("Nothing is merged yet."));
    send(vec![("version", "2"), ("do", "merge"), ("names", "Teal\r\ncyan"), ("canonical", "turquoise")])
        .await;
    let renamed =
        send(vec![("version", "3"), ("do", "rename"), ("group", "turquoise"), ("new", "blue green")]).await;
    assert!(renamed.text.contains("was given by nobody"), "a warning about cyan: {}", renamed.text);
    assert_eq!(names(&experiment).await[0], ("blue green".to_owned(), 8));
    let rejected =
        send(vec![("version", "4"), ("do", "reject"), ("pick", "[\"light-blue\",\"light blue\"]")]).await;
    assert!(rejected.text.contains("Rejected (1)"));
    send(vec![("version", "5"), ("do", "steps"), ("step", "trim")]).await;
    assert_eq!(names(&experiment).await[0], ("blue green".to_owned(), 5), "`Turquoise` is another name now");
    let undone = send(vec![("version", "6"), ("restore", "5")]).await;
    assert!(undone.text.contains("Version 7 in force"));
    assert_eq!(names(&experiment).await[0], ("blue green".to_owned(), 8));
    send(vec![("version", "7"), ("restore", "0")]).await;
    assert_eq!(names(&experiment).await[0], ("turquoise".to_owned(), 6));

    let stale = client.fill(&path, &path, &[("version", "3"), ("accept", pair)]).await;
    stale.expect_page(409, "something else was decided meanwhile");
    let nothing = client.fill(&path, &path, &[("version", "8"), ("do", "accept")]).await;
    nothing.expect_page(422, "Tick one or more proposals first");
    let typed = [("version", "8"), ("do", "merge"), ("names", "teal"), ("canonical", " ")];
    let half = client.fill(&path, &path, &typed).await.expect_page(422, "the name that they count for");
    assert!(half.text.contains("teal</textarea>"), "what was typed is still there");

    let csrf = csrf_of(&client.get(&path).await.text);
    let import = |file: &'static str| {
        let form = Form::new()
            .text("version", "8")
            .part("mapping", Part::bytes(file.as_bytes()).file_name("mapping.csv"))
            .text("how", "add");
        let request = client.request("POST", &format!("{path}/mapping?csrf_token={csrf}")).multipart(form);
        let client = client.clone();
        async move { client.send(request).await }
    };
    import("a,b\nb,a,c\n").await.expect_page(422, "Line 2: expected two columns");
    let imported = import("name,canonical\nteal,turquoise\n").await;
    assert_eq!(imported.status, 303, "{}", imported.text);
    assert_eq!(names(&experiment).await[0], ("turquoise".to_owned(), 8));
}

async fn variants_by_grpc(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let channel =
        tonic::transport::Channel::from_shared(sandbox.url().to_owned()).unwrap().connect().await.unwrap();
    let mut service = VariantsServiceClient::new(channel);
    let token = experiment.researcher.client.token().unwrap().to_owned();
    let with_token = |experiment_id: String| {
        let mut request = Request::new(experiment_id);
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        request
    };
    let accept = VariantOperation {
        kind: "accept".to_owned(),
        names: vec!["turqoise".to_owned()],
        canonical: "turquoise".to_owned(),
        ..VariantOperation::default()
    };
    let request = |expected_version| {
        with_token(experiment.id.clone()).map(|experiment_id| api::DecideVariantsRequest {
            experiment_id,
            operations: vec![accept.clone()],
            expected_version,
        })
    };
    let decided = service.decide_variants(request(Some(0))).await.unwrap().into_inner().variants.unwrap();
    assert_eq!((decided.version, decided.groups.len()), (1, 1));
    let stale = service.decide_variants(request(Some(0))).await.unwrap_err();
    assert_eq!(stale.code(), Code::FailedPrecondition, "{}", stale.message());
    let get = with_token(experiment.id.clone()).map(|experiment_id| api::GetVariantsRequest {
        experiment_id,
        text: "LIGHT".to_owned(),
        ..Default::default()
    });
    let found = service.get_variants(get).await.unwrap().into_inner().variants.unwrap();
    assert_eq!((found.proposals_total, found.groups_total), (1, 0));
    let mapping =
        with_token(experiment.id.clone()).map(|experiment_id| api::GetMappingRequest { experiment_id });
    let mapping = service.get_mapping(mapping).await.unwrap().into_inner();
    assert_eq!(mapping.csv, "name,canonical\r\nturqoise,turquoise\r\n");
    let coded = with_token(experiment.id.clone())
        .map(|experiment_id| api::ListCodedResponsesRequest { experiment_id });
    let mut stream = service.list_coded_responses(coded).await.unwrap().into_inner();
    let mut answers = 0;
    while let Some(message) = stream.message().await.unwrap() {
        answers += message.responses.iter().map(|coded| coded.count).sum::<u64>();
    }
    assert_eq!(answers, SAID.len() as u64);
}
