//! Archives: everything out, everything in, while people go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::TryStreamExt as _;
use futures::future::BoxFuture;
use nameit_domain::participation::ParticipationTotals;
use nameit_domain::response::{Recorded, Refusal};
use nameit_domain::{ExperimentId, ParticipationId, ParticipationState};

use super::story::{
    at, colours, commit_one, complete, complete_run, completed_with, credentials, draft, exported, published,
    read, read_on, record, recorded, researcher, started,
};
use super::world::{self, World};
use super::{ArchiveDatabase, ArchiveFixture};
use crate::archive::{LOAD_MAX_RECORDS, Record, SigningKey};
use crate::experiment::ExperimentKey;
use crate::response::Write;
use crate::{Error, Store};

use legal::{assert_legal, assert_same, dumped, loaded};

mod legal;

type Story = for<'a> fn(&'a dyn ArchiveFixture) -> BoxFuture<'a, ()>;

macro_rules! cases {
    ($($name:ident),+ $(,)?) => {
        /// All cases about archives.
        pub(super) const CASES: &[(&str, Story)] =
            &[$((stringify!($name), |fixture| Box::pin($name(fixture)))),+];
    };
}

cases!(
    an_empty_database_gives_an_empty_archive,
    everything_comes_back,
    people_go_on_where_they_were,
    loading_twice_changes_nothing,
    a_load_that_was_broken_off_is_made_whole,
    a_withdrawal_during_the_dump_erases,
    what_refers_to_nothing_is_refused,
    what_leaves_a_gap_is_refused,
    what_belongs_to_somebody_else_is_refused,
    the_key_of_the_archive_counts,
    what_changes_during_the_dump_comes_once,
    a_dump_beside_writers_is_legal_and_has_what_was_acknowledged,
    many_responses_flow_through,
);

/// A database and everything in it.
async fn full(fixture: &dyn ArchiveFixture) -> (Box<dyn ArchiveDatabase>, World, Vec<Record>) {
    let database = fixture.database().await;
    let world = world::make(&*database.store()).await;
    let records = dumped(&*database.archive()).await;
    (database, world, records)
}

/// A new database with these records.
async fn filled(fixture: &dyn ArchiveFixture, records: &[Record], batch: usize) -> Box<dyn ArchiveDatabase> {
    let database = fixture.database().await;
    loaded(&*database.archive(), records, batch).await;
    database
}

async fn an_empty_database_gives_an_empty_archive(fixture: &dyn ArchiveFixture) {
    let database = fixture.database().await;
    let archive = database.archive();
    assert_eq!(dumped(&*archive).await, []);
    assert!(archive.is_empty().await.unwrap());
    let key = database.store().signing_key([5; 32]).await.unwrap();
    assert!(archive.is_empty().await.unwrap(), "a key alone was used for nothing");
    assert_eq!(dumped(&*archive).await, [Record::SigningKey(SigningKey(key))]);
    researcher(&*database.store(), "ana").await;
    assert!(!archive.is_empty().await.unwrap());
}

