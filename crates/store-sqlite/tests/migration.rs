//! A file of an earlier version is brought up to date when it is opened, with everything in it.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the test, at the line where it stands")]

use std::path::Path;

use futures::TryStreamExt as _;
use nameit_domain::{DecisionBody, DecisionKind, ExperimentId, Hour, ParticipationId, Visits};
use nameit_store::conformance::story::{at, complete_run, exported, published};
use nameit_store::decision::NewDecision;
use nameit_store::{
    ArchiveSource as _, DecisionStore as _, ParticipationStore as _, ResponseStore as _, VisitStore as _,
};
use nameit_store_sqlite::{Options, SqliteArchive, SqliteStore};
use rusqlite::Connection;
use tempfile::TempDir;

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, Options::default()).unwrap()
}

/// A file as version 1 left it, with an experiment in which somebody has taken part.
async fn first_version(path: &Path) -> (ExperimentId, ParticipationId) {
    let store = open(path);
    let experiment = published(&store, "older", 2).await;
    let participation = complete_run(&store, experiment, 2, "red").await;
    drop(store);
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "DROP TABLE decisions; DROP TABLE visits; DROP INDEX participations_by_experiment;
             PRAGMA user_version = 1;",
        )
        .unwrap();
    let schema = |connection: &Connection| -> Vec<String> {
        let mut statement = connection.prepare("SELECT sql FROM sqlite_schema ORDER BY name").unwrap();
        let rows = statement.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
        rows.filter_map(Result::unwrap).collect()
    };
    let fresh = Connection::open_in_memory().unwrap();
    fresh.execute_batch(include_str!("../migrations/0001_initial.sql")).unwrap();
    assert_eq!(schema(&connection), schema(&fresh), "this is what version 1 made");
    (experiment, participation)
}

#[tokio::test]
async fn a_file_of_version_1_gets_what_is_new_and_keeps_what_it_has() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("nameit.sqlite");
    let (experiment, participation) = first_version(&path).await;
    assert!(SqliteArchive::open(&path).is_err(), "what only reads cannot bring it up to date");
    for round in 0..2 {
        let store = open(&path);
        assert_eq!(exported(&store, experiment).await.len(), 2);
        let listed: Vec<_> = store.participations(experiment).try_collect::<Vec<_>>().await.unwrap().concat();
        assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [participation]);
        let new = NewDecision {
            experiment_id: experiment,
            kind: DecisionKind::StopRule,
            expected_version: round,
            body: DecisionBody::parse("{}").unwrap(),
        };
        assert_eq!(store.put_decision(&new, at(30)).await.unwrap().version, round + 1);
        let visits = Visits { experiment_id: experiment, hour: Hour::of(at(0)), count: 1 };
        store.add_visits(&[visits]).await.unwrap();
        assert_eq!(store.visits(experiment).await.unwrap()[0].count, round + 1);
        assert_eq!(store.feed_head(experiment).await.unwrap().decisions.len(), 1);
    }
    let records: Vec<_> = SqliteArchive::open(&path).unwrap().dump().try_collect().await.unwrap();
    assert!(!records.is_empty(), "and now it can be read");
}
