//! Participations: begin, go on, complete, withdraw.

use std::sync::Arc;

use nameit_domain::participation::ParticipationTotals;
use nameit_domain::response::{Recorded, Refusal};
use nameit_domain::{
    ExperimentId, ExperimentState, NewParticipation, Participation, ParticipationId, ParticipationState,
};

use super::story::{
    at, commit_one, complete, complete_run, completed_with, exported, new_participation, published, recorded,
    started, stored_draft,
};
use crate::participation::{Completion, Started};
use crate::response::{Write, Written};
use crate::{Error, Store};

super::cases!("participation":
    it_remembers_how_it_began_and_what_was_answered,
    beginning_twice_is_beginning_once,
    only_a_published_experiment_admits,
    the_trial_order_is_a_permutation_of_the_stimuli,
    missing_trials_are_named_until_the_last_one_is_durable,
    the_code_is_the_same_at_each_call,
    a_closed_experiment_still_gives_the_code_that_was_earned,
    withdrawing_erases_all_that_came_from_the_participant,
    withdrawing_twice_is_withdrawing_once,
    a_completed_one_can_be_withdrawn,
    it_can_be_withdrawn_while_its_experiment_is_in_the_trash,
    one_that_does_not_exist_cannot_be_withdrawn,
);

async fn get(store: &dyn Store, id: ParticipationId) -> Participation {
    store.participation(id).await.unwrap().expect("the participation exists")
}

async fn begin(store: &dyn Store, new: NewParticipation) -> Started {
    match commit_one(store, Write::Start(new)).await {
        Written::Start(started) => started,
        other => panic!("a participation began, and the answer is {other:?}"),
    }
}

async fn totals(store: &dyn Store, experiment: ExperimentId) -> (u64, u64, u64) {
    let ParticipationTotals { started, completed, withdrawn } =
        store.feed_head(experiment).await.unwrap().totals;
    (started, completed, withdrawn)
}

async fn it_remembers_how_it_began_and_what_was_answered(store: Arc<dyn Store>) {
    let experiment = published(&*store, "remember", 3).await;
    let new = new_participation(experiment, 3);
    assert_eq!(begin(&*store, new.clone()).await, Started::Started);
    let mut expected = Participation {
        id: new.id,
        experiment_id: experiment,
        trial_order: vec![2, 1, 0],
        answered: vec![],
        state: ParticipationState::Started,
        completion_code: None,
        started_at: at(10),
        completed_at: None,
        url_parameters: new.url_parameters,
        environment: new.environment,
    };
    assert_eq!(get(&*store, new.id).await, expected);
    for trial in [2, 0] {
        assert_eq!(recorded(&*store, new.id, trial, "red").await, Recorded::Stored);
    }
    expected.answered = vec![0, 2];
    assert_eq!(get(&*store, new.id).await, expected);
    recorded(&*store, new.id, 1, "red").await;
    commit_one(&*store, complete(new.id, "code-1")).await;
    expected.answered = vec![0, 1, 2];
    expected.state = ParticipationState::Completed;
    expected.completion_code = Some("code-1".to_owned());
    expected.completed_at = Some(at(10));
    assert_eq!(get(&*store, new.id).await, expected);
    assert_eq!(store.participation(ParticipationId::generate()).await.unwrap(), None);
}

async fn beginning_twice_is_beginning_once(store: Arc<dyn Store>) {
    let experiment = published(&*store, "twice", 2).await;
    let new = new_participation(experiment, 2);
    assert_eq!(begin(&*store, new.clone()).await, Started::Started);
    let first = get(&*store, new.id).await;
    assert_eq!(begin(&*store, new.clone()).await, Started::Started);
    let reshuffled = NewParticipation { trial_order: vec![0, 1], url_parameters: vec![], ..new.clone() };
    assert_eq!(begin(&*store, reshuffled).await, Started::Started);
    assert_eq!(get(&*store, new.id).await, first, "the first beginning counts");
    store.set_experiment_state(experiment, ExperimentState::Closed, at(20)).await.unwrap();
    assert_eq!(begin(&*store, new).await, Started::Started, "it had begun before the end");
    assert_eq!(totals(&*store, experiment).await, (1, 0, 0));
}