async fn everything_comes_back(fixture: &dyn ArchiveFixture) {
    let (database, world, records) = full(fixture).await;
    assert_legal(&records);
    assert_same(&records, &dumped(&*database.archive()).await);
    let other = filled(fixture, &records, 7).await;
    assert!(!other.archive().is_empty().await.unwrap());
    assert_same(&records, &dumped(&*other.archive()).await);

    let (one, other) = (database.store(), other.store());
    assert_eq!(other.signing_key([1; 32]).await.unwrap(), world.signing_key);
    for researcher in &world.researchers {
        let (mine, theirs) = (
            one.credentials(&researcher.handle).await.unwrap(),
            other.credentials(&researcher.handle).await.unwrap(),
        );
        assert_eq!(mine, theirs);
        assert_eq!(
            other.experiments_of(researcher.id).await.unwrap(),
            one.experiments_of(researcher.id).await.unwrap()
        );
        let trash = other.deleted_experiments(researcher.id).await.unwrap();
        assert_eq!(trash, one.deleted_experiments(researcher.id).await.unwrap());
    }
    for secret in &world.secrets {
        let session = one.find_session(secret, at(0)).await.unwrap();
        assert!(session.is_some());
        assert_eq!(other.find_session(secret, at(0)).await.unwrap(), session);
    }
    for image in &world.images {
        let mine = one.image(image).await.unwrap();
        assert!(mine.is_some());
        assert_eq!(other.image(image).await.unwrap(), mine);
    }
    for id in &world.participations {
        let mine = one.participation(*id).await.unwrap();
        assert!(mine.is_some());
        assert_eq!(other.participation(*id).await.unwrap(), mine);
    }
    let mut in_sight = 0;
    for id in &world.experiments {
        let key = ExperimentKey::Id(*id);
        let experiment = one.experiment(&key).await.unwrap();
        assert_eq!(other.experiment(&key).await.unwrap(), experiment, "with its counted stimuli");
        assert_eq!(other.stimuli(*id).await.unwrap(), one.stimuli(*id).await.unwrap());
        if experiment.is_some() {
            in_sight += 1;
            assert_eq!(exported(&*other, *id).await, exported(&*one, *id).await);
            assert_eq!(read(&*other, *id).await.tally, read(&*one, *id).await.tally);
            let (mine, theirs) = (one.feed_head(*id).await.unwrap(), other.feed_head(*id).await.unwrap());
            assert_eq!(theirs.totals, mine.totals);
            assert_eq!(theirs.decisions, mine.decisions);
            for (kind, latest) in mine.decisions {
                for version in 1..=latest {
                    let decision = one.decision(*id, kind, Some(version)).await.unwrap();
                    assert!(decision.is_some());
                    assert_eq!(other.decision(*id, kind, Some(version)).await.unwrap(), decision);
                }
            }
            assert_eq!(other.visits(*id).await.unwrap(), one.visits(*id).await.unwrap());
        }
    }
    assert_eq!(in_sight, world.experiments.len() - 1, "one is in the trash");
}

async fn people_go_on_where_they_were(fixture: &dyn ArchiveFixture) {
    let (_database, world, records) = full(fixture).await;
    let other = filled(fixture, &records, LOAD_MAX_RECORDS).await;
    let store = other.store();
    let before = read(&*store, world.open).await;
    let trials = world::TEXTS.len() as u32;
    let text = || "after the move".to_owned();
    for trial in (0..trials).filter(|trial| *trial != 3) {
        assert_eq!(recorded(&*store, world.unfinished, trial, &text()).await, Recorded::Stored);
    }
    let again = recorded(&*store, world.unfinished, 3, &text()).await;
    assert_eq!(again, Recorded::Refused(Refusal::DifferentAnswer), "what was loaded stands");
    assert_eq!(commit_one(&*store, complete(world.unfinished, "moved")).await, completed_with("moved"));
    complete_run(&*store, world.open, trials, "new").await;
    let followed = read_on(&*store, world.open, before).await;
    assert_eq!(followed, read(&*store, world.open).await, "the feed goes on after what was loaded");
    assert_eq!(followed.restarts, 0);
    assert_eq!(followed.tally.values().sum::<u64>(), 4 * u64::from(trials));

    store.withdraw(world.unfinished, at(70)).await.unwrap();
    let totals = store.feed_head(world.open).await.unwrap().totals;
    assert_eq!(totals, ParticipationTotals { started: 4, completed: 3, withdrawn: 3 });
    assert_legal(&dumped(&*other.archive()).await);
}

