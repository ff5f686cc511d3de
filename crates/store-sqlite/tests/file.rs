//! What is particular to one file on a disk: its lock, its version, its bounds, and what erasing leaves.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the test, at the line where it stands")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use nameit_domain::feed::{FeedChunk, FeedCursor, FeedPart};
use nameit_domain::response::Recorded;
use nameit_domain::{ExperimentId, ExperimentState, ParticipationId};
use nameit_store::archive::Record;
use nameit_store::conformance::story::{
    at, complete_run, exported, new_participation, published, read, record, recorded, researcher, started,
};
use nameit_store::response::{Write, Written};
use nameit_store::{
    ArchiveSource as _, Error, ExperimentStore as _, ParticipationStore as _, ResponseStore as _,
    SystemStore as _,
};
use nameit_store_sqlite::{OpenError, Options, SqliteArchive, SqliteStore};
use rusqlite::Connection;
use tempfile::TempDir;

fn folder() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data").join("nameit.sqlite");
    (folder, path)
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, Options::default()).unwrap()
}

#[tokio::test]
async fn a_file_belongs_to_one_store_at_a_time() {
    let (_folder, path) = folder();
    let first = open(&path);
    let Err(refused) = SqliteStore::open(&path, Options::default()) else { panic!("the file is in use") };
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused:?}");
    assert!(refused.to_string().contains("in use by another process"), "{refused}");
    first.ping().await.unwrap();
    drop(first);
    open(&path).ping().await.unwrap();
}

#[tokio::test]
async fn a_newer_schema_and_a_foreign_file_are_refused_and_left_alone() {
    let (_folder, path) = folder();
    drop(open(&path));
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let Err(newer) = SqliteStore::open(&path, Options::default()) else { panic!("version 99 is unknown") };
    assert!(matches!(newer, OpenError::Newer { found: 99, .. }), "{newer:?}");

    let foreign = path.with_file_name("foreign.sqlite");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let Err(refused) = SqliteStore::open(&foreign, Options::default()) else { panic!("it is not ours") };
    assert!(matches!(refused, OpenError::Foreign), "{refused:?}");
    let tables: i64 = Connection::open(&foreign)
        .unwrap()
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1, "nothing was added");

    let no_database = path.with_file_name("notes.txt");
    std::fs::write(&no_database, "not a database, only a long enough text to be looked at ".repeat(20))
        .unwrap();
    let Err(refused) = SqliteStore::open(&no_database, Options::default()) else { panic!("it is a text") };
    assert!(matches!(refused, OpenError::Sqlite(_)), "{refused:?}");
}

#[tokio::test]
async fn a_writer_id_stays_with_its_file_and_differs_from_others() {
    let (_folder, path) = folder();
    let store = open(&path);
    let id = store.writer_id().to_owned();
    assert!(id.starts_with("sqlite-") && id.len() == 23, "{id}");
    drop(store);
    assert_eq!(open(&path).writer_id(), id);
    assert_ne!(open(&path.with_file_name("other.sqlite")).writer_id(), id);
}

#[tokio::test]
async fn reading_takes_no_lock_and_changes_nothing() {
    let (_folder, path) = folder();
    let Err(missing) = SqliteArchive::open(&path) else { panic!("there is no file") };
    assert!(matches!(missing, OpenError::Io { .. }), "{missing:?}");
    let Err(is_folder) = SqliteArchive::open(path.parent().unwrap().parent().unwrap()) else {
        panic!("it is a folder")
    };
    assert!(matches!(is_folder, OpenError::Io { .. }), "{is_folder:?}");
    let store = open(&path);
    published(&store, "seen", 1).await;
    let beside: Vec<Record> = SqliteArchive::open(&path).unwrap().dump().try_collect().await.unwrap();
    let within: Vec<Record> = store.dump().try_collect().await.unwrap();
    assert_eq!(beside, within);
    drop(store);
    let before = std::fs::read(&path).unwrap();
    let stopped: Vec<Record> = SqliteArchive::open(&path).unwrap().dump().try_collect().await.unwrap();
    assert_eq!(stopped, within);
    assert!(std::fs::read(&path).unwrap() == before, "the file is as it was");
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 0).unwrap();
    let Err(older) = SqliteArchive::open(&path) else { panic!("version 0 cannot be read") };
    assert!(matches!(older, OpenError::Older { found: 0, .. }), "{older:?}");
}

#[tokio::test]
async fn a_cursor_of_another_database_begins_again() {
    let (_folder, path) = folder();
    let store = open(&path);
    let experiment = published(&store, "cursors", 2).await;
    complete_run(&store, experiment, 2, "red").await;
    let whole = read(&store, experiment).await;
    let own = store.writer_id().to_owned();
    for (writer, position) in [("sqlite-0123456789abcdef", 1), (own.as_str(), 3), (own.as_str(), u64::MAX)] {
        let cursor = FeedCursor { epoch: 0, positions: BTreeMap::from([(writer.to_owned(), position)]) };
        let chunks: Vec<FeedChunk> = store.feed(experiment, cursor).try_collect().await.unwrap();
        assert_eq!(chunks[0].part, FeedPart::Restart, "{writer} {position}");
        assert_eq!(chunks.last().unwrap().cursor, whole.cursor);
    }
}

