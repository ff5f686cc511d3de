//! Two stores on one database whose connections break again and again, while participants answer, repeat,
//! complete and withdraw: what was acknowledged is there once, what was withdrawn is gone, and every reader
//! has counted exactly what is there.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the story, at the line where it stands")]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use futures::future::join_all;
use libtest_mimic::Trial;
use nameit_domain::response::{Recorded, Refusal};
use nameit_domain::{ExperimentId, ParticipationId, ParticipationState};
use nameit_store::Store;
use nameit_store::conformance::story::{
    Reading, Tally, at, complete, complete_run, new_participation, published, read, record, tally_of,
    try_read_on,
};
use nameit_store::participation::{Completion, Started};
use nameit_store::response::{Write, Written};
use nameit_store_mongo::{MongoStore, Options};
use nameit_testkit_mongodb::{Proxy, Server, server};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

const TRIALS: u32 = 8;
const PARTICIPANTS: u64 = 12;
const LASTS: Duration = Duration::from_secs(20);

/// What a participant was told.
#[derive(Debug, Default)]
struct Told {
    /// Trial → the text that was acknowledged.
    stored: BTreeMap<u32, String>,
    completed: bool,
    withdrawn: bool,
}

/// One of the two processes.
struct Side {
    store: Arc<dyn Store>,
    proxy: Proxy,
}

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let name = "mongodb::chaos::broken_connections_lose_double_and_keep_nothing_that_they_should_not";
    let trial = Trial::test(name, || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("the system gives threads").block_on(story(server().expect("there is a server")));
        Ok(())
    });
    libtest_mimic::run(&arguments, nameit_testkit_mongodb::trials(vec![trial])).exit_code()
}

async fn story(server: &'static Server) {
    let seed = rand::random();
    println!("seed {seed}");
    let database = server.database();
    let mut sides = Vec::new();
    for _ in 0..2 {
        let proxy = Proxy::start(&server.address()).await.expect("loopback has a free port");
        let store = MongoStore::open(&proxy.uri_through(database.uri()), Options::default()).await;
        sides.push(Side { store: Arc::new(store.expect("the URI is right")), proxy });
    }
    let sides: Arc<[Side]> = sides.into();
    let experiment = published(&*sides[0].store, "chaos", TRIALS).await;

    let over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> =
        (0..2).map(|side| tokio::spawn(follow(sides.clone(), side, experiment, over.clone()))).collect();
    let breaking = tokio::spawn(break_connections(sides.clone(), seed, over.clone()));
    let until = Instant::now() + LASTS;
    let participants =
        (0..PARTICIPANTS).map(|number| participate(sides.clone(), experiment, seed ^ number, until));
    let told: Vec<(ParticipationId, Told)> = join_all(participants).await.into_iter().flatten().collect();
    over.store(true, Ordering::SeqCst);
    let breaks = breaking.await.expect("the breaking ends");
    for side in &*sides {
        // Each store settles what a broken-off batch may have left.
        complete_run(&*side.store, experiment, TRIALS, "after").await;
    }

    let rows: Vec<_> = sides[1].store.export(experiment).try_collect::<Vec<_>>().await.unwrap().concat();
    let mut expected: BTreeMap<(ParticipationId, u32), &str> = BTreeMap::new();
    for (id, told) in told.iter().filter(|(_, told)| !told.withdrawn) {
        expected.extend(told.stored.iter().map(|(trial, text)| ((*id, *trial), text.as_str())));
    }
    let of_crowd = rows.iter().filter(|row| !row.answer.text().unwrap_or_default().starts_with("after"));
    let mut found: BTreeMap<(ParticipationId, u32), &str> = BTreeMap::new();
    for row in of_crowd {
        let text = row.answer.text().unwrap_or_default();
        assert_eq!(found.insert((row.participation_id, row.trial), text), None, "stored twice");
    }
    assert_eq!(found, expected, "what was acknowledged is what is there");

    for (id, told) in &told {
        let stored = sides[0].store.participation(*id).await.unwrap().expect("it was acknowledged");
        let state = match (told.withdrawn, told.completed) {
            (true, _) => ParticipationState::Withdrawn,
            (false, true) => ParticipationState::Completed,
            (false, false) => ParticipationState::Started,
        };
        assert_eq!(stored.state, state);
        if told.withdrawn {
            assert_eq!((stored.answered, stored.url_parameters), (vec![], vec![]), "nothing is left");
        }
    }

    let tally = tally_of(&rows);
    assert_eq!(read(&*sides[0].store, experiment).await.tally, tally, "from the beginning");
    for (side, reader) in sides.iter().zip(readers) {
        let mut reading = reader.await.expect("the reader ends");
        try_read_on(&*side.store, experiment, &mut reading).await.expect("the connection holds");
        assert_same(&reading.tally, &tally);
    }
    let withdrawn = told.iter().filter(|(_, told)| told.withdrawn).count();
    println!(
        "{breaks} broken connections, {} participations, {withdrawn} withdrawn, {} answers",
        told.len(),
        expected.len()
    );
    assert!(breaks > 5 && withdrawn > 2 && expected.len() > 50, "something happened");
}

