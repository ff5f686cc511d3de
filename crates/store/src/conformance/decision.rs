//! Decisions about the analysis: versions, and who was first.

use std::collections::BTreeMap;
use std::sync::Arc;

use nameit_domain::decision::BODY_MAX_BYTES;
use nameit_domain::{Decision, DecisionBody, DecisionKind, ExperimentId, ExperimentState};

use super::story::{at, complete_run, draft, published, stored_draft};
use crate::decision::NewDecision;
use crate::{Error, Result, Store};

super::cases!("decision":
    what_was_decided_is_found_again_to_the_letter,
    each_kind_of_each_experiment_counts_its_own_versions,
    who_decides_about_an_older_version_is_told_the_latest,
    repeating_a_decision_is_harmless,
    of_many_who_decide_at_once_one_is_first,
    versions_are_listed_newest_first_up_to_a_limit,
    the_head_tells_the_latest_versions,
    a_copy_begins_with_the_latest_decisions_and_goes_its_own_way,
    decisions_are_out_of_sight_with_their_experiment,
    a_withdrawal_leaves_decisions_alone,
);

use DecisionKind::{Annotations, StopRule, Variants};

fn decided(
    experiment_id: ExperimentId,
    kind: DecisionKind,
    expected_version: u64,
    body: &str,
) -> NewDecision {
    NewDecision { experiment_id, kind, expected_version, body: DecisionBody::parse(body).unwrap() }
}

/// Decides when this many seconds have passed.
async fn put(store: &dyn Store, new: &NewDecision, seconds: i64) -> Result<Decision> {
    store.put_decision(new, at(seconds)).await
}

async fn latest(store: &dyn Store, id: ExperimentId, kind: DecisionKind) -> Option<Decision> {
    store.decision(id, kind, None).await.unwrap()
}

async fn what_was_decided_is_found_again_to_the_letter(store: Arc<dyn Store>) {
    let id = stored_draft(&*store, "to-the-letter", 1).await.id;
    assert_eq!(latest(&*store, id, Variants).await, None);
    let body = " {\"grün\": [\"gru\u{0308}n\", \"浅绿\", \"\\u0000 $set\"],\n\t\"x\": 0.1e-7}\r\n";
    let first = put(&*store, &decided(id, Variants, 0, body), 10).await.unwrap();
    let expected = Decision {
        experiment_id: id,
        kind: Variants,
        version: 1,
        body: DecisionBody::parse(body).unwrap(),
        decided_at: at(10),
    };
    assert_eq!(first, expected);
    assert_eq!(latest(&*store, id, Variants).await, Some(expected));
    let longest = format!("\"{}\"", "é".repeat(BODY_MAX_BYTES / 2 - 1));
    assert_eq!(longest.len(), BODY_MAX_BYTES);
    let second = put(&*store, &decided(id, Variants, 1, &longest), 11).await.unwrap();
    assert_eq!(second.version, 2);
    assert_eq!(latest(&*store, id, Variants).await, Some(second.clone()));
    assert_eq!(store.decision(id, Variants, Some(1)).await.unwrap(), Some(first));
    assert_eq!(store.decision(id, Variants, Some(2)).await.unwrap(), Some(second));
    for nowhere in [0, 3, u64::MAX] {
        assert_eq!(store.decision(id, Variants, Some(nowhere)).await.unwrap(), None, "{nowhere}");
    }
}

async fn each_kind_of_each_experiment_counts_its_own_versions(store: Arc<dyn Store>) {
    let one = published(&*store, "one-counts", 1).await;
    let other = published(&*store, "other-counts", 1).await;
    store.set_experiment_state(other, ExperimentState::Closed, at(4)).await.unwrap();
    for (id, kind) in [(one, Variants), (one, StopRule), (other, Variants)] {
        for version in 1..=2 {
            let body = format!("\"{id} {version}\"");
            let put = put(&*store, &decided(id, kind, version - 1, &body), 10).await.unwrap();
            assert_eq!((put.version, put.body.as_str()), (version, body.as_str()));
        }
    }
    assert_eq!(latest(&*store, other, Variants).await.unwrap().body.as_str(), format!("\"{other} 2\""));
    assert_eq!(latest(&*store, other, StopRule).await, None);
}

async fn who_decides_about_an_older_version_is_told_the_latest(store: Arc<dyn Store>) {
    let id = stored_draft(&*store, "older", 1).await.id;
    for version in 0..3 {
        put(&*store, &decided(id, Variants, version, &format!("{version}")), 10).await.unwrap();
    }
    for (expected, body) in [(0, "0"), (1, "1"), (2, "other"), (4, "4"), (u64::MAX, "4")] {
        let outcome = put(&*store, &decided(id, Variants, expected, body), 11).await;
        let Err(Error::Conflict { message }) = outcome else { panic!("{expected}: {outcome:?}") };
        assert!(message.contains("`variants` is 3"), "it names the latest version: {message}");
    }
    let early = put(&*store, &decided(id, StopRule, 1, "1"), 11).await;
    assert!(matches!(&early, Err(Error::Conflict { message }) if message.contains("is 0")), "{early:?}");
    assert_eq!(latest(&*store, id, Variants).await.unwrap().version, 3);
    assert_eq!(latest(&*store, id, StopRule).await, None);
}

async fn repeating_a_decision_is_harmless(store: Arc<dyn Store>) {
    let id = stored_draft(&*store, "repeated", 1).await.id;
    for version in 0..2 {
        let new = decided(id, Variants, version, &format!("{version}"));
        let first = put(&*store, &new, 10).await.unwrap();
        assert_eq!(put(&*store, &new, 20).await.unwrap(), first, "its answer may have been lost");
    }
    let undone = put(&*store, &decided(id, Variants, 2, "0"), 30).await.unwrap();
    assert_eq!(undone.version, 3, "what was decided before can be decided again");
}

