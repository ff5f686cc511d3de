//! What the stories share: people, experiments and answers, in few words.

use std::collections::BTreeMap;

use futures::TryStreamExt as _;
use nameit_domain::colour::Srgb;
use nameit_domain::experiment::{Access, Experiment, ExperimentState};
use nameit_domain::feed::{FeedCursor, FeedPart, ResponseColumns, StoredResponse};
use nameit_domain::researcher::{Credentials, Researcher};
use nameit_domain::response::{Recorded, Timing};
use nameit_domain::text::{
    Affiliation, AnswerText, Biography, ConsentText, DisplayName, Handle, Language, Question, Slug,
    StimulusKey, Title,
};
use nameit_domain::{
    Answer, ExperimentId, NewParticipation, ParticipationId, ResearcherId, Response, Stimulus, StimulusKind,
    Timestamp,
};

use crate::Store;
use crate::participation::{Completion, Started};
use crate::response::{Write, Written};

/// (stimulus ordinal, kind, text) and how often it was seen.
pub type Tally = BTreeMap<(u32, u8, String), u64>;

/// What reading a feed to its end gave.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The responses, since the last restart.
    pub tally: Tally,
    /// Where the reader stands.
    pub cursor: FeedCursor,
    /// How often the feed said to begin again.
    pub restarts: u32,
}

/// `seconds` after the stories begin, with microseconds, so that rounding shows.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_microsecond((1_800_000_000 + seconds) * 1_000_000 + 123_457).unwrap()
}

/// An account with this handle that is not stored yet.
pub fn credentials(handle: &str) -> Credentials {
    Credentials {
        researcher: Researcher {
            id: ResearcherId::generate(),
            handle: Handle::parse(handle).unwrap(),
            display_name: DisplayName::parse("Ana Müller").unwrap(),
            affiliation: Affiliation::parse("").unwrap(),
            biography: Biography::parse("Colours.\nAnd words.").unwrap(),
            created_at: at(0),
        },
        password_hash: "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA".to_owned(),
    }
}

/// A stored account.
pub async fn researcher(store: &dyn Store, handle: &str) -> Researcher {
    let credentials = credentials(handle);
    store.create_researcher(&credentials).await.unwrap();
    credentials.researcher
}

/// A draft that is not stored yet.
pub fn draft(owner: ResearcherId, slug: &str) -> Experiment {
    Experiment {
        id: ExperimentId::generate(),
        owner,
        title: Title::parse("Colours of the day").unwrap(),
        question: Question::parse("What colour is this?").unwrap(),
        language: Language::parse("en").unwrap(),
        consent_text: ConsentText::parse("You may stop\nat any time.").unwrap(),
        access: Access::Unlisted,
        state: ExperimentState::Draft,
        slug: Slug::parse(slug).unwrap(),
        version: 1,
        previous_version: None,
        stimulus_count: 0,
        created_at: at(1),
        updated_at: at(1),
        published_at: None,
    }
}

/// A colour with this key.
pub fn colour(key: &str) -> Stimulus {
    Stimulus {
        key: StimulusKey::parse(key).unwrap(),
        ordinal: 0,
        question: None,
        kind: StimulusKind::Colour(Srgb { red: 200, green: 10, blue: 0 }),
    }
}

/// Colours `c0`, `c1`, and so on.
pub fn colours(count: u32) -> Vec<Stimulus> {
    (0..count).map(|number| colour(&format!("c{number}"))).collect()
}

/// A stored draft with `count` colours, of a new researcher who is called like the slug.
pub async fn stored_draft(store: &dyn Store, slug: &str, count: u32) -> Experiment {
    let owner = researcher(store, slug).await;
    let experiment = draft(owner.id, slug);
    store.create_experiment(&experiment).await.unwrap();
    store.put_stimuli(experiment.id, &colours(count), at(2)).await.unwrap();
    experiment
}

/// A published experiment with `count` colours.
pub async fn published(store: &dyn Store, slug: &str, count: u32) -> ExperimentId {
    let id = stored_draft(store, slug, count).await.id;
    store.set_experiment_state(id, ExperimentState::Published, at(3)).await.unwrap();
    id
}

/// A participation that sees the stimuli from the last to the first.
pub fn new_participation(experiment_id: ExperimentId, trials: u32) -> NewParticipation {
    NewParticipation {
        id: ParticipationId::generate(),
        experiment_id,
        trial_order: (0..trials).rev().collect(),
        url_parameters: vec![
            ("PROLIFIC_PID".to_owned(), "p-1".to_owned()),
            ("x".to_owned(), String::new()),
            ("x".to_owned(), "\"two\", 二".to_owned()),
        ],
        environment: vec![("language".to_owned(), "de-AT".to_owned())],
    }
}

/// Commits one write and gives its outcome.
pub async fn commit_one(store: &dyn Store, write: Write) -> Written {
    let mut committed = store.commit(&[write], at(10)).await.unwrap();
    assert_eq!(committed.written.len(), 1, "one outcome per write");
    committed.written.remove(0)
}

