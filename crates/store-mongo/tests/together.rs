//! Two stores on one database, as two storage processes have them: what both do at once comes out as if one
//! had come after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::TryStreamExt as _;
use futures::future::{join, join_all};
use libtest_mimic::Trial;
use mongodb::Client;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use nameit_domain::colour::Srgb;
use nameit_domain::image::{ImageBytes, ImageHash};
use nameit_domain::session::{Session, SessionKind};
use nameit_domain::{
    DecisionBody, DecisionKind, Experiment, ExperimentId, ExperimentState, Hour, Stimulus, StimulusKind,
    Visits,
};
use nameit_store::conformance::story::{at, colour, colours, credentials, draft, researcher, stored_draft};
use nameit_store::decision::NewDecision;
use nameit_store::{Error, Result, Store};
use nameit_store_mongo::{MongoStore, Options};
use nameit_testkit_mongodb::TestDatabase;

/// A database and two stores that know nothing of each other.
struct Together {
    stores: [Arc<dyn Store>; 2],
    database: TestDatabase,
}

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let trials = vec![
        trial("both_find_an_empty_database_and_agree_on_it", agreement),
        trial("of_many_who_want_a_handle_one_gets_it", one_handle),
        trial("who_repeats_a_creation_whose_answer_was_lost_is_told_that_it_is_done", repeated_creations),
        trial("every_stimulus_that_was_put_is_there_once", puts),
        trial("a_stimulus_is_removed_once_and_takes_no_other_along", removals),
        trial("what_is_published_is_what_was_put_before", put_and_publish),
        trial("of_two_who_publish_both_see_one_publication", one_publication),
        trial("readers_see_the_stimuli_of_one_moment", readers),
        trial("an_image_that_many_upload_is_kept_once", one_image),
        trial("a_copy_that_is_refused_leaves_nothing", refused_copies),
        trial("of_two_who_decide_about_one_version_one_is_first", decisions),
        trial("links_that_both_count_add_up", visits),
        trial("what_a_dead_process_left_is_swept_away_and_nothing_else", left_behind),
    ];
    libtest_mimic::run(&arguments, nameit_testkit_mongodb::trials(trials)).exit_code()
}

fn trial<W: Future<Output = ()> + 'static>(name: &str, story: fn(Together) -> W) -> Trial {
    Trial::test(format!("mongodb::together::{name}"), move || {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("the system gives threads for a runtime")
            .block_on(async { story(Together::start().await).await });
        Ok(())
    })
}

