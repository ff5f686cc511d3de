//! What descriptions specify: annotated by a person, coded by a lexicon, shown one by one.

use nameit_proto::api::v1 as api;
use nameit_proto::api::v1::descriptions_service_client::DescriptionsServiceClient;
use nameit_proto::findings::v1::AnnotationChange;
use nameit_testkit::pages::csrf_of;
use nameit_testkit::{Experiment, PASSWORD, Sandbox};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tonic::{Code, Request};

journeys! {
    annotated_descriptions_are_coded_and_judged,
    what_cannot_be_used_is_refused_with_its_place,
    parts_that_are_stimuli_of_their_own_have_a_divergence,
    the_page_of_descriptions_works_as_plain_forms,
    descriptions_by_grpc,
}

/// What people said of the one stimulus.
const SAID: [&str; 6] = ["the red one", "big red", "Red", "crimson", "the blue one", "that there"];

/// An experiment to which all of it was said, with the key of its one stimulus.
async fn described(sandbox: &Sandbox) -> (Experiment, String) {
    let ana = sandbox.researcher("ana").await;
    let experiment = ana.experiment().colours(["#ff0000"]).published().await;
    for text in SAID {
        experiment.participant().await.answer(0, text).await.expect_ok();
    }
    let found = experiment.get("descriptions").await.expect_ok().json();
    let key = found["stimuli"][0]["stimulus"].as_str().unwrap().to_owned();
    (experiment, key)
}

/// A table in which the stimulus is a big red thing beside a big blue one.
fn table(key: &str) -> String {
    let rows =
        ["1,target,colour,red", "1,target,size,big", "2,distractor,colour,blue", "2,distractor,size,big"];
    let rows: Vec<String> = rows.into_iter().map(|row| format!("{key},{row}\n")).collect();
    format!("stimulus,object,role,attribute,value\n{}", rows.concat())
}

async fn put(
    experiment: &Experiment,
    what: &str,
    media_type: &'static str,
    file: &str,
) -> nameit_testkit::Answer {
    let client = experiment.researcher.client.clone();
    client.upload("PUT", &experiment.path(what), media_type, file.as_bytes().to_vec()).await
}

