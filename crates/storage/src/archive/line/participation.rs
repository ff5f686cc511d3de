//! Participations and responses as lines.

use std::borrow::Cow;

use nameit_domain::response::Timing;
use nameit_domain::{
    Answer, ExperimentId, NonAnswer, Participation, ParticipationId, ParticipationState, Response, Timestamp,
};
use nameit_store::archive::ArchivedResponse;
use serde::{Deserialize, Serialize};

use super::Error;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ParticipationLine<'a> {
    id: ParticipationId,
    experiment_id: ExperimentId,
    trial_order: Cow<'a, [u32]>,
    state: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    completion_code: Option<Cow<'a, str>>,
    started_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    completed_at: Option<Timestamp>,
    url_parameters: Cow<'a, [(String, String)]>,
    environment: Cow<'a, [(String, String)]>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ResponseLine<'a> {
    participation_id: ParticipationId,
    trial: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    non_answer: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shown_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_key_ms: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    submitted_ms: Option<u32>,
    edits: u32,
    pasted: bool,
    focus_losses: u32,
    received_at: Timestamp,
}

// === impl ParticipationLine ===

impl<'a> ParticipationLine<'a> {
    pub(super) fn of(participation: &'a Participation) -> Self {
        Self {
            id: participation.id,
            experiment_id: participation.experiment_id,
            trial_order: participation.trial_order.as_slice().into(),
            state: participation.state.as_str().into(),
            completion_code: participation.completion_code.as_deref().map(Cow::Borrowed),
            started_at: participation.started_at,
            completed_at: participation.completed_at,
            url_parameters: participation.url_parameters.as_slice().into(),
            environment: participation.environment.as_slice().into(),
        }
    }

    pub(super) fn into_participation(self) -> Result<Participation, Error> {
        let state = ParticipationState::parse(&self.state)?;
        if (state == ParticipationState::Completed) != self.completion_code.is_some() {
            return Err(Error::Value("completion_code"));
        }
        Ok(Participation {
            id: self.id,
            experiment_id: self.experiment_id,
            trial_order: self.trial_order.into_owned(),
            answered: Vec::new(),
            state,
            completion_code: self.completion_code.map(Cow::into_owned),
            started_at: super::time(self.started_at)?,
            completed_at: self.completed_at.map(super::time).transpose()?,
            url_parameters: self.url_parameters.into_owned(),
            environment: self.environment.into_owned(),
        })
    }
}

// === impl ResponseLine ===

impl<'a> ResponseLine<'a> {
    pub(super) fn of(archived: &'a ArchivedResponse) -> Self {
        let Response { participation_id, trial, answer, timing } = &archived.response;
        let (text, non_answer) = match answer {
            Answer::Text(text) => (Some(text.as_str().into()), None),
            Answer::NonAnswer(why) => (None, Some(NonAnswer::as_str(*why).into())),
        };
        Self {
            participation_id: *participation_id,
            trial: *trial,
            text,
            non_answer,
            shown_at: timing.shown_at,
            first_key_ms: timing.first_key_ms,
            submitted_ms: timing.submitted_ms,
            edits: timing.edits,
            pasted: timing.pasted,
            focus_losses: timing.focus_losses,
            received_at: archived.received_at,
        }
    }

    pub(super) fn into_response(self) -> Result<ArchivedResponse, Error> {
        let timing = Timing {
            shown_at: self.shown_at.map(super::time).transpose()?,
            first_key_ms: self.first_key_ms,
            submitted_ms: self.submitted_ms,
            edits: self.edits,
            pasted: self.pasted,
            focus_losses: self.focus_losses,
        };
        let answer = Answer::parse(self.text.as_deref(), self.non_answer.as_deref())?;
        let response =
            Response { participation_id: self.participation_id, trial: self.trial, answer, timing };
        Ok(ArchivedResponse { response, received_at: super::time(self.received_at)? })
    }
}
