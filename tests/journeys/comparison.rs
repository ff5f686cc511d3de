//! Own norms beside published ones: taken as a table, compared everywhere alike, replaced and taken away.

use nameit_proto::api::v1 as api;
use nameit_proto::api::v1::comparison_service_client::ComparisonServiceClient;
use nameit_testkit::pages::csrf_of;
use nameit_testkit::{Answer, Client, Experiment, PASSWORD, Sandbox};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tonic::{Code, Request};

journeys! {
    own_norms_stand_beside_published_ones_and_follow_what_is_decided,
    a_table_that_cannot_be_read_is_refused_with_its_line,
    of_norms_that_are_too_many_those_of_the_experiment_are_kept,
    nobody_replaces_norms_that_were_not_seen,
    the_page_of_the_comparison_works_as_plain_forms,
    the_comparison_by_grpc,
}

/// What is published: `colour-0` and `colour-1` are named in full, `colour-9` is in no experiment here.
const PUBLISHED: &str = "stimulus,name,count\n\
    colour-0,Red,8\ncolour-0,crimson,2\ncolour-1,lime,3\ncolour-1,green,1\ncolour-3,yellow,5\ncolour-9,x,1\n";

/// Others, which would replace them. The same again is taken for the same request that came twice.
const OTHERS: &str = "stimulus,name,count\ncolour-0,red,1\n";

/// What people say here, a row for each of them.
const SAID: [[&str; 3]; 4] = [
    ["red", "green", "blue"],
    ["red", "green", "blue"],
    ["red", "grene", "navy"],
    ["crimson", "lime", "blue"],
];

/// An experiment with four colours, of which the last one was answered by nobody.
async fn answered(sandbox: &Sandbox) -> Experiment {
    let ana = sandbox.researcher("ana").await;
    let colours = ["#ff0000", "#00ff00", "#0000ff", "#ffff00"];
    let experiment = ana.experiment().colours(colours).published().await;
    for said in SAID {
        let participant = experiment.participant().await;
        for (trial, shown) in participant.trials.iter().enumerate() {
            let place: usize = shown.key.trim_start_matches("colour-").parse().unwrap();
            match said.get(place) {
                Some(text) => participant.answer(trial, text).await.expect_ok(),
                None => participant.respond(trial, &json!({"non_answer": "skipped"})).await.expect_ok(),
            };
        }
    }
    experiment
}

async fn put(experiment: &Experiment, query: &str, table: &str) -> Answer {
    let path = format!("{}{query}", experiment.path("reference-norms"));
    experiment.researcher.client.upload("PUT", &path, "text/csv", table.as_bytes().to_vec()).await
}

async fn comparison(experiment: &Experiment) -> Value {
    experiment.get("comparison").await.expect_ok().json()
}

fn close(value: &Value, expected: f64) -> bool {
    value.as_f64().is_some_and(|value| (value - expected).abs() < 1e-12)
}

