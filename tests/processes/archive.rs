//! Backup, restore and migrate through the real command, with a server at work.

use std::collections::HashMap;
use std::path::Path;

use nameit_testkit::{Client, Experiment, Finished, Process, Researcher};
use serde_json::{Value, json};

use crate::NAMEIT;
use crate::load::{Acknowledged, answer_until_it_ends, compare, send_again, up};

/// Participants at the same time.
const PARTICIPANTS: usize = 8;

/// Runs `nameit` with these arguments to its end.
async fn nameit(arguments: &[&str]) -> Finished {
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    let run = move || Process::run(NAMEIT, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(run).await.expect("the command is waited for")
}

/// The URI of the database of `nameit up --data FOLDER`.
fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("nameit.sqlite").display())
}

/// Insists on success and gives the counts by kind.
#[track_caller]
fn counts(ended: &Finished) -> HashMap<String, u64> {
    assert!(ended.status.success(), "{}", ended.stderr);
    let told: Value = serde_json::from_str(&ended.stdout).expect("it prints JSON");
    let kinds = told["kinds"].as_object().expect("it tells each kind").iter();
    kinds.map(|(kind, told)| (kind.clone(), told["count"].as_u64().expect("counts are numbers"))).collect()
}

/// Insists on one line that says why, and gives it.
#[track_caller]
fn refusal(ended: &Finished) -> &str {
    assert_eq!(ended.status.code(), Some(1), "{}", ended.stdout);
    assert_eq!(ended.stderr.trim_end().lines().count(), 1, "{}", ended.stderr);
    ended.stderr.trim_end()
}

/// The same experiment at another server.
fn at(experiment: &Experiment, url: &str) -> Experiment {
    let client = experiment.researcher.client.at(url);
    Experiment {
        researcher: Researcher { client, handle: experiment.researcher.handle.clone() },
        ..experiment.clone()
    }
}

/// Everything that a researcher takes away.
async fn taken_away(experiment: &Experiment) -> [String; 3] {
    let text = async |path: &str| experiment.get(path).await.expect_ok().text;
    [text("responses.csv").await, text("responses.jsonl").await, text("norms.csv").await]
}

