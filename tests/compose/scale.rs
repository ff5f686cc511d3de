//! Two of each: both work, and one may die.

use std::collections::BTreeSet;

use crate::crowd::Crowd;
use crate::docker::docker;
use crate::stack::Stack;
use crate::telemetry::{ARRIVES_WITHIN, Kind, Received, Span};
use crate::wait::until;

/// Enough experiments that it would be a miracle if one datamining got all of them.
const EXPERIMENTS: usize = 16;

/// Participants at the same time.
const PARTICIPANTS: usize = 6;

/// Answers come in before anything is done, and again afterwards.
const SOME: usize = 100;

pub(crate) async fn two_of_each_share_the_work_and_one_may_die(stack: &Stack) {
    let ana = stack.researcher("scaled").await;
    stack.compose(&up(2)).await;
    stack.healthy().await;
    let mut reader = stack.telemetry.read_from_now();
    let experiment = ana.experiment().colours(["#ff0000", "#00ff00", "#0000ff"]).published().await;
    let crowd = Crowd::begin(&experiment, PARTICIPANTS);
    crowd.ledger.more(SOME).await;
    let mut others = Vec::new();
    for number in 0..EXPERIMENTS {
        let title = format!("Experiment {number}");
        let other = ana.experiment().with("title", &title).colours(["#ff0000"]).published().await;
        other.participant().await.answer(0, "red").await.expect_ok();
        others.push(other);
    }
    // Who calls learns of another replica within seconds, so reports are asked for again.
    until(ARRIVES_WITHIN, async || {
        for other in &others {
            let report = other.get("report").await.expect_ok().json();
            assert_eq!(report["totals"]["responses"], 1, "whichever datamining is asked, it has counted");
        }
        reader.now(|received| {
            let called = ["storage", "datamining"].map(|service| (service, serving(received, service).len()));
            match called.iter().find(|(_, processes)| *processes != 2) {
                None => Ok(()),
                Some((service, processes)) => Err(format!("{processes} processes of {service} were called")),
            }
        })
    })
    .await;
    println!("both processes of storage and of datamining were called");

    let victim = stack.replicas("storage").await.remove(0);
    docker(&["kill", victim.id()]).await;
    crowd.ledger.more(SOME).await;
    println!(
        "one of two storage processes killed: answers go on, {} requests made again",
        crowd.ledger.repeated()
    );
    docker(&["start", victim.id()]).await;
    stack.healthy().await;
    let answers = crowd.end().await;
    let report = experiment.get("report").await.expect_ok().json();
    assert_eq!(report["totals"]["responses"], answers, "{}", report["totals"]);

    stack.compose(&up(1)).await;
    stack.healthy().await;
    assert_eq!(stack.replicas("storage").await.len(), 1);
    experiment.participant().await.answer(0, "one is enough").await.expect_ok();
}

/// What brings so many of each.
fn up(replicas: usize) -> Vec<&'static str> {
    let scale: &[&str] = match replicas {
        1 => &["--scale", "storage=1", "--scale", "datamining=1"],
        _ => &["--scale", "storage=2", "--scale", "datamining=2"],
    };
    [&["up", "--detach", "--no-recreate", "--wait"], scale].concat()
}

/// The processes of a service that were called by another service.
fn serving<'a>(received: &'a Received, service: &str) -> BTreeSet<&'a str> {
    let calls = received.spans.iter().filter(|span| span.service() == service && span.kind == Kind::Server);
    calls.map(Span::instance).collect()
}