async fn agreement(together: Together) {
    let calls = (0..8_u8).map(|number| {
        let store = together.store(number);
        async move {
            store.ping().await.expect("the server works");
            store.signing_key([number; 32]).await.expect("the server works")
        }
    });
    let keys = join_all(calls).await;
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

async fn one_handle(together: Together) {
    let calls = (0..12).map(|number| {
        let store = together.store(number);
        async move { store.create_researcher(&credentials("ana")).await }
    });
    let outcomes = join_all(calls).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let refused = |outcome: &&Result<()>| matches!(outcome, Err(Error::AlreadyExists { what: "handle" }));
    assert_eq!(outcomes.iter().filter(refused).count(), 11, "{outcomes:?}");
}

async fn repeated_creations(together: Together) {
    let ana = credentials("ana");
    let session = Session {
        secret_hash: [7; 32],
        researcher_id: ana.researcher.id,
        kind: SessionKind::Browser,
        label: String::new(),
        created_at: at(1),
        expires_at: at(9),
    };
    let original = draft(ana.researcher.id, "original");
    let copy = draft(ana.researcher.id, "the-copy");
    for number in 0..2 {
        let store = together.store(number);
        store.create_researcher(&ana).await.expect("it is done, now or before");
        store.create_session(&session).await.expect("it is done, now or before");
        store.create_experiment(&original).await.expect("it is done, now or before");
    }
    let store = together.store(0);
    store.put_stimuli(original.id, &colours(3), at(2)).await.expect("it is a draft");
    for number in 0..2 {
        together.store(number).copy_experiment(original.id, &copy).await.expect("it is done, now or before");
    }
    together.check_pages(&[original.id, copy.id]).await;

    let other = Experiment { version: 2, ..copy };
    let refused = store.create_experiment(&other).await;
    assert!(matches!(refused, Err(Error::AlreadyExists { what: "experiment" })), "{refused:?}");
}

async fn puts(together: Together) {
    let experiment = stored_draft(&*together.store(0), "puts", 100).await.id;
    let calls = (0..20_u8).map(|number| {
        let store = together.store(number);
        // Ten of its own, and five that all put.
        let own = (0..10).map(move |key| colour(&format!("own-{number}-{key}")));
        let stimuli: Vec<Stimulus> = own.chain((0..5).map(|key| colour(&format!("shared-{key}")))).collect();
        async move { store.put_stimuli(experiment, &stimuli, at(5)).await.expect("it is a draft") }
    });
    let returned: BTreeMap<String, BTreeSet<u32>> =
        join_all(calls).await.into_iter().flatten().fold(BTreeMap::new(), |mut ordinals, stimulus| {
            ordinals.entry(stimulus.key.into_string()).or_default().insert(stimulus.ordinal);
            ordinals
        });
    let stored = together.store(1).stimuli(experiment).await.expect("the server works");
    assert_eq!(stored.len(), 100 + 200 + 5);
    let ordinals: Vec<u32> = stored.iter().map(|stimulus| stimulus.ordinal).collect();
    assert_eq!(ordinals, (0..305).collect::<Vec<u32>>());
    for stimulus in &stored[100..] {
        let told = &returned[stimulus.key.as_str()];
        assert_eq!(
            told,
            &BTreeSet::from([stimulus.ordinal]),
            "{}: everybody was told one place",
            stimulus.key
        );
    }
    together.check_pages(&[experiment]).await;
}

async fn removals(together: Together) {
    let experiment = stored_draft(&*together.store(0), "removals", 300).await.id;
    // Both remove the middle ones.
    let removed = [0..8_u32, 4..12];
    let calls = (0..2_u8).zip(removed).flat_map(|(number, keys)| {
        let together = &together;
        keys.map(move |key| {
            let store = together.store(number);
            let key = colour(&format!("c{key}")).key;
            async move { store.delete_stimulus(experiment, &key, at(5)).await }
        })
    });
    let outcomes = join_all(calls).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 12, "{outcomes:?}");
    let gone = |outcome: &&Result<()>| matches!(outcome, Err(Error::NotFound { what: "stimulus" }));
    assert_eq!(outcomes.iter().filter(gone).count(), 4, "{outcomes:?}");
    let left = together.store(1).stimuli(experiment).await.expect("the server works");
    let ordinals: Vec<u32> = left.iter().map(|stimulus| stimulus.ordinal).collect();
    assert_eq!(ordinals, (12..300).collect::<Vec<u32>>());
    together.check_pages(&[experiment]).await;
}

