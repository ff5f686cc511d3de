//! What operators see: who gets in, what is found, and that it is there when storage is not.

use std::time::Duration;

use reqwest::header::{COOKIE, HOST, LOCATION, SET_COOKIE};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::sandbox::Sandbox;
use crate::OperatorAccess;

const CODE: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/// A gateway with an operator code.
pub(super) fn with_code() -> OperatorAccess {
    OperatorAccess { operator_code: Some(CODE.parse().unwrap()), operator_code_file: None }
}

async fn sandbox() -> Sandbox {
    Sandbox::start_with(|config| config.operator = with_code()).await
}

fn check<'a>(report: &'a Value, id: &str) -> &'a Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("{id} is not in {report}"))
}

#[tokio::test]
async fn without_a_code_there_is_no_such_page() {
    let sandbox = Sandbox::start().await;
    for (method, path) in [
        (Method::GET, "/operate"),
        (Method::GET, "/operate/events"),
        (Method::GET, "/operate/sign-in"),
        (Method::POST, "/operate/sign-in"),
        (Method::POST, "/operate/sign-out"),
        (Method::GET, "/api/v1/operate"),
    ] {
        let request = sandbox.request(method, path, Some(CODE)).form(&[("code", CODE)]);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn who_knows_the_code_reads_what_was_found() {
    let sandbox = sandbox().await;
    let (status, _) = sandbox.call(Method::GET, "/api/v1/operate", None, None).await;
    assert_eq!(status, 401);
    let (status, problem) = sandbox.call(Method::GET, "/api/v1/operate", Some("a wrong code"), None).await;
    assert_eq!(status, 401, "{problem}");

    sandbox.fake.data().clock_ahead_s = 60;
    let (status, report) = sandbox.call(Method::GET, "/api/v1/operate", Some(CODE), None).await;
    assert_eq!((status, &report["state"]), (200, &Value::from("attention")), "{report}");
    for (id, state) in [
        ("ready.storage", "ok"),
        ("ready.datamining", "ok"),
        ("database.read", "ok"),
        ("database.write", "ok"),
        ("disk", "attention"),
        ("versions", "ok"),
        ("clock.storage", "attention"),
        ("clock.datamining", "ok"),
        ("telemetry.gateway", "ok"),
    ] {
        assert_eq!(check(&report, id)["state"], state, "{id} in {report}");
    }
    let skew = report["services"][1]["clock_skew_ms"].as_i64().unwrap();
    assert!((59_000..61_000).contains(&skew), "{skew}");

    sandbox.fake.data().is_away = true;
    let (status, report) = sandbox.call(Method::GET, "/api/v1/operate", Some(CODE), None).await;
    assert_eq!((status, &report["state"]), (200, &Value::from("broken")), "{report}");
    assert_eq!(check(&report, "database.write")["state"], "broken");
}

#[tokio::test]
async fn a_browser_signs_in_once_and_out_again() {
    let sandbox = sandbox().await;
    let page = sandbox.request(Method::GET, "/operate", None).send().await.unwrap();
    assert_eq!(
        (page.status(), &page.headers()[LOCATION]),
        (StatusCode::SEE_OTHER, &"/operate/sign-in".parse().unwrap())
    );
    let form = sandbox.request(Method::GET, "/operate/sign-in", None).send().await.unwrap();
    assert!(form.text().await.unwrap().contains("id=\"operator-form\""));
    let sign_in =
        |code: &'static str| sandbox.request(Method::POST, "/operate/sign-in", None).form(&[("code", code)]);
    let wrong = sign_in("not this one, surely").send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = wrong.text().await.unwrap();
    assert!(wrong.contains("id=\"code-problem\"") && !wrong.contains("surely"), "{wrong}");

    let right = sign_in(CODE).send().await.unwrap();
    assert_eq!(
        (right.status(), &right.headers()[LOCATION]),
        (StatusCode::SEE_OTHER, &"/operate".parse().unwrap())
    );
    let cookie = right.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let with_cookie = |method, path| sandbox.request(method, path, None).header(COOKIE, &cookie);
    let page = with_cookie(Method::GET, "/operate").send().await.unwrap();
    assert_eq!(
        (page.status(), &page.headers()["cache-control"]),
        (StatusCode::OK, &"no-store".parse().unwrap())
    );
    let page = page.text().await.unwrap();
    for wanted in
        ["id=\"check-database.write\"", "1 thing needs attention", "id=\"operator-sign-out\"", "not exported"]
    {
        assert!(page.replace('\u{a0}', " ").contains(wanted), "{wanted} is missing in {page}");
    }
    assert!(!page.contains(CODE));

    let forged = with_cookie(Method::POST, "/operate/sign-out").header("sec-fetch-site", "cross-site");
    assert_eq!(forged.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let out = with_cookie(Method::POST, "/operate/sign-out").send().await.unwrap();
    assert!(out.headers()[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
}

#[tokio::test]
async fn too_many_wrong_codes_are_not_looked_at() {
    let sandbox = sandbox().await;
    let mut refused = None;
    for _ in 0..40 {
        let answer = sandbox.request(Method::GET, "/api/v1/operate", Some("wrong")).send().await.unwrap();
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    }
    assert!(refused.expect("40 wrong codes are too many").headers().contains_key("retry-after"));
}

#[tokio::test]
async fn events_come_one_by_one_and_tell_proxies_so() {
    let sandbox = sandbox().await;
    let mut answer = sandbox.request(Method::GET, "/operate/events", Some(CODE)).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["x-accel-buffering"], "no");
    let mut arrivals = Vec::new();
    while let Some(chunk) = answer.chunk().await.unwrap() {
        let text = std::str::from_utf8(&chunk).unwrap().to_owned();
        arrivals.push((tokio::time::Instant::now(), text));
    }
    let all: String = arrivals.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(all.matches("event: tick").count(), 6, "{all}");
    let spread = arrivals.last().unwrap().0 - arrivals[0].0;
    assert!(spread > Duration::from_millis(700), "they came within {spread:?}");
}

#[tokio::test]
async fn who_started_it_for_themselves_needs_no_code_but_nobody_else_gets_in() {
    let sandbox = Sandbox::start_personal().await;
    let page = sandbox.request(Method::GET, "/operate", None).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    assert!(
        !page.text().await.unwrap().contains("id=\"operator-sign-out\""),
        "there is nothing to sign out of"
    );
    let rebound = sandbox.request(Method::GET, "/operate", None).header(HOST, "evil.example");
    assert_eq!(rebound.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    let proxied =
        sandbox.request(Method::GET, "/api/v1/operate", None).header("x-forwarded-for", "192.0.2.1");
    assert_eq!(proxied.send().await.unwrap().status(), StatusCode::NOT_FOUND);
}
