//! Experiments: their life, their trash, their copies.

use std::sync::Arc;

use nameit_domain::experiment::{Access, Experiment, ExperimentState};
use nameit_domain::text::{AccessCode, ConsentText, Language, Question, Slug, Title};
use nameit_domain::{ExperimentId, ResearcherId};

use super::story::{at, colour, complete_run, draft, exported, published, researcher, stored_draft};
use crate::experiment::{DeletedExperiment, ExperimentKey};
use crate::{Error, Store};

super::cases!("experiment":
    it_is_found_by_id_and_by_slug,
    a_taken_slug_is_refused_also_by_one_in_the_trash,
    a_draft_can_be_changed_and_nothing_else_can,
    it_lives_in_one_direction,
    the_state_it_is_in_already_changes_nothing,
    without_stimuli_it_is_not_published,
    an_owner_sees_what_was_changed_last_first,
    the_public_list_has_only_public_and_published_ones_newest_first,
    in_the_trash_it_is_invisible,
    out_of_the_trash_everything_is_back,
    what_is_not_in_the_trash_cannot_be_restored,
    a_copy_has_all_stimuli_and_its_own_life,
    a_copy_of_nothing_is_refused,
    a_copy_with_a_taken_slug_leaves_nothing_behind,
);

async fn get(store: &dyn Store, id: ExperimentId) -> Option<Experiment> {
    store.experiment(&ExperimentKey::Id(id)).await.unwrap()
}

async fn become_state(
    store: &dyn Store,
    id: ExperimentId,
    state: ExperimentState,
) -> crate::Result<Experiment> {
    store.set_experiment_state(id, state, at(20)).await
}

async fn it_is_found_by_id_and_by_slug(store: Arc<dyn Store>) {
    let ana = researcher(&*store, "ana").await;
    let by_code = Experiment {
        access: Access::Code(AccessCode::parse("tulip").unwrap()),
        previous_version: Some(ExperimentId::generate()),
        version: 3,
        ..draft(ana.id, "by-code")
    };
    let public = Experiment { access: Access::Public, ..draft(ana.id, "public") };
    for experiment in [&by_code, &public] {
        store.create_experiment(experiment).await.unwrap();
        assert_eq!(get(&*store, experiment.id).await.as_ref(), Some(experiment));
        let found = store.experiment(&ExperimentKey::Slug(experiment.slug.clone())).await.unwrap();
        assert_eq!(found.as_ref(), Some(experiment));
    }
    assert_eq!(get(&*store, ExperimentId::generate()).await, None);
    let nowhere = ExperimentKey::Slug(Slug::parse("nowhere").unwrap());
    assert_eq!(store.experiment(&nowhere).await.unwrap(), None);
}

async fn a_taken_slug_is_refused_also_by_one_in_the_trash(store: Arc<dyn Store>) {
    let ana = researcher(&*store, "ana").await;
    let first = draft(ana.id, "same-slug");
    store.create_experiment(&first).await.unwrap();
    let refused = store.create_experiment(&draft(ana.id, "same-slug")).await;
    assert!(matches!(refused, Err(Error::AlreadyExists { what: "slug" })), "{refused:?}");
    store.delete_experiment(first.id, at(5)).await.unwrap();
    let refused = store.create_experiment(&draft(ana.id, "same-slug")).await;
    assert!(
        matches!(refused, Err(Error::AlreadyExists { what: "slug" })),
        "it could not be restored: {refused:?}"
    );
}

async fn a_draft_can_be_changed_and_nothing_else_can(store: Arc<dyn Store>) {
    let original = stored_draft(&*store, "changing", 2).await;
    let changed = Experiment {
        title: Title::parse("New title").unwrap(),
        question: Question::parse("Wie heißt das?").unwrap(),
        language: Language::parse("de-AT").unwrap(),
        consent_text: ConsentText::parse("").unwrap(),
        access: Access::Code(AccessCode::parse("tulip").unwrap()),
        updated_at: at(7),
        stimulus_count: 2,
        ..original.clone()
    };
    let with_foreign_fields = Experiment {
        owner: ResearcherId::generate(),
        slug: Slug::parse("other-slug").unwrap(),
        version: 9,
        state: ExperimentState::Closed,
        created_at: at(8),
        stimulus_count: 77,
        ..changed.clone()
    };
    store.update_experiment(&with_foreign_fields).await.unwrap();
    assert_eq!(get(&*store, original.id).await, Some(changed.clone()), "owner, slug, version and state stay");

    let published = become_state(&*store, original.id, ExperimentState::Published).await.unwrap();
    let refused = store.update_experiment(&changed).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    assert_eq!(get(&*store, original.id).await, Some(published));
    let refused = store.update_experiment(&draft(original.owner, "unknown")).await;
    assert!(matches!(refused, Err(Error::NotFound { what: "experiment" })), "{refused:?}");
}