async fn loading_twice_changes_nothing(fixture: &dyn ArchiveFixture) {
    let (_database, world, records) = full(fixture).await;
    let other = filled(fixture, &records, 100).await;
    let totals = other.store().feed_head(world.open).await.unwrap().totals;
    let rows = exported(&*other.store(), world.open).await;
    loaded(&*other.archive(), &records, 11).await;
    assert_same(&records, &dumped(&*other.archive()).await);
    assert_eq!(other.store().feed_head(world.open).await.unwrap().totals, totals);
    assert_eq!(exported(&*other.store(), world.open).await, rows);
    let experiment = other.store().experiment(&ExperimentKey::Id(world.open)).await.unwrap();
    assert_eq!(experiment.unwrap().stimulus_count as usize, world::TEXTS.len(), "counted once");
}

async fn a_load_that_was_broken_off_is_made_whole(fixture: &dyn ArchiveFixture) {
    let (_database, _, records) = full(fixture).await;
    for part in [1, records.len() / 2, records.len() - 1] {
        let other = filled(fixture, &records[..part], 10).await;
        loaded(&*other.archive(), &records, 64).await;
        assert_same(&records, &dumped(&*other.archive()).await);
    }
}

async fn a_withdrawal_during_the_dump_erases(fixture: &dyn ArchiveFixture) {
    let (_database, world, mut records) = full(fixture).await;
    let complete = world.participations[2];
    assert_eq!(assert_legal(&records).participations[&complete].0, ParticipationState::Completed);
    records.extend([Record::Withdrawal(complete), Record::Withdrawal(world.unfinished)]);
    let other = filled(fixture, &records, 50).await;
    loaded(&*other.archive(), &records, 50).await;
    let store = other.store();
    for id in [complete, world.unfinished] {
        let erased = store.participation(id).await.unwrap().unwrap();
        assert_eq!((erased.state, erased.completion_code), (ParticipationState::Withdrawn, None));
        assert_eq!((erased.answered, erased.url_parameters, erased.environment), (vec![], vec![], vec![]));
    }
    let left = exported(&*store, world.open).await;
    assert_eq!(left.len(), world::TEXTS.len(), "only one complete participation is left");
    let totals = store.feed_head(world.open).await.unwrap().totals;
    assert_eq!(totals, ParticipationTotals { started: 2, completed: 1, withdrawn: 4 });
    let again = dumped(&*other.archive()).await;
    assert_eq!(assert_legal(&again).participations.len(), assert_legal(&records).participations.len());
}

async fn what_refers_to_nothing_is_refused(fixture: &dyn ArchiveFixture) {
    let (_database, _, records) = full(fixture).await;
    let alone = fixture.database().await;
    for record in &records {
        let what = match record {
            Record::SigningKey(_) | Record::Researcher(_) | Record::Image(_) | Record::Withdrawal(_) => {
                continue;
            }
            Record::Session(_) | Record::Experiment(_) => "researcher",
            Record::Stimulus { .. }
            | Record::Participation(_)
            | Record::Audit(_)
            | Record::Decision(_)
            | Record::Visits(_) => "experiment",
            Record::Response(_) => "participation",
        };
        let outcome = alone.archive().load(vec![record.clone()]).await;
        assert!(matches!(outcome, Err(Error::NotFound { what: named }) if named == what), "{outcome:?}");
    }
    let nobody = alone.archive().load(vec![Record::Withdrawal(ParticipationId::generate())]).await;
    assert!(matches!(nobody, Err(Error::NotFound { what: "participation" })), "{nobody:?}");
    assert!(alone.archive().is_empty().await.unwrap(), "what is refused leaves nothing");
}

async fn what_leaves_a_gap_is_refused(fixture: &dyn ArchiveFixture) {
    let (_database, _, records) = full(fixture).await;
    let place = |record: &Record| match record {
        Record::Audit(entry) => Some(("audit entry", u64::from(entry.place))),
        Record::Decision(decision) => Some(("decision", decision.version - 1)),
        _ => None,
    };
    for what in ["audit entry", "decision"] {
        let second =
            records.iter().position(|record| place(record) == Some((what, 1))).expect("there are two");
        let known: Vec<Record> =
            records[..second].iter().filter(|one| place(one).is_none()).cloned().collect();
        let other = filled(fixture, &known, 500).await;
        let outcome = other.archive().load(vec![records[second].clone()]).await;
        assert!(matches!(outcome, Err(Error::Conflict { .. })), "{what}: {outcome:?}");
    }
}

