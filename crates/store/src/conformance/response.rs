//! The durable batch in.

use std::sync::Arc;

use nameit_domain::response::{Recorded, Refusal, Timing};
use nameit_domain::{Answer, ExperimentState, NonAnswer, ParticipationId, Response};

use super::story::{
    at, commit_one, complete, complete_run, completed_with, exported, new_participation, published, record,
    recorded, response, said, started,
};
use crate::Store;
use crate::participation::Started;
use crate::response::{Committed, Write, Written};

super::cases!("response":
    a_repeat_is_confirmed_and_stored_once,
    timing_is_no_difference_and_the_first_counts,
    another_answer_is_refused_and_the_first_stays,
    a_text_is_kept_exactly_as_typed,
    what_does_not_exist_takes_no_response,
    a_mixed_batch_is_applied_in_order,
    a_response_before_its_beginning_is_refused_and_the_beginning_is_not,
    duplicates_within_one_batch_are_stored_once,
    one_refusal_does_not_touch_the_others,
    paused_takes_responses_and_closed_refuses,
    the_trash_takes_no_response,
    what_is_stored_is_confirmed_after_the_end,
    of_many_answers_to_one_trial_one_is_stored,
    many_batches_at_once_lose_and_double_nothing,
    an_empty_batch_does_nothing,
);

const STORED: Written = Written::Record(Recorded::Stored);
const ALREADY: Written = Written::Record(Recorded::AlreadyStored);

fn refused(refusal: Refusal) -> Written {
    Written::Record(Recorded::Refused(refusal))
}

async fn commit(store: &dyn Store, writes: &[Write]) -> Vec<Written> {
    store.commit(writes, at(12)).await.unwrap().written
}

async fn a_repeat_is_confirmed_and_stored_once(store: Arc<dyn Store>) {
    let experiment = published(&*store, "repeat", 2).await;
    let participation = started(&*store, experiment, 2).await;
    assert_eq!(recorded(&*store, participation, 0, "red").await, Recorded::Stored);
    for _ in 0..3 {
        assert_eq!(recorded(&*store, participation, 0, "red").await, Recorded::AlreadyStored);
    }
    assert_eq!(exported(&*store, experiment).await.len(), 1);
}

async fn timing_is_no_difference_and_the_first_counts(store: Arc<dyn Store>) {
    let experiment = published(&*store, "timing", 1).await;
    let participation = started(&*store, experiment, 1).await;
    let first = response(participation, 0, said("red"));
    let repeat = Response { timing: Timing { pasted: true, ..Timing::default() }, ..first.clone() };
    assert_eq!(commit(&*store, &[Write::Record(first.clone())]).await, [STORED]);
    let committed = store.commit(&[Write::Record(repeat)], at(99)).await.unwrap();
    assert_eq!(committed.written, [ALREADY]);
    let stored = exported(&*store, experiment).await;
    assert_eq!((stored[0].timing.clone(), stored[0].received_at), (first.timing, at(12)));
}

async fn another_answer_is_refused_and_the_first_stays(store: Arc<dyn Store>) {
    let experiment = published(&*store, "another", 2).await;
    let participation = started(&*store, experiment, 2).await;
    let dont_know = Answer::NonAnswer(NonAnswer::DontKnow);
    let skipped = Answer::NonAnswer(NonAnswer::Skipped);
    for (trial, first) in [(0, said("red")), (1, dont_know.clone())] {
        let write = |answer: &Answer| Write::Record(response(participation, trial, answer.clone()));
        assert_eq!(commit_one(&*store, write(&first)).await, STORED);
        for other in [said("Red"), said("red "), said("dont_know"), skipped.clone()] {
            let outcome = commit_one(&*store, write(&other)).await;
            assert_eq!(outcome, refused(Refusal::DifferentAnswer), "{first:?} then {other:?}");
        }
        assert_eq!(commit_one(&*store, write(&first)).await, ALREADY);
    }
    let stored: Vec<Answer> = exported(&*store, experiment).await.into_iter().map(|one| one.answer).collect();
    assert_eq!(stored, [said("red"), dont_know]);
}