async fn of_many_who_decide_at_once_one_is_first(store: Arc<dyn Store>) {
    let id = stored_draft(&*store, "at-once", 1).await.id;
    for version in 0..5 {
        let puts = (0..6).map(|who| {
            let store = store.clone();
            let new = decided(id, Annotations, version, &format!("\"{version} {who}\""));
            tokio::spawn(async move { put(&*store, &new, 10).await })
        });
        let mut kept = Vec::new();
        for outcome in futures::future::join_all(puts).await {
            match outcome.unwrap() {
                Ok(decision) => kept.push(decision),
                Err(Error::Conflict { .. }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(kept.len(), 1, "{kept:?}");
        assert_eq!(latest(&*store, id, Annotations).await.as_ref(), kept.first());
        assert_eq!(kept[0].version, version + 1);
    }
}

async fn versions_are_listed_newest_first_up_to_a_limit(store: Arc<dyn Store>) {
    let id = stored_draft(&*store, "history", 1).await.id;
    assert_eq!(store.decision_versions(id, Variants, 10).await.unwrap(), []);
    for version in 0..5 {
        put(&*store, &decided(id, Variants, version, "1"), 10 + version as i64).await.unwrap();
    }
    put(&*store, &decided(id, StopRule, 0, "1"), 99).await.unwrap();
    let listed = |limit| {
        let store = store.clone();
        async move {
            let versions = store.decision_versions(id, Variants, limit).await.unwrap();
            versions.into_iter().map(|one| (one.version, one.decided_at)).collect::<Vec<_>>()
        }
    };
    let all = [(5, at(14)), (4, at(13)), (3, at(12)), (2, at(11)), (1, at(10))];
    assert_eq!(listed(1_000).await, all);
    assert_eq!(listed(2).await, all[..2]);
    assert_eq!(listed(0).await, []);
}

async fn the_head_tells_the_latest_versions(store: Arc<dyn Store>) {
    let id = published(&*store, "head", 1).await;
    assert_eq!(store.feed_head(id).await.unwrap().decisions, BTreeMap::new());
    for (kind, versions) in [(Variants, 3), (Annotations, 1)] {
        for version in 0..versions {
            put(&*store, &decided(id, kind, version, "1"), 10).await.unwrap();
        }
    }
    let head = store.feed_head(id).await.unwrap();
    assert_eq!(head.decisions, BTreeMap::from([(Annotations, 1), (Variants, 3)]));
}

async fn a_copy_begins_with_the_latest_decisions_and_goes_its_own_way(store: Arc<dyn Store>) {
    let original = stored_draft(&*store, "original", 1).await;
    for version in 0..3 {
        let new = decided(original.id, Variants, version, &format!("{version}"));
        put(&*store, &new, 10 + version as i64).await.unwrap();
    }
    put(&*store, &decided(original.id, StopRule, 0, "\"stop\""), 20).await.unwrap();
    let taken = draft(original.owner, "original");
    assert!(store.copy_experiment(original.id, &taken).await.is_err(), "its slug is taken");
    let copy = draft(original.owner, "copied");
    store.copy_experiment(original.id, &copy).await.unwrap();
    store.copy_experiment(original.id, &copy).await.unwrap_or_else(|error| {
        assert!(matches!(error, Error::AlreadyExists { .. }), "{error:?}");
    });

    let copied = latest(&*store, copy.id, Variants).await.expect("it was copied");
    assert_eq!((copied.version, copied.body.as_str(), copied.decided_at), (1, "2", at(12)));
    let head = store.feed_head(copy.id).await.unwrap();
    assert_eq!(head.decisions, BTreeMap::from([(StopRule, 1), (Variants, 1)]));
    put(&*store, &decided(copy.id, Variants, 1, "\"own\""), 30).await.unwrap();
    assert_eq!(latest(&*store, original.id, Variants).await.unwrap().version, 3);
    assert_eq!(latest(&*store, original.id, Variants).await.unwrap().body.as_str(), "2");
}

async fn decisions_are_out_of_sight_with_their_experiment(store: Arc<dyn Store>) {
    let trashed = stored_draft(&*store, "trashed", 1).await.id;
    put(&*store, &decided(trashed, Variants, 0, "1"), 10).await.unwrap();
    store.delete_experiment(trashed, at(20)).await.unwrap();
    for id in [trashed, ExperimentId::generate()] {
        let outcomes = [
            put(&*store, &decided(id, Variants, 1, "2"), 21).await.map(drop),
            store.decision(id, Variants, None).await.map(drop),
            store.decision(id, Variants, Some(1)).await.map(drop),
            store.decision_versions(id, Variants, 10).await.map(drop),
        ];
        for outcome in outcomes {
            assert!(matches!(outcome, Err(Error::NotFound { what: "experiment" })), "{outcome:?}");
        }
    }
    store.restore_experiment(trashed, at(22)).await.unwrap();
    assert_eq!(latest(&*store, trashed, Variants).await.unwrap().body.as_str(), "1", "everything is back");
}

async fn a_withdrawal_leaves_decisions_alone(store: Arc<dyn Store>) {
    let id = published(&*store, "left-alone", 2).await;
    let leaves = complete_run(&*store, id, 2, "leaves").await;
    put(&*store, &decided(id, Variants, 0, "1"), 10).await.unwrap();
    store.withdraw(leaves, at(30)).await.unwrap();
    assert_eq!(latest(&*store, id, Variants).await.unwrap().version, 1);
    assert_eq!(store.feed_head(id).await.unwrap().decisions, BTreeMap::from([(Variants, 1)]));
}
