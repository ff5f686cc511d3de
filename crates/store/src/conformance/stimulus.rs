//! Stimuli and their pictures.

use std::sync::Arc;

use nameit_domain::colour::Srgb;
use nameit_domain::image::{ImageBytes, ImageHash, ImageRef, ImageVersion};
use nameit_domain::stimulus::{STIMULI_MAX, TargetShape, TargetStyle};
use nameit_domain::text::{Question, StimulusKey};
use nameit_domain::{ExperimentId, ExperimentState, Stimulus, StimulusKind, Target};

use super::story::{at, colour, colours, published, stored_draft};
use crate::experiment::ExperimentKey;
use crate::{Error, Store};

super::cases!("stimulus":
    every_kind_comes_back_as_it_was_put,
    a_new_key_comes_last_and_a_known_one_keeps_its_place,
    it_is_all_or_none,
    ten_thousand_are_allowed_and_not_one_more,
    publishing_closes_the_gaps,
    it_is_frozen_once_published,
    what_does_not_exist_is_refused,
    keys_belong_to_their_experiment,
    an_image_is_kept_once_and_comes_back_unchanged,
);

fn hash(byte: u8) -> ImageHash {
    ImageHash::from_bytes([byte; 32])
}

fn picture(key: &str, target: Option<Target>) -> Stimulus {
    let smaller =
        vec![ImageVersion { hash: hash(2), width: 480 }, ImageVersion { hash: hash(3), width: 960 }];
    let image = ImageRef { hash: hash(1), width: 1600, height: 1200, smaller };
    Stimulus { kind: StimulusKind::Image { image, target }, ..colour(key) }
}

fn keys(stimuli: &[Stimulus]) -> Vec<(&str, u32)> {
    stimuli.iter().map(|stimulus| (stimulus.key.as_str(), stimulus.ordinal)).collect()
}

async fn count(store: &dyn Store, id: ExperimentId) -> u32 {
    let found = store.experiment(&ExperimentKey::Id(id)).await.unwrap();
    found.expect("the experiment exists").stimulus_count
}

async fn every_kind_comes_back_as_it_was_put(store: Arc<dyn Store>) {
    let experiment = stored_draft(&*store, "all-kinds", 0).await.id;
    let tenth_thrice = 0.1 + 0.1 + 0.1;
    let frame = TargetShape::parse_box(0.1, 1.0 / 3.0, tenth_thrice, 0.2).unwrap();
    let polygon =
        TargetShape::parse_polygon(vec![(0.0, 1.0), (2.0 / 3.0, 1e-17), (tenth_thrice, 0.5)]).unwrap();
    let mut stimuli = vec![
        picture("plain picture", None),
        picture("boxed", Some(Target { shape: frame, style: TargetStyle::Outline })),
        picture("outlined", Some(Target { shape: polygon, style: TargetStyle::Dim })),
        Stimulus { question: Some(Question::parse("什么颜色?").unwrap()), ..colour("赤 red") },
        Stimulus { kind: StimulusKind::Colour(Srgb { red: 0, green: 0, blue: 255 }), ..colour("blue") },
    ];
    let returned = store.put_stimuli(experiment, &stimuli, at(4)).await.unwrap();
    for (ordinal, stimulus) in (0..).zip(&mut stimuli) {
        stimulus.ordinal = ordinal;
    }
    assert_eq!(returned, stimuli);
    assert_eq!(store.stimuli(experiment).await.unwrap(), stimuli);
    for stimulus in stimuli {
        let found = store.stimulus(experiment, &stimulus.key).await.unwrap();
        assert_eq!(found, Some(stimulus));
    }
    assert_eq!(count(&*store, experiment).await, 5);
}

async fn a_new_key_comes_last_and_a_known_one_keeps_its_place(store: Arc<dyn Store>) {
    let experiment = stored_draft(&*store, "places", 3).await.id;
    let put = [colour("new"), Stimulus { ordinal: 2, ..picture("c1", None) }, colour("newer")];
    let returned = store.put_stimuli(experiment, &put, at(5)).await.unwrap();
    assert_eq!(keys(&returned), [("new", 3), ("c1", 1), ("newer", 4)]);
    let all = store.stimuli(experiment).await.unwrap();
    assert_eq!(keys(&all), [("c0", 0), ("c1", 1), ("c2", 2), ("new", 3), ("newer", 4)]);
    assert!(matches!(all[1].kind, StimulusKind::Image { .. }), "it was replaced");
    assert_eq!(count(&*store, experiment).await, 5);

    let twice = [colour("again"), picture("again", None)];
    store.put_stimuli(experiment, &twice, at(6)).await.unwrap();
    let again = store.stimulus(experiment, &twice[0].key).await.unwrap().expect("it was put");
    assert!(matches!(again.kind, StimulusKind::Image { .. }), "the later one replaces the earlier");
    assert_eq!((again.ordinal, count(&*store, experiment).await), (5, 6));
}

