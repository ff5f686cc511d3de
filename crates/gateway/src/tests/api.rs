//! REST: the main story, and what is said to bad input.

use std::collections::HashSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Digest as _;

use super::sandbox::Sandbox;

fn detail(answer: &Value) -> &str {
    answer["detail"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn an_experiment_is_answered_reported_and_exported() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.researcher("ana").await;
    let experiment = sandbox.published(&token).await;
    assert_eq!(experiment["link"], format!("{}/run/{}", sandbox.url, experiment["slug"].as_str().unwrap()));
    let participant = sandbox.participant(&experiment).await;

    let answer =
        json!({"text": "=red", "first_key_ms": 800, "shown_at": "2026-11-22T10:00:00.123Z", "edits": 1});
    assert_eq!(sandbox.respond(&participant, 0, answer.clone()).await, (200, json!({"status": "stored"})));
    assert_eq!(sandbox.respond(&participant, 0, answer).await, (200, json!({"status": "already_stored"})));
    let (status, other) = sandbox.respond(&participant, 0, json!({"text": "green"})).await;
    assert_eq!((status, detail(&other).contains("first one counts")), (409, true), "{other}");

    let complete = format!("/api/v1/participations/{}/complete", participant.id);
    let (status, early) = sandbox.call(Method::POST, &complete, Some(&participant.token), None).await;
    assert_eq!((status, &early["missing"]), (409, &json!([1])), "{early}");
    assert_eq!(sandbox.respond(&participant, 1, json!({"non_answer": "dont_know"})).await.0, 200);
    let (status, done) = sandbox.call(Method::POST, &complete, Some(&participant.token), None).await;
    assert_eq!((status, done["completion_code"].as_str().unwrap().len()), (200, 9));
    let (_, again) = sandbox.call(Method::POST, &complete, Some(&participant.token), None).await;
    assert_eq!(done, again, "the code stays the same");

    let path = format!("/api/v1/participations/{}", participant.id);
    let (status, run) = sandbox.call(Method::GET, &path, Some(&participant.token), None).await;
    assert_eq!((status, &run["answered"], &run["completed"]), (200, &json!([0, 1]), &json!(true)));
    assert_eq!(run["completion_code"], done["completion_code"]);

    let base = format!("/api/v1/experiments/{}", experiment["id"].as_str().unwrap());
    let (status, report) = sandbox.call(Method::GET, &format!("{base}/report"), Some(&token), None).await;
    assert_eq!((status, &report["totals"]["responses"]), (200, &json!(2)), "{report}");
    assert_eq!(report["stimuli"][0]["names"], json!([{"name": "=red", "count": 1}]));
    assert_eq!(report["stimuli"][0]["agreement"], Value::Null);

    let csv = sandbox
        .request(Method::GET, &format!("{base}/responses.csv?bom=1"), Some(&token))
        .send()
        .await
        .unwrap();
    let disposition = csv.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(disposition.ends_with("-responses.csv\""), "{disposition}");
    let csv = csv.text().await.unwrap();
    assert!(csv.starts_with("\u{feff}experiment,participation,") && csv.ends_with("\r\n"));
    assert!(csv.contains(",'=red,"), "a formula is disarmed: {csv}");
    let lines =
        sandbox.request(Method::GET, &format!("{base}/responses.jsonl"), Some(&token)).send().await.unwrap();
    let lines = lines.text().await.unwrap();
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["response"], &first["shown_at"]),
        (&json!("=red"), &json!("2026-11-22T10:00:00.123Z"))
    );
    let norms =
        sandbox.request(Method::GET, &format!("{base}/norms.csv"), Some(&token)).send().await.unwrap();
    assert!(norms.text().await.unwrap().contains("'=red"));

    let (status, _) = sandbox.call(Method::DELETE, &path, Some(&participant.token), None).await;
    assert_eq!(status, 204);
    let (status, gone) = sandbox.call(Method::GET, &path, Some(&participant.token), None).await;
    assert_eq!((status, detail(&gone).contains("withdrawn")), (410, true));
}

