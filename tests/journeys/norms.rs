//! One stimulus in depth: figures with intervals, response times, and whether there are enough answers.

use nameit_proto::api::v1 as api;
use nameit_proto::api::v1::norms_service_client::NormsServiceClient;
use nameit_testkit::{Answer, Client, Experiment, PASSWORD, Sandbox};
use serde_json::{Value, json};
use tonic::{Code, Request};

journeys! {
    one_seed_gives_one_interval_by_rest_grpc_and_page,
    the_stop_rule_says_what_is_missing_and_follows_the_answers,
    times_are_trimmed_by_a_rule_that_stands_with_them,
    plots_of_a_stimulus_are_files,
    means_over_all_stimuli_have_intervals,
}

/// What people said to the first stimulus, and how soon they pressed the first key.
const SAID: [(&str, u32); 8] = [
    ("blue", 600),
    ("Blue", 700),
    ("the blue", 800),
    ("navy", 900),
    ("navy", 1000),
    ("azure", 1100),
    ("?", 1200),
    ("blue", 90),
];

/// Two stimuli; the second one waits for its first answer.
async fn answered(sandbox: &Sandbox) -> Experiment {
    let ana = sandbox.researcher("ana").await;
    let experiment = ana.experiment().colours(["#1e90ff", "#c0392b"]).published().await;
    for (text, first_key_ms) in SAID {
        say(&experiment, 0, text, first_key_ms).await;
    }
    experiment
}

/// Somebody new answers the stimulus with this ordinal.
async fn say(experiment: &Experiment, ordinal: usize, text: &str, first_key_ms: u32) {
    let participant = experiment.participant().await;
    let key = stimulus(experiment, ordinal).await;
    let trial = participant.trials.iter().position(|trial| trial.key == key).unwrap();
    let body = json!({
        "text": text,
        "shown_at": "2026-11-23T10:00:00Z",
        "first_key_ms": first_key_ms,
        "submitted_ms": first_key_ms + 500,
    });
    participant.respond(trial, &body).await.expect_ok();
}

/// The key of the stimulus with this ordinal.
async fn stimulus(experiment: &Experiment, ordinal: usize) -> String {
    let stimuli = experiment.get("stimuli").await.expect_ok().json();
    stimuli["stimuli"][ordinal]["key"].as_str().unwrap().to_owned()
}

async fn norms(experiment: &Experiment, query: &str) -> Answer {
    let key = stimulus(experiment, 0).await;
    experiment.get(&format!("stimuli/{key}/norms{query}")).await
}

/// A client that is signed in as ana, as a browser is.
async fn browser(sandbox: &Sandbox) -> Client {
    let client = sandbox.client();
    client.fill("/sign-in", "/sign-in", &[("handle", "ana"), ("password", PASSWORD)]).await;
    client
}

