//! What was acknowledged outlives the process.

use nameit_domain::participation::ParticipationTotals;
use nameit_domain::response::{Recorded, Refusal};
use nameit_domain::{ExperimentState, ParticipationState};

use super::Database;
use super::story::{
    at, complete_run, exported, published, read, read_on, recorded, researcher, started, stored_draft,
};
use crate::experiment::ExperimentKey;

super::cases!(reopening "reopen":
    everything_is_there_again,
    a_reader_goes_on_where_it_was,
    a_withdrawal_stays_and_no_cursor_is_misled,
    the_signing_key_stays,
);

async fn everything_is_there_again(database: &mut dyn Database) {
    let store = database.open().await;
    let draft = stored_draft(&*store, "draft", 3).await.id;
    let experiment = published(&*store, "open", 2).await;
    let complete = complete_run(&*store, experiment, 2, "red").await;
    let begun = started(&*store, experiment, 2).await;
    recorded(&*store, begun, 0, "blue").await;
    store.set_experiment_state(experiment, ExperimentState::Paused, at(20)).await.unwrap();
    let rows = exported(&*store, experiment).await;
    let found = store.experiment(&ExperimentKey::Id(experiment)).await.unwrap();
    drop(store);

    let store = database.open().await;
    assert_eq!(exported(&*store, experiment).await, rows);
    assert_eq!(store.experiment(&ExperimentKey::Id(experiment)).await.unwrap(), found);
    assert_eq!(store.stimuli(draft).await.unwrap().len(), 3);
    let complete = store.participation(complete).await.unwrap().expect("it was acknowledged");
    assert_eq!(
        (complete.state, complete.completion_code.as_deref()),
        (ParticipationState::Completed, Some("done"))
    );
    assert_eq!(recorded(&*store, begun, 0, "blue").await, Recorded::AlreadyStored);
    assert_eq!(recorded(&*store, begun, 0, "other").await, Recorded::Refused(Refusal::DifferentAnswer));
    assert_eq!(recorded(&*store, begun, 1, "green").await, Recorded::Stored, "those who began go on");
    let totals = store.feed_head(experiment).await.unwrap().totals;
    assert_eq!(totals, ParticipationTotals { started: 2, completed: 1, withdrawn: 0 });
}

async fn a_reader_goes_on_where_it_was(database: &mut dyn Database) {
    let store = database.open().await;
    let experiment = published(&*store, "reader", 2).await;
    complete_run(&*store, experiment, 2, "before").await;
    let mut reading = read(&*store, experiment).await;
    drop(store);
    for round in 0..3 {
        let store = database.open().await;
        complete_run(&*store, experiment, 2, &format!("round {round}")).await;
        reading = read_on(&*store, experiment, reading).await;
        assert_eq!(reading, read(&*store, experiment).await, "round {round}");
    }
    assert_eq!((reading.tally.len(), reading.restarts), (8, 0));
}

async fn a_withdrawal_stays_and_no_cursor_is_misled(database: &mut dyn Database) {
    let store = database.open().await;
    let experiment = published(&*store, "gone", 2).await;
    complete_run(&*store, experiment, 2, "stays").await;
    let newest = complete_run(&*store, experiment, 2, "newest").await;
    let before = read(&*store, experiment).await;
    store.withdraw(newest, at(30)).await.unwrap();
    let between = read(&*store, experiment).await;
    drop(store);

    let store = database.open().await;
    assert_eq!(recorded(&*store, newest, 0, "newest-0").await, Recorded::Refused(Refusal::Withdrawn));
    complete_run(&*store, experiment, 2, "later").await;
    let whole = read(&*store, experiment).await;
    assert_eq!(whole.tally.len(), 4);
    for reading in [before, between] {
        assert_eq!(read_on(&*store, experiment, reading).await.tally, whole.tally);
    }
}

async fn the_signing_key_stays(database: &mut dyn Database) {
    let store = database.open().await;
    let key = store.signing_key([1; 32]).await.unwrap();
    researcher(&*store, "ana").await;
    drop(store);
    let store = database.open().await;
    assert_eq!(store.signing_key([2; 32]).await.unwrap(), key);
    assert_eq!(store.researcher_count().await.unwrap(), 1);
}
