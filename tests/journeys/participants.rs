//! Whose answers are worth a look: told with reasons, never dropped, and the figures with and without them.

use nameit_proto::api::v1 as api;
use nameit_proto::api::v1::participants_service_client::ParticipantsServiceClient;
use nameit_testkit::{Experiment, PASSWORD, Participant, Researcher, Sandbox};
use serde_json::{Value, json};
use tonic::Request;

journeys! {
    who_answers_carelessly_is_flagged_with_reasons_and_never_dropped,
    the_page_of_participants_tells_what_counts,
    participants_by_grpc,
}

const COLOURS: [&str; 12] = [
    "#d62728", "#1f77b4", "#2ca02c", "#ffdf00", "#ff7f0e", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f",
    "#000000", "#ffffff", "#40e0d0",
];

/// People who take care, one who says the same word everywhere, and one who dictates: pastes and leaves the page.
struct People {
    experiment: Experiment,
    same: Participant,
    dictates: Participant,
}

/// The name that a careful person gives: the common one, or now and then another.
fn name(person: usize, key: &str) -> String {
    let stimulus: usize = key.rsplit('-').next().unwrap().parse().unwrap();
    let names = ["ruby", "azure", "olive"];
    if (person * 5 + stimulus * 7).is_multiple_of(6) {
        format!("{} {stimulus}", names[person % 3])
    } else {
        format!("common {stimulus}")
    }
}

async fn answer(participant: &Participant, body: impl Fn(&str, u32) -> Value) {
    for (trial, shown) in participant.trials.iter().enumerate() {
        participant.respond(trial, &body(&shown.key, trial as u32)).await.expect_ok();
    }
}

async fn answered(sandbox: &Sandbox) -> People {
    answered_by(&sandbox.researcher("ana").await).await
}

async fn answered_by(ana: &Researcher) -> People {
    let experiment = ana.experiment().colours(COLOURS).published().await;
    for person in 0..12 {
        let careful = experiment.participant().await;
        let body = |key: &str, trial: u32| json!({"text": name(person, key), "first_key_ms": 800 + 37 * person as u32 + 11 * trial});
        answer(&careful, body).await;
        careful.complete().await.expect_ok();
    }
    let same = experiment.participant().await;
    answer(&same, |_, trial| json!({"text": "thing", "first_key_ms": 900 + trial})).await;
    let dictates = experiment.participant().await;
    answer(
        &dictates,
        |key, _| json!({"text": name(20, key), "first_key_ms": 4, "pasted": true, "focus_losses": 2}),
    )
    .await;
    People { experiment, same, dictates }
}

fn of<'found>(found: &'found Value, id: &str) -> &'found Value {
    let people = found["participants"].as_array().unwrap();
    people.iter().find(|person| person["participant"] == id).unwrap()
}

fn at_level<'found>(person: &'found Value, level: &str) -> Vec<&'found str> {
    let figures = person["figures"].as_array().unwrap().iter();
    figures.filter(|figure| figure["level"] == level).map(|figure| figure["kind"].as_str().unwrap()).collect()
}

