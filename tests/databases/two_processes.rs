//! Two storage processes on one database: one exact feed, one truth about who was first.

use std::collections::BTreeSet;

use nameit_domain::{ExperimentId, ParticipationId};
use nameit_proto::common::v1::{ExperimentState, Recorded};
use nameit_proto::storage::v1::start_outcome::Outcome;
use nameit_testkit_mongodb::Server;
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio_util::sync::CancellationToken;
use tonic::Code;

use crate::crowd::{End, Ledger, PATIENCE, Participant, TRIALS, answers_of};
use crate::reader::{Reader, assert_same, tally_of};
use crate::storage::{Client, Storage, code, complete, record, recorded, start, started};

/// Participants at the same time at each process.
const PARTICIPANTS: usize = 4;

/// Answers that are taken while followers are cut.
const ANSWERS: usize = 3_000;

/// Each follower is cut after 1 to this many messages.
const CUT_AFTER: u32 = 5;

/// How often one of the two is killed.
const KILLS: usize = 20;

/// Rounds of saying the same, or something else, through both processes at once.
const ROUNDS: usize = 25;

/// Both write, and each serves a follower who is cut again and again: both followers see the same, exactly.
pub(crate) async fn two_processes_share_one_exact_feed(server: &'static Server) {
    let database = server.database();
    let both = start_two(database.uri()).await;
    let experiment_id = both[0].client().publish("shared", TRIALS).await;
    let ledger = Ledger::new();
    let (stop, cutting_ends) = (CancellationToken::new(), CancellationToken::new());
    let mut participants = JoinSet::new();
    let mut followers = Vec::new();
    // Kept: whoever waits for another process must find that none comes.
    let mut processes = Vec::new();
    for storage in &both {
        let (sender, process) = watch::channel(storage.client());
        processes.push(sender);
        for _ in 0..PARTICIPANTS {
            let (process, ledger) = (process.clone(), ledger.clone());
            let participant = Participant { process, experiment_id, ledger, end: End::Complete };
            participants.spawn(participant.take_part(stop.clone()));
        }
        followers.push(tokio::spawn(follow(storage.client(), experiment_id, cutting_ends.clone())));
    }
    ledger.reaches(ANSWERS).await;
    stop.cancel();
    tokio::time::timeout(PATIENCE, participants.join_all()).await.expect("everybody can finish");
    cutting_ends.cancel();

    let rows = both[0].client().export(experiment_id).await;
    assert!(answers_of(&rows) == ledger.entries().answers, "the export holds exactly what was acknowledged");
    assert_eq!(ledger.outages(), 0, "nothing was away");
    let right = tally_of(&rows);
    for (storage, following) in both.iter().zip(followers) {
        let (mut follower, cuts) = following.await.unwrap();
        assert!(cuts > 20, "a follower who was cut {cuts} times proves little");
        let client = storage.client();
        let head = client.head(experiment_id).await.unwrap();
        let reading =
            follower.read(&client, experiment_id, true, |reader| reader.cursor.covers(&head.cursor));
        tokio::time::timeout(PATIENCE, reading).await.expect("a follower gets to the end").unwrap();
        assert_same(&follower.tally, &right, "a follower who was cut again and again");
        assert_eq!(follower.restarts, 0, "cursors stayed good");
        assert_eq!(head.cursor.positions.len(), 2, "both processes are writers");
        assert_same(&Reader::whole(&client, experiment_id).await.tally, &right, "a new reader");
    }
}

/// Follows, with a cut after every few messages; gives what was seen and how often it was cut.
async fn follow(client: Client, id: ExperimentId, ends: CancellationToken) -> (Reader, u32) {
    let (mut reader, mut cuts) = (Reader::default(), 0);
    loop {
        let (mut messages, enough) = (0, 1 + cuts % CUT_AFTER);
        let reading = reader.read(&client, id, true, |_| {
            messages += 1;
            messages == enough
        });
        tokio::select! {
            () = ends.cancelled() => return (reader, cuts),
            read = reading => read.expect("the feed goes on"),
        }
        cuts += 1;
    }
}

