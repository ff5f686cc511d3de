//! What colours are called: the same figures as JSON, by gRPC, as tables, as plots and on the page.

use nameit_proto::api::v1 as api;
use nameit_proto::api::v1::colours_service_client::ColoursServiceClient;
use nameit_testkit::{Client, Experiment, PASSWORD, Sandbox};
use serde_json::{Value, json};
use tonic::{Code, Request};

journeys! {
    colours_and_terms_have_the_published_figures,
    page_rest_grpc_and_tables_agree_on_colours,
    every_plot_is_there_as_svg_and_png,
    without_colours_or_names_the_page_says_so,
}

/// What four people said to a red, a blue, a dark blue and the picture of a cup.
const SAID: [[&str; 4]; 4] = [
    ["red", "blue", "navy", "cup"],
    ["red", "Blue", "blue", "mug"],
    ["red", "blue", "navy", "cup"],
    ["crimson", "blue", "dark blue", "cup"],
];

/// The stimuli, in the order of the answers.
const KEYS: [&str; 4] = ["colour-0", "colour-1", "colour-2", "cup"];

/// An experiment to which all of it was said.
async fn answered(sandbox: &Sandbox) -> Experiment {
    let ana = sandbox.researcher("ana").await;
    let colours = ["#ff0000", "#0000ff", "#00008b"];
    let experiment = ana.experiment().colours(colours).picture("cup").published().await;
    for said in SAID {
        let participant = experiment.participant().await;
        participant
            .answer_all(|trial| {
                let place = KEYS.iter().position(|key| *key == trial.key).expect("every stimulus has a key");
                said[place].to_owned()
            })
            .await;
    }
    experiment
}

async fn json_of(experiment: &Experiment, rest: &str) -> Value {
    experiment.get(rest).await.expect_ok().json()
}

#[track_caller]
fn expect_near(found: &Value, expected: f64, within: f64) {
    let number = found.as_f64().unwrap_or(f64::NAN);
    assert!((number - expected).abs() <= within, "{found} is not {expected}");
}

/// The entry of a list whose field is this text.
#[track_caller]
fn entry<'a>(list: &'a Value, field: &str, text: &str) -> &'a Value {
    let found = list.as_array().unwrap().iter().find(|entry| entry[field] == text);
    found.unwrap_or_else(|| panic!("{field} {text} is not in {list}"))
}

async fn colours_and_terms_have_the_published_figures(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let found = json_of(&experiment, "colours").await;
    assert_eq!((&found["white"], &found["n"], &found["types"]), (&json!("D65"), &json!(12), &json!(5)));
    let keys: Vec<&Value> = found["colours"].as_array().unwrap().iter().map(|it| &it["stimulus"]).collect();
    assert_eq!(keys, ["colour-0", "colour-1", "colour-2"], "a picture is no colour");
    expect_near(&found["basic_share"], 8.0 / 12.0, 1e-12);
    expect_near(&found["monolexemic_share"], 11.0 / 12.0, 1e-12);

    let red = &found["colours"][0];
    assert_eq!((&red["modal_name"], &red["hex"]), (&json!("red"), &json!("#ff0000")));
    expect_near(&red["consensus"], 0.75, 1e-12);
    // H of 3 : 1 is 2 - 0.75 log2 3 bits, and saliency is its negative.
    expect_near(&red["saliency"], 0.75 * 3f64.log2() - 2.0, 1e-12);
    for (coordinate, expected) in [("l", 53.2408), ("a", 80.0925), ("b", 67.2032)] {
        expect_near(&red["lab"][coordinate], expected, 0.01);
    }
    let under_d50 = json_of(&experiment, "colours?white=D50").await;
    assert_eq!(under_d50["white"], "D50");
    for (coordinate, expected) in [("l", 54.29), ("a", 80.81), ("b", 69.89)] {
        expect_near(&under_d50["colours"][0]["lab"][coordinate], expected, 0.02);
    }

    let blue = entry(&found["terms"], "term", "blue");
    assert_eq!((&blue["n"], &blue["types"], &blue["basic"]), (&json!(5), &json!(2), &json!(true)));
    assert_eq!((&blue["focal"], &blue["focal_p"]), (&json!("colour-1"), &json!(1.0)));
    expect_near(&entry(&blue["colours"], "stimulus", "colour-1")["p"], 0.8, 1e-12);
    let [light, dark] = [1, 2].map(|place| &found["colours"][place]["lab"]["l"]);
    let centre = 0.8 * light.as_f64().unwrap() + 0.2 * dark.as_f64().unwrap();
    expect_near(&blue["centre"]["l"], centre, 1e-9);

    let association = &found["association"];
    let place = |term: &str| {
        let terms = association["terms"].as_array().unwrap();
        terms.iter().position(|it| it == term).expect("five terms are related")
    };
    let says = |row: &str, column: &str| &association["rows"][place(row)]["p"][place(column)];
    expect_near(says("blue", "blue"), 0.85, 1e-12);
    expect_near(says("blue", "navy"), 0.1, 1e-12);
    expect_near(says("navy", "blue"), 0.25, 1e-12);

    let operations = json!({"operations": [
        {"kind": "merge", "names": ["navy"], "canonical": "dark blue"},
    ]});
    experiment.researcher.client.post(&experiment.path("variants"), &operations).await.expect_ok();
    let merged = json_of(&experiment, "colours").await;
    assert_eq!(merged["types"], json!(4), "a decision about names holds here as well");
    assert_eq!(merged["colours"][2]["modal_name"], "dark blue");
    experiment.get("colours?white=E").await.expect_problem(422, "white");
}