#[tokio::test]
async fn a_full_disk_refuses_the_batch_and_keeps_what_was_accepted() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path, Options { max_bytes: Some(600_000) }).unwrap();
    let experiment = published(&store, "full", 100).await;
    let mut acknowledged = 0;
    let mut full = None;
    for run in 0..200 {
        let participation = match start(&store, experiment).await {
            Ok(participation) => participation,
            Err(error) => {
                full = Some(error);
                break;
            }
        };
        let text = "x".repeat(400);
        let writes: Vec<_> =
            (0..100).map(|trial| record(participation, trial, &format!("{text}{run}"))).collect();
        match store.commit(&writes, at(20)).await {
            Ok(committed) => {
                assert!(committed.written.iter().all(|one| *one == Written::Record(Recorded::Stored)));
                acknowledged += 100;
            }
            Err(error) => {
                full = Some(error);
                break;
            }
        }
    }
    let full = full.expect("600 kB are soon used up");
    assert!(matches!(full, Error::Unavailable(_)), "{full:?}");
    assert!(acknowledged > 0);
    assert_eq!(exported(&store, experiment).await.len(), acknowledged, "no batch is stored in part");
    let cursor = read(&store, experiment).await.cursor;
    assert_eq!(cursor.positions[store.writer_id()], acknowledged as u64, "a failed batch consumes no number");
    drop(store);

    let roomy = open(&path);
    assert_eq!(exported(&roomy, experiment).await.len(), acknowledged);
    complete_run(&roomy, experiment, 100, "room again").await;
    assert_eq!(read(&roomy, experiment).await.tally.values().sum::<u64>(), acknowledged as u64 + 100);
}

async fn start(store: &SqliteStore, experiment: ExperimentId) -> Result<ParticipationId, Error> {
    let new = new_participation(experiment, 100);
    let id = new.id;
    store.commit(&[Write::Start(new)], at(19)).await?;
    Ok(id)
}

#[tokio::test]
async fn after_a_failed_batch_the_store_remembers_nothing_of_it() {
    let (_folder, path) = folder();
    let store = SqliteStore::open(&path, Options { max_bytes: Some(400_000) }).unwrap();
    let experiment = published(&store, "memory", 100).await;
    let new = new_participation(experiment, 100);
    let participation = new.id;
    let long = "y".repeat(490);
    let mut writes = vec![Write::Start(new)];
    // Ten participations' worth of long texts cannot fit; the beginning is rolled back with them.
    for _ in 0..20 {
        let other = new_participation(experiment, 100);
        let id = other.id;
        writes.push(Write::Start(other));
        writes.extend((0..100).map(|trial| record(id, trial, &long)));
    }
    let failed = store.commit(&writes, at(20)).await;
    assert!(matches!(failed, Err(Error::Unavailable(_))), "{failed:?}");
    let outcome = recorded(&store, participation, 0, "red").await;
    assert_eq!(
        outcome,
        Recorded::Refused(nameit_domain::response::Refusal::UnknownParticipation),
        "its beginning was rolled back"
    );
    let small = started(&store, experiment, 100).await;
    assert_eq!(recorded(&store, small, 0, "red").await, Recorded::Stored);
    let head = store.feed_head(experiment).await.unwrap();
    assert_eq!((head.cursor.positions[store.writer_id()], head.totals.started), (1, 1));
}

#[tokio::test]
async fn what_was_withdrawn_is_in_no_file_any_more() {
    let (folder, path) = folder();
    let store = open(&path);
    let experiment = published(&store, "erasure", 2).await;
    complete_run(&store, experiment, 2, "stays-here").await;
    let leaves = complete_run(&store, experiment, 2, "must-vanish").await;
    assert!(on_disk(folder.path(), "must-vanish"), "it was durable before");
    store.withdraw(leaves, at(30)).await.unwrap();
    // The log is emptied by the same thread before it takes the next job.
    store.ping().await.unwrap();
    assert!(!on_disk(folder.path(), "must-vanish"), "neither in the file nor in the log");
    assert!(on_disk(folder.path(), "stays-here"));
}

