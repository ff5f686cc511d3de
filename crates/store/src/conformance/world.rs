//! A database with everything in it that the traits can make.

use nameit_domain::colour::Srgb;
use nameit_domain::experiment::{Access, Experiment};
use nameit_domain::image::{ImageBytes, ImageHash, ImageRef, ImageVersion};
use nameit_domain::response::Timing;
use nameit_domain::session::{Session, SessionKind};
use nameit_domain::stimulus::{TargetShape, TargetStyle};
use nameit_domain::text::{AccessCode, Biography, Question, StimulusKey};
use nameit_domain::{
    Answer, DecisionBody, DecisionKind, ExperimentId, ExperimentState, Hour, NonAnswer, ParticipationId,
    Researcher, Response, Stimulus, StimulusKind, Target, Visits,
};

use super::story::{at, colour, colours, complete_run, draft, new_participation, researcher, said, started};
use crate::Store;
use crate::decision::NewDecision;
use crate::response::Write;

/// What was made, to be looked for again.
pub struct World {
    /// Two.
    pub researchers: Vec<Researcher>,
    /// One of each kind, one in the trash.
    pub experiments: Vec<ExperimentId>,
    /// Published, with complete, unfinished and withdrawn participations.
    pub open: ExperimentId,
    /// Those of `open`: withdrawn, complete, complete, unfinished, without a response, withdrawn.
    pub participations: Vec<ParticipationId>,
    /// One that was begun, with one of its trials answered.
    pub unfinished: ParticipationId,
    /// Three; the last is not shown by any stimulus.
    pub images: Vec<ImageHash>,
    /// Of two sessions that count and one that has expired.
    pub secrets: Vec<[u8; 32]>,
    /// The installation's.
    pub signing_key: [u8; 32],
}

/// Texts that are easily bent on the way.
pub const TEXTS: [&str; 9] = [
    " Light  blue ",
    "ярко-красный",
    "浅蓝色",
    "أزرق فاتح",
    "ניל\u{5b8}ה",
    "cafe\u{301}",
    "👩\u{200d}🎨🏽",
    "\"quoted\", \\ {\"json\":1} $set <b>&amp;</b>",
    "نمی\u{200c}دانم",
];

/// Makes everything.
pub async fn make(store: &dyn Store) -> World {
    let signing_key = store.signing_key([7; 32]).await.unwrap();
    let ana = researcher(store, "ana").await;
    let biography = Biography::parse("Töne.\nUnd 言葉.").unwrap();
    let ben = Researcher { biography, ..researcher(store, "ben").await };
    store.update_researcher(&ben).await.unwrap();
    store.update_password_hash(ben.id, "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$b3RoZXI").await.unwrap();
    let secrets = sessions(store, &ana, &ben).await;
    let images = images(store).await;

    let pictures = pictures_draft(store, &ana, &images).await;
    let (open, participations, unfinished) = open(store, &ana).await;
    let newer = Experiment {
        version: 2,
        previous_version: Some(open),
        access: Access::Code(AccessCode::parse("tulip-5").unwrap()),
        ..draft(ana.id, "second-version")
    };
    store.copy_experiment(open, &newer).await.unwrap();
    let closed = ended(store, &ben, "closed").await;
    store.set_experiment_state(closed, ExperimentState::Closed, at(50)).await.unwrap();
    let paused = ended(store, &ben, "paused").await;
    store.set_experiment_state(paused, ExperimentState::Paused, at(51)).await.unwrap();
    let trashed = ended(store, &ben, "trashed").await;
    store.delete_experiment(trashed, at(52)).await.unwrap();
    let restored = ended(store, &ben, "restored").await;
    store.delete_experiment(restored, at(53)).await.unwrap();
    store.restore_experiment(restored, at(54)).await.unwrap();
    decide_and_visit(store, &[pictures, open, closed, restored]).await;
    World {
        researchers: vec![ana, ben],
        experiments: vec![pictures, open, newer.id, closed, paused, trashed, restored],
        open,
        participations,
        unfinished,
        images,
        secrets,
        signing_key,
    }
}

/// Decisions in several versions, and links that were opened.
async fn decide_and_visit(store: &dyn Store, experiments: &[ExperimentId]) {
    for (number, &experiment_id) in (1..).zip(experiments) {
        for (kind, versions) in [(DecisionKind::Variants, number), (DecisionKind::Annotations, 1)] {
            for expected_version in 0..versions {
                let body = DecisionBody::parse(format!("{{\"{}\": {expected_version}}}", TEXTS[2])).unwrap();
                let new = NewDecision { experiment_id, kind, expected_version, body };
                store.put_decision(&new, at(60)).await.unwrap();
            }
        }
        let hour = Hour::of(at(0));
        let visits = Visits { experiment_id, hour, count: number };
        let next = Hour::parse(i64::from(hour.number()) + 1).unwrap();
        store.add_visits(&[visits, Visits { hour: next, ..visits }]).await.unwrap();
    }
}

async fn sessions(store: &dyn Store, ana: &Researcher, ben: &Researcher) -> Vec<[u8; 32]> {
    let kinds = [
        (ana, SessionKind::Browser, "", 1_000),
        (ana, SessionKind::Token, "R script, Büro", 1_000),
        (ben, SessionKind::Token, "expired", 1),
    ];
    let mut secrets = Vec::new();
    for (number, (owner, kind, label, expires)) in (1..).zip(kinds) {
        let session = Session {
            secret_hash: [number; 32],
            researcher_id: owner.id,
            kind,
            label: label.to_owned(),
            created_at: at(0),
            expires_at: at(expires),
        };
        store.create_session(&session).await.unwrap();
        secrets.push(session.secret_hash);
    }
    secrets
}