async fn a_text_is_kept_exactly_as_typed(store: Arc<dyn Store>) {
    let texts = [
        " two  spaces ",
        "gru\u{308}n",
        "grün",
        "红色",
        "👩🏽‍🚀",
        "it's \"quoted\"; --",
        "NULL",
        "\u{fffd}",
        "%_\\",
    ];
    let longest = "é".repeat(nameit_domain::text::ANSWER_MAX_CHARS);
    let all: Vec<&str> = texts.into_iter().chain([longest.as_str()]).collect();
    let count = all.len() as u32;
    let experiment = published(&*store, "exactly", count).await;
    let participation = started(&*store, experiment, count).await;
    let writes: Vec<Write> =
        (0..).zip(&all).map(|(trial, text)| record(participation, trial, text)).collect();
    assert_eq!(commit(&*store, &writes).await, vec![STORED; all.len()]);
    let stored = exported(&*store, experiment).await;
    let kept: Vec<&str> = stored.iter().filter_map(|one| one.answer.text()).collect();
    assert_eq!(kept, all);
    assert_eq!(commit(&*store, &writes).await, vec![ALREADY; all.len()]);
}

async fn what_does_not_exist_takes_no_response(store: Arc<dyn Store>) {
    let experiment = published(&*store, "unknown", 2).await;
    let participation = started(&*store, experiment, 2).await;
    let stranger = ParticipationId::generate();
    assert_eq!(
        commit(
            &*store,
            &[
                record(stranger, 0, "red"),
                record(participation, 2, "red"),
                record(participation, u32::MAX, "red")
            ]
        )
        .await,
        [
            refused(Refusal::UnknownParticipation),
            refused(Refusal::UnknownTrial),
            refused(Refusal::UnknownTrial)
        ]
    );
    assert_eq!(exported(&*store, experiment).await, []);
}

async fn a_mixed_batch_is_applied_in_order(store: Arc<dyn Store>) {
    let experiment = published(&*store, "mixed", 2).await;
    let one = new_participation(experiment, 2);
    let two = new_participation(experiment, 2);
    let writes = [
        Write::Start(one.clone()),
        record(one.id, 0, "red"),
        complete(one.id, "too-early"),
        Write::Start(two.clone()),
        record(one.id, 1, "blue"),
        record(two.id, 0, "green"),
        complete(one.id, "one"),
        record(one.id, 1, "other"),
    ];
    let missing = Written::Complete(Some(crate::participation::Completion::Missing(vec![1])));
    let began = Written::Start(Started::Started);
    let expected = [
        began.clone(),
        STORED,
        missing,
        began.clone(),
        STORED,
        STORED,
        completed_with("one"),
        refused(Refusal::DifferentAnswer),
    ];
    assert_eq!(commit(&*store, &writes).await, expected);
    let stored = exported(&*store, experiment).await;
    let order: Vec<_> = stored.iter().map(|one| (one.participation_id, one.trial, one.ordinal)).collect();
    assert_eq!(order, [(one.id, 0, 1), (one.id, 1, 0), (two.id, 0, 1)]);
    let totals = store.feed_head(experiment).await.unwrap().totals;
    assert_eq!((totals.started, totals.completed), (2, 1));
    let repeated = commit(&*store, &writes).await;
    assert_eq!(repeated[1], ALREADY, "the whole batch may be repeated");
    assert_eq!(exported(&*store, experiment).await, stored);
}

async fn a_response_before_its_beginning_is_refused_and_the_beginning_is_not(store: Arc<dyn Store>) {
    let experiment = published(&*store, "before", 1).await;
    let new = new_participation(experiment, 1);
    let writes = [record(new.id, 0, "red"), Write::Start(new.clone()), record(new.id, 0, "blue")];
    let expected = [refused(Refusal::UnknownParticipation), Written::Start(Started::Started), STORED];
    assert_eq!(commit(&*store, &writes).await, expected);
    assert_eq!(exported(&*store, experiment).await[0].answer, said("blue"));
}

async fn duplicates_within_one_batch_are_stored_once(store: Arc<dyn Store>) {
    let experiment = published(&*store, "double", 1).await;
    let new = new_participation(experiment, 1);
    let writes = [
        Write::Start(new.clone()),
        Write::Start(new.clone()),
        record(new.id, 0, "red"),
        record(new.id, 0, "red"),
        record(new.id, 0, "blue"),
        record(new.id, 0, "red"),
    ];
    let began = Written::Start(Started::Started);
    let expected = [began.clone(), began, STORED, ALREADY, refused(Refusal::DifferentAnswer), ALREADY];
    assert_eq!(commit(&*store, &writes).await, expected);
    assert_eq!(exported(&*store, experiment).await.len(), 1);
    assert_eq!(store.feed_head(experiment).await.unwrap().totals.started, 1);
}