async fn experiment(url: &str) -> Experiment {
    let ana = Researcher::sign_up(&Client::new(url), "ana").await;
    let colours = ["#ff0000", "#00ff00", "#0000ff", "#ffff00", "#00ffff", "#ff00ff"];
    ana.experiment().colours(colours).picture("Größe 苹果").published().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_server_at_work_holds_what_was_acknowledged_and_people_go_on_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    let archive = folder.path().join("archive.gz");
    let archive = archive.to_str().unwrap();
    let (process, url) = up(old.to_str().unwrap());
    let experiment = experiment(&url).await;
    let acknowledged = Acknowledged::default();
    let participants = answer_until_it_ends(&url, &experiment.slug, PARTICIPANTS, &acknowledged);
    let leaver = experiment.participant().await;
    leaver.answer(0, "must be gone").await.expect_ok();
    leaver.client.delete(&format!("/api/v1/participations/{}", leaver.id)).await.expect_ok();
    let stayer = experiment.participant().await;
    stayer.answer(0, "stays").await.expect_ok();
    let picture = experiment.get("stimuli").await.expect_ok().json();
    while acknowledged.lock().unwrap().len() < 200 {
        tokio::task::yield_now().await;
    }
    let before = Acknowledged::new(acknowledged.lock().unwrap().clone().into());

    let ended = nameit(&["backup", "--from", &database(&old), archive, "--format", "json"]).await;
    let backed_up = counts(&ended);
    assert!(acknowledged.lock().unwrap().len() > before.lock().unwrap().len(), "they went on meanwhile");
    process.kill();
    let pending = participants.join_all().await;
    assert!(backed_up["response"] > before.lock().unwrap().len() as u64, "{backed_up:?}");
    assert_eq!((backed_up["researcher"], backed_up["experiment"], backed_up["stimulus"]), (1, 1, 7));

    let ended = nameit(&["restore", archive, "--to", &database(&new), "--format", "json"]).await;
    assert_eq!(counts(&ended), backed_up);
    let (_process, url) = up(new.to_str().unwrap());
    let rows = compare(&experiment, &url, &before).await;
    assert_eq!(rows as u64, backed_up["response"]);
    let restored = at(&experiment, &url);
    let report = restored.get("report").await.expect_ok().json();
    assert_eq!(report["totals"]["responses"], backed_up["response"]);
    assert_eq!(restored.get("stimuli").await.expect_ok().json(), picture);
    let rows = restored.rows().await;
    assert!(rows.iter().all(|row| row["response"] != "must be gone"), "who withdrew is not in it");

    // Whoever was answering goes on at the new server with the old token.
    let stayer = nameit_testkit::Participant { client: stayer.client.at(&url), ..stayer };
    stayer.answer(0, "stays").await.expect_ok();
    stayer.answer(0, "another").await.expect_problem(409, "another answer");
    for trial in 1..7 {
        stayer.answer(trial, "goes on").await.expect_ok();
    }
    let code = stayer.complete().await.expect_ok();
    assert!(!code.text_of("completion_code").is_empty());
    let known = before.lock().unwrap().clone();
    let begun_before: Vec<_> = pending
        .into_iter()
        .flatten()
        .filter(|one| known.keys().any(|(participation, _)| participation == one.participation()))
        .collect();
    send_again(&url, begun_before, &before).await;
    compare(&experiment, &url, &before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_database_gives_the_same_exports_and_norms() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (process, url) = up(path("old").to_str().unwrap());
    let experiment = experiment(&url).await;
    for (number, name) in ["red", "Red ", "深红色", "קרמין", "crimson, dark", "crimson"].iter().enumerate()
    {
        let participant =
            experiment.participant_with(&json!({"url_parameters": {"PROLIFIC_PID": name}})).await;
        participant.answer_all(|trial| format!("{name} {}", trial.key)).await;
        if number % 2 == 0 {
            participant.complete().await.expect_ok();
        }
    }
    let before = taken_away(&experiment).await;
    let (status, _) = process.terminate();
    assert!(status.success());

    let (old, moved) = (database(&path("old")), database(&path("moved")));
    let migrated = counts(&nameit(&["migrate", "--from", &old, "--to", &moved, "--format", "json"]).await);
    let archive = path("archive.gz");
    let archive = archive.to_str().unwrap();
    counts(&nameit(&["backup", archive, "--from", &old, "--format", "json"]).await);
    let restored = database(&path("restored"));
    let filled = nameit(&["restore", archive, "--to", &restored, "--format", "json"]).await;
    assert_eq!(counts(&filled), migrated);
    for name in ["moved", "restored"] {
        let (_process, url) = up(path(name).to_str().unwrap());
        let after = taken_away(&at(&experiment, &url)).await;
        assert!(before == after, "{name}: the same to the last byte\n{before:#?}\n{after:#?}");
    }

    let again = nameit(&["migrate", "--from", &old, "--to", &moved]).await;
    assert!(refusal(&again).contains("not empty"), "{}", again.stderr);
    let again = nameit(&["restore", archive, "--to", &moved]).await;
    assert!(refusal(&again).contains("not empty"), "{}", again.stderr);
    let again = nameit(&["backup", archive, "--from", &old]).await;
    assert!(refusal(&again).contains("exists already"), "{}", again.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_archive_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let (process, url) = up(folder.path().join("old").to_str().unwrap());
    experiment(&url).await;
    let archive = folder.path().join("archive.gz");
    let from = database(&folder.path().join("old"));
    let table = nameit(&["backup", archive.to_str().unwrap(), "--from", &from]).await;
    assert!(table.status.success(), "{}", table.stderr);
    assert!(
        table.stdout.lines().any(|line| line.split_whitespace().eq(["stimuli", "7"])),
        "{}",
        table.stdout
    );
    process.kill();

    let whole = std::fs::read(&archive).unwrap();
    std::fs::write(&archive, &whole[..whole.len() - 10]).unwrap();
    let new = folder.path().join("new");
    let ended = nameit(&["restore", archive.to_str().unwrap(), "--to", &database(&new)]).await;
    assert!(refusal(&ended).ends_with("is cut short: its end is missing"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "", "nothing is said to be restored");
    assert!(!new.exists(), "and nothing is made");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_password_of_a_uri_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive.gz");
    let archive = archive.to_str().unwrap();
    for uri in
        ["mongodb://ana:tell-nobody@:/x", "mongodb+srv://ana:tell-nobody@", "postgres://ana:tell-nobody@db"]
    {
        let ended = nameit(&["backup", archive, "--from", uri]).await;
        assert!(!refusal(&ended).contains("tell-nobody"), "{}", ended.stderr);
    }
}