async fn what_belongs_to_somebody_else_is_refused(fixture: &dyn ArchiveFixture) {
    let database = fixture.database().await;
    let (store, archive) = (database.store(), database.archive());
    let ana = researcher(&*store, "ana").await;
    let namesake = Record::Researcher(credentials("ana"));
    let outcome = archive.load(vec![namesake]).await;
    assert!(matches!(outcome, Err(Error::AlreadyExists { what: "handle" })), "{outcome:?}");
    store.create_experiment(&draft(ana.id, "taken")).await.unwrap();
    let experiment =
        crate::archive::ArchivedExperiment { experiment: draft(ana.id, "taken"), deleted_at: None };
    let outcome = archive.load(vec![Record::Experiment(experiment)]).await;
    assert!(matches!(outcome, Err(Error::AlreadyExists { what: "slug" })), "{outcome:?}");
    assert_eq!(dumped(&*archive).await.len(), 2);
}

async fn the_key_of_the_archive_counts(fixture: &dyn ArchiveFixture) {
    let database = fixture.database().await;
    database.store().signing_key([1; 32]).await.unwrap();
    database.archive().load(vec![Record::SigningKey(SigningKey([2; 32]))]).await.unwrap();
    assert_eq!(database.store().signing_key([3; 32]).await.unwrap(), [2; 32]);
}

async fn what_changes_during_the_dump_comes_once(fixture: &dyn ArchiveFixture) {
    /// More than any server sends before it is asked for more.
    const PARTICIPATIONS: usize = 400;
    let database = fixture.database().await;
    let store = database.store();
    let experiment = published(&*store, "moving", 1).await;
    let mut ids = Vec::with_capacity(PARTICIPATIONS);
    for _ in 0..PARTICIPATIONS {
        let id = started(&*store, experiment, 1).await;
        recorded(&*store, id, 0, "a").await;
        ids.push(id);
    }
    let is_participation = |record: &Record| matches!(record, Record::Participation(_));
    let mut dump = database.archive().dump();
    let mut records = Vec::new();
    while !records.last().is_some_and(is_participation) {
        records.push(dump.try_next().await.unwrap().expect("there are participations"));
    }
    for (number, id) in ids.iter().enumerate() {
        if number % 2 == 0 {
            store.withdraw(*id, at(30)).await.unwrap();
        } else {
            let completed = commit_one(&*store, complete(*id, "meanwhile")).await;
            assert_eq!(completed, completed_with("meanwhile"));
        }
    }
    while let Some(record) = dump.try_next().await.unwrap() {
        records.push(record);
    }
    let left = assert_legal(&records).participations;
    assert_eq!(left.len(), PARTICIPATIONS, "none is missing");
    for (number, id) in ids.iter().enumerate() {
        let withdrawn = left[id].0 == ParticipationState::Withdrawn;
        assert!(number % 2 == 0 || !withdrawn, "{id} did not withdraw");
    }
}

