//! kill -9 loses nothing that was acknowledged and doubles nothing.

use std::time::Duration;

use nameit_testkit::{Client, Researcher};

use crate::load::{Acknowledged, answer_until_it_ends, compare, send_again, up};

/// How often the server is killed.
const KILLS: u64 = 12;
/// Participants at the same time.
const PARTICIPANTS: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_it_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let (mut process, mut url) = up(folder);
    let ana = Researcher::sign_up(&Client::new(&url), "ana").await;
    let colours = ["#ff0000", "#00ff00", "#0000ff", "#ffff00", "#00ffff", "#ff00ff", "#123456", "#654321"];
    let experiment = ana.experiment().colours(colours).published().await;
    let acknowledged = Acknowledged::default();
    for round in 0..KILLS {
        let before = acknowledged.lock().unwrap().len();
        let participants = answer_until_it_ends(&url, &experiment.slug, PARTICIPANTS, &acknowledged);
        // Not a wait for something: the moment of the kill is meant to be arbitrary, and differs per round.
        tokio::time::sleep(Duration::from_millis(150 + 67 * round % 400)).await;
        process.kill();
        let pending: Vec<_> = participants.join_all().await.into_iter().flatten().collect();
        (process, url) = up(folder);
        send_again(&url, pending, &acknowledged).await;
        compare(&experiment, &url, &acknowledged).await;
        let after = acknowledged.lock().unwrap().len();
        assert!(after > before, "round {round} acknowledged nothing, so it proves nothing");
    }
    let rows = compare(&experiment, &url, &acknowledged).await;
    let known = acknowledged.lock().unwrap().len();
    assert_eq!(rows, known, "what was pending was sent again, so every stored answer is known");
}