async fn own_norms_stand_beside_published_ones_and_follow_what_is_decided(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let nothing = comparison(&experiment).await;
    assert_eq!((&nothing["version"], &nothing["reference_stimuli"]), (&json!(0), &json!(0)));
    assert_eq!((&nothing["stimuli"], &nothing["modal_match"]), (&json!(0), &Value::Null));

    let found = put(&experiment, "", PUBLISHED).await.expect_ok().json();
    assert_eq!(found, comparison(&experiment).await);
    assert_eq!(
        (&found["version"], &found["reference_stimuli"], &found["stimuli"]),
        (&json!(1), &json!(4), &json!(2))
    );
    assert_eq!((&found["only_here"], &found["only_in_reference"]), (&json!(1), &json!(2)));
    assert_eq!((&found["unknown_stimuli"], &found["unknown"]), (&json!(1), &json!(["colour-9"])));
    assert_eq!((&found["modal_matches"], &found["modal_match"]), (&json!(1), &json!(0.5)));
    assert!(found["modal_match_low"].as_f64().unwrap() < 0.1, "Wilson's interval of 1 in 2 is wide");
    // Two pairs always lie on a line: both sides have more diverse names at colour-1.
    assert_eq!((&found["h_pearson"]["n"], &found["h_pearson"]["low"]), (&json!(2), &Value::Null));
    assert!(close(&found["h_pearson"]["r"], 1.0) && close(&found["h_spearman"]["r"], 1.0));

    let [green, red] = found["rows"].as_array().unwrap().as_slice() else { panic!("two rows: {found}") };
    assert_eq!((&green["stimulus"], &red["stimulus"]), (&json!("colour-1"), &json!("colour-0")));
    assert_eq!(
        (&green["modal_names"], &green["reference_modal_names"]),
        (&json!(["green"]), &json!(["lime"]))
    );
    assert_eq!((&green["agreement"], &green["reference_agreement"]), (&json!(0.5), &json!(0.75)));
    assert!(close(&green["h"], 1.5) && close(&green["reference_h"], 0.811_278_124_459_132_8));
    assert_eq!(
        green["names"],
        json!([
            {"name": "lime", "count": 1, "share": 0.25, "reference_share": 0.75},
            {"name": "green", "count": 2, "share": 0.5, "reference_share": 0.25},
            {"name": "grene", "count": 1, "share": 0.25, "reference_share": 0.0},
        ])
    );
    assert_eq!((&red["modal_match"], &red["names"][0]["reference_share"]), (&json!(true), &json!(0.8)));

    let merge = json!({"operations": [{"kind": "merge", "names": ["lime", "grene"], "canonical": "green"}]});
    experiment.researcher.client.post(&experiment.path("variants"), &merge).await.expect_ok();
    let merged = comparison(&experiment).await;
    assert_eq!((&merged["modal_matches"], &merged["version"]), (&json!(2), &json!(1)));
    let rows = merged["rows"].as_array().unwrap();
    let green = rows.iter().find(|row| row["stimulus"] == "colour-1").unwrap();
    assert_eq!(
        (&green["divergence"], &green["reference_h"]),
        (&json!(0.0), &json!(0.0)),
        "published names are merged, too"
    );

    let csv = experiment.get("comparison.csv").await.expect_ok().text;
    assert!(csv.starts_with("stimulus,n,modal_names,reference_modal_names,modal_match,agreement,"), "{csv}");
    assert!(csv.contains("\r\ncolour-1,4,green,green,true,1.0,1.0,0.0,0.0,0.0\r\n"), "{csv}");
    let published = experiment.get("reference-norms.csv").await.expect_ok();
    assert_eq!(published.headers["nameit-version"], "1");
    assert!(published.text.contains("\r\ncolour-0,Red,8,\r\n"), "to the letter: {}", published.text);
    let again = put(&experiment, "", &published.text).await.expect_ok().json();
    assert_eq!((&again["version"], &again["rows"]), (&json!(2), &merged["rows"]));

    for (ending, media_type) in [("svg", "image/svg+xml"), ("png", "image/png")] {
        let plot = experiment.researcher.client.get(&experiment.path(&format!("comparison.{ending}"))).await;
        assert_eq!(plot.expect_ok().headers["content-type"], media_type);
    }

    let few = put(&experiment, "", "stimulus\tname\tagreement\ncolour-0\tred\t72.5\n");
    let few = few.await.expect_ok().json();
    assert_eq!((&few["stimuli"], &few["rows"][0]["divergence"]), (&json!(1), &Value::Null));
    assert_eq!(few["rows"][0]["reference_agreement"], 0.725);
    let path = experiment.path("reference-norms");
    let none = experiment.researcher.client.delete(&path).await.expect_ok().json();
    assert_eq!(
        (&none["version"], &none["reference_stimuli"], &none["rows"]),
        (&json!(4), &json!(0), &json!([]))
    );
    let eve = sandbox.researcher("eve").await;
    assert_eq!(eve.client.get(&experiment.path("comparison")).await.status, 404);
    assert_eq!(eve.client.delete(&path).await.status, 404);
}

async fn a_table_that_cannot_be_read_is_refused_with_its_line(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    for (table, expected) in [
        ("", "there is no column `stimulus`"),
        ("stimulus,name\na,b\n", "count"),
        ("stimulus,name,count\n", "no rows"),
        ("stimulus,name,count\na,b,1\na,c,-2\n", "line 3"),
        ("stimulus,name,agreement\na,b,140\n", "line 2: 140 is no agreement"),
        ("stimulus,name,agreement\na,b,-0.2\n", "line 2: -0.2 is no agreement"),
        ("stimulus,name,count\na,b\n", "the row has 2 columns"),
    ] {
        put(&experiment, "", table).await.expect_problem(422, expected);
    }
    let client = &experiment.researcher.client;
    let path = experiment.path("reference-norms");
    let latin = client.upload("PUT", &path, "text/csv", b"stimulus,name,count\na,caf\xe9,1\n".to_vec()).await;
    latin.expect_problem(422, "save it as UTF-8");
    client.upload("PUT", &path, "image/png", b"x".to_vec()).await.expect_problem(415, "text/csv");
    let long = format!("stimulus,name,count\n{}", "a,b,1\n".repeat(2_200_000));
    client.upload("PUT", &path, "text/csv", long.into_bytes()).await.expect_problem(413, "at most 12 MiB");
    assert_eq!(comparison(&experiment).await["version"], 0, "nothing was kept");
}

async fn of_norms_that_are_too_many_those_of_the_experiment_are_kept(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let others: Vec<String> = (0..60_000).map(|number| format!("image-{number},something,7\n")).collect();
    let table = format!("{PUBLISHED}{}", others.concat());
    let taken = put(&experiment, "", &table).await.expect_ok();
    assert_eq!(
        taken.headers["nameit-stimuli-left-out"], "60001",
        "and the one that is in no experiment here"
    );
    let found = taken.json();
    assert_eq!((&found["reference_stimuli"], &found["stimuli"]), (&json!(3), &json!(2)));
    let small = put(&experiment, "", PUBLISHED).await.expect_ok();
    assert_eq!(small.headers["nameit-stimuli-left-out"], "0");

    let client = browser(&sandbox).await;
    let path = format!("/experiments/{}/results/comparison", experiment.id);
    let page = client.get(&path).await.expect_page(200, "Published norms");
    let part = Part::bytes(table.into_bytes()).file_name("norms.csv");
    let form = Form::new().text("version", "2").part("table", part);
    let address = format!("{path}?csrf_token={}", csrf_of(&page.text));
    let answer = client.send(client.request("POST", &address).multipart(form)).await;
    let answer = answer.expect_page(200, "Saved.");
    assert!(answer.text.contains("stimuli not in this experiment left out"), "{}", answer.text);
}