#[tokio::test]
async fn an_export_that_breaks_off_is_no_whole_file() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.researcher("ana").await;
    let experiment = sandbox.published(&token).await;
    let participant = sandbox.participant(&experiment).await;
    for trial in 0..2 {
        sandbox.respond(&participant, trial, json!({"text": "red"})).await;
    }
    let path = format!("/api/v1/experiments/{}/responses.csv", experiment["id"].as_str().unwrap());
    let whole = sandbox.request(Method::GET, &path, Some(&token)).send().await.unwrap();
    assert_eq!(whole.headers()["trailer"], "nameit-row-count, nameit-sha256");
    assert_eq!(whole.text().await.unwrap().lines().count(), 3);
    sandbox.fake.data().export_breaks = true;
    let text = match sandbox.request(Method::GET, &path, Some(&token)).send().await {
        Ok(cut) => cut.text().await,
        Err(error) => Err(error),
    };
    assert!(text.is_err(), "the answer must break off");
}

#[tokio::test]
async fn bad_answers_get_a_clear_refusal() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.researcher("ana").await;
    let experiment = sandbox.published(&token).await;
    let participant = sandbox.participant(&experiment).await;
    for (body, word) in [
        (json!({"text": "  "}), "empty"),
        (json!({"text": "x".repeat(501)}), "500"),
        (json!({"text": "a\u{7}b"}), "U+0007"),
        (json!({}), "missing"),
        (json!({"text": "a", "non_answer": "skipped"}), "exclude"),
        (json!({"non_answer": "perhaps"}), "dont_know"),
        (json!({"text": 5}), "JSON"),
    ] {
        let (status, answer) = sandbox.respond(&participant, 0, body.clone()).await;
        assert_eq!(status, 422, "{body}: {answer}");
        assert!(detail(&answer).contains(word), "{body}: {answer}");
    }
    assert_eq!(sandbox.respond(&participant, 9, json!({"text": "red"})).await.0, 404);
    let path = format!("/api/v1/experiments/{}/close", experiment["id"].as_str().unwrap());
    sandbox.post(&path, &token, json!({})).await;
    let (status, closed) = sandbox.respond(&participant, 0, json!({"text": "red"})).await;
    assert_eq!((status, detail(&closed).contains("closed")), (410, true), "{closed}");
    let slug = experiment["slug"].as_str().unwrap();
    let (status, late) = sandbox
        .call(Method::POST, &format!("/api/v1/run/{slug}/participations"), None, Some(json!({})))
        .await;
    assert_eq!((status, detail(&late).contains("closed")), (409, true), "{late}");
}

#[tokio::test]
async fn an_access_code_is_asked_for_and_guessing_is_slowed_down() {
    let sandbox = Sandbox::start_with(|config| config.limits.wrong_codes_per_minute = 2).await;
    let token = sandbox.researcher("ana").await;
    let id = sandbox.draft(&token).await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/experiments/{id}");
    let change = json!({"access": "code", "access_code": "tulip"});
    let (status, changed) = sandbox.call(Method::PATCH, &path, Some(&token), Some(change)).await;
    assert_eq!((status, &changed["access_code"]), (200, &json!("tulip")));
    sandbox.post(&format!("{path}/publish"), &token, json!({})).await;
    let (status, _) = sandbox.call(Method::PATCH, &path, Some(&token), Some(json!({"title": "Late"}))).await;
    assert_eq!(status, 409, "a published experiment is frozen");
    let start = format!("/api/v1/run/{}/participations", changed["slug"].as_str().unwrap());
    let try_code =
        async |code: Value| sandbox.call(Method::POST, &start, None, Some(json!({"code": code}))).await;
    let (status, missing) = try_code(Value::Null).await;
    assert_eq!((status, &missing["field"]), (403, &json!("code")));
    assert_eq!(try_code(json!("tulip")).await.0, 201);
    assert_eq!(try_code(json!("rose")).await.0, 403);
    assert_eq!(try_code(json!("lily")).await.0, 403);
    assert_eq!(try_code(json!("iris")).await.0, 429);
}