async fn who_answers_carelessly_is_flagged_with_reasons_and_never_dropped(sandbox: Sandbox) {
    let People { experiment, same, dictates } = answered(&sandbox).await;
    let rows = experiment.rows().await.len();
    let found = experiment.get("participants").await.expect_ok().json();
    assert_eq!((&found["total"], &found["flagged"], &found["noted"]), (&json!(14), &json!(1), &json!(1)));
    assert_eq!(found["participants"].as_array().unwrap().len(), 14, "everybody is there");
    assert_eq!(found["participants"][0]["participant"], json!(same.id), "whoever is flagged comes first");

    let careless = of(&found, &same.id);
    let flags = at_level(careless, "flag");
    for kind in ["longest_run", "mean_run", "rare_names", "agreement"] {
        assert!(flags.contains(&kind), "{kind} in {flags:?}");
    }
    let run = careless["figures"].as_array().unwrap().iter().find(|figure| figure["kind"] == "longest_run");
    let run = run.unwrap();
    assert_eq!((&run["value"], &run["basis"]), (&json!(12.0), &json!(12)));
    let explanation = run["explanation"].as_str().unwrap();
    assert!(
        explanation.starts_with("Longest run of one name: 12 (cohort: 1); striking above "),
        "{explanation}"
    );

    let dictating = of(&found, &dictates.id);
    assert_eq!(dictating["flagged"], json!(false));
    assert!(at_level(dictating, "flag").is_empty());
    assert_eq!(at_level(dictating, "note"), ["pasted", "focus_losses"]);

    let (all, unflagged) = (&found["all"], &found["unflagged"]);
    assert_eq!((&all["participants"], &unflagged["participants"]), (&json!(14), &json!(13)));
    assert_eq!((&all["n"], &unflagged["n"]), (&json!(168), &json!(156)));
    assert!(all["mean_h"].as_f64() > unflagged["mean_h"].as_f64(), "{all} {unflagged}");
    assert!(all["mean_agreement"].as_f64() < unflagged["mean_agreement"].as_f64());
    assert!(found["changes"][0]["stimulus"].as_str().unwrap().starts_with("colour-"));

    let chosen =
        experiment.get("participants?counted=gibberish,duplicate&show=flagged").await.expect_ok().json();
    assert_eq!((&chosen["flagged"], &chosen["participants_total"]), (&json!(0), &json!(0)));
    assert_eq!(chosen["all"], chosen["unflagged"]);
    let striking =
        experiment.get("participants?counted=&show=striking&limit=1&offset=1").await.expect_ok().json();
    assert_eq!((&striking["participants_total"], &striking["counted"]), (&json!(2), &json!([])));
    assert_eq!(striking["participants"][0]["participant"], json!(dictates.id));
    for (query, expected) in [
        ("counted=typos", "`typos` is no kind of flag"),
        ("counted=pasted", "never counts by itself"),
        ("show=nobody", "`show` has to be"),
    ] {
        experiment.get(&format!("participants?{query}")).await.expect_problem(422, expected);
    }

    let csv = experiment.get("participants.csv").await.expect_ok().text;
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 15);
    assert!(
        lines[0].starts_with("participant,trials,n,completed,flagged,flags,notes,unjudged,duplicate_of,")
    );
    assert!(lines[1].starts_with(&format!("{},12,12,false,true,", same.id)), "{}", lines[1]);
    assert!(csv.contains(&format!("{},12,12,false,false,,pasted | focus_losses,", dictates.id)), "{csv}");
    assert_eq!(experiment.rows().await.len(), rows, "nobody's answers are gone");

    let path = format!("/api/v1/participations/{}", dictates.id);
    dictates.client.delete(&path).await.expect_ok();
    let after = experiment.get("participants").await.expect_ok().json();
    assert_eq!((&after["total"], &after["noted"]), (&json!(13), &json!(0)), "who withdraws is nowhere");
    let eve = sandbox.researcher("eve").await;
    assert_eq!(eve.client.get(&experiment.path("participants")).await.status, 404);
    assert_eq!(eve.client.get(&experiment.path("participants.csv")).await.status, 404);
}

async fn the_page_of_participants_tells_what_counts(sandbox: Sandbox) {
    let ana = sandbox.researcher("ana").await;
    let alone = ana.experiment().colours(["#d62728"]).published().await;
    let client = sandbox.client();
    client.fill("/sign-in", "/sign-in", &[("handle", "ana"), ("password", PASSWORD)]).await;
    let path = |experiment: &Experiment| format!("/experiments/{}/results/participants", experiment.id);
    client.get(&path(&alone)).await.expect_page(200, "Nobody has taken part yet");
    alone.participant().await.answer(0, "red").await.expect_ok();
    client.get(&path(&alone)).await.expect_page(200, "Not judged: 0 participants can be compared");

    let People { experiment, same, dictates } = answered_by(&ana).await;
    let path = path(&experiment);
    let page = client.get(&path).await.expect_page(200, "Nobody is dropped").text;
    assert!(page.contains("Pasting and leaving the page are circumstances"));
    for id in [&same.id, &dictates.id] {
        let short = &id[id.len() - 8..];
        assert!(page.contains(&format!(">{short}</code>")), "{short}");
    }
    assert_eq!(page.matches("class=\"tag flag\"").count(), 1, "one is flagged");
    assert!(page.contains("Longest run of one name: 12 (cohort: 1); striking above"));
    assert_eq!(page.matches("name=\"count\"").count(), 9, "circumstances cannot be chosen");
    let none = client.get(&format!("{path}?chosen=1&count=gibberish&show=flagged")).await;
    let none = none.expect_page(200, "Nobody is striking in this way.").text;
    assert_eq!(none.matches(" checked").count(), 1);
    assert!(none.contains("participants.csv?counted=gibberish"));
}

async fn participants_by_grpc(sandbox: Sandbox) {
    let People { experiment, same, .. } = answered(&sandbox).await;
    let channel =
        tonic::transport::Channel::from_shared(sandbox.url().to_owned()).unwrap().connect().await.unwrap();
    let mut service = ParticipantsServiceClient::new(channel);
    let token = format!("Bearer {}", experiment.researcher.client.token().unwrap());
    let mut request = Request::new(api::GetParticipantsRequest {
        experiment_id: experiment.id.clone(),
        show: "flagged".to_owned(),
        ..Default::default()
    });
    request.metadata_mut().insert("authorization", token.parse().unwrap());
    let found = service.get_participants(request).await.unwrap().into_inner().participants.unwrap();
    assert_eq!((found.flagged, found.participants.len()), (1, 1));
    assert_eq!(found.participants[0].participant, same.id);
    assert_eq!(found.limits.unwrap().min_participants, 10);
    let mut request =
        Request::new(api::ListParticipantsRequest { experiment_id: experiment.id.clone(), counted: None });
    request.metadata_mut().insert("authorization", token.parse().unwrap());
    let mut stream = service.list_participants(request).await.unwrap().into_inner();
    let mut people = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        people.extend(message.participants);
    }
    assert_eq!((people.len(), people[0].flagged), (14, true));
}