/// One is killed again and again; what it leaves half-done neither stops nor misleads the readers of the other.
pub(crate) async fn one_process_goes_on_while_the_other_is_killed(server: &'static Server) {
    let database = server.database();
    let [mut killed, goes_on] = start_two(database.uri()).await;
    let client = goes_on.client();
    let experiment_id = client.publish("one-of-two", TRIALS).await;
    let (ledger, stop, reading_ends) = (Ledger::new(), CancellationToken::new(), CancellationToken::new());
    let mut participants = JoinSet::new();
    let (next, of_killed) = watch::channel(killed.client());
    let (_only, of_other) = watch::channel(goes_on.client());
    for process in [&of_killed, &of_other].repeat(PARTICIPANTS) {
        let (process, ledger) = (process.clone(), ledger.clone());
        let participant = Participant { process, experiment_id, ledger, end: End::Complete };
        participants.spawn(participant.take_part(stop.clone()));
    }
    let following = tokio::spawn({
        let (client, ends) = (client.clone(), reading_ends.clone());
        async move {
            let mut reader = Reader::default();
            tokio::select! {
                () = ends.cancelled() => {}
                read = reader.read(&client, experiment_id, true, |_| false) => panic!("the feed ended: {read:?}"),
            }
            reader
        }
    });
    for kill in 0..KILLS {
        ledger.reaches(ledger.count() + 10 + kill * 7 % 30).await;
        killed.kill();
        killed = Storage::start(database.uri());
        next.send_replace(killed.client());
    }
    stop.cancel();
    tokio::time::timeout(PATIENCE, participants.join_all()).await.expect("everybody can finish");
    reading_ends.cancel();
    let mut follower = following.await.unwrap();
    let rows = client.export(experiment_id).await;
    assert!(answers_of(&rows) == ledger.entries().answers, "the export holds exactly what was acknowledged");
    assert_eq!(ledger.outages(), 0, "nothing was away");
    let head = client.head(experiment_id).await.unwrap();
    assert!(head.cursor.positions.len() > 2, "who starts again is another writer: {:?}", head.cursor);
    read_up_to(&mut follower, &client, experiment_id, |reader| reader.cursor.covers(&head.cursor)).await;
    assert_same(&follower.tally, &tally_of(&rows), "a follower of the process that went on");
    assert_eq!(follower.restarts, 0, "cursors stayed good");
}

/// The same said through both at once is taken once; of two different answers one, and the other is refused.
pub(crate) async fn two_processes_agree_on_who_was_first(server: &'static Server) {
    let database = server.database();
    let [a, b] = start_two(database.uri()).await;
    let (a, b) = (a.client(), b.client());
    let experiment_id = a.publish("first", TRIALS).await;
    for round in 0..ROUNDS {
        let id = ParticipationId::generate();
        let same = || start(id, experiment_id, TRIALS);
        let (one, other) = tokio::join!(a.commit_one(same()), b.commit_one(same()));
        assert_eq!((started(&one), started(&other)), (Outcome::Started, Outcome::Started));
        for trial in 0..TRIALS {
            if (round + trial as usize).is_multiple_of(2) {
                agree_on_the_same(&a, &b, id, trial).await;
            } else {
                agree_on_one_of_two(&a, &b, id, trial).await;
            }
        }
        let (one, other) = tokio::join!(a.commit_one(complete(id, "one")), b.commit_one(complete(id, "two")));
        assert!(code(&one).is_some() && code(&one) == code(&other), "{one:?} and {other:?}");
    }
    for client in [&a, &b] {
        let rows = client.export(experiment_id).await;
        assert_eq!(answers_of(&rows).len(), ROUNDS * TRIALS as usize);
        assert!(rows.iter().all(|row| row.completed));
        let totals = client.head(experiment_id).await.unwrap().totals;
        assert_eq!((totals.started, totals.completed), (ROUNDS as u64, ROUNDS as u64));
        assert_same(&Reader::whole(client, experiment_id).await.tally, &tally_of(&rows), "a new reader");
    }
}

async fn agree_on_the_same(a: &Client, b: &Client, id: ParticipationId, trial: u32) {
    let same = || record(id, trial, &format!("the same {id} {trial}"));
    let (one, other) = tokio::join!(a.commit_one(same()), b.commit_one(same()));
    let outcomes: BTreeSet<i32> = [&one, &other].map(|one| recorded(one).into()).into();
    let right: BTreeSet<i32> = [Recorded::Stored, Recorded::AlreadyStored].map(i32::from).into();
    assert_eq!(outcomes, right, "stored once, and known to be");
}

async fn agree_on_one_of_two(a: &Client, b: &Client, id: ParticipationId, trial: u32) {
    let [this, that] = ["this", "that"].map(|word| record(id, trial, &format!("{word} {id} {trial}")));
    let (one, other) = tokio::join!(a.commit_one(this.clone()), b.commit_one(that.clone()));
    let (stored, refused) = match (recorded(&one), recorded(&other)) {
        (Recorded::Stored, Recorded::DifferentAnswer) => (this, that),
        (Recorded::DifferentAnswer, Recorded::Stored) => (that, this),
        neither => panic!("one of two answers counts, and the outcomes are {neither:?}"),
    };
    for client in [a, b] {
        assert_eq!(recorded(&client.commit_one(stored.clone()).await), Recorded::AlreadyStored);
        assert_eq!(recorded(&client.commit_one(refused.clone()).await), Recorded::DifferentAnswer);
    }
}

