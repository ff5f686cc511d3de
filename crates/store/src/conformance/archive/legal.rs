//! What every dump promises, looked at record by record.

use std::collections::{HashMap, HashSet};

use futures::TryStreamExt as _;
use nameit_domain::image::ImageHash;
use nameit_domain::{
    DecisionKind, ExperimentId, ExperimentState, Hour, ParticipationId, ParticipationState, StimulusKind,
};

use crate::ArchiveStore;
use crate::archive::{LOAD_MAX_RECORDS, Record};

/// Everything in the database.
pub(super) async fn dumped(archive: &dyn ArchiveStore) -> Vec<Record> {
    archive.dump().try_collect().await.unwrap()
}

/// Loads everything, in batches of this size.
pub(super) async fn loaded(archive: &dyn ArchiveStore, records: &[Record], batch: usize) {
    assert!(batch <= LOAD_MAX_RECORDS);
    for batch in records.chunks(batch) {
        archive.load(batch.to_vec()).await.unwrap();
    }
}

/// What is left of a dump's participations and responses when its withdrawals are applied.
pub(super) struct Left {
    /// Participation → its state and the trials that are answered.
    pub(super) participations: HashMap<ParticipationId, (ParticipationState, HashSet<u32>)>,
}

/// Fails unless the records keep the promises of [`crate::ArchiveSource::dump`].
pub(super) fn assert_legal(records: &[Record]) -> Left {
    let mut researchers = HashSet::new();
    let mut sessions = HashSet::new();
    let mut keys = 0;
    let mut experiments: HashMap<ExperimentId, (ExperimentState, HashSet<String>, HashSet<u32>)> =
        HashMap::new();
    let mut trails: HashMap<ExperimentId, u32> = HashMap::new();
    let mut decisions: HashMap<(ExperimentId, DecisionKind), u64> = HashMap::new();
    let mut hours: HashSet<(ExperimentId, Hour)> = HashSet::new();
    let mut shown: HashSet<ImageHash> = HashSet::new();
    let mut images: HashSet<ImageHash> = HashSet::new();
    let mut trials: HashMap<ParticipationId, usize> = HashMap::new();
    let mut left: HashMap<ParticipationId, (ParticipationState, HashSet<u32>)> = HashMap::new();
    for record in records {
        match record {
            Record::SigningKey(_) => keys += 1,
            Record::Researcher(one) => assert!(researchers.insert(one.researcher.id), "twice: {one:?}"),
            Record::Session(session) => {
                assert!(researchers.contains(&session.researcher_id), "after its owner");
                assert!(sessions.insert(session.secret_hash), "a session comes once");
            }
            Record::Experiment(one) => {
                let experiment = &one.experiment;
                assert!(researchers.contains(&experiment.owner), "after its owner");
                assert_eq!(experiment.stimulus_count, 0, "the stimuli tell");
                let before =
                    experiments.insert(experiment.id, (experiment.state, HashSet::new(), HashSet::new()));
                assert!(before.is_none(), "an experiment comes once");
            }
            Record::Stimulus { experiment_id, stimulus } => {
                let (_, keys, ordinals) = experiments.get_mut(experiment_id).expect("after its experiment");
                assert!(keys.insert(stimulus.key.to_string()), "a key comes once");
                assert!(ordinals.insert(stimulus.ordinal), "a place is taken once");
                if let StimulusKind::Image { image, .. } = &stimulus.kind {
                    shown.insert(image.hash.clone());
                    shown.extend(image.smaller.iter().map(|version| version.hash.clone()));
                }
            }
            Record::Participation(one) => {
                let (state, keys, _) = experiments.get(&one.experiment_id).expect("after its experiment");
                assert_ne!(*state, ExperimentState::Draft, "a draft has no participations");
                assert_eq!(one.trial_order.len(), keys.len(), "after the stimuli, and one trial for each");
                assert_eq!(one.answered, [], "the responses tell");
                assert_eq!(one.completion_code.is_some(), one.state == ParticipationState::Completed);
                assert!(left.insert(one.id, (one.state, HashSet::new())).is_none(), "it comes once");
                trials.insert(one.id, one.trial_order.len());
            }
            Record::Response(one) => {
                let id = one.response.participation_id;
                let (_, answered) = left.get_mut(&id).expect("after its participation");
                assert!(answered.insert(one.response.trial), "a response comes once");
                assert!((one.response.trial as usize) < trials[&id]);
            }
            Record::Audit(entry) => {
                assert!(experiments.contains_key(&entry.experiment_id), "after its experiment");
                let next = trails.entry(entry.experiment_id).or_default();
                assert_eq!(entry.place, *next, "in order and without gaps");
                *next += 1;
            }
            Record::Decision(decision) => {
                let id = decision.experiment_id;
                assert!(experiments.contains_key(&id), "after its experiment");
                let latest = decisions.entry((id, decision.kind)).or_default();
                *latest += 1;
                assert_eq!(decision.version, *latest, "in order and without gaps");
            }
            Record::Visits(visits) => {
                assert!(experiments.contains_key(&visits.experiment_id), "after its experiment");
                assert!(hours.insert((visits.experiment_id, visits.hour)), "an hour comes once");
            }
            Record::Image(image) => assert!(images.insert(image.hash.clone()), "an image comes once"),
            Record::Withdrawal(id) => {
                let participation = left.get_mut(id).expect("after its participation");
                *participation = (ParticipationState::Withdrawn, HashSet::new());
            }
        }
    }
    assert!(keys <= 1, "there is one signing key");
    assert!(shown.is_subset(&images), "every image that is shown is there");
    for (id, (state, answered)) in &left {
        match state {
            ParticipationState::Started => {}
            ParticipationState::Completed => assert_eq!(answered.len(), trials[id], "{id} is complete"),
            ParticipationState::Withdrawn => assert_eq!(answered.len(), 0, "{id} was withdrawn"),
        }
    }
    Left { participations: left }
}

/// Fails unless both are the same, apart from the order of what has none.
pub(super) fn assert_same(one: &[Record], other: &[Record]) {
    let order = |records: &[Record]| -> HashMap<ParticipationId, Vec<u32>> {
        let mut trials: HashMap<ParticipationId, Vec<u32>> = HashMap::new();
        for record in records {
            if let Record::Response(one) = record {
                trials.entry(one.response.participation_id).or_default().push(one.response.trial);
            }
        }
        trials
    };
    assert_eq!(order(one), order(other), "responses come in the same order");
    for record in one {
        assert!(other.contains(record), "missing: {record:?}");
    }
    assert_eq!(one.len(), other.len(), "nothing was added");
}