async fn annotated_descriptions_are_coded_and_judged(sandbox: Sandbox) {
    let (experiment, key) = described(&sandbox).await;
    let before = experiment.get("descriptions").await.expect_ok().json();
    assert_eq!((&before["version"], &before["annotated_stimuli"]), (&json!(0), &json!(0)));
    assert_eq!(before["n"], json!(SAID.len()));
    let mean = before["mean_words"].as_f64().unwrap();
    assert!((mean - 12.0 / 6.0).abs() < 1e-12, "{mean}");
    assert!(before["mean_snd"].as_f64().unwrap() > 0.5);
    assert_eq!(before["stimuli"][0]["specification"], Value::Null);

    let found = put(&experiment, "annotations", "text/csv", &table(&key)).await.expect_ok().json();
    assert_eq!((&found["version"], &found["annotated_stimuli"]), (&json!(1), &json!(1)));
    let all = &found["all"];
    let counts =
        ["trials", "minimal", "over_specified", "distinguishing", "wrong", "no_attribute", "under_specified"];
    assert_eq!(counts.map(|name| all[name].as_u64().unwrap()), [6, 3, 1, 4, 1, 1, 0]);
    assert_eq!(all["rate"], json!(0.25));
    assert!(all["rate_low"].as_f64().unwrap() < 0.25 && all["rate_high"].as_f64().unwrap() > 0.25);
    assert_eq!(found["by_sufficient"][0]["sufficient"], json!(["colour"]));
    assert_eq!(found["by_sufficient"][0]["stimuli"], json!(1));

    let one =
        experiment.get(&format!("descriptions?stimulus={key}&descriptions_limit=2")).await.expect_ok().json();
    let specification = &one["selected"]["specification"];
    assert_eq!((&specification["descriptions_total"], &specification["pairs"]), (&json!(6), &json!(15)));
    let codings = specification["descriptions"].as_array().unwrap();
    assert_eq!(codings.len(), 2);
    // Each was said once, so they come in the order of their code points.
    assert_eq!((&codings[0]["description"], &codings[0]["verdict"]), (&json!("Red"), &json!("minimal")));
    assert_eq!(
        (&codings[1]["description"], &codings[1]["superfluous"]),
        (&json!("big red"), &json!(["size"]))
    );
    assert_eq!(codings[1]["mentions"][0]["reading"], "right");
    assert_eq!(specification["objects"][0]["role"], "target");

    let codings = experiment.get("coded-descriptions.csv").await.expect_ok().text;
    let codings: Vec<&str> = codings.lines().collect();
    assert_eq!(codings.len(), 1 + SAID.len());
    assert_eq!(
        codings[..3],
        [
            "stimulus,description,count,words,right,wrong,not_annotated,ignored,verdict,distinguishing,smallest,\
             superfluous,confusable",
            &format!("{key},Red,1,1,colour,,,,minimal,true,true,,0"),
            &format!("{key},big red,1,2,colour | size,,,,over_specified,true,false,size,0"),
        ]
    );

    // Without `crimson` in the lexicon, one description says nothing of the colour any more.
    let lexicon = "colour,red,red\ncolour,blue,blue\nsize,big,big\n";
    let edited = put(&experiment, "lexicon.csv", "text/csv", lexicon).await.expect_ok().json();
    assert_eq!((&edited["version"], &edited["all"]["no_attribute"]), (&json!(2), &json!(2)));
    assert_eq!(
        experiment.get("lexicon.csv").await.expect_ok().text,
        "colour,blue,blue\ncolour,red,red\nsize,big,big\n"
    );
    let csv = experiment.get("annotations.csv").await.expect_ok();
    assert_eq!(csv.headers["nameit-version"], "2");
    let whole = experiment.get("annotations").await.expect_ok().text;
    let again = put(&experiment, "annotations", "text/csv", &csv.text).await.expect_ok().json();
    assert_eq!(again["all"], edited["all"], "what was taken out goes in again");
    let again = put(&experiment, "annotations", "application/json", &whole).await.expect_ok().json();
    assert_eq!(again["all"], edited["all"]);
}

async fn what_cannot_be_used_is_refused_with_its_place(sandbox: Sandbox) {
    let (experiment, key) = described(&sandbox).await;
    let head = "stimulus,object,role,attribute,value\n";
    for (file, expected) in [
        (format!("{head}{key},1,goal,colour,red\n"), "line 2: `goal` is no role"),
        (format!("{head}{key},1,distractor,colour,red\n"), "has no target"),
        (format!("{head}elsewhere,1,target,colour,red\n"), "the experiment has no stimulus `elsewhere`"),
        ("x\n1\n".to_owned(), "the column `stimulus` is missing"),
    ] {
        put(&experiment, "annotations", "text/csv", &file).await.expect_problem(422, expected);
    }
    put(&experiment, "annotations", "application/json", "{\"scenes\": 3}")
        .await
        .expect_problem(422, "cannot be read");
    put(&experiment, "lexicon.csv", "text/csv", "colour,red\n")
        .await
        .expect_problem(422, "line 1: give the attribute");
    put(&experiment, "annotations", "image/png", "x").await.expect_problem(415, "text/csv");
    let stale = format!("annotations?expected_version={}", 7);
    put(&experiment, &stale, "text/csv", &table(&key)).await.expect_problem(409, "version 0 is in force");
    let found = experiment.get("descriptions").await.expect_ok().json();
    assert_eq!(found["version"], json!(0), "nothing was kept");
    assert_eq!(experiment.get("descriptions?stimulus=elsewhere").await.status, 404);
    let eve = sandbox.researcher("eve").await;
    assert_eq!(
        experiment.get("coded-descriptions.csv").await.expect_ok().text.lines().count(),
        1,
        "without annotations nothing is coded"
    );
    for path in ["descriptions", "coded-descriptions.csv", "annotations", "annotations.csv", "lexicon.csv"] {
        assert_eq!(eve.client.get(&experiment.path(path)).await.status, 404, "{path}");
    }
}