#[tokio::test]
async fn a_long_dump_delays_no_job_and_what_was_withdrawn_meanwhile_vanishes_after_it() {
    let (folder, path) = folder();
    let store = open(&path);
    let experiment = published(&store, "long-dump", 2).await;
    // More than fits into the messages that wait, so that the dump stays where it is.
    for _ in 0..20 {
        let batch = (0..100).flat_map(|_| {
            let new = new_participation(experiment, 2);
            let id = new.id;
            [Write::Start(new), record(id, 0, "stays-here"), record(id, 1, "stays-here")]
        });
        store.commit(&batch.collect::<Vec<_>>(), at(12)).await.unwrap();
    }
    let leaves = complete_run(&store, experiment, 2, "must-vanish").await;
    let alone = fifty_runs(&store, experiment).await;
    let mut dump = store.dump();
    let first = dump.try_next().await.unwrap();
    assert!(first.is_some());
    store.withdraw(leaves, at(30)).await.unwrap();
    assert!(on_disk(folder.path(), "must-vanish"), "the dump still reads it");
    let took = fifty_runs(&store, experiment).await;
    // Each of the 100 jobs would wait 50 ms for the dump to let go of the log.
    let bound = 2 * alone + Duration::from_millis(2_500);
    assert!(took < bound, "{took:?} beside a dump, {alone:?} alone");
    let mut records = 1;
    while dump.try_next().await.unwrap().is_some() {
        records += 1;
    }
    assert!(records > 6_000, "{records}");
    drop(dump);
    let patience = Instant::now();
    while on_disk(folder.path(), "must-vanish") {
        assert!(patience.elapsed() < Duration::from_secs(30), "it is still in a file");
        store.ping().await.unwrap();
    }
    assert!(on_disk(folder.path(), "stays-here"));
}

async fn fifty_runs(store: &SqliteStore, experiment: ExperimentId) -> Duration {
    let began = Instant::now();
    for _ in 0..50 {
        complete_run(store, experiment, 2, "goes on").await;
    }
    began.elapsed()
}

fn on_disk(folder: &Path, needle: &str) -> bool {
    let files = std::fs::read_dir(folder.join("data")).unwrap();
    files
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .any(|bytes| bytes.windows(needle.len()).any(|window| window == needle.as_bytes()))
}

#[tokio::test]
async fn the_audit_trail_tells_what_happened_and_nothing_about_participants() {
    let (_folder, path) = folder();
    let store = open(&path);
    let experiment = published(&store, "audited", 1).await;
    let participation = complete_run(&store, experiment, 1, "red").await;
    store.set_experiment_state(experiment, ExperimentState::Paused, at(20)).await.unwrap();
    store.withdraw(participation, at(21)).await.unwrap();
    store.withdraw(participation, at(22)).await.unwrap();
    store.set_experiment_state(experiment, ExperimentState::Closed, at(23)).await.unwrap();
    store.delete_experiment(experiment, at(24)).await.unwrap();
    store.restore_experiment(experiment, at(25)).await.unwrap();
    let records: Vec<Record> = store.dump().try_collect().await.unwrap();
    let told: Vec<_> = records
        .iter()
        .filter_map(|record| match record {
            Record::Audit(entry) => Some((entry.at, entry.actor.as_str(), entry.action.as_str())),
            _ => None,
        })
        .collect();
    let expected = [
        (at(3), "owner", "experiment.publish"),
        (at(20), "owner", "experiment.pause"),
        (at(21), "participant", "participation.withdraw"),
        (at(23), "owner", "experiment.close"),
        (at(24), "owner", "experiment.delete"),
        (at(25), "owner", "experiment.restore"),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_commit_names_the_experiments_it_changed() {
    let (_folder, path) = folder();
    let store = open(&path);
    let one = published(&store, "one-exp", 1).await;
    let two = published(&store, "two-exp", 1).await;
    let (in_one, in_two) = (started(&store, one, 1).await, started(&store, two, 1).await);
    let batch = [record(in_two, 0, "red"), record(in_one, 0, "red"), record(in_two, 0, "red")];
    assert_eq!(store.commit(&batch, at(12)).await.unwrap().changed, [two, one]);
    let repeated = store.commit(&batch, at(13)).await.unwrap();
    assert!(repeated.changed.is_empty(), "a repeat changes nothing: {repeated:?}");
}

#[tokio::test]
async fn a_session_that_expired_goes_when_its_owner_signs_in_again() {
    use nameit_domain::session::{Session, SessionKind};
    use nameit_store::SessionStore as _;
    let (_folder, path) = folder();
    let store = open(&path);
    let ana = researcher(&store, "ana").await;
    for (secret, created) in [(1, 0), (2, 200)] {
        let session = Session {
            secret_hash: [secret; 32],
            researcher_id: ana.id,
            kind: SessionKind::Browser,
            label: String::new(),
            created_at: at(created),
            expires_at: at(created + 100),
        };
        store.create_session(&session).await.unwrap();
    }
    drop(store);
    let sessions: i64 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM sessions", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sessions, 1);
}

#[tokio::test]
async fn the_same_image_takes_its_place_once() {
    use nameit_domain::image::{ImageBytes, ImageHash};
    use nameit_store::StimulusStore as _;
    let (_folder, path) = folder();
    let store = open(&path);
    let hash = ImageHash::from_bytes([9; 32]);
    let image = ImageBytes { hash, media_type: "image/jpeg".to_owned(), bytes: vec![1; 50_000] };
    let puts = futures::future::join_all((0..5).map(|_| store.put_image(&image))).await;
    assert!(puts.iter().all(Result::is_ok), "{puts:?}");
    drop(store);
    let images: i64 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM images", [], |row| row.get(0))
        .unwrap();
    assert_eq!(images, 1);
}