async fn one_seed_gives_one_interval_by_rest_grpc_and_page(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let key = stimulus(&experiment, 0).await;
    let first = norms(&experiment, "?seed=7&replicates=500").await.expect_ok().json();
    let again = norms(&experiment, "?seed=7&replicates=500").await.expect_ok().json();
    assert_eq!(first, again);
    let other = norms(&experiment, "?seed=8&replicates=500").await.expect_ok().json();
    assert_ne!(first["intervals"]["h"], other["intervals"]["h"]);
    let intervals = &first["intervals"];
    assert_eq!((&intervals["seed"], &intervals["replicates"]), (&json!(7), &json!(500)));
    assert_eq!((&intervals["resampled"], &intervals["units"]), (&json!("counts"), &json!(7)));
    let figures = &first["norms"];
    assert_eq!(
        (&figures["n"], &figures["non_answers"], &figures["blank"]),
        (&json!(7), &json!(1), &json!(1))
    );
    assert_eq!((&figures["modal_name"], &figures["types"]), (&json!("blue"), &json!(3)));
    assert_eq!((&figures["agreement"], &figures["agreement_all_trials"]), (&json!(4.0 / 7.0), &json!(0.5)));
    let typed: Vec<&str> = first["names"][0]["texts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|raw| raw["text"].as_str().unwrap())
        .collect();
    assert_eq!(typed, ["blue", "Blue", "the blue"], "what was typed stands behind the name");
    assert_eq!(first["blanks"], json!([{"text": "?", "count": 1}]));

    let report = experiment.get("report").await.expect_ok().json();
    assert_eq!(report["stimuli"][0], *figures, "the report tells the same");

    let channel =
        tonic::transport::Channel::from_shared(sandbox.url().to_owned()).unwrap().connect().await.unwrap();
    let mut service = NormsServiceClient::new(channel);
    let mut request = Request::new(api::GetStimulusDetailRequest {
        experiment_id: experiment.id.clone(),
        stimulus: key.clone(),
        trimming: None,
        replicates: 500,
        seed: Some(7),
    });
    let token = experiment.researcher.client.token().unwrap();
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let detail = service.get_stimulus_detail(request).await.unwrap().into_inner().detail.unwrap();
    assert_eq!(serde_json::to_value(&detail).unwrap(), first, "gRPC and REST tell the same");
    let unknown = Request::new(api::GetStimulusDetailRequest::default());
    assert_eq!(service.get_stimulus_detail(unknown).await.unwrap_err().code(), Code::Unauthenticated);

    let page = format!("/experiments/{}/results/stimuli/{key}", experiment.id);
    let shown = browser(&sandbox)
        .await
        .get(&format!("{page}?seed=7&replicates=500"))
        .await
        .expect_page(200, "seed 7");
    let ends = [&intervals["h"]["low"], &intervals["h"]["high"]].map(|end| end.as_f64().unwrap());
    assert!(shown.text.contains(&format!("{:.2} – {:.2}", ends[0], ends[1])), "{}", shown.text);
    assert!(shown.text.contains("<bdi class=\"typed\">the blue</bdi>"));
    let wrong = browser(&sandbox).await.get(&format!("{page}?seed=mine")).await;
    wrong.expect_page(422, "The seed is a whole number");
    norms(&experiment, "?replicates=10001").await.expect_problem(422, "at most 10000 replicates");
    let eve = sandbox.researcher("eve").await;
    assert_eq!(eve.client.get(&experiment.path(&format!("stimuli/{key}/norms"))).await.status, 404);
}

async fn the_stop_rule_says_what_is_missing_and_follows_the_answers(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let client = browser(&sandbox).await;
    let path = format!("/experiments/{}/results", experiment.id);
    let set = format!("{path}/stop-rule");
    client.get(&path).await.expect_page(200, "No rule is set");
    assert_eq!(experiment.get("report").await.expect_ok().json()["verdict"], Value::Null);

    let nothing = client.fill(&path, &set, &[("version", "0"), ("action", "keep")]).await;
    nothing.expect_page(422, "Fill in at least one condition");
    let odd = client.fill(&path, &set, &[("version", "0"), ("coverage", "95"), ("action", "keep")]).await;
    let odd = odd.expect_page(422, "coverage must be between 0 and 1");
    assert!(odd.text.contains("value=\"95\""), "what was typed is still there");
    let kept = client.fill(&path, &set, &[("version", "0"), ("min_answers", "8"), ("action", "keep")]).await;
    assert_eq!(kept.status, 303, "{}", kept.text);
    let stale = client.fill(&path, &set, &[("version", "0"), ("min_answers", "9"), ("action", "keep")]).await;
    assert_eq!(stale.status, 409, "somebody else decided meanwhile");

    let verdict = |report: &Value| {
        let verdict = &report["verdict"];
        ["stimuli", "enough", "about_more", "about_more_at_most", "unknown"]
            .map(|figure| verdict[figure].as_u64().unwrap())
    };
    let report = experiment.get("report").await.expect_ok().json();
    assert_eq!(verdict(&report), [2, 0, 9, 8, 0]);
    let first = &report["stimuli"][0]["verdict"];
    assert_eq!(*first, json!({"enough": false, "about_more": 1, "unmet": ["min_answers"]}));
    let page = client.get(&path).await.expect_page(200, "About 1\u{a0}more answer");
    assert!(page.text.contains("About 8\u{a0}more answers"), "one without answers is judged as well");

    say(&experiment, 0, "blue", 500).await;
    let report = experiment.get("report").await.expect_ok().json();
    assert_eq!(verdict(&report), [2, 1, 8, 8, 0]);
    let key = stimulus(&experiment, 0).await;
    client.get(&format!("{path}/stimuli/{key}")).await.expect_page(200, "Enough answers");
    let short =
        client.get(&format!("{path}?enough=no&sort=needs&order=desc")).await.expect_page(200, "About 8");
    assert!(!short.text.contains(&format!("data-key=\"{key}\"")), "who has enough is not listed");

    let share = [("version", "1"), ("min_answers", "8"), ("coverage", "99 %"), ("action", "keep")];
    assert_eq!(client.fill(&path, &set, &share).await.status, 303);
    let report = experiment.get("report").await.expect_ok().json();
    assert_eq!(verdict(&report)[1..2], [0], "another rule judges at once");
    assert_eq!(report["stimuli"][0]["verdict"]["unmet"], json!(["coverage"]));
    let decided = experiment.get("decisions/stop_rule").await.expect_ok().json();
    assert_eq!(decided["body"], json!({"min_answers": 8, "coverage": 0.99}));
    assert_eq!(client.fill(&path, &set, &[("version", "2"), ("action", "remove")]).await.status, 303);
    assert_eq!(experiment.get("report").await.expect_ok().json()["verdict"], Value::Null);
}

async fn times_are_trimmed_by_a_rule_that_stands_with_them(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let times = |detail: &Value| {
        let times = &detail["response_times"];
        let all = &times["first_key"]["all"];
        (
            times["trimming"].as_str().unwrap().to_owned(),
            all["n"].as_u64().unwrap(),
            all["n_trimmed"].as_u64().unwrap(),
        )
    };
    let all = norms(&experiment, "").await.expect_ok().json();
    assert_eq!(times(&all), ("none".to_owned(), 7, 0));
    let modal = &all["response_times"]["first_key"]["modal"];
    assert_eq!((&modal["n"], &modal["median_ms"]), (&json!(4), &json!(650.0)));
    let tried = norms(&experiment, "?trimming=min:200").await.expect_ok().json();
    assert_eq!(times(&tried), ("min:200".to_owned(), 6, 1));
    assert_eq!(tried["response_times"]["first_key"]["all"]["median_ms"], json!(850.0));
    norms(&experiment, "?trimming=quick").await.expect_problem(422, "min:200");

    let client = browser(&sandbox).await;
    let key = stimulus(&experiment, 0).await;
    let page = format!("/experiments/{}/results/stimuli/{key}", experiment.id);
    let shown = client.get(&format!("{page}?trimming=min:200")).await.expect_page(200, "Shown with");
    assert!(
        shown.text.contains("<code id=\"trimming-used\">min:200</code>"),
        "the rule stands with the figures"
    );
    client.get(&format!("{page}?trimming=quick")).await.expect_page(422, "id=\"problem\"");
    let keep = [("version", "0"), ("trimming", "min:200")];
    assert_eq!(client.fill(&page, &format!("{page}/trimming"), &keep).await.status, 303);
    assert_eq!(times(&norms(&experiment, "").await.expect_ok().json()), ("min:200".to_owned(), 6, 1));
    client.get(&page).await.expect_page(200, "<code id=\"trimming-used\">min:200</code>");
    let stale = [("version", "0"), ("trimming", "min:300")];
    let stale = client.fill(&page, &format!("{page}/trimming"), &stale).await;
    assert_eq!(stale.status, 409);
}

async fn plots_of_a_stimulus_are_files(sandbox: Sandbox) {
    let experiment = answered(&sandbox).await;
    let key = stimulus(&experiment, 0).await;
    for plot in ["names", "rarefaction", "first_key", "submitted"] {
        let svg =
            experiment.get(&format!("stimuli/{key}/norms.svg?plot={plot}&theme=dark")).await.expect_ok();
        assert_eq!(svg.headers["content-type"], "image/svg+xml");
        assert!(
            svg.headers["content-disposition"].to_str().unwrap().ends_with(&format!("{key}-{plot}.svg\""))
        );
        assert!(svg.text.contains("<title") && svg.text.contains("<desc"), "{plot}: {}", svg.text);
    }
    let png = experiment.get(&format!("stimuli/{key}/norms.png?plot=names")).await.expect_ok();
    assert_eq!(png.headers["content-type"], "image/png");
    experiment.get(&format!("stimuli/{key}/norms.svg?plot=pie")).await.expect_problem(422, "rarefaction");
    experiment.get("stimuli/none/norms.svg?plot=names").await.expect_problem(404, "stimulus");
}

async fn means_over_all_stimuli_have_intervals(sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let empty = ana.experiment().with("title", "Empty").colours(["#101010"]).published().await;
    assert_eq!(empty.get("norms/means").await.expect_ok().json(), Value::Null);
    let experiment = ana.experiment().colours(["#1e90ff", "#c0392b"]).published().await;
    for text in ["blue", "navy", "blue"] {
        say(&experiment, 0, text, 700).await;
    }
    say(&experiment, 1, "red", 700).await;
    let means = experiment.get("norms/means?seed=3").await.expect_ok().json();
    assert_eq!(
        (&means["participants"], &means["stimuli"], &means["seed"]),
        (&json!(4), &json!(2), &json!(3))
    );
    let agreement = &means["agreement"];
    assert!((agreement["mean"].as_f64().unwrap() - 5.0 / 6.0).abs() < 1e-12, "{means}");
    assert!(agreement["low"].as_f64() <= agreement["mean"].as_f64());
    assert_eq!(means, experiment.get("norms/means?seed=3").await.expect_ok().json());
    let client = browser(&sandbox).await;
    let path = format!("/experiments/{}/results/means", experiment.id);
    client.get(&format!("{path}?seed=3")).await.expect_page(200, "seed 3");
    client.get(&format!("{path}?replicates=x")).await.expect_page(422, "The number of replicates");
    client
        .get(&format!("/experiments/{}/results/means", empty.id))
        .await
        .expect_page(200, "Nobody has given a name");
}