async fn a_dump_beside_writers_is_legal_and_has_what_was_acknowledged(fixture: &dyn ArchiveFixture) {
    const TRIALS: u32 = 6;
    let database = fixture.database().await;
    let experiment = published(&*database.store(), "busy", TRIALS).await;
    let over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|writer| tokio::spawn(write_until(database.store(), experiment, writer, over.clone())))
        .collect();
    for round in 0..5_u32 {
        let before = complete_run(&*database.store(), experiment, TRIALS, &format!("before {round}")).await;
        let leaver = complete_run(&*database.store(), experiment, TRIALS, "leaves").await;
        let half = started(&*database.store(), experiment, TRIALS).await;
        recorded(&*database.store(), half, 2, "half").await;
        database.store().withdraw(leaver, at(30)).await.unwrap();
        let mut dump = database.archive().dump();
        let mut records = Vec::new();
        while let Some(record) = dump.try_next().await.unwrap() {
            records.push(record);
            if records.len() % 64 == 0 {
                // Writers get their turn in the middle of the dump.
                complete_run(&*database.store(), experiment, TRIALS, &format!("during {round}")).await;
            }
        }
        let left = assert_legal(&records).participations;
        assert_eq!(left[&before].0, ParticipationState::Completed);
        assert_eq!(left[&leaver].0, ParticipationState::Withdrawn);
        assert!(left[&half].1.contains(&2), "what was acknowledged before is there");
        let other = filled(fixture, &records, 500).await;
        let again = dumped(&*other.archive()).await;
        let loaded = assert_legal(&again).participations;
        assert_eq!(loaded.len(), left.len());
        assert!(left.iter().all(|(id, expected)| loaded[id] == *expected), "the withdrawals were applied");
        let responses = left.values().map(|(_, answered)| answered.len()).sum::<usize>();
        assert_eq!(exported(&*other.store(), experiment).await.len(), responses);
    }
    over.store(true, Ordering::Relaxed);
    let written: u32 = futures::future::join_all(writers).await.into_iter().map(Result::unwrap).sum();
    assert!(written >= 4, "the writers wrote");
}

/// Lets participants come, complete, leave half-way and withdraw; gives how many there were.
async fn write_until(
    store: Arc<dyn Store>,
    experiment: ExperimentId,
    writer: u32,
    over: Arc<AtomicBool>,
) -> u32 {
    let mut number = 0;
    while !over.load(Ordering::Relaxed) || number == 0 {
        number += 1;
        let participation = if number % 3 == 0 {
            let half = started(&*store, experiment, 6).await;
            recorded(&*store, half, 0, &format!("half {writer} {number}")).await;
            half
        } else {
            complete_run(&*store, experiment, 6, &format!("writer {writer} {number}")).await
        };
        if number % 4 == 0 {
            store.withdraw(participation, at(40)).await.unwrap();
        }
    }
    number
}

async fn many_responses_flow_through(fixture: &dyn ArchiveFixture) {
    const TRIALS: u32 = 100;
    let database = fixture.database().await;
    let store = database.store();
    let owner = researcher(&*store, "many").await;
    let experiment = draft(owner.id, "many");
    store.create_experiment(&experiment).await.unwrap();
    store.put_stimuli(experiment.id, &colours(TRIALS), at(2)).await.unwrap();
    let published = nameit_domain::ExperimentState::Published;
    store.set_experiment_state(experiment.id, published, at(3)).await.unwrap();
    for run in 0..200 {
        let participation = started(&*store, experiment.id, TRIALS).await;
        let writes: Vec<Write> =
            (0..TRIALS).map(|trial| record(participation, trial, &format!("name {}", run % 7))).collect();
        store.commit(&writes, at(20 + run)).await.unwrap();
    }
    let other = fixture.database().await;
    let mut batch = Vec::new();
    let mut responses = 0;
    let mut dump = database.archive().dump();
    while let Some(record) = dump.try_next().await.unwrap() {
        responses += u32::from(matches!(record, Record::Response(_)));
        batch.push(record);
        if batch.len() == LOAD_MAX_RECORDS {
            other.archive().load(std::mem::take(&mut batch)).await.unwrap();
        }
    }
    other.archive().load(batch).await.unwrap();
    assert_eq!(responses, 20_000);
    let rows = exported(&*store, experiment.id).await;
    assert_eq!(rows.len(), 20_000);
    assert!(exported(&*other.store(), experiment.id).await == rows, "all of them, in the order of the feed");
}
