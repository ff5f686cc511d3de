//! Every container is killed while answers come in, and comes back by itself.

use std::time::{Duration, Instant};

use crate::crowd::Crowd;
use crate::docker::{Container, docker};
use crate::stack::Stack;
use crate::wait::until;

/// Participants at the same time.
const PARTICIPANTS: usize = 6;

/// Answers come in before anything is done, and again afterwards.
const SOME: usize = 60;

/// The engine starts again what has ended within this time.
const STARTED_AGAIN_WITHIN: Duration = Duration::from_secs(30);

/// How much slower answers may be taken while the collector is away. Far more than it is: two measurements of a
/// second or two on a busy machine differ by themselves.
const SLOWER_AT_MOST: f64 = 3.0;

pub(crate) async fn the_gateway_is_killed_under_load(stack: &Stack) {
    killed_under_load(stack, "gateway").await;
}

pub(crate) async fn storage_is_killed_under_load(stack: &Stack) {
    killed_under_load(stack, "storage").await;
}

pub(crate) async fn datamining_is_killed_under_load(stack: &Stack) {
    killed_under_load(stack, "datamining").await;
}

pub(crate) async fn the_database_is_killed_under_load(stack: &Stack) {
    killed_under_load(stack, "mongo").await;
}

pub(crate) async fn the_collector_is_killed_under_load(stack: &Stack) {
    killed_under_load(stack, "collector").await;
}

pub(crate) async fn without_a_collector_nothing_fails_and_nothing_slows(stack: &Stack) {
    let experiment =
        stack.researcher("uncollected").await.experiment().colours(["#ff0000", "#0000ff"]).published().await;
    let crowd = Crowd::begin(&experiment, PARTICIPANTS);
    let ledger = crowd.ledger.clone();
    ledger.more(SOME).await;
    let measure = async || {
        let began = Instant::now();
        ledger.more(10 * SOME).await;
        ledger.figures(began, Instant::now())
    };
    let before = measure().await;
    stack.compose(&["stop", "--timeout", "5", "collector"]).await;
    let without = measure().await;
    let repeated = ledger.repeated();
    stack.compose(&["start", "collector"]).await;
    stack.healthy().await;
    let after = measure().await;
    for (when, figures) in [("with", before), ("without", without), ("with again", after)] {
        println!(
            "{when} collector: {:.0} answers/s, median {:.1} ms, slowest {:.0} ms",
            figures.per_second,
            figures.median.as_secs_f64() * 1e3,
            figures.slowest.as_secs_f64() * 1e3
        );
    }
    crowd.end().await;
    assert_eq!(repeated, 0, "nobody had to say anything again");
    let ratio = without.median.as_secs_f64() / before.median.max(after.median).as_secs_f64();
    assert!(ratio < SLOWER_AT_MOST, "without a collector it takes {ratio:.1} times as long");
}

/// SIGKILL while answers come in: what was acknowledged is there, once and as it was, and all is well again soon.
async fn killed_under_load(stack: &Stack, service: &str) {
    let experiment = stack
        .researcher(&format!("killed-{service}"))
        .await
        .experiment()
        .colours(["#ff0000", "#00ff00", "#0000ff"])
        .published()
        .await;
    // From now on there is a report that is kept up to date.
    experiment.get("report").await.expect_ok();
    let crowd = Crowd::begin(&experiment, PARTICIPANTS);
    crowd.ledger.more(SOME).await;

    let victim = stack.container(service).await;
    let killed = Instant::now();
    kill(stack, &victim).await;
    let again = until(STARTED_AGAIN_WITHIN, async || {
        let container = stack.container(service).await;
        let is_another = container.at("/State/StartedAt") != victim.at("/State/StartedAt");
        if is_another && container.restarts() > victim.restarts() {
            Ok(())
        } else {
            Err(format!("{service} is not back"))
        }
    });
    again.await;
    stack.healthy().await;
    let healthy = killed.elapsed();
    crowd.ledger.more(SOME).await;
    let figures = crowd.ledger.figures(killed, Instant::now());
    let repeated = crowd.ledger.repeated();
    let answers = crowd.end().await;
    println!(
        "{service} killed: healthy again after {:.1} s, slowest answer {:.1} s, {repeated} requests made again; \
         {answers} answers, none lost, none doubled",
        healthy.as_secs_f64(),
        figures.slowest.as_secs_f64(),
    );
    if matches!(service, "datamining" | "collector") {
        assert_eq!(repeated, 0, "answers are taken without {service}");
    }
    // Counted is what is stored, also by whoever began anew or resumed.
    until(Duration::from_secs(20), async || {
        let report = experiment.get("report").await;
        let counted = report.json()["totals"]["responses"].as_u64();
        if counted == Some(answers as u64) {
            Ok(())
        } else {
            Err(format!("{} {}", report.status, report.text))
        }
    })
    .await;
}

/// Kills the first process of a container, as a crash does. `docker kill` would do it as somebody who wants it to end,
/// and the engine would leave it so. The database's image is at hand and has a shell.
async fn kill(stack: &Stack, container: &Container) {
    let pid = container.at("/State/Pid").to_string();
    let mongo = stack.container("mongo").await;
    let image = mongo.at("/Image").as_str().expect("a container has an image");
    let may = ["--user", "0", "--cap-drop", "ALL", "--cap-add", "KILL", "--pid", "host", "--network", "none"];
    let does = ["--entrypoint", "sh", image, "-c", &format!("kill -KILL {pid}")];
    docker(&[&["run", "--rm"], &may[..], &does[..]].concat()).await;
}