/// The first difference says more than two whole tallies.
fn assert_same(counted: &Tally, there: &Tally) {
    let more = counted.iter().find(|(key, count)| there.get(*key) != Some(*count));
    let less = there.iter().find(|(key, count)| counted.get(*key) != Some(*count));
    assert_eq!((more, less), (None, None), "a reader has counted what is there");
}

/// Cuts and mends one connection or the other; gives how often.
async fn break_connections(sides: Arc<[Side]>, seed: u64, over: Arc<AtomicBool>) -> u32 {
    let mut random = StdRng::seed_from_u64(seed);
    let mut breaks = 0;
    while !over.load(Ordering::SeqCst) {
        let side = &sides[random.random_range(0..2)];
        tokio::time::sleep(Duration::from_millis(random.random_range(20..600))).await;
        side.proxy.cut().await.expect("the proxy works");
        tokio::time::sleep(Duration::from_millis(random.random_range(1..200))).await;
        side.proxy.mend().await.expect("the proxy works");
        breaks += 1;
    }
    breaks
}

/// Reads on through one of the stores, whatever happens, until it is over.
async fn follow(sides: Arc<[Side]>, side: usize, experiment: ExperimentId, over: Arc<AtomicBool>) -> Reading {
    let mut reading = Reading::default();
    while !over.load(Ordering::SeqCst) {
        // A broken-off feed is resumed from the last cursor.
        drop(try_read_on(&*sides[side].store, experiment, &mut reading).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    reading
}

/// Participates again and again, through either store, and repeats what was not acknowledged.
async fn participate(
    sides: Arc<[Side]>,
    experiment: ExperimentId,
    seed: u64,
    until: Instant,
) -> Vec<(ParticipationId, Told)> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut all = Vec::new();
    while Instant::now() < until {
        let new = new_participation(experiment, TRIALS);
        let id = new.id;
        let begun = insist(&sides, &mut random, Write::Start(new)).await;
        assert_eq!(begun, Written::Start(Started::Started));
        let mut told = Told::default();
        let leaves_after = random.random_bool(0.3).then(|| random.random_range(0..TRIALS));
        for trial in 0..TRIALS {
            let text = format!("{id} {trial}");
            if leaves_after == Some(trial) {
                // At the same time through the other store.
                let through = random.random_range(0..2);
                let mut other = StdRng::seed_from_u64(random.random());
                let answering = insist(&sides, &mut other, record(id, trial, &text));
                let (recorded, ()) = tokio::join!(answering, withdraw(&sides[through], id));
                assert!(
                    matches!(
                        recorded,
                        Written::Record(
                            Recorded::Stored
                                | Recorded::AlreadyStored
                                | Recorded::Refused(Refusal::Withdrawn)
                        )
                    ),
                    "{recorded:?}"
                );
                told.withdrawn = true;
                break;
            }
            let write = record(id, trial, &text);
            let written = if random.random_bool(0.2) {
                let mut other = StdRng::seed_from_u64(random.random());
                let (one, two) = (write.clone(), write);
                let written = tokio::join!(insist(&sides, &mut random, one), insist(&sides, &mut other, two));
                assert!(is_stored(&written.1), "{written:?}");
                written.0
            } else {
                insist(&sides, &mut random, write).await
            };
            assert!(is_stored(&written), "{written:?}");
            told.stored.insert(trial, text);
        }
        if !told.withdrawn && random.random_bool(0.8) {
            let written = insist(&sides, &mut random, complete(id, "done")).await;
            assert!(matches!(written, Written::Complete(Some(Completion::Complete { .. }))), "{written:?}");
            told.completed = true;
        }
        all.push((id, told));
    }
    all
}

fn is_stored(written: &Written) -> bool {
    matches!(written, Written::Record(Recorded::Stored | Recorded::AlreadyStored))
}

/// Commits through either store until it is acknowledged.
async fn insist(sides: &[Side], random: &mut StdRng, write: Write) -> Written {
    loop {
        let side = &sides[random.random_range(0..2)];
        if let Ok(mut committed) = side.store.commit(std::slice::from_ref(&write), at(10)).await {
            return committed.written.remove(0);
        }
    }
}

/// Withdraws until it is acknowledged.
async fn withdraw(side: &Side, id: ParticipationId) {
    while side.store.withdraw(id, at(20)).await.is_err() {}
}