async fn put_and_publish(together: Together) {
    let mut experiments = Vec::new();
    for round in 0..6_u32 {
        let experiment = stored_draft(&*together.store(0), &format!("round-{round}"), 130).await.id;
        // A gap, so that publishing has something to renumber.
        let first = colour("c0").key;
        together.store(0).delete_stimulus(experiment, &first, at(3)).await.expect("it is a draft");
        let putting = async {
            let mut accepted = 0;
            for number in 0..8 {
                let stimuli = colours(5).into_iter().enumerate().map(|(place, stimulus)| Stimulus {
                    key: colour(&format!("late-{number}-{place}")).key,
                    ..stimulus
                });
                let stimuli: Vec<Stimulus> = stimuli.collect();
                match together.store(0).put_stimuli(experiment, &stimuli, at(5)).await {
                    Ok(_) => accepted += 5,
                    Err(Error::Conflict { .. }) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
            accepted
        };
        let publishing = async {
            // A little later in every round.
            for _ in 0..round {
                together.store(1).ping().await.expect("the server works");
            }
            let state = ExperimentState::Published;
            together.store(1).set_experiment_state(experiment, state, at(6)).await.expect("it has stimuli")
        };
        let (accepted, published) = join(putting, publishing).await;
        assert_eq!(published.stimulus_count, 129 + accepted, "round {round}");
        let stored = together.store(0).stimuli(experiment).await.expect("the server works");
        let ordinals: Vec<u32> = stored.iter().map(|stimulus| stimulus.ordinal).collect();
        assert_eq!(ordinals, (0..published.stimulus_count).collect::<Vec<u32>>(), "round {round}");
        experiments.push(experiment);
        together.check_pages(&experiments).await;
    }
}

async fn one_publication(together: Together) {
    let experiment = stored_draft(&*together.store(0), "once", 2).await.id;
    let calls = (0..6_u8).map(|number| {
        let store = together.store(number);
        let now = at(10 + i64::from(number));
        async move { store.set_experiment_state(experiment, ExperimentState::Published, now).await }
    });
    let published: Vec<Experiment> =
        join_all(calls).await.into_iter().collect::<Result<_>>().expect("it has stimuli");
    assert!(published.iter().all(|one| *one == published[0]), "{published:?}");
    let document = together.experiment(experiment).await;
    assert_eq!(document.get_array("history").expect("it has one").len(), 1, "{document}");
}

async fn readers(together: Together) {
    let experiment = stored_draft(&*together.store(0), "moments", 0).await.id;
    let moment = |red: u8| -> Vec<Stimulus> {
        let kind = StimulusKind::Colour(Srgb { red, green: 0, blue: 0 });
        colours(200).into_iter().map(|stimulus| Stimulus { kind: kind.clone(), ..stimulus }).collect()
    };
    let write = together.store(0);
    write.put_stimuli(experiment, &moment(0), at(4)).await.expect("it is a draft");
    let done = AtomicBool::new(false);
    let writing = async {
        for red in 1..12 {
            write.put_stimuli(experiment, &moment(red), at(5)).await.expect("it is a draft");
        }
        done.store(true, Ordering::Release);
    };
    let reading = async {
        let (read, mut looks) = (together.store(1), 0);
        while !done.load(Ordering::Acquire) {
            let stored = read.stimuli(experiment).await.expect("the server works");
            assert_eq!(stored.len(), 200);
            assert!(stored.iter().all(|one| one.kind == stored[0].kind), "stimuli of two moments");
            let one = read.stimulus(experiment, &colour("c150").key).await.expect("the server works");
            assert!(one.is_some(), "it never went away");
            looks += 1;
        }
        looks
    };
    let ((), looks) = join(writing, reading).await;
    assert!(looks > 0, "somebody looked meanwhile");
}

async fn one_image(together: Together) {
    let bytes: Vec<u8> = (0..600_000_u32).map(|number| (number % 251) as u8).collect();
    let hash = ImageHash::from_bytes([5; 32]);
    let image = ImageBytes { hash: hash.clone(), media_type: "image/jpeg".to_owned(), bytes };
    let calls = (0..8_u8).map(|number| {
        let (store, image) = (together.store(number), &image);
        async move { store.put_image(image).await }
    });
    let outcomes = join_all(calls).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(together.store(1).image(&hash).await.expect("the server works"), Some(image));
    let count = async |collection: &str| {
        let collection = together.raw().await.collection::<Document>(collection);
        collection.count_documents(doc! {}).await.expect("the server works")
    };
    assert_eq!((count("images.files").await, count("images.chunks").await), (1, 3));
}

async fn refused_copies(together: Together) {
    let original = stored_draft(&*together.store(0), "original", 150).await;
    together.store(0).put_decision(&decided(original.id, 0, 0), at(3)).await.expect("it is the first");
    let copies: Vec<Experiment> = (0..6).map(|_| draft(original.owner, "same-slug")).collect();
    let calls = (0_u8..).zip(&copies).map(|(number, copy)| {
        let (store, original) = (together.store(number), original.id);
        async move { store.copy_experiment(original, copy).await }
    });
    let outcomes = join_all(calls).await;
    let made: Vec<ExperimentId> = copies
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| outcome.is_ok())
        .map(|(copy, _)| copy.id)
        .collect();
    assert_eq!(made.len(), 1, "{outcomes:?}");
    together.check_pages(&[original.id, made[0]]).await;
    let decisions = together.raw().await.collection::<Document>("decisions");
    assert_eq!(decisions.count_documents(doc! {}).await.expect("the server works"), 2, "one for each");
    assert_eq!(researcher(&*together.store(1), "bo_").await.handle.as_str(), "bo_", "the stores still work");
}

/// What this caller decides about a version.
fn decided(experiment_id: ExperimentId, expected_version: u64, caller: u8) -> NewDecision {
    let body = DecisionBody::parse(caller.to_string()).expect("it is a number");
    NewDecision { experiment_id, kind: DecisionKind::Variants, expected_version, body }
}

async fn decisions(together: Together) {
    let id = stored_draft(&*together.store(0), "decided", 1).await.id;
    for version in 0..6 {
        let calls = (0..6).map(|caller| {
            let store = together.store(caller);
            async move { store.put_decision(&decided(id, version, caller), at(3)).await }
        });
        let (kept, refused): (Vec<_>, Vec<_>) = join_all(calls).await.into_iter().partition(Result::is_ok);
        assert!(refused.iter().all(|one| matches!(one, Err(Error::Conflict { .. }))), "{refused:?}");
        let [Ok(kept)] = kept.as_slice() else { panic!("one is first: {kept:?}") };
        assert_eq!(kept.version, version + 1);
        for number in 0..2 {
            let latest = together.store(number).decision(id, DecisionKind::Variants, None).await;
            assert_eq!(latest.expect("the server works").as_ref(), Some(kept));
        }
    }
}

async fn visits(together: Together) {
    let id = stored_draft(&*together.store(0), "visited", 1).await.id;
    let hour = |number: u8| Hour::of(at(i64::from(number) * 3_600));
    let calls = (0..12).map(|caller| {
        let store = together.store(caller);
        let of = move |hour| Visits { experiment_id: id, hour, count: 2 };
        async move { store.add_visits(&[of(hour(0)), of(hour(caller / 4 + 1))]).await }
    });
    assert!(join_all(calls).await.iter().all(Result::is_ok), "nobody meets another first one three times");
    let counted = together.store(1).visits(id).await.expect("the server works");
    let counted: Vec<_> = counted.iter().map(|one| (one.hour, one.count)).collect();
    assert_eq!(counted, [(hour(0), 24), (hour(1), 8), (hour(2), 8), (hour(3), 8)]);
}

async fn left_behind(together: Together) {
    let store = together.store(0);
    let experiment = stored_draft(&*store, "swept", 3).await.id;
    let other = stored_draft(&*store, "other-one", 3).await.id;
    let pages = together.raw().await.collection::<Document>("stimulus_pages");
    let page = |id: ObjectId, of: ExperimentId| {
        doc! { "_id": id, "experiment_id": mongodb::bson::Uuid::from_bytes(*of.as_bytes()), "stimuli": [] }
    };
    // Long dead, perhaps still at work, and long dead but of an experiment that nothing happens to.
    let [dead, at_work, elsewhere] =
        [ObjectId::from_parts(1, [1; 5], [1; 3]), ObjectId::new(), ObjectId::from_parts(1, [1; 5], [2; 3])];
    pages
        .insert_many([page(dead, experiment), page(at_work, experiment), page(elsewhere, other)])
        .await
        .expect("the server works");
    store.set_experiment_state(experiment, ExperimentState::Published, at(6)).await.expect("it has stimuli");
    for (id, stays) in [(dead, 0), (at_work, 1), (elsewhere, 1)] {
        let count = pages.count_documents(doc! { "_id": id }).await.expect("the server works");
        assert_eq!(count, stays, "{id}");
    }
    for id in [experiment, other] {
        assert_eq!(store.stimuli(id).await.expect("the server works").len(), 3);
    }
}

// === impl Together ===

impl Together {
    async fn start() -> Self {
        let server = nameit_testkit_mongodb::server().expect("cases without a server are not run");
        let database = server.database();
        let open =
            async || MongoStore::open(database.uri(), Options::default()).await.expect("the URI is right");
        Self { stores: [Arc::new(open().await), Arc::new(open().await)], database }
    }

    /// The one store for even numbers, the other for odd ones.
    fn store(&self, number: u8) -> Arc<dyn Store> {
        self.stores[usize::from(number % 2)].clone()
    }

    /// The database without a store.
    async fn raw(&self) -> mongodb::Database {
        let client = Client::with_uri_str(self.database.uri()).await.expect("the URI is right");
        client.database(self.database.name())
    }

    async fn experiment(&self, id: ExperimentId) -> Document {
        let id = doc! { "_id": mongodb::bson::Uuid::from_bytes(*id.as_bytes()) };
        let experiments = self.raw().await.collection::<Document>("experiments");
        experiments.find_one(id).await.expect("the server works").expect("it exists")
    }

    /// That the stored pages are those that all experiments of the database list, and no others.
    async fn check_pages(&self, experiments: &[ExperimentId]) {
        let mut listed = BTreeSet::new();
        for id in experiments {
            let document = self.experiment(*id).await;
            let pages = document.get_array("stimulus_pages").expect("it lists its pages");
            listed.extend(pages.iter().filter_map(mongodb::bson::Bson::as_object_id));
        }
        let pages = self.raw().await.collection::<Document>("stimulus_pages");
        let stored: Vec<Document> = pages
            .find(doc! {})
            .projection(doc! { "_id": 1 })
            .await
            .expect("the server works")
            .try_collect()
            .await
            .expect("the server works");
        let stored: BTreeSet<ObjectId> =
            stored.iter().filter_map(|page| page.get_object_id("_id").ok()).collect();
        assert_eq!(stored, listed);
    }
}
