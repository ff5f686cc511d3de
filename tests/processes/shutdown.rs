//! SIGTERM finishes what is under way.

use std::time::Duration;

use nameit_testkit::{Client, Process, Researcher};

use crate::load::{Acknowledged, answer_until_it_ends, compare, up};
use crate::{DATAMINING, GATEWAY, STORAGE};

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_under_load_it_loses_nothing_and_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let (process, url) = up(folder);
    let ana = Researcher::sign_up(&Client::new(&url), "ana").await;
    let experiment = ana.experiment().colours(["#ff0000", "#00ff00", "#0000ff"]).published().await;
    // Somebody watches live while it stops: that must not hold it up.
    let watching = ana.client.request("GET", &experiment.path("report/events")).send().await.unwrap();
    let acknowledged = Acknowledged::default();
    let participants = answer_until_it_ends(&url, &experiment.slug, 16, &acknowledged);
    // So that load is under way when the signal comes.
    let under_way = async {
        while acknowledged.lock().unwrap().len() < 300 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), under_way).await.expect("answers are acknowledged");
    let (status, took) = tokio::task::spawn_blocking(|| process.terminate()).await.unwrap();
    assert!(status.success(), "it ended with {status}");
    assert!(took < Duration::from_secs(10), "it took {took:?}");
    drop((participants.join_all().await, watching));

    let (_process, url) = up(folder);
    compare(&experiment, &url, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_service_ends_well_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("n.sqlite").display());
    let storage =
        Process::start(STORAGE, "info", &["--listen", "127.0.0.1:0", "--storage-database", &database]);
    let storage_uri = format!("http://{}", storage.wait_for_address("storage is listening"));
    let datamining =
        Process::start(DATAMINING, "info", &["--listen", "127.0.0.1:0", "--storage", &storage_uri]);
    let datamining_uri = format!("http://{}", datamining.wait_for_address("datamining is listening"));
    let gateway = Process::start(
        GATEWAY,
        "info",
        &["--listen", "127.0.0.1:0", "--storage", &storage_uri, "--datamining", &datamining_uri],
    );
    let url = gateway.wait_for_address("ready");
    Researcher::sign_up(&Client::new(&url), "ana").await;
    for process in [gateway, datamining, storage] {
        let (status, took) = tokio::task::spawn_blocking(|| process.terminate()).await.unwrap();
        assert!(status.success() && took < Duration::from_secs(10), "{status} after {took:?}");
    }
}
