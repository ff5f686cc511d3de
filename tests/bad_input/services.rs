//! Services that are told something wrong: one line that says what, and a healthcheck that tells the truth.

use std::net::TcpListener;

use nameit_testkit::{Client, Process};

use crate::{DATAMINING, GATEWAY, STORAGE};

/// What a program said last, which must be one line with `words`; it must have failed.
#[track_caller]
fn refuses(program: &str, arguments: &[&str], words: &[&str]) -> String {
    let ended = Process::run(program, arguments);
    assert_eq!(ended.status.code().map(|code| code != 0), Some(true), "{}", ended.stderr);
    let line = ended.stderr.trim_end().lines().find(|line| line.starts_with("error:")).unwrap_or_default();
    for word in words {
        assert!(line.contains(word), "`{word}` is not in {:?}", ended.stderr);
    }
    ended.stderr
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refuses(GATEWAY, &["--listen", &address], &["cannot listen on", &address]);
    refuses(DATAMINING, &["--listen", &address], &["cannot listen on", &address]);
}

#[test]
fn wrong_addresses_are_named_with_an_example() {
    refuses(GATEWAY, &["--public-url", "nameit.example.org"], &["https://nameit.example.org"]);
    let listen = ["--listen", "127.0.0.1:0"];
    refuses(
        GATEWAY,
        &[&listen[..], &["--storage", "ftp://storage"]].concat(),
        &["ftp://storage", "http://127.0.0.1:50051"],
    );
    refuses(
        DATAMINING,
        &[&listen[..], &["--storage", "storage"]].concat(),
        &["storage", "http://127.0.0.1:50051"],
    );
}

#[test]
fn a_useless_operator_code_is_named_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("operator_code");
    let arguments = ["--listen", "127.0.0.1:0", "--operator-code-file", file.to_str().unwrap()];
    refuses(GATEWAY, &arguments, &["operator_code", "cannot be read"]);
    std::fs::write(&file, "\n").unwrap();
    refuses(GATEWAY, &arguments, &["operator_code", "is empty"]);
    std::fs::write(&file, "hunter2hunter2\n").unwrap();
    let said = refuses(GATEWAY, &arguments, &["openssl rand -hex 16"]);
    assert!(!said.contains("hunter2"), "{said}");
    let said =
        refuses(GATEWAY, &["--listen", "127.0.0.1:0", "--operator-code", "hunter2"], &["openssl rand"]);
    assert!(!said.contains("hunter2"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_storage_a_gateway_runs_says_so_and_is_not_ready() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let storage = format!("http://{nobody}");
    let gateway = Process::start(
        GATEWAY,
        "info",
        &["--listen", "127.0.0.1:0", "--storage", &storage, "--datamining", &storage],
    );
    let url = gateway.wait_for_address("ready");
    let ready = Client::new(&url).get("/readyz").await;
    assert_eq!(ready.status, 503, "{}", ready.text);
    let address = url.trim_start_matches("http://").to_owned();
    let asked = move || refuses(GATEWAY, &["--listen", &address, "healthcheck"], &["not ready: storage:"]);
    tokio::task::spawn_blocking(asked).await.unwrap();
    drop(gateway);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_service_asks_itself_whether_it_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("nameit.sqlite").display());
    let storage =
        Process::start(STORAGE, "info", &["--listen", "127.0.0.1:0", "--storage-database", &database]);
    let storage_address = storage.wait_for_address("storage is listening");
    let to_storage = format!("http://{storage_address}");
    let datamining =
        Process::start(DATAMINING, "info", &["--listen", "127.0.0.1:0", "--storage", &to_storage]);
    let datamining_address = datamining.wait_for_address("datamining is listening");
    let healthcheck = |program: &'static str, listen: String| {
        tokio::task::spawn_blocking(move || Process::run(program, &["--listen", &listen, "healthcheck"]))
    };
    for (program, address) in [(STORAGE, &storage_address), (DATAMINING, &datamining_address)] {
        let ended = healthcheck(program, address.clone()).await.unwrap();
        assert_eq!((ended.status.code(), ended.stdout.as_str()), (Some(0), "ready\n"), "{}", ended.stderr);
    }
    storage.kill();
    let asked =
        move || refuses(STORAGE, &["--listen", &storage_address, "healthcheck"], &["does not answer"]);
    tokio::task::spawn_blocking(asked).await.unwrap();
}