async fn nobody_replaces_norms_that_were_not_seen(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    put(&experiment, "?expected_version=0", PUBLISHED).await.expect_ok();
    put(&experiment, "?expected_version=0", PUBLISHED).await.expect_ok();
    assert_eq!(comparison(&experiment).await["version"], 1, "the same that came twice is taken once");
    assert_eq!(put(&experiment, "?expected_version=0", OTHERS).await.status, 409);
    let path = format!("{}?expected_version=7", experiment.path("reference-norms"));
    assert_eq!(experiment.researcher.client.delete(&path).await.status, 409);
    put(&experiment, "?expected_version=1", OTHERS).await.expect_ok();
    assert_eq!(comparison(&experiment).await["version"], 2);
}

/// A client that is signed in as ana, as a browser is.
async fn browser(sandbox: &Sandbox) -> Client {
    let client = sandbox.client();
    client.fill("/sign-in", "/sign-in", &[("handle", "ana"), ("password", PASSWORD)]).await;
    client
}

async fn the_page_of_the_comparison_works_as_plain_forms(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let client = browser(&sandbox).await;
    let path = format!("/experiments/{}/results/comparison", experiment.id);
    let empty = client.get(&path).await.expect_page(200, "No published norms yet");
    let csrf = csrf_of(&empty.text);
    let upload = |version: &'static str, table: &'static str| {
        let part = Part::bytes(table.as_bytes()).file_name("norms.csv");
        let form = Form::new().text("version", version).part("table", part);
        let request = client.request("POST", &format!("{path}?csrf_token={csrf}")).multipart(form);
        let client = client.clone();
        async move { client.send(request).await }
    };
    let wrong = upload("0", "stimulus,name,count\na,b,many\n").await;
    wrong.expect_page(422, "Line 2: `many` is not a count");
    let taken = upload("0", PUBLISHED).await;
    assert_eq!(taken.status, 303, "{}", taken.text);
    let shown = client.get(&path).await.expect_page(200, "Modal names match");
    for part in ["50.0", "colour-1", "colour-9", "id=\"scatter\"", "H here, bits", "Published norms CSV"] {
        assert!(shown.text.contains(part), "{part} in {}", shown.text);
    }
    upload("0", OTHERS).await.expect_page(409, "taken meanwhile");
    let far = client.get(&format!("{path}?page=900")).await.expect_page(200, "colour-1");
    assert!(!far.text.contains("Page 900"));
    let remove = format!("{path}/remove");
    let removed = client.fill(&path, &remove, &[("version", "1")]).await;
    assert_eq!(removed.status, 303, "{}", removed.text);
    client.get(&path).await.expect_page(200, "No published norms yet");
}

async fn the_comparison_by_grpc(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let channel =
        tonic::transport::Channel::from_shared(sandbox.url().to_owned()).unwrap().connect().await.unwrap();
    let token = experiment.researcher.client.token().unwrap().to_owned();
    let mut service = ComparisonServiceClient::with_interceptor(channel, move |mut request: Request<()>| {
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        Ok(request)
    });
    let experiment_id = experiment.id.clone();
    let put = api::PutReferenceNormsRequest {
        experiment_id: experiment_id.clone(),
        table: PUBLISHED.to_owned(),
        expected_version: Some(0),
    };
    let taken = service.put_reference_norms(put.clone()).await.unwrap().into_inner().comparison.unwrap();
    assert_eq!(serde_json::to_value(&taken).unwrap(), comparison(&experiment).await);
    let stale = api::PutReferenceNormsRequest { table: OTHERS.to_owned(), ..put };
    let stale = service.put_reference_norms(stale).await.unwrap_err();
    assert_eq!(stale.code(), Code::FailedPrecondition, "{}", stale.message());
    let get = api::GetComparisonRequest {
        experiment_id: experiment_id.clone(),
        rows_offset: 1,
        rows_limit: 1,
        points: true,
    };
    let part = service.get_comparison(get).await.unwrap().into_inner().comparison.unwrap();
    assert_eq!((part.rows.as_slice(), part.points.len()), (&taken.rows[1..], 2));
    let get = api::GetReferenceNormsRequest { experiment_id: experiment_id.clone() };
    let norms = service.get_reference_norms(get).await.unwrap().into_inner();
    assert_eq!((norms.version, norms.rows.len(), norms.rows[0].count), (1, 6, Some(8.0)));
    let delete = api::DeleteReferenceNormsRequest { experiment_id, expected_version: Some(1) };
    let gone = service.delete_reference_norms(delete).await.unwrap().into_inner().comparison.unwrap();
    assert_eq!((gone.version, gone.reference_stimuli), (2, 0));
}