async fn it_lives_in_one_direction(store: Arc<dyn Store>) {
    use ExperimentState::{Closed, Draft, Paused, Published};
    let id = stored_draft(&*store, "living", 1).await.id;
    for (state, forbidden) in [
        (Draft, vec![Paused, Closed]),
        (Published, vec![Draft]),
        (Paused, vec![Draft]),
        (Published, vec![Draft]),
        (Closed, vec![Draft, Published, Paused]),
    ] {
        let now = store.set_experiment_state(id, state, at(30)).await.unwrap();
        assert_eq!(now.state, state);
        for wrong in forbidden {
            let refused = store.set_experiment_state(id, wrong, at(31)).await;
            assert!(matches!(refused, Err(Error::Conflict { .. })), "{state:?} to {wrong:?}: {refused:?}");
            assert_eq!(get(&*store, id).await, Some(now.clone()), "a refusal changes nothing");
        }
    }
    let refused = store.set_experiment_state(ExperimentId::generate(), Published, at(30)).await;
    assert!(matches!(refused, Err(Error::NotFound { what: "experiment" })), "{refused:?}");
}

async fn the_state_it_is_in_already_changes_nothing(store: Arc<dyn Store>) {
    let id = published(&*store, "twice", 1).await;
    let before = get(&*store, id).await.expect("it exists");
    assert_eq!(before.published_at, Some(at(3)));
    let again = store.set_experiment_state(id, ExperimentState::Published, at(50)).await.unwrap();
    assert_eq!(again, before);
    store.set_experiment_state(id, ExperimentState::Paused, at(60)).await.unwrap();
    let reopened = store.set_experiment_state(id, ExperimentState::Published, at(70)).await.unwrap();
    assert_eq!(reopened.published_at, Some(at(3)), "the first publication counts");
    assert_eq!(reopened.updated_at, at(70));
}

async fn without_stimuli_it_is_not_published(store: Arc<dyn Store>) {
    let empty = stored_draft(&*store, "empty-one", 0).await;
    let refused = become_state(&*store, empty.id, ExperimentState::Published).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    assert_eq!(get(&*store, empty.id).await.map(|found| found.state), Some(ExperimentState::Draft));
}

async fn an_owner_sees_what_was_changed_last_first(store: Arc<dyn Store>) {
    let ana = researcher(&*store, "ana").await;
    let bo = researcher(&*store, "bo_").await;
    let mut ids = Vec::new();
    for (number, slug) in ["first", "second", "third"].into_iter().enumerate() {
        let experiment = Experiment { updated_at: at(number as i64), ..draft(ana.id, slug) };
        store.create_experiment(&experiment).await.unwrap();
        ids.push(experiment.id);
    }
    store.create_experiment(&draft(bo.id, "of-bo")).await.unwrap();
    let order = |experiments: Vec<Experiment>| experiments.iter().map(|e| e.id).collect::<Vec<_>>();
    let listed = order(store.experiments_of(ana.id).await.unwrap());
    assert_eq!(listed, [ids[2], ids[1], ids[0]]);
    store.put_stimuli(ids[0], &[colour("c0")], at(100)).await.unwrap();
    let listed = store.experiments_of(ana.id).await.unwrap();
    assert_eq!(listed[0].stimulus_count, 1);
    assert_eq!(order(listed), [ids[0], ids[2], ids[1]], "a new stimulus is a change");
    assert_eq!(store.experiments_of(bo.id).await.unwrap().len(), 1);
    assert_eq!(store.experiments_of(ResearcherId::generate()).await.unwrap(), []);
}

