//! An experiment as it is stored.

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, Document, Uuid, doc};
use nameit_domain::text::{ConsentText, Language, Question, Slug, Title};
use nameit_domain::{Access, Experiment, ExperimentId, ExperimentState, ResearcherId, Timestamp};
use nameit_store::Result;
use serde::{Deserialize, Serialize};

use crate::error::Unreadable;
use crate::value::{self, micros, time, uuid};

/// Everything of an experiment but its history and where its feed stands.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ExperimentDocument {
    #[serde(rename = "_id")]
    pub(crate) id: Uuid,
    owner: Uuid,
    title: String,
    question: String,
    language: String,
    consent_text: String,
    access: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access_code: Option<String>,
    pub(crate) state: String,
    pub(crate) slug: String,
    version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous_version: Option<Uuid>,
    created_at: i64,
    updated_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) published_at: Option<i64>,
    /// Only in the trash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deleted_at: Option<i64>,
    pub(crate) stimulus_count: i32,
    /// The pages that count, in the order of their stimuli.
    pub(crate) stimulus_pages: Vec<ObjectId>,
    /// Counts the changes of state and stimuli.
    pub(crate) revision: i64,
    /// Counts the withdrawals: every one makes the feed begin again.
    epoch: i64,
}

/// What the fields of [`ExperimentDocument`] leave out.
pub(crate) fn projection() -> Document {
    doc! { "writers": 0, "history": 0 }
}

/// An entry of an experiment's history; its owner did it.
pub(crate) fn entry(at: Timestamp, action: &str) -> Document {
    doc! { "at": micros(at), "action": action }
}

/// The fields that a researcher may change in a draft, with and without access code.
pub(crate) fn changed_fields(experiment: &Experiment) -> Document {
    let mut set = doc! {
        "title": experiment.title.as_str(),
        "question": experiment.question.as_str(),
        "language": experiment.language.as_str(),
        "consent_text": experiment.consent_text.as_str(),
        "access": experiment.access.as_str(),
        "updated_at": micros(experiment.updated_at),
    };
    if let Some(code) = experiment.access.code() {
        set.insert("access_code", code.as_str());
        doc! { "$set": set }
    } else {
        doc! { "$set": set, "$unset": { "access_code": "" } }
    }
}

// === impl ExperimentDocument ===

impl ExperimentDocument {
    pub(crate) fn read(document: Document) -> Result<Self, Unreadable> {
        value::read("experiment", document)
    }

    /// A new experiment with these stimuli.
    pub(crate) fn new(experiment: &Experiment, stimulus_count: i32, stimulus_pages: Vec<ObjectId>) -> Self {
        Self {
            id: uuid(experiment.id.as_bytes()),
            owner: uuid(experiment.owner.as_bytes()),
            title: experiment.title.as_str().to_owned(),
            question: experiment.question.as_str().to_owned(),
            language: experiment.language.as_str().to_owned(),
            consent_text: experiment.consent_text.as_str().to_owned(),
            access: experiment.access.as_str().to_owned(),
            access_code: experiment.access.code().map(|code| code.as_str().to_owned()),
            state: experiment.state.as_str().to_owned(),
            slug: experiment.slug.as_str().to_owned(),
            version: i64::from(experiment.version),
            previous_version: experiment.previous_version.map(|id| uuid(id.as_bytes())),
            created_at: micros(experiment.created_at),
            updated_at: micros(experiment.updated_at),
            published_at: experiment.published_at.map(micros),
            deleted_at: None,
            stimulus_count,
            stimulus_pages,
            revision: 0,
            epoch: 0,
        }
    }

    /// The document of a new experiment, with an empty history and a feed at its beginning.
    pub(crate) fn into_new(self) -> Document {
        let mut document = value::document(&self);
        document.insert("writers", Document::new());
        document.insert("history", Bson::Array(Vec::new()));
        document
    }

    pub(crate) fn state(&self) -> Result<ExperimentState, Unreadable> {
        Ok(ExperimentState::parse(&self.state)?)
    }
}

impl TryFrom<ExperimentDocument> for Experiment {
    type Error = Unreadable;

    fn try_from(document: ExperimentDocument) -> Result<Self, Unreadable> {
        Ok(Self {
            id: ExperimentId::from_bytes(document.id.bytes()),
            owner: ResearcherId::from_bytes(document.owner.bytes()),
            title: Title::parse(&document.title)?,
            question: Question::parse(&document.question)?,
            language: Language::parse(&document.language)?,
            consent_text: ConsentText::parse(&document.consent_text)?,
            access: Access::parse(&document.access, document.access_code.as_deref())?,
            state: document.state()?,
            slug: Slug::parse(&document.slug)?,
            version: u32::try_from(document.version).map_err(|_| Unreadable("version"))?,
            previous_version: document.previous_version.map(|id| ExperimentId::from_bytes(id.bytes())),
            stimulus_count: u32::try_from(document.stimulus_count)
                .map_err(|_| Unreadable("number of stimuli"))?,
            created_at: time(document.created_at)?,
            updated_at: time(document.updated_at)?,
            published_at: document.published_at.map(time).transpose()?,
        })
    }
}
