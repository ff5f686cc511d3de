//! Experiments.

use nameit_domain::text::{ConsentText, Language, Question, Slug, Title};
use nameit_domain::{Access, Experiment, ExperimentId, ExperimentState, ResearcherId};

use super::{WireError, required_timestamp, timestamp_from_wire, timestamp_to_wire};
use crate::common::v1 as common;

impl From<Experiment> for common::Experiment {
    fn from(experiment: Experiment) -> Self {
        let access = match experiment.access {
            Access::Public => common::AccessKind::Public,
            Access::Unlisted => common::AccessKind::Unlisted,
            Access::Code(_) => common::AccessKind::Code,
        };
        Self {
            id: experiment.id.to_string(),
            owner: experiment.owner.to_string(),
            title: experiment.title.into_string(),
            question: experiment.question.into_string(),
            language: experiment.language.into_string(),
            consent_text: experiment.consent_text.into_string(),
            access: access.into(),
            access_code: experiment.access.code().map(ToString::to_string),
            state: common::ExperimentState::from(experiment.state).into(),
            slug: experiment.slug.into_string(),
            version: experiment.version,
            previous_version: experiment.previous_version.map(|id| id.to_string()),
            stimulus_count: experiment.stimulus_count,
            created_at: Some(timestamp_to_wire(experiment.created_at)),
            updated_at: Some(timestamp_to_wire(experiment.updated_at)),
            published_at: experiment.published_at.map(timestamp_to_wire),
        }
    }
}

impl TryFrom<common::Experiment> for Experiment {
    type Error = WireError;

    fn try_from(wire: common::Experiment) -> Result<Self, WireError> {
        let word = match wire.access() {
            common::AccessKind::Public => "public",
            common::AccessKind::Unlisted => "unlisted",
            common::AccessKind::Code => "code",
            common::AccessKind::Unspecified => return Err(WireError::Missing("access")),
        };
        Ok(Self {
            id: ExperimentId::parse(&wire.id)?,
            owner: ResearcherId::parse(&wire.owner)?,
            title: Title::parse(&wire.title)?,
            question: Question::parse(&wire.question)?,
            language: Language::parse(&wire.language)?,
            consent_text: ConsentText::parse(&wire.consent_text)?,
            access: Access::parse(word, wire.access_code.as_deref())?,
            state: wire.state().try_into()?,
            slug: Slug::parse(&wire.slug)?,
            version: wire.version,
            previous_version: wire.previous_version.as_deref().map(ExperimentId::parse).transpose()?,
            stimulus_count: wire.stimulus_count,
            created_at: required_timestamp("created_at", wire.created_at)?,
            updated_at: required_timestamp("updated_at", wire.updated_at)?,
            published_at: wire
                .published_at
                .map(|time| timestamp_from_wire("published_at", time))
                .transpose()?,
        })
    }
}

impl From<ExperimentState> for common::ExperimentState {
    fn from(state: ExperimentState) -> Self {
        match state {
            ExperimentState::Draft => Self::Draft,
            ExperimentState::Published => Self::Published,
            ExperimentState::Paused => Self::Paused,
            ExperimentState::Closed => Self::Closed,
        }
    }
}

impl TryFrom<common::ExperimentState> for ExperimentState {
    type Error = WireError;

    fn try_from(wire: common::ExperimentState) -> Result<Self, WireError> {
        match wire {
            common::ExperimentState::Draft => Ok(Self::Draft),
            common::ExperimentState::Published => Ok(Self::Published),
            common::ExperimentState::Paused => Ok(Self::Paused),
            common::ExperimentState::Closed => Ok(Self::Closed),
            common::ExperimentState::Unspecified => Err(WireError::Missing("state")),
        }
    }
}
