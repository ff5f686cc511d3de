//! Experiments and their audit trails as lines.

use std::borrow::Cow;

use nameit_domain::text::{AccessCode, ConsentText, Language, Question, Slug, Title};
use nameit_domain::{Access, Experiment, ExperimentId, ExperimentState, ResearcherId, Timestamp};
use nameit_store::archive::{Actor, ArchivedExperiment, AuditEntry};
use serde::{Deserialize, Serialize};

use super::Error;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ExperimentLine<'a> {
    id: ExperimentId,
    owner: ResearcherId,
    title: Cow<'a, str>,
    question: Cow<'a, str>,
    language: Cow<'a, str>,
    consent_text: Cow<'a, str>,
    access: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access_code: Option<Cow<'a, str>>,
    state: Cow<'a, str>,
    slug: Cow<'a, str>,
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous_version: Option<ExperimentId>,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    published_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deleted_at: Option<Timestamp>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AuditLine<'a> {
    experiment_id: ExperimentId,
    place: u32,
    at: Timestamp,
    actor: Cow<'a, str>,
    action: Cow<'a, str>,
}

// === impl ExperimentLine ===

impl<'a> ExperimentLine<'a> {
    pub(super) fn of(archived: &'a ArchivedExperiment) -> Self {
        let ArchivedExperiment { experiment, deleted_at } = archived;
        Self {
            id: experiment.id,
            owner: experiment.owner,
            title: experiment.title.as_str().into(),
            question: experiment.question.as_str().into(),
            language: experiment.language.as_str().into(),
            consent_text: experiment.consent_text.as_str().into(),
            access: experiment.access.as_str().into(),
            access_code: experiment.access.code().map(AccessCode::as_str).map(Cow::Borrowed),
            state: experiment.state.as_str().into(),
            slug: experiment.slug.as_str().into(),
            version: experiment.version,
            previous_version: experiment.previous_version,
            created_at: experiment.created_at,
            updated_at: experiment.updated_at,
            published_at: experiment.published_at,
            deleted_at: *deleted_at,
        }
    }

    pub(super) fn into_experiment(self) -> Result<ArchivedExperiment, Error> {
        let experiment = Experiment {
            id: self.id,
            owner: self.owner,
            title: Title::parse(&self.title)?,
            question: Question::parse(&self.question)?,
            language: Language::parse(&self.language)?,
            consent_text: ConsentText::parse(&self.consent_text)?,
            access: Access::parse(&self.access, self.access_code.as_deref())?,
            state: ExperimentState::parse(&self.state)?,
            slug: Slug::parse(&self.slug)?,
            version: self.version,
            previous_version: self.previous_version,
            stimulus_count: 0,
            created_at: super::time(self.created_at)?,
            updated_at: super::time(self.updated_at)?,
            published_at: self.published_at.map(super::time).transpose()?,
        };
        Ok(ArchivedExperiment { experiment, deleted_at: self.deleted_at.map(super::time).transpose()? })
    }
}

// === impl AuditLine ===

impl<'a> AuditLine<'a> {
    pub(super) fn of(entry: &'a AuditEntry) -> Self {
        Self {
            experiment_id: entry.experiment_id,
            place: entry.place,
            at: entry.at,
            actor: entry.actor.as_str().into(),
            action: entry.action.as_str().into(),
        }
    }

    pub(super) fn into_entry(self) -> Result<AuditEntry, Error> {
        Ok(AuditEntry {
            experiment_id: self.experiment_id,
            place: self.place,
            at: super::time(self.at)?,
            actor: Actor::parse(&self.actor)?,
            action: self.action.into_owned(),
        })
    }
}