async fn parts_that_are_stimuli_of_their_own_have_a_divergence(sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let experiment = ana.experiment().colours(["#ff0000", "#00ff00", "#0000ff"]).published().await;
    let found = experiment.get("descriptions").await.expect_ok().json();
    let key = |at: usize| found["stimuli"][at]["stimulus"].as_str().unwrap().to_owned();
    let (whole, head, wing) = (key(0), key(1), key(2));
    for (said_of_head, said_of_wing) in [("left arm", "left arm"), ("the arm", "arm")] {
        let name = |key: &str| match key {
            key if key == head => said_of_head.to_owned(),
            key if key == wing => said_of_wing.to_owned(),
            _ => "bird".to_owned(),
        };
        experiment.participant().await.answer_all(|trial| name(&trial.key)).await;
    }
    let rows = |part: &str| format!("stimulus,object,role,attribute,value\n{whole},{part},part,,\n");
    put(&experiment, "annotations", "text/csv", &rows(&whole)).await.expect_problem(422, "a part of itself");
    let file = format!("{}{whole},{wing},part,,\n", rows(&head));
    let found = put(&experiment, "annotations", "text/csv", &file).await.expect_ok().json();
    // The one says `left arm`, of which the other says `arm`; the other says `arm`, which the one says, too.
    assert_eq!((&found["mean_pnd"], &found["pnd_stimuli"]), (&json!(0.25), &json!(1)));
    let parts = &found["stimuli"][0]["parts"];
    assert_eq!((&parts["parts_n"], &parts["pnd"]), (&json!(2), &json!(0.25)));
    assert_eq!((&found["stimuli"][1]["parts"], &found["stimuli"][1]["snd"]), (&Value::Null, &json!(0.25)));
    let given = experiment.get("annotations.csv").await.expect_ok().text;
    assert!(given.contains(&format!("{whole},{head},part,,")), "{given}");
    let table = experiment.get("descriptions.csv").await.expect_ok().text;
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let header = rows.headers().unwrap().clone();
    let first = rows.records().next().unwrap().unwrap();
    let cell = |name: &str| first.get(header.iter().position(|column| column == name).unwrap()).unwrap();
    let cells = ["stimulus", "n", "snd", "parts_n", "pnd", "rate", "version"].map(cell);
    assert_eq!(cells, [whole.as_str(), "2", "0", "2", "0.25", "", "1"]);
    assert_eq!(table.lines().count(), 4);
}

async fn the_page_of_descriptions_works_as_plain_forms(sandbox: Sandbox) {
    let (experiment, key) = described(&sandbox).await;
    let client = sandbox.client();
    client.fill("/sign-in", "/sign-in", &[("handle", "ana"), ("password", PASSWORD)]).await;
    let path = format!("/experiments/{}/results/descriptions", experiment.id);
    let empty = client.get(&path).await.expect_page(200, "Download an example file");
    let example = client.get(&format!("{path}/example.csv")).await.expect_ok().text;
    assert!(
        example.starts_with("stimulus,object,role,attribute,value\r\n") && example.contains(&key),
        "{example}"
    );

    let csrf = csrf_of(&empty.text);
    let import = |version: &'static str, file: String| {
        let form = Form::new()
            .text("version", version)
            .part("annotations", Part::bytes(file.into_bytes()).file_name("annotations.csv"));
        let request =
            client.request("POST", &format!("{path}/annotations?csrf_token={csrf}")).multipart(form);
        let client = client.clone();
        async move { client.send(request).await }
    };
    import("0", "stimulus,object\n".to_owned()).await.expect_page(422, "The column `role` is missing");
    let imported = import("0", table(&key)).await;
    assert_eq!(imported.status, 303, "{}", imported.text);
    let page = client.get(&path).await.expect_page(200, "1 of 4");
    assert!(page.text.contains("Version 1 in force") && page.text.contains("25.0"), "{}", page.text);
    assert_eq!(import("0", example).await.status, 409, "somebody changed them meanwhile");

    let codings = client.get(&format!("{path}?stimulus={key}")).await.expect_page(200, "How each was read");
    assert!(
        codings.text.contains("could go: size") && codings.text.contains("colour: blue"),
        "{}",
        codings.text
    );

    let send = |fields: Vec<(&'static str, &'static str)>| {
        let (client, path) = (client.clone(), path.clone());
        async move {
            let answer = client.fill(&path, &path, &fields).await;
            assert_eq!(answer.status, 303, "{fields:?}: {}", answer.text);
            client.get(&path).await.expect_page(200, "What the descriptions specify")
        }
    };
    send(vec![
        ("version", "1"),
        ("do", "lexicon"),
        ("lexicon", "size,big,big\r\ncolour,red,red,crimson\r\n"),
    ])
    .await;
    let rules = vec![
        ("version", "2"),
        ("do", "rules"),
        ("matching", "substring"),
        ("type_attribute", "kind"),
        ("type_rule", "counts"),
    ];
    let ruled = send(rules).await;
    assert!(ruled.text.contains("<code>kind</code> counts as any other"), "{}", ruled.text);
    let found = experiment.get("descriptions").await.expect_ok().json();
    let expected = json!({"matching": "substring", "check_values": false, "type_attribute": "kind", "type_rule": "counts"});
    assert_eq!(found["rules"], expected);
    let typed =
        client.fill(&path, &path, &[("version", "3"), ("do", "lexicon"), ("lexicon", "colour,red")]).await;
    let typed = typed.expect_page(422, "give the attribute, the value and at least one word");
    assert!(typed.text.contains("colour,red</textarea>"), "what was typed is still there");
    send(vec![("version", "3"), ("do", "built_in")]).await;
    send(vec![("version", "4"), ("restore", "1")]).await;
    let found = experiment.get("descriptions").await.expect_ok().json();
    assert_eq!((&found["version"], &found["rules"]["matching"]), (&json!(5), &json!("word")));
    let bare = send(vec![("version", "5"), ("restore", "0")]).await;
    assert!(bare.text.contains("Download an example file"));
}