#[tokio::test]
async fn accounts_are_checked_and_handles_are_unique() {
    let sandbox = Sandbox::start_with(|config| config.limits.sign_ins_per_minute = 3).await;
    let account =
        |handle: &str, password: &str| json!({"handle": handle, "password": password, "display_name": "A"});
    let create = async |body: Value| sandbox.call(Method::POST, "/api/v1/accounts", None, Some(body)).await;
    let (status, short) = create(account("ana", "short")).await;
    assert_eq!((status, &short["field"]), (422, &json!("password")), "{short}");
    assert_eq!(create(account("a b", "correct horse")).await.0, 422);
    assert_eq!(create(account("ana", "correct horse")).await.0, 201);
    let (status, twice) = create(account("Ana", "correct horse")).await;
    assert_eq!((status, &twice["field"]), (409, &json!("handle")), "{twice}");
    assert_eq!(create(json!({"handle": "bea"})).await.0, 422);

    let sign_in = async |password: &str| {
        let body = json!({"handle": "ana", "password": password});
        sandbox.call(Method::POST, "/api/v1/tokens", None, Some(body)).await
    };
    assert_eq!(sign_in("wrong horse").await.0, 401);
    let (status, right) = sign_in("correct horse").await;
    assert_eq!(status, 201);
    let token = right["token"].as_str().unwrap();
    let (_, me) = sandbox.call(Method::GET, "/api/v1/me", Some(token), None).await;
    assert_eq!(me["handle"], "ana");
    assert_eq!(sandbox.call(Method::DELETE, "/api/v1/tokens/current", Some(token), None).await.0, 204);
    assert_eq!(sandbox.call(Method::GET, "/api/v1/me", Some(token), None).await.0, 401);
    sign_in("wrong horse").await;
    assert_eq!(sign_in("correct horse").await.0, 429, "after three attempts in a minute");
}

#[tokio::test]
async fn tokens_are_listed_without_their_secrets_and_revoked_by_their_owner() {
    let sandbox = Sandbox::start().await;
    let (ana, eve) = (sandbox.researcher("ana").await, sandbox.researcher("eve").await);
    let wanted = json!({"handle": "ana", "password": "correct horse", "label": " R notebook "});
    let (_, made) = sandbox.call(Method::POST, "/api/v1/tokens", None, Some(wanted)).await;
    let notebook = made["token"].as_str().unwrap().to_owned();
    let list = async |token: &str| {
        let (status, answer) = sandbox.call(Method::GET, "/api/v1/tokens", Some(token), None).await;
        assert_eq!(status, 200, "{answer}");
        answer["tokens"].as_array().unwrap().clone()
    };
    let tokens = list(&ana).await;
    let labels: HashSet<&str> = tokens.iter().map(|token| token["label"].as_str().unwrap()).collect();
    assert_eq!((tokens.len(), labels), (2, HashSet::from(["", "R notebook"])), "{tokens:?}");
    let listed = Value::from(tokens.clone()).to_string();
    assert!(!listed.contains(&notebook[4..]) && !listed.contains(&ana[4..]), "{listed}");
    let token = tokens.iter().find(|token| token["label"] == "R notebook").unwrap();
    let hash = sha2::Sha256::digest(&notebook);
    let id = format!("{:016x}", u64::from_be_bytes(hash[..8].try_into().unwrap()));
    assert_eq!((&token["id"], &token["expires_at"]), (&json!(id), &made["expires_at"]));

    let path = format!("/api/v1/tokens/{id}");
    let revoke = async |token: &str| sandbox.call(Method::DELETE, &path, Some(token), None).await;
    let (status, refused) = revoke(&eve).await;
    assert_eq!((status, detail(&refused)), (404, "there is no such token"), "it is not hers");
    assert_eq!(sandbox.call(Method::GET, "/api/v1/me", Some(&notebook), None).await.0, 200);
    assert_eq!(revoke(&ana).await.0, 204);
    assert_eq!(sandbox.call(Method::GET, "/api/v1/me", Some(&notebook), None).await.0, 401);
    assert_eq!(revoke(&ana).await.0, 404, "it is revoked already");
    assert_eq!((list(&ana).await.len(), list(&eve).await.len()), (1, 1));
}

