//! Moving from one backend to the other with the real commands: nothing is lost, and people go on.

use nameit_testkit::{Client, Experiment, Finished, Participant, Process, Researcher};
use nameit_testkit_mongodb::Server;
use serde_json::Value;
use tempfile::TempDir;

use crate::NAMEIT;
use crate::backend::Backend;

/// `nameit up` on a database.
struct Up {
    process: Process,
    url: String,
    _folder: TempDir,
}

/// The story.
pub(crate) async fn everything_moves_to_mongodb_and_back(server: &'static Server) {
    let (old, new, back) =
        (Backend::Sqlite.database(), Backend::Mongodb(server).database(), Backend::Sqlite.database());
    let up = Up::on(&old.uri());
    let ana = Researcher::sign_up(&Client::new(&up.url), "ana").await;
    let colours = ["#ff0000", "#00ff00", "#0000ff"];
    let experiment = ana.experiment().colours(colours).picture("Größe 苹果").published().await;
    for text in ["red", "Red ", "深红色", "קרמין", "crimson, \"dark\""] {
        let participant = experiment.participant().await;
        participant.answer_all(|trial| format!("{text} {}", trial.key)).await;
        participant.complete().await.expect_ok();
    }
    let leaver = experiment.participant().await;
    leaver.answer(0, "must be gone").await.expect_ok();
    leaver.client.delete(&format!("/api/v1/participations/{}", leaver.id)).await.expect_ok();
    let goes_on = experiment.participant().await;
    goes_on.answer(0, "before the move").await.expect_ok();
    let before = taken_away(&experiment).await;
    up.process.terminate();

    let migrated = nameit(&["migrate", "--from", &old.uri(), "--to", &new.uri(), "--format", "json"]).await;
    assert!(migrated.status.success(), "{}", migrated.stderr);
    let up = Up::on(&new.uri());
    let moved = at(&experiment, &up.url);
    assert!(taken_away(&moved).await == before, "the same to the last byte on MongoDB");
    let goes_on = Participant { client: goes_on.client.at(&up.url), ..goes_on };
    goes_on.answer(0, "another").await.expect_problem(409, "another answer");
    for trial in 1..4 {
        goes_on.answer(trial, "after the move").await.expect_ok();
    }
    goes_on.complete().await.expect_ok();
    let after = taken_away(&moved).await;

    // From the running server, through a file.
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive.gz");
    let archive = archive.to_str().unwrap();
    let backed_up = nameit(&["backup", archive, "--from", &new.uri(), "--format", "json"]).await;
    assert!(backed_up.status.success(), "{}", backed_up.stderr);
    let restored = nameit(&["restore", archive, "--to", &back.uri(), "--format", "json"]).await;
    assert!(restored.status.success(), "{}", restored.stderr);
    let told = |ended: &Finished| serde_json::from_str::<Value>(&ended.stdout).unwrap();
    assert_eq!(told(&backed_up), told(&restored), "counts and checksums of both backends agree");
    assert_eq!(told(&restored)["kinds"]["response"]["count"], 24);
    let again = nameit(&["restore", archive, "--to", &new.uri()]).await;
    assert!(again.stderr.contains("not empty"), "{}", again.stderr);
    up.process.terminate();

    let up = Up::on(&back.uri());
    assert!(taken_away(&at(&experiment, &up.url)).await == after, "the same to the last byte on SQLite");
}

/// Runs `nameit` with these arguments to its end.
async fn nameit(arguments: &[&str]) -> Finished {
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    let run = move || Process::run(NAMEIT, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// The same experiment at another server.
fn at(experiment: &Experiment, url: &str) -> Experiment {
    let client = experiment.researcher.client.at(url);
    let handle = experiment.researcher.handle.clone();
    Experiment { researcher: Researcher { client, handle }, ..experiment.clone() }
}

/// Everything that a researcher takes away.
async fn taken_away(experiment: &Experiment) -> [String; 3] {
    let text = async |path: &str| experiment.get(path).await.expect_ok().text;
    [text("responses.csv").await, text("responses.jsonl").await, text("norms.csv").await]
}

// === impl Up ===

impl Up {
    fn on(database: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let data = folder.path().to_str().unwrap();
        let arguments = ["up", "--listen", "127.0.0.1:0", "--data", data, "--storage-database", database];
        let process = Process::start(NAMEIT, "info", &arguments);
        let url = process.wait_for_address("ready");
        Self { process, url, _folder: folder }
    }
}
