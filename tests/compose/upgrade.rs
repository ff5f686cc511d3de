//! What an operator does to a running installation: a new version, a backup, a restore.

use std::time::Instant;

use crate::crowd::Crowd;
use crate::docker::docker;
use crate::stack::{OURS, Stack};

/// Participants at the same time.
const PARTICIPANTS: usize = 6;

/// Answers come in before, between and after.
const SOME: usize = 60;

pub(crate) async fn every_container_is_replaced_without_losing_an_answer(stack: &Stack) {
    let experiment =
        stack.researcher("upgraded").await.experiment().colours(["#ff0000", "#0000ff"]).published().await;
    let crowd = Crowd::begin(&experiment, PARTICIPANTS);
    crowd.ledger.more(SOME).await;
    for service in ["collector", "storage", "datamining", "gateway"] {
        let before = stack.container(service).await;
        let began = Instant::now();
        stack.compose(&["up", "--detach", "--no-deps", "--force-recreate", "--wait", service]).await;
        crowd.ledger.more(SOME).await;
        let after = stack.container(service).await;
        assert_ne!(before.id(), after.id(), "{service} is a new container");
        let figures = crowd.ledger.figures(began, Instant::now());
        println!("{service} replaced: the slowest answer took {:.1} s", figures.slowest.as_secs_f64());
    }
    stack.healthy().await;
    let answers = crowd.end().await;
    println!("{answers} answers, none lost, none doubled");
}

pub(crate) async fn what_was_backed_up_is_there_after_a_restore(stack: &Stack) {
    let ana = stack.researcher("restored").await;
    let experiment = ana.experiment().picture("boat").colours(["#ff0000", "#0000ff"]).published().await;
    let crowd = Crowd::begin(&experiment, PARTICIPANTS);
    crowd.ledger.more(SOME).await;
    crowd.end().await;
    let unfinished = experiment.participant().await;
    unfinished.answer(0, "before the disaster").await.expect_ok();
    let before = Files::of(&experiment).await;

    // The server goes on meanwhile.
    let said = stack.compose(&["run", "--rm", "--no-deps", "backup", "backup", "/backups/nightly.gz"]).await;
    println!("{said}");
    stack.compose(&["stop", "gateway", "datamining", "storage"]).await;
    stack.compose(&["rm", "--force", "--stop", "mongo"]).await;
    docker(&["volume", "rm", &format!("{}_mongo", stack.project())]).await;
    stack.compose(&["up", "--detach", "--wait", "mongo"]).await;
    stack.compose(&["run", "--rm", "--no-deps", "backup", "restore", "/backups/nightly.gz"]).await;
    stack.compose(&["up", "--detach", "--wait", OURS[0], OURS[1], OURS[2]]).await;
    stack.healthy().await;

    // The same token, and bit for bit the same files.
    let after = Files::of(&experiment).await;
    assert_eq!(before.csv, after.csv);
    assert_eq!(before.json_lines, after.json_lines);
    assert_eq!(before.norms, after.norms);
    // And whoever was in the middle of it goes on.
    unfinished.answer(1, "after the restore").await.expect_ok();
    unfinished.answer(2, "after the restore").await.expect_ok();
    unfinished.complete().await.expect_ok();
    println!("{} rows, the same before and after", before.json_lines.lines().count());
}

/// What a researcher downloads.
struct Files {
    csv: String,
    json_lines: String,
    norms: String,
}

impl Files {
    async fn of(experiment: &nameit_testkit::Experiment) -> Self {
        let file = async |name: &str| experiment.get(name).await.expect_ok().text;
        Self {
            csv: file("responses.csv").await,
            json_lines: file("responses.jsonl").await,
            norms: file("norms.csv").await,
        }
    }
}