#[tokio::test]
async fn stimuli_are_put_by_key_and_a_manifest_is_all_or_nothing() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.researcher("ana").await;
    let experiment = sandbox.draft(&token).await;
    let base = format!("/api/v1/experiments/{}", experiment["id"].as_str().unwrap());
    let path = format!("{base}/stimuli/red");
    let put = async |body: Value| sandbox.call(Method::PUT, &path, Some(&token), Some(body)).await;
    let (status, changed) = put(json!({"question": "And this?"})).await;
    assert_eq!(
        (status, &changed["question"], &changed["colour"]),
        (200, &json!("And this?"), &json!("#ff0000"))
    );
    let (_, cleared) = put(json!({"question": null})).await;
    assert_eq!(cleared["question"], Value::Null);
    let target = json!({"target": {"shape": "box", "x": 0.1, "y": 0.1, "width": 0.5, "height": 0.5}});
    assert_eq!(put(target).await.0, 422, "a colour has no target");
    assert_eq!(put(json!({"colour": "blue"})).await.0, 422);

    let manifest = async |csv: &str| {
        let request = sandbox.request(Method::POST, &format!("{base}/manifest"), Some(&token));
        let answer = request.header("content-type", "text/csv").body(csv.to_owned()).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, wrong) = manifest("key,colour\ngreen,#00ff00\nodd,grass\n").await;
    assert_eq!((status, detail(&wrong).starts_with("line 3, column `colour`")), (422, true), "{wrong}");
    let (status, missing) = manifest("question,colour\nWhat?,#00ff00\n").await;
    assert_eq!((status, detail(&missing).contains("`key`")), (422, true), "{missing}");
    assert_eq!(
        manifest("key;colour\ngreen;#00ff00\nred;#ee0000\n").await,
        (200, json!({"changed": 1, "created": 1}))
    );
    let (_, all) = sandbox.call(Method::GET, &format!("{base}/stimuli"), Some(&token), None).await;
    assert_eq!(all["stimuli"].as_array().unwrap().len(), 3, "{all}");
    assert_eq!(sandbox.call(Method::DELETE, &path, Some(&token), None).await.0, 204);
    assert_eq!(sandbox.call(Method::DELETE, &path, Some(&token), None).await.0, 404);
}

#[tokio::test]
async fn a_picture_is_stored_and_served_for_good() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.researcher("ana").await;
    let experiment = sandbox.draft(&token).await;
    let path =
        format!("/api/v1/experiments/{}/stimuli/dog?question=Who%3F", experiment["id"].as_str().unwrap());
    let mut png = Vec::new();
    let picture = image::DynamicImage::from(image::RgbImage::from_pixel(600, 300, image::Rgb([9, 99, 199])));
    picture.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    let put = async |media_type: &str, body: Vec<u8>| {
        let request = sandbox.request(Method::PUT, &path, Some(&token)).header("content-type", media_type);
        let answer = request.body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, stimulus) = put("image/png", png.clone()).await;
    assert_eq!((status, &stimulus["question"], &stimulus["kind"]), (201, &json!("Who?"), &json!("image")));
    assert_eq!(stimulus["image"]["versions"][0]["width"], 480);
    assert_eq!(put("image/png", png).await.0, 200);
    let (status, refused) = put("image/png", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()).await;
    assert_eq!((status, detail(&refused).contains("SVG")), (415, true), "{refused}");
    assert_eq!(put("text/plain", b"dog".to_vec()).await.0, 415);

    let url = stimulus["image"]["url"].as_str().unwrap();
    let image = sandbox.request(Method::GET, url, None).send().await.unwrap();
    assert_eq!(image.headers()["content-type"], "image/png");
    assert_eq!(image.headers()["cache-control"], "public, max-age=31536000, immutable");
    let tag = image.headers()["etag"].clone();
    let known = sandbox.request(Method::GET, url, None).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    let nothing = format!("/images/{}", "0".repeat(64));
    assert_eq!(sandbox.call(Method::GET, &nothing, None, None).await.0, 404);
}
