//! Counts of opened links.

use std::sync::Arc;

use nameit_domain::{ExperimentId, Hour, Visits};

use super::story::{at, complete_run, published, stored_draft};
use crate::{Error, Store};

super::cases!("visit":
    counts_add_up_hour_by_hour_in_the_order_of_time,
    counts_of_many_at_once_are_all_there,
    what_does_not_exist_is_passed_over,
    a_withdrawal_leaves_counts_alone,
);

fn visits(experiment_id: ExperimentId, hour: u32, count: u64) -> Visits {
    Visits { experiment_id, hour: Hour::parse(hour.into()).unwrap(), count }
}

async fn counted(store: &dyn Store, id: ExperimentId) -> Vec<(u32, u64)> {
    let visits = store.visits(id).await.unwrap();
    assert!(visits.iter().all(|one| one.experiment_id == id));
    visits.iter().map(|one| (one.hour.number(), one.count)).collect()
}

async fn counts_add_up_hour_by_hour_in_the_order_of_time(store: Arc<dyn Store>) {
    let one = published(&*store, "one-link", 1).await;
    let other = published(&*store, "other-link", 1).await;
    assert_eq!(counted(&*store, one).await, []);
    let now = Hour::of(at(0)).number();
    store.add_visits(&[]).await.unwrap();
    store.add_visits(&[visits(one, now, 3), visits(other, now, 1), visits(one, 255, 2)]).await.unwrap();
    store.add_visits(&[visits(one, now + 1, 1), visits(one, now, 4), visits(one, 256, 1)]).await.unwrap();
    store.add_visits(&[visits(one, 0, 9)]).await.unwrap();
    assert_eq!(counted(&*store, one).await, [(0, 9), (255, 2), (256, 1), (now, 7), (now + 1, 1)]);
    assert_eq!(counted(&*store, other).await, [(now, 1)]);
}

async fn counts_of_many_at_once_are_all_there(store: Arc<dyn Store>) {
    let id = published(&*store, "at-once", 1).await;
    let callers = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            for round in 0..5 {
                store.add_visits(&[visits(id, 10, 1), visits(id, 11 + round, 2)]).await.unwrap();
            }
        })
    });
    futures::future::join_all(callers).await.into_iter().for_each(Result::unwrap);
    let expected: Vec<(u32, u64)> = [(10, 40)].into_iter().chain((11..16).map(|hour| (hour, 16))).collect();
    assert_eq!(counted(&*store, id).await, expected);
}

async fn what_does_not_exist_is_passed_over(store: Arc<dyn Store>) {
    let there = published(&*store, "there", 1).await;
    let trashed = stored_draft(&*store, "trashed", 1).await.id;
    store.delete_experiment(trashed, at(20)).await.unwrap();
    let nowhere = ExperimentId::generate();
    store.add_visits(&[visits(nowhere, 1, 1), visits(trashed, 1, 2), visits(there, 1, 3)]).await.unwrap();
    assert_eq!(counted(&*store, there).await, [(1, 3)]);
    for id in [nowhere, trashed] {
        let outcome = store.visits(id).await;
        assert!(matches!(outcome, Err(Error::NotFound { what: "experiment" })), "{outcome:?}");
    }
    store.restore_experiment(trashed, at(21)).await.unwrap();
    assert_eq!(counted(&*store, trashed).await, [(1, 2)], "links were opened before it was deleted");
}

async fn a_withdrawal_leaves_counts_alone(store: Arc<dyn Store>) {
    let id = published(&*store, "left-alone", 1).await;
    store.add_visits(&[visits(id, 1, 3)]).await.unwrap();
    let leaves = complete_run(&*store, id, 1, "leaves").await;
    store.withdraw(leaves, at(30)).await.unwrap();
    assert_eq!(counted(&*store, id).await, [(1, 3)]);
}
