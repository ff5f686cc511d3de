//! Responses.

use nameit_domain::response::{Recorded, Refusal, Timing};
use nameit_domain::text::AnswerText;
use nameit_domain::{Answer, Invalid, NonAnswer, ParticipationId, Response, Timestamp};

use super::{WireError, required};
use crate::common::v1 as common;

impl From<Response> for common::Response {
    fn from(response: Response) -> Self {
        let answer = match response.answer {
            Answer::Text(text) => common::response::Answer::Text(text.into_string()),
            Answer::NonAnswer(non_answer) => {
                common::response::Answer::NonAnswer(common::NonAnswer::from(non_answer).into())
            }
        };
        let timing = response.timing;
        Self {
            participation_id: response.participation_id.to_string(),
            trial: response.trial,
            answer: Some(answer),
            shown_at_ms: timing.shown_at.map(Timestamp::as_millisecond),
            first_key_ms: timing.first_key_ms,
            submitted_ms: timing.submitted_ms,
            edits: timing.edits,
            pasted: timing.pasted,
            focus_losses: timing.focus_losses,
        }
    }
}

impl TryFrom<common::Response> for Response {
    type Error = WireError;

    fn try_from(wire: common::Response) -> Result<Self, WireError> {
        let answer = match required("answer", wire.answer)? {
            common::response::Answer::Text(text) => Answer::Text(AnswerText::parse(&text)?),
            common::response::Answer::NonAnswer(number) => {
                let known = common::NonAnswer::try_from(number)
                    .map_err(|_| Invalid::new("non_answer", "is not a known kind"))?;
                Answer::NonAnswer(known.try_into()?)
            }
        };
        let shown_at = wire
            .shown_at_ms
            .map(Timestamp::from_millisecond)
            .transpose()
            .map_err(|_| Invalid::new("shown_at_ms", "lies outside of the years -9999 to 9999"))?;
        Ok(Self {
            participation_id: ParticipationId::parse(&wire.participation_id)?,
            trial: wire.trial,
            answer,
            timing: Timing {
                shown_at,
                first_key_ms: wire.first_key_ms,
                submitted_ms: wire.submitted_ms,
                edits: wire.edits,
                pasted: wire.pasted,
                focus_losses: wire.focus_losses,
            },
        })
    }
}

impl From<NonAnswer> for common::NonAnswer {
    fn from(non_answer: NonAnswer) -> Self {
        match non_answer {
            NonAnswer::DontKnow => Self::DontKnow,
            NonAnswer::Skipped => Self::Skipped,
        }
    }
}

impl TryFrom<common::NonAnswer> for NonAnswer {
    type Error = WireError;

    fn try_from(wire: common::NonAnswer) -> Result<Self, WireError> {
        match wire {
            common::NonAnswer::DontKnow => Ok(Self::DontKnow),
            common::NonAnswer::Skipped => Ok(Self::Skipped),
            common::NonAnswer::Unspecified => Err(WireError::Missing("non_answer")),
        }
    }
}

impl From<Recorded> for common::Recorded {
    fn from(recorded: Recorded) -> Self {
        match recorded {
            Recorded::Stored => Self::Stored,
            Recorded::AlreadyStored => Self::AlreadyStored,
            Recorded::Refused(refusal) => match refusal {
                Refusal::UnknownParticipation => Self::UnknownParticipation,
                Refusal::UnknownTrial => Self::UnknownTrial,
                Refusal::DifferentAnswer => Self::DifferentAnswer,
                Refusal::Withdrawn => Self::Withdrawn,
                Refusal::Completed => Self::Completed,
                Refusal::Closed => Self::Closed,
            },
        }
    }
}

impl TryFrom<common::Recorded> for Recorded {
    type Error = WireError;

    fn try_from(wire: common::Recorded) -> Result<Self, WireError> {
        Ok(match wire {
            common::Recorded::Stored => Self::Stored,
            common::Recorded::AlreadyStored => Self::AlreadyStored,
            common::Recorded::UnknownParticipation => Self::Refused(Refusal::UnknownParticipation),
            common::Recorded::UnknownTrial => Self::Refused(Refusal::UnknownTrial),
            common::Recorded::DifferentAnswer => Self::Refused(Refusal::DifferentAnswer),
            common::Recorded::Withdrawn => Self::Refused(Refusal::Withdrawn),
            common::Recorded::Completed => Self::Refused(Refusal::Completed),
            common::Recorded::Closed => Self::Refused(Refusal::Closed),
            common::Recorded::Unspecified => return Err(WireError::Missing("recorded")),
        })
    }
}