async fn page_rest_grpc_and_tables_agree_on_colours(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let found = json_of(&experiment, "colours").await;
    let channel =
        tonic::transport::Channel::from_shared(sandbox.url().to_owned()).unwrap().connect().await.unwrap();
    let mut service = ColoursServiceClient::new(channel);
    let mut request = Request::new(api::GetColoursRequest {
        experiment_id: experiment.id.clone(),
        ..api::GetColoursRequest::default()
    });
    let without = service.get_colours(Request::new(request.get_ref().clone())).await.unwrap_err();
    assert_eq!(without.code(), Code::Unauthenticated);
    let token = experiment.researcher.client.token().unwrap();
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let by_grpc = service.get_colours(request).await.unwrap().into_inner().colours;
    assert_eq!(serde_json::to_value(by_grpc.unwrap()).unwrap(), found);

    let table = async |name: &str| -> Vec<Vec<String>> {
        let csv = experiment.get(&format!("colours.csv?table={name}")).await.expect_ok();
        assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.text.as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let colours = table("colours").await;
    let column = |name: &str| colours[0].iter().position(|column| column == name).unwrap();
    for (row, norms) in colours[1..].iter().zip(found["colours"].as_array().unwrap()) {
        assert_eq!(row[column("stimulus")], norms["stimulus"].as_str().unwrap());
        for figure in ["consensus", "h", "saliency", "basic_share"] {
            let written: f64 = row[column(figure)].parse().unwrap();
            assert_eq!(Some(written), norms[figure].as_f64(), "{figure} has every digit");
        }
    }
    let names = table("names").await;
    assert_eq!(names[0], ["stimulus", "term", "count", "p_term", "p_colour"]);
    assert!(
        names.contains(&["colour-2", "blue", "1", "0.25", "0.2"].map(str::to_owned).to_vec()),
        "{names:?}"
    );
    assert_eq!(table("terms").await.len(), 1 + 5);
    assert_eq!(table("association").await[0].len(), 1 + 5 + 1);
    assert_eq!(table("pairs").await.len(), 1 + 10);
    experiment.get("colours.csv?table=chairs").await.expect_problem(422, "pairs");

    let page = browser(&sandbox).await.get(&results(&experiment, "colours")).await;
    let page = page.expect_page(200, "What the colours are called").text;
    let shown =
        ["colour-2", "dark blue", "\u{2212}0.81", "colours.svg?plot=map", "colours.png?plot=association"];
    for shown in shown {
        assert!(page.contains(shown), "{shown} is not in {page}");
    }
    let by_chroma =
        browser(&sandbox).await.get(&results(&experiment, "colours?plane=chroma&white=D50")).await;
    by_chroma.expect_page(200, "Chroma C*");
}

/// A client that is signed in as ana, as a browser is.
async fn browser(sandbox: &Sandbox) -> Client {
    let client = sandbox.client();
    client.fill("/sign-in", "/sign-in", &[("handle", "ana"), ("password", PASSWORD)]).await;
    client
}

fn results(experiment: &Experiment, part: &str) -> String {
    format!("/experiments/{}/results/{part}", experiment.id)
}

/// Width and height of a PNG, from its first chunk.
fn pixels(png: &[u8]) -> (u32, u32) {
    assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n", "it is a PNG");
    let number = |from: usize| u32::from_be_bytes(png[from..from + 4].try_into().unwrap());
    (number(16), number(20))
}

async fn every_plot_is_there_as_svg_and_png(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let client = &experiment.researcher.client;
    let eve = sandbox.researcher("eve").await;
    for (path, plot, file, shows) in [
        ("colours", "map", "colours", "navy"),
        ("colours", "association", "colours-association", "navy"),
        ("overview", "heat_map", "heat_map", "colour-2"),
        ("overview", "names", "names", "crimson"),
    ] {
        let svg = experiment.get(&format!("{path}.svg?plot={plot}")).await.expect_ok();
        assert_eq!(svg.headers["content-type"], "image/svg+xml");
        assert_eq!(svg.headers["cache-control"], "private, no-store");
        let disposition = svg.headers["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with("attachment") && disposition.ends_with(&format!("-{file}.svg\"")));
        for part in ["<title", "<desc", "role=\"img\"", "prefers-color-scheme: dark", shows] {
            assert!(svg.text.contains(part), "{part} is not in {}", svg.text);
        }
        let [light, dark] = ["light", "dark"].map(|theme| format!("{path}.svg?plot={plot}&theme={theme}"));
        let (light, dark) =
            (experiment.get(&light).await.expect_ok(), experiment.get(&dark).await.expect_ok());
        assert_ne!(light.text, dark.text);
        assert!(!light.text.contains("<style"), "a fixed theme needs no style sheet");

        let asked = experiment.path(&format!("{path}.png?plot={plot}"));
        let png = client.request("GET", &asked).send().await.unwrap();
        assert_eq!(png.headers()["content-type"], "image/png");
        let twice = pixels(&png.bytes().await.unwrap());
        let once = client.request("GET", &format!("{asked}&scale=1")).send().await.unwrap();
        let once = pixels(&once.bytes().await.unwrap());
        assert_eq!(twice, (2 * once.0, 2 * once.1));
        client.get(&format!("{asked}&scale=9")).await.expect_problem(422, "between 0.5 and 4");
        experiment.get(&format!("{path}.svg?plot=pie")).await.expect_problem(422, "is none of");
        assert_eq!(eve.client.get(&asked).await.status, 404, "it is nobody else's");
    }
    let page = browser(&sandbox).await.get(&results(&experiment, "overview?sort=diverse")).await;
    let page = page.expect_page(200, "Names by stimulus").text;
    assert!(page.contains("overview.png?plot=heat_map"), "{page}");
    assert!(page.find("colour-2").unwrap() < page.find("colour-1").unwrap(), "the most diverse comes first");
}

async fn without_colours_or_names_the_page_says_so(sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let pictures = ana.experiment().picture("cup").published().await;
    let silent = ana.experiment().colours(["#808080"]).published().await;
    let client = browser(&sandbox).await;
    client
        .get(&results(&pictures, "colours"))
        .await
        .expect_page(200, "No stimulus of this experiment is a plain colour");
    client.get(&results(&silent, "colours")).await.expect_page(200, "no names yet");
    client.get(&results(&silent, "overview")).await.expect_page(200, "Nobody has given a name yet");
    let found = json_of(&silent, "colours").await;
    assert_eq!((&found["n"], &found["basic_share"]), (&json!(0), &Value::Null));
    silent.get("colours.svg").await.expect_ok();
    silent.get("overview.svg").await.expect_ok();
}
