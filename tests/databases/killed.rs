//! SIGKILL while answers come in, again and again: what was acknowledged is there, once and as it was.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use nameit_domain::feed::StoredResponse;
use nameit_domain::{ExperimentId, ParticipationId};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::backend::Backend;
use crate::crowd::{End, Ledger, PATIENCE, Participant, TRIALS, answers_of, assert_lost};
use crate::reader::{Reader, assert_same, tally_of};
use crate::storage::{Client, Storage};

/// How often the process is killed.
const KILLS: usize = 60;

/// Participants at the same time in each experiment.
const PARTICIPANTS: usize = 4;

/// After so many kills the whole is looked at, not only at the end.
const LOOK_EVERY: usize = 10;

/// An experiment with its participants and a reader who follows it all the way.
struct Scene {
    id: ExperimentId,
    ledger: Ledger,
    participants: JoinSet<()>,
    reading: JoinHandle<Reader>,
    reading_stops: CancellationToken,
}

/// The story.
pub(crate) async fn killed_while_answers_come_in(backend: Backend) {
    let began = Instant::now();
    let database = backend.database();
    let mut storage = Storage::start(&database.uri());
    let (processes, process) = watch::channel(storage.client());
    let stop = CancellationToken::new();
    let stays = Scene::begin(&process, "stays", End::Complete, &stop).await;
    let leaves = Scene::begin(&process, "leaves", End::Withdraw, &stop).await;
    for kill in 0..KILLS {
        // Both experiments have come on, and not always equally far.
        stays.ledger.reaches(stays.ledger.count() + 5 + kill * 7 % 40).await;
        leaves.ledger.reaches(leaves.ledger.count() + 1).await;
        // Not a wait for something: a batch may be at any point of its way when the process is killed.
        tokio::time::sleep(Duration::from_micros(kill as u64 * 617 % 5_000)).await;
        storage.kill();
        storage = Storage::start(&database.uri());
        processes.send_replace(storage.client());
        if kill % LOOK_EVERY == LOOK_EVERY - 1 {
            let acknowledged = stays.ledger.entries().answers.clone();
            let stored = answers_of(&storage.client().export(stays.id).await);
            for (key, text) in &acknowledged {
                assert_eq!(stored.get(key), Some(text), "{key:?} was acknowledged before kill {kill}");
            }
        }
    }
    stop.cancel();
    let client = storage.client();
    let answers = [stays.end(&client).await, leaves.end(&client).await];
    println!(
        "{KILLS} kills, {} and {} acknowledged answers, {:.0} s",
        answers[0],
        answers[1],
        began.elapsed().as_secs_f64()
    );
}

// === impl Scene ===

impl Scene {
    async fn begin(
        process: &watch::Receiver<Client>,
        slug: &str,
        end: End,
        stop: &CancellationToken,
    ) -> Self {
        let client = process.borrow().clone();
        let experiment_id = client.publish(slug, TRIALS).await;
        let ledger = Ledger::new();
        let mut participants = JoinSet::new();
        for _ in 0..PARTICIPANTS {
            let (process, ledger) = (process.clone(), ledger.clone());
            let participant = Participant { process, experiment_id, ledger, end };
            participants.spawn(participant.take_part(stop.clone()));
        }
        let reading_stops = CancellationToken::new();
        let reading = tokio::spawn(follow(process.clone(), experiment_id, reading_stops.clone()));
        Self { id: experiment_id, ledger, participants, reading, reading_stops }
    }

    /// Lets everybody finish and looks at everything; gives how many answers there are.
    async fn end(self, client: &Client) -> usize {
        let Self { id, ledger, participants, reading, reading_stops } = self;
        let finished = tokio::time::timeout(PATIENCE, participants.join_all());
        finished.await.expect("participants can finish when nobody kills any more");
        let rows = client.export(id).await;
        assert_eq!(ledger.outages(), 0, "the database was there all the time");
        let entries = ledger.entries().clone();
        assert!(
            answers_of(&rows) == entries.answers,
            "the export holds what was acknowledged, and nothing else"
        );
        check_completions(&rows, &entries.completed);
        let (completed, withdrawn) = (entries.completed.len() as u64, entries.withdrawn.len() as u64);
        let head = client.head(id).await.unwrap();
        assert_eq!((head.totals.completed, head.totals.withdrawn), (completed, withdrawn));
        assert_eq!(head.totals.started, completed, "everybody came to the end");

        let right = tally_of(&rows);
        let fresh = Reader::whole(client, id).await;
        assert_same(&fresh.tally, &right, "a reader from the beginning");
        reading_stops.cancel();
        let mut followed = reading.await.unwrap();
        assert!(followed.caught_up > 0, "the follower was served");
        followed.read_to_end(client, id).await;
        assert_same(&followed.tally, &right, "a reader who went on from its cursor after each kill");
        assert_eq!(followed.restarts > 0, withdrawn > 0, "only a withdrawal makes a reader begin again");
        assert_eq!(followed.cursor, fresh.cursor);
        entries.answers.len()
    }
}

/// Follows a feed through all processes, from where the last one broke off.
async fn follow(mut process: watch::Receiver<Client>, id: ExperimentId, stop: CancellationToken) -> Reader {
    let mut reader = Reader::default();
    loop {
        let client = process.borrow_and_update().clone();
        tokio::select! {
            () = stop.cancelled() => return reader,
            broken = reader.read(&client, id, true, |_| false) => {
                assert_lost(&broken.expect_err("a feed that is followed does not end by itself"));
            }
        }
        tokio::select! {
            () = stop.cancelled() => return reader,
            next = process.changed() => next.expect("the story goes on"),
        }
    }
}

/// Every participation in the export was completed, has all its answers and the code that was acknowledged.
fn check_completions(rows: &[StoredResponse], completed: &HashMap<ParticipationId, String>) {
    let mut counts: HashMap<ParticipationId, u32> = HashMap::new();
    for row in rows {
        *counts.entry(row.participation_id).or_default() += 1;
        let code = completed.get(&row.participation_id).map(String::as_str);
        assert!(row.completed && code.is_some(), "{} was completed", row.participation_id);
        assert_eq!(row.completion_code.as_deref(), code, "of {}", row.participation_id);
    }
    assert_eq!(counts.len(), completed.len());
    assert!(counts.values().all(|count| *count == TRIALS), "who completed has answered everything");
}
