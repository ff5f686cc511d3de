//! Draft, published, paused, closed; versions; the trash; the manifest.

use nameit_testkit::Sandbox;
use serde_json::json;

journeys! {
    an_experiment_lives_from_draft_to_closed,
    a_change_of_a_published_experiment_is_a_new_version,
    what_is_thrown_away_can_be_taken_back,
    a_manifest_sets_questions_colours_and_targets,
}

async fn an_experiment_lives_from_draft_to_closed(sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let experiment = ana.experiment().colours(["#ff0000"]).draft().await;
    let anybody = sandbox.client();
    experiment.begin(&anybody, &json!({})).await.expect_problem(409, "not published");

    assert_eq!(experiment.post("publish").await.expect_ok().text_of("state"), "published");
    let early = experiment.participant().await;
    let frozen = json!({"colour": "#00ff00"});
    ana.client.put(&experiment.path("stimuli/more"), &frozen).await.expect_problem(409, "frozen");

    assert_eq!(experiment.post("pause").await.expect_ok().text_of("state"), "paused");
    experiment.begin(&anybody, &json!({})).await.expect_problem(409, "paused");
    early.answer(0, "who began may finish").await.expect_ok();

    assert_eq!(experiment.post("publish").await.expect_ok().text_of("state"), "published");
    let late = experiment.participant().await;
    assert_eq!(experiment.post("close").await.expect_ok().text_of("state"), "closed");
    experiment.begin(&anybody, &json!({})).await.expect_problem(409, "closed");
    late.answer(0, "too late").await.expect_problem(410, "closed");
    experiment.post("publish").await.expect_problem(409, "");
    assert_eq!(experiment.rows().await.len(), 1, "what was taken stays");
}

async fn a_change_of_a_published_experiment_is_a_new_version(sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let first = ana.experiment().colours(["#ff0000", "#00ff00"]).picture("cup").published().await;
    let copy = first.post("versions").await.expect_ok();
    assert_eq!(copy.status, 201);
    let json = copy.json();
    assert_eq!((&json["version"], &json["state"]), (&json!(2), &json!("draft")));
    assert_eq!(json["previous_version"], first.id.as_str());
    assert_eq!(json["stimulus_count"], 3);
    assert_ne!(json["slug"], first.slug.as_str());
    let path = format!("/api/v1/experiments/{}", copy.text_of("id"));
    let renamed = ana.client.patch(&path, &json!({"title": "Second try"})).await.expect_ok();
    assert_eq!(renamed.text_of("title"), "Second try");
    assert_eq!(first.get("").await.status, 404, "a path with a slash at the end is another path");
    let original = ana.client.get(&format!("/api/v1/experiments/{}", first.id)).await.expect_ok();
    assert_eq!(original.text_of("title"), "Colours of the garden");
}

async fn what_is_thrown_away_can_be_taken_back(sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let experiment = ana.experiment().colours(["#ff0000"]).published().await;
    experiment.participant().await.answer(0, "red").await.expect_ok();
    let path = format!("/api/v1/experiments/{}", experiment.id);
    ana.client.delete(&path).await.expect_ok();
    ana.client.get(&path).await.expect_problem(404, "experiment");
    let run = format!("/api/v1/run/{}/participations", experiment.slug);
    sandbox.client().post(&run, &json!({})).await.expect_problem(404, "experiment");
    experiment.post("restore").await.expect_ok();
    assert_eq!(experiment.rows().await.len(), 1);
}

async fn a_manifest_sets_questions_colours_and_targets(sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let experiment = ana.experiment().picture("boat").draft().await;
    let manifest = "key;question;colour;target_x;target_y;target_width;target_height;target_style\r\n\
                    boat;Wie heißt das?;;0.1;0.2;0.3;0.4;dim\r\n\
                    sky;;#87ceeb;;;;;\r\n";
    let applied = ana
        .client
        .upload("POST", &experiment.path("manifest"), "text/csv", manifest.as_bytes().to_vec())
        .await
        .expect_ok();
    assert_eq!(applied.json(), json!({"changed": 1, "created": 1}));
    let stimuli = experiment.get("stimuli").await.expect_ok().json();
    let boat = &stimuli["stimuli"][0];
    assert_eq!(boat["question"], "Wie heißt das?");
    let target = json!({"shape": "box", "x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4, "style": "dim"});
    assert_eq!(boat["target"], target);
    assert_eq!(stimuli["stimuli"][1]["colour"], "#87ceeb");
}