async fn one_refusal_does_not_touch_the_others(store: Arc<dyn Store>) {
    let experiment = published(&*store, "neighbours", 3).await;
    let participation = started(&*store, experiment, 3).await;
    let wrong = nameit_domain::NewParticipation { trial_order: vec![0], ..new_participation(experiment, 3) };
    let writes = [
        record(participation, 0, "red"),
        record(participation, 9, "no such trial"),
        Write::Start(wrong),
        record(ParticipationId::generate(), 0, "nobody"),
        record(participation, 1, "blue"),
        complete(participation, "too-early"),
        record(participation, 2, "green"),
    ];
    let written = commit(&*store, &writes).await;
    assert_eq!([&written[0], &written[4], &written[6]], [&STORED; 3]);
    assert_eq!(written[2], Written::Start(Started::WrongTrialOrder));
    assert_eq!(exported(&*store, experiment).await.len(), 3);
}

async fn paused_takes_responses_and_closed_refuses(store: Arc<dyn Store>) {
    let experiment = published(&*store, "pausing", 4).await;
    let participation = started(&*store, experiment, 4).await;
    let become_state = |state| {
        let store = store.clone();
        async move { store.set_experiment_state(experiment, state, at(20)).await.unwrap() }
    };
    assert_eq!(recorded(&*store, participation, 0, "red").await, Recorded::Stored);
    become_state(ExperimentState::Paused).await;
    assert_eq!(recorded(&*store, participation, 1, "red").await, Recorded::Stored);
    become_state(ExperimentState::Published).await;
    assert_eq!(recorded(&*store, participation, 2, "red").await, Recorded::Stored);
    become_state(ExperimentState::Closed).await;
    assert_eq!(recorded(&*store, participation, 3, "red").await, Recorded::Refused(Refusal::Closed));
    assert_eq!(exported(&*store, experiment).await.len(), 3);
}

async fn the_trash_takes_no_response(store: Arc<dyn Store>) {
    let experiment = published(&*store, "trashing", 2).await;
    let participation = started(&*store, experiment, 2).await;
    recorded(&*store, participation, 0, "red").await;
    store.delete_experiment(experiment, at(20)).await.unwrap();
    assert_eq!(recorded(&*store, participation, 1, "red").await, Recorded::Refused(Refusal::Closed));
    store.restore_experiment(experiment, at(21)).await.unwrap();
    assert_eq!(recorded(&*store, participation, 1, "red").await, Recorded::Stored);
}

async fn what_is_stored_is_confirmed_after_the_end(store: Arc<dyn Store>) {
    let experiment = published(&*store, "after-end", 2).await;
    let completed = complete_run(&*store, experiment, 2, "red").await;
    let begun = started(&*store, experiment, 2).await;
    recorded(&*store, begun, 0, "blue").await;
    assert_eq!(recorded(&*store, completed, 0, "red-0").await, Recorded::AlreadyStored);
    store.set_experiment_state(experiment, ExperimentState::Closed, at(20)).await.unwrap();
    for trashed in [false, true] {
        if trashed {
            store.delete_experiment(experiment, at(21)).await.unwrap();
        }
        let outcomes = commit(
            &*store,
            &[
                record(completed, 1, "red-1"),
                record(begun, 0, "blue"),
                record(begun, 0, "other"),
                record(begun, 1, "new"),
            ],
        )
        .await;
        let expected = [ALREADY, ALREADY, refused(Refusal::DifferentAnswer), refused(Refusal::Closed)];
        assert_eq!(outcomes, expected, "in the trash: {trashed}");
    }
}

async fn of_many_answers_to_one_trial_one_is_stored(store: Arc<dyn Store>) {
    let experiment = published(&*store, "race", 1).await;
    let participation = started(&*store, experiment, 1).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..16 {
        let store = store.clone();
        tasks.spawn(async move { recorded(&*store, participation, 0, &format!("answer {number}")).await });
    }
    let outcomes = tasks.join_all().await;
    let stored = outcomes.iter().filter(|outcome| **outcome == Recorded::Stored).count();
    let different = Recorded::Refused(Refusal::DifferentAnswer);
    let others = outcomes.iter().filter(|outcome| **outcome == different).count();
    assert_eq!((stored, others), (1, 15), "{outcomes:?}");
    assert_eq!(exported(&*store, experiment).await.len(), 1);
}

async fn many_batches_at_once_lose_and_double_nothing(store: Arc<dyn Store>) {
    let experiment = published(&*store, "many", 20).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..8 {
        let store = store.clone();
        tasks.spawn(async move { complete_run(&*store, experiment, 20, &format!("run {number}")).await });
    }
    tasks.join_all().await;
    let stored = exported(&*store, experiment).await;
    let texts: std::collections::BTreeSet<_> = stored.iter().filter_map(|one| one.answer.text()).collect();
    assert_eq!((stored.len(), texts.len()), (160, 160));
}

async fn an_empty_batch_does_nothing(store: Arc<dyn Store>) {
    assert_eq!(store.commit(&[], at(12)).await.unwrap(), Committed::default());
}