/// Begins a participation.
pub async fn started(store: &dyn Store, experiment_id: ExperimentId, trials: u32) -> ParticipationId {
    let new = new_participation(experiment_id, trials);
    let id = new.id;
    assert_eq!(commit_one(store, Write::Start(new)).await, Written::Start(Started::Started));
    id
}

/// A text as an answer.
pub fn said(text: &str) -> Answer {
    Answer::Text(AnswerText::parse(text).unwrap())
}

/// A response with a measured time.
pub fn response(participation_id: ParticipationId, trial: u32, answer: Answer) -> Response {
    let timing = Timing {
        // To the millisecond: that is what browsers tell and what travels.
        shown_at: Timestamp::from_millisecond(1_800_000_009_123).ok(),
        first_key_ms: Some(700_u32.saturating_add(trial)),
        submitted_ms: Some(1900),
        edits: 2,
        pasted: false,
        focus_losses: 1,
    };
    Response { participation_id, trial, answer, timing }
}

/// The wish to record a text.
pub fn record(participation_id: ParticipationId, trial: u32, text: &str) -> Write {
    Write::Record(response(participation_id, trial, said(text)))
}

/// Records one text.
pub async fn recorded(store: &dyn Store, participation: ParticipationId, trial: u32, text: &str) -> Recorded {
    match commit_one(store, record(participation, trial, text)).await {
        Written::Record(recorded) => recorded,
        other => panic!("a response was recorded, and the answer is {other:?}"),
    }
}

/// The wish to complete with this code.
pub fn complete(participation_id: ParticipationId, code: &str) -> Write {
    Write::Complete { participation_id, completion_code: code.to_owned() }
}

/// The outcome with this code.
pub fn completed_with(code: &str) -> Written {
    Written::Complete(Some(Completion::Complete { completion_code: code.to_owned() }))
}

/// Begins a participation, answers every trial with `text-trial` and completes it.
pub async fn complete_run(
    store: &dyn Store,
    experiment: ExperimentId,
    trials: u32,
    text: &str,
) -> ParticipationId {
    let participation = started(store, experiment, trials).await;
    let mut writes: Vec<Write> =
        (0..trials).map(|trial| record(participation, trial, &format!("{text}-{trial}"))).collect();
    writes.push(complete(participation, "done"));
    let written = store.commit(&writes, at(11)).await.unwrap().written;
    assert_eq!(written.last(), Some(&completed_with("done")), "{written:?}");
    participation
}

/// Reads the feed from `reading` to its present end.
pub async fn read_on(store: &dyn Store, experiment: ExperimentId, mut reading: Reading) -> Reading {
    try_read_on(store, experiment, &mut reading).await.unwrap();
    reading
}

/// The same where the feed may break off; what was read until then counts.
pub async fn try_read_on(
    store: &dyn Store,
    experiment: ExperimentId,
    reading: &mut Reading,
) -> crate::Result<()> {
    let mut chunks = store.feed(experiment, reading.cursor.clone());
    while let Some(chunk) = chunks.try_next().await? {
        match chunk.part {
            FeedPart::Restart => {
                reading.tally.clear();
                reading.restarts += 1;
            }
            FeedPart::Grouped(grouped) => {
                for (stimulus, kind, text, count) in grouped.names {
                    *reading.tally.entry((stimulus, kind, text)).or_default() += count;
                }
            }
            FeedPart::Columns(columns) => add_columns(&mut reading.tally, &columns),
        }
        reading.cursor = chunk.cursor;
    }
    Ok(())
}

/// Reads the whole feed.
pub async fn read(store: &dyn Store, experiment: ExperimentId) -> Reading {
    read_on(store, experiment, Reading::default()).await
}

/// All exported responses.
pub async fn exported(store: &dyn Store, experiment: ExperimentId) -> Vec<StoredResponse> {
    let batches: Vec<Vec<StoredResponse>> = store.export(experiment).try_collect().await.unwrap();
    batches.into_iter().flatten().collect()
}

/// What the tally of these exported responses is.
pub fn tally_of(responses: &[StoredResponse]) -> Tally {
    let mut tally = Tally::new();
    for response in responses {
        let kind = ResponseColumns::kind_of(&response.answer);
        let text = response.answer.text().unwrap_or_default().to_owned();
        *tally.entry((response.ordinal, kind, text)).or_default() += 1;
    }
    tally
}

/// The tally of texts that were each given once, as (stimulus, text).
pub fn once<'a>(texts: impl IntoIterator<Item = (u32, &'a str)>) -> Tally {
    let mut tally = Tally::new();
    for (stimulus, text) in texts {
        *tally.entry((stimulus, ResponseColumns::TEXT, text.to_owned())).or_default() += 1;
    }
    tally
}

fn add_columns(tally: &mut Tally, columns: &ResponseColumns) {
    columns.check().unwrap();
    for index in 0..columns.len() {
        let key = (columns.stimulus[index], columns.kind[index], columns.text_at(index).to_owned());
        *tally.entry(key).or_default() += 1;
    }
}