async fn the_public_list_has_only_public_and_published_ones_newest_first(store: Arc<dyn Store>) {
    let ana = researcher(&*store, "ana").await;
    let mut public = Vec::new();
    for number in 0..4 {
        let experiment = Experiment { access: Access::Public, ..draft(ana.id, &format!("public-{number}")) };
        store.create_experiment(&experiment).await.unwrap();
        store.put_stimuli(experiment.id, &[colour("c0")], at(2)).await.unwrap();
        if number < 3 {
            store
                .set_experiment_state(experiment.id, ExperimentState::Published, at(10 + number))
                .await
                .unwrap();
            public.push(experiment.id);
        }
    }
    published(&*store, "unlisted", 1).await;
    let listed = |limit| {
        let store = store.clone();
        async move {
            let found = store.public_experiments(limit).await.unwrap();
            found.iter().map(|experiment| experiment.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(listed(10).await, [public[2], public[1], public[0]]);
    assert_eq!(listed(2).await, [public[2], public[1]]);
    become_state(&*store, public[2], ExperimentState::Paused).await.unwrap();
    store.delete_experiment(public[1], at(30)).await.unwrap();
    assert_eq!(listed(10).await, [public[0]]);
}

async fn in_the_trash_it_is_invisible(store: Arc<dyn Store>) {
    let experiment = stored_draft(&*store, "unwanted", 1).await;
    store.delete_experiment(experiment.id, at(40)).await.unwrap();
    assert_eq!(get(&*store, experiment.id).await, None);
    assert_eq!(store.experiment(&ExperimentKey::Slug(experiment.slug.clone())).await.unwrap(), None);
    assert_eq!(store.experiments_of(experiment.owner).await.unwrap(), []);
    assert_eq!(store.stimuli(experiment.id).await.unwrap(), []);
    let refusals = [
        store.update_experiment(&experiment).await,
        become_state(&*store, experiment.id, ExperimentState::Published).await.map(drop),
        store.put_stimuli(experiment.id, &[colour("c9")], at(41)).await.map(drop),
        store.copy_experiment(experiment.id, &draft(experiment.owner, "copied")).await,
        store.delete_experiment(experiment.id, at(41)).await,
        store.feed_head(experiment.id).await.map(drop),
    ];
    for (number, refused) in refusals.into_iter().enumerate() {
        assert!(matches!(refused, Err(Error::NotFound { what: "experiment" })), "call {number}: {refused:?}");
    }
}

async fn out_of_the_trash_everything_is_back(store: Arc<dyn Store>) {
    let kept = published(&*store, "precious", 2).await;
    complete_run(&*store, kept, 2, "red").await;
    let before = get(&*store, kept).await.expect("it exists");
    let responses = exported(&*store, kept).await;
    let other = draft(before.owner, "other-one");
    store.create_experiment(&other).await.unwrap();
    store.delete_experiment(kept, at(50)).await.unwrap();
    store.delete_experiment(other.id, at(60)).await.unwrap();

    let trash = store.deleted_experiments(before.owner).await.unwrap();
    let expected = [
        DeletedExperiment { experiment: other, deleted_at: at(60) },
        DeletedExperiment { experiment: before.clone(), deleted_at: at(50) },
    ];
    assert_eq!(trash, expected, "most recently deleted first");

    let restored = store.restore_experiment(kept, at(70)).await.unwrap();
    assert_eq!(restored, Experiment { updated_at: at(70), ..before });
    assert_eq!(get(&*store, kept).await, Some(restored));
    assert_eq!(store.stimuli(kept).await.unwrap().len(), 2);
    assert_eq!(exported(&*store, kept).await, responses);
    complete_run(&*store, kept, 2, "blue").await;
}

async fn what_is_not_in_the_trash_cannot_be_restored(store: Arc<dyn Store>) {
    let experiment = stored_draft(&*store, "not-in-it", 1).await;
    for id in [experiment.id, ExperimentId::generate()] {
        let refused = store.restore_experiment(id, at(70)).await;
        assert!(matches!(refused, Err(Error::NotFound { what: "experiment" })), "{refused:?}");
    }
    assert_eq!(store.deleted_experiments(experiment.owner).await.unwrap(), []);
}

async fn a_copy_has_all_stimuli_and_its_own_life(store: Arc<dyn Store>) {
    let original = published(&*store, "original", 3).await;
    complete_run(&*store, original, 3, "red").await;
    let first = get(&*store, original).await.expect("it exists");
    let copy = Experiment {
        version: 2,
        previous_version: Some(original),
        state: ExperimentState::Published,
        published_at: Some(at(80)),
        ..draft(first.owner, "next-version")
    };
    store.copy_experiment(original, &copy).await.unwrap();
    let found = get(&*store, copy.id).await.expect("the copy exists");
    let expected =
        Experiment { state: ExperimentState::Draft, published_at: None, stimulus_count: 3, ..copy.clone() };
    assert_eq!(found, expected, "a copy is a draft");
    assert_eq!(store.stimuli(copy.id).await.unwrap(), store.stimuli(original).await.unwrap());
    assert_eq!(exported(&*store, copy.id).await, [], "responses stay with the original");

    let key = colour("c1").key;
    store.delete_stimulus(copy.id, &key, at(81)).await.unwrap();
    assert_eq!(store.stimuli(original).await.unwrap().len(), 3);
    assert_eq!(get(&*store, original).await, Some(first));
}

async fn a_copy_of_nothing_is_refused(store: Arc<dyn Store>) {
    let ana = researcher(&*store, "ana").await;
    let copy = draft(ana.id, "copy-of-nothing");
    let refused = store.copy_experiment(ExperimentId::generate(), &copy).await;
    assert!(matches!(refused, Err(Error::NotFound { what: "experiment" })), "{refused:?}");
    assert_eq!(get(&*store, copy.id).await, None);
}

async fn a_copy_with_a_taken_slug_leaves_nothing_behind(store: Arc<dyn Store>) {
    let original = stored_draft(&*store, "original", 2).await;
    let copy = draft(original.owner, "original");
    let refused = store.copy_experiment(original.id, &copy).await;
    assert!(matches!(refused, Err(Error::AlreadyExists { what: "slug" })), "{refused:?}");
    assert_eq!(get(&*store, copy.id).await, None);
    assert_eq!(store.stimuli(copy.id).await.unwrap(), []);
    assert_eq!(store.experiments_of(original.owner).await.unwrap().len(), 1);
}