async fn descriptions_by_grpc(sandbox: Sandbox) {
    let (experiment, key) = described(&sandbox).await;
    let channel =
        tonic::transport::Channel::from_shared(sandbox.url().to_owned()).unwrap().connect().await.unwrap();
    let mut service = DescriptionsServiceClient::new(channel);
    let token = experiment.researcher.client.token().unwrap().to_owned();
    let with_token = |experiment_id: String| {
        let mut request = Request::new(experiment_id);
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        request
    };
    let change = |expected_version| {
        with_token(experiment.id.clone()).map(|experiment_id| api::ChangeAnnotationsRequest {
            experiment_id,
            change: Some(AnnotationChange { scenes: Some(table(&key)), ..AnnotationChange::default() }),
            expected_version,
        })
    };
    let changed =
        service.change_annotations(change(Some(0))).await.unwrap().into_inner().descriptions.unwrap();
    assert_eq!((changed.version, changed.all.unwrap().over_specified), (1, 1));
    let stale = service.change_annotations(change(Some(0))).await.unwrap_err();
    assert_eq!(stale.code(), Code::FailedPrecondition, "{}", stale.message());
    let get = |stimulus: &str| {
        with_token(experiment.id.clone()).map(|experiment_id| api::GetDescriptionsRequest {
            experiment_id,
            stimulus: Some(stimulus.to_owned()),
            ..Default::default()
        })
    };
    let found = service.get_descriptions(get(&key)).await.unwrap().into_inner().descriptions.unwrap();
    assert_eq!(found.selected.unwrap().stimulus, key);
    assert_eq!(service.get_descriptions(get("elsewhere")).await.unwrap_err().code(), Code::NotFound);
    let coded = with_token(experiment.id.clone())
        .map(|experiment_id| api::ListCodedDescriptionsRequest { experiment_id });
    let mut stream = service.list_coded_descriptions(coded).await.unwrap().into_inner();
    let read = stream.message().await.unwrap().unwrap();
    assert_eq!((read.version, &read.stimulus, read.descriptions.len()), (1, &key, SAID.len()));
    assert!(stream.message().await.unwrap().is_none());
    let files =
        with_token(experiment.id.clone()).map(|experiment_id| api::GetAnnotationsRequest { experiment_id });
    let files = service.get_annotations(files).await.unwrap().into_inner();
    assert!(
        files.version == 1 && files.lexicon_csv.contains("crimson") && files.json.contains("distractors")
    );
}
