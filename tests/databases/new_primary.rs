//! The replica set gets a new primary while answers come in.

use nameit_testkit_mongodb::Server;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::crowd::{End, Ledger, PATIENCE, Participant, TRIALS, answers_of};
use crate::reader::{Reader, assert_same, tally_of};
use crate::storage::Storage;

/// How often the primary steps down.
const ELECTIONS: usize = 3;

/// Participants at the same time.
const PARTICIPANTS: usize = 8;

/// Answers that are taken under each primary.
const ANSWERS: usize = 500;

/// The story.
pub(crate) async fn a_new_primary_goes_on_where_the_old_one_was(server: &'static Server) {
    let database = server.database();
    let storage = Storage::start(database.uri());
    let client = storage.client();
    let experiment_id = client.publish("elections", TRIALS).await;
    let (_processes, process) = watch::channel(storage.client());
    let (ledger, stop) = (Ledger::new(), CancellationToken::new());
    let mut participants = JoinSet::new();
    for _ in 0..PARTICIPANTS {
        let (process, ledger) = (process.clone(), ledger.clone());
        let participant = Participant { process, experiment_id, ledger, end: End::Complete };
        participants.spawn(participant.take_part(stop.clone()));
    }
    for _ in 0..ELECTIONS {
        ledger.reaches(ledger.count() + ANSWERS).await;
        server.step_down().await.expect("a primary can step down");
    }
    ledger.reaches(ledger.count() + ANSWERS).await;
    stop.cancel();
    tokio::time::timeout(PATIENCE, participants.join_all()).await.expect("everybody can finish");
    let rows = client.export(experiment_id).await;
    assert!(answers_of(&rows) == ledger.entries().answers, "the export holds exactly what was acknowledged");
    assert!(rows.iter().all(|row| row.completed), "everybody came to the end");
    assert_same(&Reader::whole(&client, experiment_id).await.tally, &tally_of(&rows), "a new reader");
}