async fn only_a_published_experiment_admits(store: Arc<dyn Store>) {
    use ExperimentState::{Closed, Draft, Paused, Published};
    let experiment = stored_draft(&*store, "doors", 2).await.id;
    for state in [Draft, Published, Paused, Published, Closed] {
        store.set_experiment_state(experiment, state, at(8)).await.unwrap();
        let new = new_participation(experiment, 2);
        let expected = if state == Published { Started::Started } else { Started::NotOpen(state) };
        assert_eq!(begin(&*store, new.clone()).await, expected);
        assert_eq!(store.participation(new.id).await.unwrap().is_some(), state == Published, "{state:?}");
    }
    assert_eq!(
        begin(&*store, new_participation(ExperimentId::generate(), 2)).await,
        Started::UnknownExperiment
    );
    let trashed = published(&*store, "trashed", 2).await;
    started(&*store, trashed, 2).await;
    store.delete_experiment(trashed, at(9)).await.unwrap();
    assert_eq!(begin(&*store, new_participation(trashed, 2)).await, Started::UnknownExperiment);
    assert_eq!(totals(&*store, experiment).await, (2, 0, 0));
}

async fn the_trial_order_is_a_permutation_of_the_stimuli(store: Arc<dyn Store>) {
    let experiment = published(&*store, "orders", 3).await;
    let wrong: [&[u32]; 6] = [&[], &[0, 1], &[0, 1, 2, 3], &[0, 1, 1], &[1, 2, 3], &[0, 1, u32::MAX]];
    for order in wrong {
        let new = NewParticipation { trial_order: order.to_vec(), ..new_participation(experiment, 3) };
        assert_eq!(begin(&*store, new.clone()).await, Started::WrongTrialOrder, "{order:?}");
        assert_eq!(store.participation(new.id).await.unwrap(), None);
    }
    let new = NewParticipation { trial_order: vec![1, 2, 0], ..new_participation(experiment, 3) };
    assert_eq!(begin(&*store, new).await, Started::Started);
    assert_eq!(totals(&*store, experiment).await, (1, 0, 0));
}

async fn missing_trials_are_named_until_the_last_one_is_durable(store: Arc<dyn Store>) {
    let experiment = published(&*store, "missing", 3).await;
    let participation = started(&*store, experiment, 3).await;
    recorded(&*store, participation, 1, "red").await;
    let missing = Written::Complete(Some(Completion::Missing(vec![0, 2])));
    assert_eq!(commit_one(&*store, complete(participation, "early")).await, missing);
    assert_eq!(get(&*store, participation).await.completion_code, None);
    assert_eq!(totals(&*store, experiment).await, (1, 0, 0));
    recorded(&*store, participation, 0, "red").await;
    recorded(&*store, participation, 2, "red").await;
    assert_eq!(commit_one(&*store, complete(participation, "late")).await, completed_with("late"));
    assert_eq!(totals(&*store, experiment).await, (1, 1, 0));
    let nobody = complete(ParticipationId::generate(), "nobody");
    assert_eq!(commit_one(&*store, nobody).await, Written::Complete(None));
}

async fn the_code_is_the_same_at_each_call(store: Arc<dyn Store>) {
    let experiment = published(&*store, "codes", 1).await;
    let participation = complete_run(&*store, experiment, 1, "red").await;
    assert_eq!(commit_one(&*store, complete(participation, "another")).await, completed_with("done"));
    let same_batch = [complete(participation, "x"), complete(participation, "y")];
    let committed = store.commit(&same_batch, at(30)).await.unwrap();
    assert_eq!(committed.written, [completed_with("done"), completed_with("done")]);
    let found = get(&*store, participation).await;
    assert_eq!((found.completed_at, found.completion_code.as_deref()), (Some(at(11)), Some("done")));
    assert_eq!(totals(&*store, experiment).await, (1, 1, 0));
}