async fn images(store: &dyn Store) -> Vec<ImageHash> {
    let mut hashes = Vec::new();
    // The third is not shown by any stimulus; the second is larger than one message.
    for (number, size) in [(1, 300), (2, 3 << 20), (3, 1)] {
        let hash = ImageHash::from_bytes([number; 32]);
        let bytes = (0..size).map(|place: u32| (place % 251) as u8).collect();
        let image = ImageBytes { hash: hash.clone(), media_type: "image/png".to_owned(), bytes };
        store.put_image(&image).await.unwrap();
        hashes.push(hash);
    }
    hashes
}

/// A draft with every kind of stimulus and a gap in its ordinals.
async fn pictures_draft(store: &dyn Store, owner: &Researcher, images: &[ImageHash]) -> ExperimentId {
    let experiment = Experiment { access: Access::Public, ..draft(owner.id, "pictures") };
    store.create_experiment(&experiment).await.unwrap();
    let image = ImageRef {
        hash: images[1].clone(),
        width: 1_600,
        height: 1_200,
        smaller: vec![ImageVersion { hash: images[0].clone(), width: 640 }],
    };
    let picture = |key: &str, target: Option<Target>| Stimulus {
        kind: StimulusKind::Image { image: image.clone(), target },
        question: Some(Question::parse("Wie heißt „das“?").unwrap()),
        ..colour(key)
    };
    let third = 1.0 / 3.0;
    let a_box = TargetShape::parse_box(0.1, third, 0.2 + f64::EPSILON, 0.1 + 0.2).unwrap();
    let polygon = TargetShape::parse_polygon(vec![(0.0, 1.0), (third, 0.7), (1.0, 0.123_456_789)]).unwrap();
    let stimuli = [
        colour("gone"),
        picture("plain 苹果", None),
        picture("box", Some(Target { shape: a_box, style: TargetStyle::Outline })),
        colour("between"),
        picture("polygon", Some(Target { shape: polygon, style: TargetStyle::Dim })),
        Stimulus { kind: StimulusKind::Colour(Srgb { red: 0, green: 0, blue: 255 }), ..colour("blue") },
    ];
    store.put_stimuli(experiment.id, &stimuli, at(2)).await.unwrap();
    for gone in ["gone", "between"] {
        let key = StimulusKey::parse(gone).unwrap();
        store.delete_stimulus(experiment.id, &key, at(3)).await.unwrap();
    }
    experiment.id
}

/// A published experiment with participations in every state.
async fn open(
    store: &dyn Store,
    owner: &Researcher,
) -> (ExperimentId, Vec<ParticipationId>, ParticipationId) {
    let trials = TEXTS.len() as u32;
    let experiment = draft(owner.id, "open-one");
    store.create_experiment(&experiment).await.unwrap();
    let experiment = experiment.id;
    store.put_stimuli(experiment, &colours(trials), at(2)).await.unwrap();
    store.set_experiment_state(experiment, ExperimentState::Published, at(3)).await.unwrap();

    let withdrawn_first = complete_run(store, experiment, trials, "erased").await;
    let texts = started(store, experiment, trials).await;
    let mut writes: Vec<Write> =
        (0..).zip(TEXTS).map(|(trial, text)| bare(texts, trial, said(text))).collect();
    writes.push(Write::Complete { participation_id: texts, completion_code: "C-ödé".to_owned() });
    store.commit(&writes, at(12)).await.unwrap();
    let complete = complete_run(store, experiment, trials, "measured").await;
    let new = new_participation(experiment, trials);
    let unfinished = new.id;
    let dont_know = bare(unfinished, 3, Answer::NonAnswer(NonAnswer::DontKnow));
    store.commit(&[Write::Start(new), dont_know], at(13)).await.unwrap();
    let silent = started(store, experiment, trials).await;
    let begun = started(store, experiment, trials).await;
    let skipped = bare(begun, 1, Answer::NonAnswer(NonAnswer::Skipped));
    store.commit(&[skipped], at(14)).await.unwrap();
    store.withdraw(withdrawn_first, at(15)).await.unwrap();
    store.withdraw(begun, at(15)).await.unwrap();
    (experiment, vec![withdrawn_first, texts, complete, unfinished, silent, begun], unfinished)
}

/// A response of which nothing was measured.
fn bare(participation_id: ParticipationId, trial: u32, answer: Answer) -> Write {
    let timing = Timing { pasted: true, ..Timing::default() };
    Write::Record(Response { participation_id, trial, answer, timing })
}

async fn ended(store: &dyn Store, owner: &Researcher, slug: &str) -> ExperimentId {
    let experiment = draft(owner.id, slug);
    store.create_experiment(&experiment).await.unwrap();
    store.put_stimuli(experiment.id, &colours(2), at(2)).await.unwrap();
    store.set_experiment_state(experiment.id, ExperimentState::Published, at(3)).await.unwrap();
    complete_run(store, experiment.id, 2, slug).await;
    started(store, experiment.id, 2).await;
    experiment.id
}