/// Who withdraws through one process is forgotten by the other, also while it is taking their answers.
pub(crate) async fn a_withdrawal_counts_for_both_processes(server: &'static Server) {
    let database = server.database();
    let [a, b] = start_two(database.uri()).await;
    let (a, b) = (a.client(), b.client());
    let experiment_id = a.publish("withdrawn", TRIALS).await;
    let stays = ParticipationId::generate();
    b.commit_one(start(stays, experiment_id, TRIALS)).await;
    assert_eq!(recorded(&b.commit_one(record(stays, 0, "stays")).await), Recorded::Stored);
    let mut follower = Reader::default();
    for round in 0..ROUNDS {
        let leaves = ParticipationId::generate();
        b.commit_one(start(leaves, experiment_id, TRIALS)).await;
        assert_eq!(recorded(&b.commit_one(record(leaves, 0, "leaves")).await), Recorded::Stored);
        let head = b.head(experiment_id).await.unwrap();
        read_up_to(&mut follower, &b, experiment_id, |reader| reader.cursor.covers(&head.cursor)).await;
        assert!(follower.tally.contains_key(&(TRIALS - 1, 0, "leaves".to_owned())), "{:?}", follower.tally);

        let more = (1..TRIALS).map(|trial| record(leaves, trial, "leaves, too")).collect();
        let (written, withdrawn) = tokio::join!(b.commit(more), a.withdraw(leaves));
        withdrawn.unwrap();
        for written in &written.unwrap() {
            let outcome = recorded(written);
            assert!(
                matches!(outcome, Recorded::Stored | Recorded::Withdrawn),
                "{outcome:?} in round {round}"
            );
        }
        for client in [&a, &b] {
            let late = client.commit_one(record(leaves, 0, "leaves")).await;
            assert_eq!(recorded(&late), Recorded::Withdrawn, "in round {round}");
            let rows = client.export(experiment_id).await;
            assert!(rows.iter().all(|row| row.participation_id == stays), "in round {round}: {rows:?}");
        }
        let restarts = follower.restarts;
        let head = a.head(experiment_id).await.unwrap();
        read_up_to(&mut follower, &b, experiment_id, |reader| reader.cursor.covers(&head.cursor)).await;
        assert!(follower.restarts > restarts, "the follower had to begin again in round {round}");
        let only = [((TRIALS - 1, 0, "stays".to_owned()), 1)].into();
        assert_same(&follower.tally, &only, "a follower after a withdrawal");
    }
    let totals = b.head(experiment_id).await.unwrap().totals;
    assert_eq!((totals.started, totals.withdrawn), (1, ROUNDS as u64));
}

/// Pausing, closing and deleting through one process are respected by the next batch of the other.
pub(crate) async fn a_state_set_through_one_process_holds_in_the_other(server: &'static Server) {
    let database = server.database();
    let [a, b] = start_two(database.uri()).await;
    let (a, b) = (a.client(), b.client());
    let id = a.publish("states", TRIALS).await;
    let early = ParticipationId::generate();
    let begin = |participation| start(participation, id, TRIALS);
    assert_eq!(started(&b.commit_one(begin(early)).await), Outcome::Started);
    assert_eq!(recorded(&b.commit_one(record(early, 0, "one")).await), Recorded::Stored);

    a.set_state(id, ExperimentState::Paused).await.unwrap();
    let late = b.commit_one(begin(ParticipationId::generate())).await;
    assert_eq!(started(&late), Outcome::NotOpen, "{late:?}");
    assert_eq!(recorded(&b.commit_one(record(early, 1, "two")).await), Recorded::Stored, "may finish");

    a.set_state(id, ExperimentState::Published).await.unwrap();
    assert_eq!(started(&b.commit_one(begin(ParticipationId::generate())).await), Outcome::Started);

    a.set_state(id, ExperimentState::Closed).await.unwrap();
    assert_eq!(recorded(&b.commit_one(record(early, 2, "three")).await), Recorded::Closed);
    let again = b.commit_one(record(early, 1, "two")).await;
    assert_eq!(recorded(&again), Recorded::AlreadyStored, "its first acknowledgement may have been lost");
    assert_eq!(started(&b.commit_one(begin(ParticipationId::generate())).await), Outcome::NotOpen);

    a.delete(id).await.unwrap();
    assert_eq!(started(&b.commit_one(begin(ParticipationId::generate())).await), Outcome::UnknownExperiment);
    assert_eq!(recorded(&b.commit_one(record(early, 3, "four")).await), Recorded::Closed);
    assert_eq!(b.head(id).await.unwrap_err().code(), Code::NotFound);
}

/// Two processes that find an empty database at the same moment.
async fn start_two(database: &str) -> [Storage; 2] {
    let starting = || {
        let database = database.to_owned();
        spawn_blocking(move || Storage::start(&database))
    };
    let (one, other) = tokio::join!(starting(), starting());
    [one.unwrap(), other.unwrap()]
}

/// Follows until it is enough.
async fn read_up_to(
    reader: &mut Reader,
    client: &Client,
    id: ExperimentId,
    is_enough: impl FnMut(&Reader) -> bool,
) {
    let reading = reader.read(client, id, true, is_enough);
    tokio::time::timeout(PATIENCE, reading).await.expect("a follower is served").expect("the feed goes on");
}