async fn a_closed_experiment_still_gives_the_code_that_was_earned(store: Arc<dyn Store>) {
    let experiment = published(&*store, "earned", 1).await;
    let participation = started(&*store, experiment, 1).await;
    recorded(&*store, participation, 0, "red").await;
    store.set_experiment_state(experiment, ExperimentState::Closed, at(20)).await.unwrap();
    assert_eq!(commit_one(&*store, complete(participation, "earned")).await, completed_with("earned"));
}

async fn withdrawing_erases_all_that_came_from_the_participant(store: Arc<dyn Store>) {
    let experiment = published(&*store, "withdrawing", 2).await;
    let stays = complete_run(&*store, experiment, 2, "red").await;
    let leaves = started(&*store, experiment, 2).await;
    recorded(&*store, leaves, 0, "secret").await;
    store.withdraw(leaves, at(40)).await.unwrap();

    let left = get(&*store, leaves).await;
    assert_eq!(left.state, ParticipationState::Withdrawn);
    assert_eq!((left.answered, left.url_parameters, left.environment), (vec![], vec![], vec![]));
    assert_eq!((left.completion_code, left.completed_at), (None, None));
    let remaining = exported(&*store, experiment).await;
    assert_eq!(remaining.len(), 2);
    assert!(remaining.iter().all(|response| response.participation_id == stays));
    assert_eq!(get(&*store, stays).await.answered, [0, 1], "nobody else is touched");
    assert_eq!(totals(&*store, experiment).await, (1, 1, 1));

    for trial in [0, 1] {
        let again = recorded(&*store, leaves, trial, "secret").await;
        assert_eq!(again, Recorded::Refused(Refusal::Withdrawn), "trial {trial}");
    }
    assert_eq!(commit_one(&*store, complete(leaves, "late")).await, Written::Complete(None));
    assert_eq!(exported(&*store, experiment).await.len(), 2);
}

async fn withdrawing_twice_is_withdrawing_once(store: Arc<dyn Store>) {
    let experiment = published(&*store, "twice-gone", 1).await;
    let participation = started(&*store, experiment, 1).await;
    store.withdraw(participation, at(40)).await.unwrap();
    let after_one = store.feed_head(experiment).await.unwrap();
    store.withdraw(participation, at(50)).await.unwrap();
    assert_eq!(store.feed_head(experiment).await.unwrap(), after_one);
    assert_eq!(totals(&*store, experiment).await, (0, 0, 1));
}

async fn a_completed_one_can_be_withdrawn(store: Arc<dyn Store>) {
    let experiment = published(&*store, "regret", 2).await;
    let participation = complete_run(&*store, experiment, 2, "red").await;
    assert_eq!(totals(&*store, experiment).await, (1, 1, 0));
    store.withdraw(participation, at(40)).await.unwrap();
    assert_eq!(totals(&*store, experiment).await, (0, 0, 1));
    assert_eq!(exported(&*store, experiment).await, []);
    assert_eq!(commit_one(&*store, complete(participation, "again")).await, Written::Complete(None));
}

async fn it_can_be_withdrawn_while_its_experiment_is_in_the_trash(store: Arc<dyn Store>) {
    let experiment = published(&*store, "trash-can", 1).await;
    let participation = complete_run(&*store, experiment, 1, "red").await;
    store.delete_experiment(experiment, at(30)).await.unwrap();
    assert_eq!(get(&*store, participation).await.state, ParticipationState::Completed);
    store.withdraw(participation, at(40)).await.unwrap();
    store.restore_experiment(experiment, at(50)).await.unwrap();
    assert_eq!(exported(&*store, experiment).await, []);
    assert_eq!(totals(&*store, experiment).await, (0, 0, 1));
}

async fn one_that_does_not_exist_cannot_be_withdrawn(store: Arc<dyn Store>) {
    let refused = store.withdraw(ParticipationId::generate(), at(40)).await;
    assert!(matches!(refused, Err(Error::NotFound { what: "participation" })), "{refused:?}");
}
