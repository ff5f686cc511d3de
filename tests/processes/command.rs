//! The command `nameit`: demo, bench, healthcheck, and what it says when it cannot start.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use nameit_testkit::{Client, Process};
use serde_json::Value;

use crate::NAMEIT;
use crate::load::up;

/// One clear line, and nothing after it.
fn last_line(stderr: &str) -> &str {
    stderr.trim_end().lines().last().unwrap_or_default()
}

#[test]
fn a_taken_port_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = folder.path().join("data");
    let ended = Process::run(NAMEIT, &["up", "--listen", &address, "--data", data.to_str().unwrap()]);
    assert_eq!(ended.status.code(), Some(1));
    let line = last_line(&ended.stderr);
    assert!(line.starts_with("error: cannot listen on") && line.contains("--listen"), "{}", ended.stderr);
    assert!(line.contains(&address), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_in_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let (_process, _url) = up(folder);
    let second = ["up", "--listen", "127.0.0.1:0", "--data", folder];
    let ended = tokio::task::spawn_blocking({
        let second: Vec<String> = second.iter().map(ToString::to_string).collect();
        move || Process::run(NAMEIT, &second.iter().map(String::as_str).collect::<Vec<_>>())
    });
    let ended = ended.await.unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(last_line(&ended.stderr).contains("in use by another process"), "{}", ended.stderr);
}

#[test]
fn a_folder_that_cannot_be_written_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o444)).unwrap();
    let data = file.join("data");
    let ended = Process::run(NAMEIT, &["up", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(last_line(&ended.stderr).contains("choose another one with --data"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn healthcheck_says_by_its_status_whether_the_server_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let (process, url) = up(folder.path().to_str().unwrap());
    let check = |url: String| {
        tokio::task::spawn_blocking(move || Process::run(NAMEIT, &["healthcheck", "--url", &url]))
    };
    // Ready a moment after listening: when storage has given the signing key.
    let client = Client::new(&url);
    while !client.get("/readyz").await.status.is_success() {}
    assert_eq!(check(url.clone()).await.unwrap().status.code(), Some(0));
    process.kill();
    let ended = check(url).await.unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(last_line(&ended.stderr).contains("does not answer"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_fills_a_running_server_through_the_public_api() {
    let folder = tempfile::tempdir().unwrap();
    let (_process, url) = up(folder.path().to_str().unwrap());
    let address = url.clone();
    let demo = move || Process::run(NAMEIT, &["demo", "--url", &address]);
    let ended = tokio::task::spawn_blocking(demo.clone()).await.unwrap();
    assert!(ended.status.success(), "{}", ended.stderr);
    let word = |name: &str| {
        let line = ended.stdout.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_ascii_whitespace().nth(1)).expect("the demo says it").to_owned()
    };
    let sign_in = serde_json::json!({"handle": word("researcher"), "password": word("password")});
    let client = Client::new(&url);
    let token = client.post("/api/v1/tokens", &sign_in).await.expect_ok().text_of("token");
    let researcher = client.with_token(&token);
    let experiments = researcher.get("/api/v1/experiments").await.expect_ok().json();
    let experiments = experiments["experiments"].as_array().unwrap().clone();
    assert_eq!(experiments.len(), 2);
    for experiment in &experiments {
        let id = experiment["id"].as_str().unwrap();
        let report = researcher.get(&format!("/api/v1/experiments/{id}/report")).await.expect_ok().json();
        let totals = &report["totals"];
        assert!(totals["completed"].as_u64().unwrap() >= 40, "{totals}");
        assert!(totals["non_answers"].as_u64().unwrap() > 0, "{totals}");
        for stimulus in report["stimuli"].as_array().unwrap() {
            assert!(stimulus["types"].as_u64().unwrap() >= 2, "every plot has something to show: {stimulus}");
            assert!(stimulus["median_first_key_ms"].as_f64().is_some(), "{stimulus}");
        }
    }
    let second = tokio::task::spawn_blocking(demo).await.unwrap();
    assert!(second.status.success(), "a second demo gets a handle of its own: {}", second.stderr);
}

#[test]
fn a_short_bench_finds_everything_that_was_acknowledged() {
    let ended = Process::run(NAMEIT, &["bench", "--participants", "8", "--seconds", "3", "--format", "json"]);
    assert!(ended.status.success(), "{}", ended.stderr);
    let figures: Value = serde_json::from_str(&ended.stdout).unwrap();
    for name in ["missing", "doubled", "altered", "errors"] {
        assert_eq!(figures[name], 0, "{figures}");
    }
    assert!(figures["acknowledged"].as_u64().unwrap() > 100, "{figures}");
    assert!(figures["stored"].as_u64() >= figures["acknowledged"].as_u64(), "{figures}");
    assert!(figures["noop"]["requests_per_second"].as_f64().unwrap() > 0.0, "{figures}");
}