async fn it_is_all_or_none(store: Arc<dyn Store>) {
    let experiment = stored_draft(&*store, "crowded", STIMULI_MAX as u32 - 1).await.id;
    let refused =
        store.put_stimuli(experiment, &[picture("c7", None), colour("x"), colour("y")], at(6)).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    assert_eq!(count(&*store, experiment).await, STIMULI_MAX as u32 - 1);
    let untouched = store.stimulus(experiment, &colour("c7").key).await.unwrap().expect("it was put");
    assert!(
        matches!(untouched.kind, StimulusKind::Colour(_)),
        "the one before the refused ones stays as it was"
    );
    assert_eq!(store.stimulus(experiment, &colour("x").key).await.unwrap(), None);
}

async fn ten_thousand_are_allowed_and_not_one_more(store: Arc<dyn Store>) {
    let experiment = stored_draft(&*store, "ten-thousand", 0).await.id;
    let all = colours(STIMULI_MAX as u32);
    for part in all.chunks(2_500) {
        store.put_stimuli(experiment, part, at(5)).await.unwrap();
    }
    let refused = store.put_stimuli(experiment, &[colour("one-more")], at(6)).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    store.put_stimuli(experiment, &[picture("c0", None)], at(7)).await.unwrap();
    assert_eq!(store.stimuli(experiment).await.unwrap().len(), STIMULI_MAX);
}

async fn publishing_closes_the_gaps(store: Arc<dyn Store>) {
    let experiment = stored_draft(&*store, "gaps", 5).await.id;
    for key in ["c0", "c3"] {
        store.delete_stimulus(experiment, &colour(key).key, at(5)).await.unwrap();
    }
    store.put_stimuli(experiment, &[colour("a-late-one")], at(6)).await.unwrap();
    assert_eq!(count(&*store, experiment).await, 4);
    let published = store.set_experiment_state(experiment, ExperimentState::Published, at(7)).await.unwrap();
    assert_eq!(published.stimulus_count, 4);
    let all = store.stimuli(experiment).await.unwrap();
    assert_eq!(keys(&all), [("c1", 0), ("c2", 1), ("c4", 2), ("a-late-one", 3)]);
}

async fn it_is_frozen_once_published(store: Arc<dyn Store>) {
    let experiment = published(&*store, "frozen", 2).await;
    for state in [ExperimentState::Published, ExperimentState::Paused, ExperimentState::Closed] {
        store.set_experiment_state(experiment, state, at(8)).await.unwrap();
        let put = store.put_stimuli(experiment, &[colour("late")], at(9)).await;
        assert!(matches!(put, Err(Error::Conflict { .. })), "{state:?}: {put:?}");
        let deleted = store.delete_stimulus(experiment, &colour("c0").key, at(9)).await;
        assert!(matches!(deleted, Err(Error::Conflict { .. })), "{state:?}: {deleted:?}");
    }
    assert_eq!(keys(&store.stimuli(experiment).await.unwrap()), [("c0", 0), ("c1", 1)]);
}

async fn what_does_not_exist_is_refused(store: Arc<dyn Store>) {
    let experiment = stored_draft(&*store, "missing", 1).await.id;
    let nowhere = ExperimentId::generate();
    let missing = colour("missing");
    let refused = store.delete_stimulus(experiment, &missing.key, at(9)).await;
    assert!(matches!(refused, Err(Error::NotFound { what: "stimulus" })), "{refused:?}");
    let refused = store.put_stimuli(nowhere, std::slice::from_ref(&missing), at(9)).await;
    assert!(matches!(refused, Err(Error::NotFound { what: "experiment" })), "{refused:?}");
    let refused = store.delete_stimulus(nowhere, &missing.key, at(9)).await;
    assert!(matches!(refused, Err(Error::NotFound { what: "experiment" })), "{refused:?}");
    assert_eq!(store.stimulus(experiment, &missing.key).await.unwrap(), None);
    assert_eq!(store.stimuli(nowhere).await.unwrap(), []);
}

async fn keys_belong_to_their_experiment(store: Arc<dyn Store>) {
    let one = stored_draft(&*store, "one-of-two", 2).await.id;
    let two = stored_draft(&*store, "two-of-two", 2).await.id;
    let key = StimulusKey::parse("c1").unwrap();
    store.put_stimuli(one, &[picture("c1", None)], at(5)).await.unwrap();
    let other = store.stimulus(two, &key).await.unwrap().expect("the other has its own c1");
    assert!(matches!(other.kind, StimulusKind::Colour(_)));
    store.delete_stimulus(one, &key, at(6)).await.unwrap();
    assert!(store.stimulus(two, &key).await.unwrap().is_some());
}

async fn an_image_is_kept_once_and_comes_back_unchanged(store: Arc<dyn Store>) {
    let bytes: Vec<u8> = (0..300_000_u32).map(|number| (number % 251) as u8).collect();
    let image = ImageBytes { hash: hash(7), media_type: "image/png".to_owned(), bytes };
    store.put_image(&image).await.unwrap();
    store.put_image(&image).await.unwrap();
    let at_once = futures::future::join_all((0..4).map(|_| store.put_image(&image))).await;
    assert!(at_once.iter().all(Result::is_ok), "{at_once:?}");
    assert_eq!(store.image(&image.hash).await.unwrap(), Some(image));
    assert_eq!(store.image(&hash(8)).await.unwrap(), None);
}
