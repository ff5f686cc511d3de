//! How an experiment is used: when, how far people come, on what, and where they come from; counted, never named.

use std::time::Duration;

use nameit_proto::api::v1 as api;
use nameit_proto::api::v1::usage_service_client::UsageServiceClient;
use nameit_testkit::{Experiment, PASSWORD, Sandbox};
use serde_json::{Value, json};
use tonic::Request;

journeys! {
    usage_is_counted_from_what_browsers_say_and_names_nobody,
    the_page_of_usage_has_plots_and_their_files,
}

/// Three who complete, one who stops, one who withdraws, on three devices, by two channels.
async fn used(sandbox: &Sandbox) -> Experiment {
    let ana = sandbox.researcher("ana").await;
    let experiment = ana.experiment().colours(["#d62728", "#1f77b4", "#2ca02c", "#ffdf00"]).published().await;
    let phone =
        json!({"language": "de-AT", "time_zone": "Asia/Tokyo", "viewport": "390x844", "touch": "true"});
    let laptop =
        json!({"language": "en", "time_zone": "Not/AZone", "viewport": "1440x900", "touch": "false"});
    let people = [
        (&phone, json!({"PROLIFIC_PID": "5f3aSECRET", "STUDY_ID": "1", "SESSION_ID": "2"}), 4),
        (&phone, json!({"PROLIFIC_PID": "6b1cSECRET", "STUDY_ID": "1", "SESSION_ID": "3"}), 4),
        (&laptop, json!({}), 4),
        (&laptop, json!({"utm_source": "flyer"}), 2),
        (&laptop, json!({"utm_source": "flyer"}), 1),
    ];
    for (place, (environment, parameters, answers)) in people.into_iter().enumerate() {
        let body = json!({"environment": environment, "url_parameters": parameters});
        let participant = experiment.participant_with(&body).await;
        for trial in 0..answers {
            participant.answer(trial, "a colour").await.expect_ok();
        }
        if answers == 4 {
            participant.complete().await.expect_ok();
        }
        if place == 4 {
            let path = format!("/api/v1/participations/{}", participant.id);
            participant.client.delete(&path).await.expect_ok();
        }
    }
    experiment
}

/// Usage as soon as it tells how often the link was opened: that is handed over every few seconds.
async fn once_opened(experiment: &Experiment) -> Value {
    let usage = async {
        loop {
            let usage = experiment.get("usage").await.expect_ok().json();
            if usage["funnel"][0]["step"] == "opened" {
                return usage;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), usage).await.expect("openings are counted within a minute")
}

fn groups(usage: &Value, which: &str) -> Vec<(String, u64, u64)> {
    let number = |value: &Value| value.as_u64().unwrap();
    let groups = usage[which].as_array().unwrap().iter();
    groups
        .map(|group| {
            let name = group["name"].as_str().unwrap().to_owned();
            (name, number(&group["participants"]), number(&group["completed"]))
        })
        .collect()
}

async fn usage_is_counted_from_what_browsers_say_and_names_nobody(sandbox: Sandbox) {
    let experiment = used(&sandbox).await;
    sandbox
        .client()
        .get(&format!("/run/{}", experiment.slug))
        .await
        .expect_page(200, "Colours of the garden");
    let usage = once_opened(&experiment).await;
    for (figure, expected) in [("participants", 4), ("completed", 3), ("under_way", 1), ("answers", 14)] {
        assert_eq!(usage[figure], json!(expected), "{figure}");
    }
    let funnel: Vec<(&str, u64)> = usage["funnel"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["step"].as_str().unwrap(), step["count"].as_u64().unwrap()))
        .collect();
    assert_eq!(funnel, [("opened", 1), ("began", 4), ("first_answer", 4), ("half", 4), ("completed", 3)]);
    let group = |name: &str, participants, completed| (name.to_owned(), participants, completed);
    assert_eq!(
        groups(&usage, "channels"),
        [group("prolific", 2, 2), group("direct", 1, 1), group("other", 1, 0)]
    );
    assert_eq!(groups(&usage, "devices"), [group("desktop", 2, 1), group("phone", 2, 2)]);
    assert_eq!(groups(&usage, "locales"), [group("de-AT", 2, 2), group("en", 2, 1)]);
    let hours = &usage["hours"];
    let in_hours: u64 =
        hours["cells"].as_array().unwrap().iter().map(|it| it["answers"].as_u64().unwrap()).sum();
    assert_eq!((in_hours, &hours["answers_without_zone"]), (8, &json!(6)), "no such zone: {hours}");
    let over_time = usage["over_time"].as_array().unwrap().iter();
    assert_eq!(over_time.map(|point| point["answers"].as_u64().unwrap()).sum::<u64>(), 14);
    assert_eq!(usage["drop_off"].as_array().unwrap().len(), 4);
    assert_eq!(
        usage["drop_off"][2],
        json!({"trial": 2, "reached": 3, "stopped": 0, "hazard": 0.0, "remaining": 1.0})
    );
    let text = usage.to_string();
    for secret in ["SECRET", "flyer"] {
        assert!(!text.contains(secret), "{secret} could be the id of a person: {text}");
    }
    let eve = sandbox.researcher("eve").await;
    assert_eq!(eve.client.get(&experiment.path("usage")).await.status, 404);

    let channel =
        tonic::transport::Channel::from_shared(sandbox.url().to_owned()).unwrap().connect().await.unwrap();
    let mut request = Request::new(api::GetUsageRequest { experiment_id: experiment.id.clone() });
    let token = format!("Bearer {}", experiment.researcher.client.token().unwrap());
    request.metadata_mut().insert("authorization", token.parse().unwrap());
    let found =
        UsageServiceClient::new(channel).get_usage(request).await.unwrap().into_inner().usage.unwrap();
    assert_eq!((found.participants, found.completed, found.answers), (4, 3, 14));
}

async fn the_page_of_usage_has_plots_and_their_files(sandbox: Sandbox) {
    let experiment = used(&sandbox).await;
    let client = sandbox.client();
    client.fill("/sign-in", "/sign-in", &[("handle", "ana"), ("password", PASSWORD)]).await;
    let path = format!("/experiments/{}/results/usage", experiment.id);
    let page = client.get(&path).await.expect_page(200, "From the link to the end").text;
    assert_eq!(page.matches("class=\"plot-figure\"").count(), 7);
    assert!(page.contains("<td class=\"number\">75.0\u{202f}%</td>"), "three of four completed");
    for plot in ["over_time", "hours", "funnel", "drop_off", "locales", "devices", "channels"] {
        assert!(page.contains(&format!("usage.svg?plot={plot}\"")), "{plot}");
        let file = experiment.get(&format!("usage.svg?plot={plot}&theme=light")).await.expect_ok();
        assert!(file.text.contains("<title") && file.text.contains("<desc"), "{plot}");
    }
    let png = experiment.get("usage.png?plot=funnel").await.expect_ok();
    assert_eq!(png.headers["content-type"], "image/png");
    experiment.get("usage.svg?plot=everything").await.expect_problem(422, "has to be one of over_time");
    let nobody = experiment.researcher.experiment().colours(["#ffffff"]).published().await;
    let empty = format!("/experiments/{}/results/usage", nobody.id);
    client.get(&empty).await.expect_page(200, "Nobody has taken part yet");
}
