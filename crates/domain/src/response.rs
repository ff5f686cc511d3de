//! Responses: what one participant said to one stimulus. Raw and never altered.

use crate::text::AnswerText;
use crate::{Invalid, ParticipationId, Timestamp};

/// The answer to one trial, with how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Whose.
    pub participation_id: ParticipationId,
    /// Place of the trial in the participation, from 0. With `participation_id` the idempotent key.
    pub trial: u32,
    /// What was said.
    pub answer: Answer,
    /// How it came about.
    pub timing: Timing,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The raw text, exactly as typed.
    Text(AnswerText),
    /// No name was given.
    NonAnswer(NonAnswer),
}

/// Why no name was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NonAnswer {
    /// The participant said "I don't know".
    DontKnow,
    /// The participant went on without a word.
    Skipped,
}

/// What was measured in the browser during a trial.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timing {
    /// When the stimulus was painted, by the participant's clock.
    pub shown_at: Option<Timestamp>,
    /// Milliseconds from paint to the first key.
    pub first_key_ms: Option<u32>,
    /// Milliseconds from paint to the submission.
    pub submitted_ms: Option<u32>,
    /// How often text was deleted or replaced.
    pub edits: u32,
    /// Whether text was pasted.
    pub pasted: bool,
    /// How often the page lost the focus.
    pub focus_losses: u32,
}

/// What became of a response that was sent in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// It is durable now.
    Stored,
    /// The same response was durable already.
    AlreadyStored,
    /// Refused; nothing was changed.
    Refused(Refusal),
}

/// Why a response was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// No such participation.
    UnknownParticipation,
    /// The participation has no such trial.
    UnknownTrial,
    /// Another answer to this trial is stored already.
    DifferentAnswer,
    /// The participation was withdrawn.
    Withdrawn,
    /// The participation was completed before.
    Completed,
    /// The experiment takes no responses any more.
    Closed,
}

// === impl NonAnswer ===

impl NonAnswer {
    /// The word used on the wire and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DontKnow => "dont_know",
            Self::Skipped => "skipped",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "dont_know" => Ok(Self::DontKnow),
            "skipped" => Ok(Self::Skipped),
            _ => Err(Invalid::new("non_answer", "must be `dont_know` or `skipped`")),
        }
    }
}

// === impl Answer ===

impl Answer {
    /// Reads a text or a non-answer; exactly one of the two must be given.
    pub fn parse(text: Option<&str>, non_answer: Option<&str>) -> Result<Self, Invalid> {
        match (text, non_answer) {
            (Some(text), None) => AnswerText::parse(text).map(Self::Text),
            (None, Some(word)) => NonAnswer::parse(word).map(Self::NonAnswer),
            (None, None) => Err(Invalid::new("text", "is missing; send text, or non_answer")),
            (Some(_), Some(_)) => {
                Err(Invalid::new("text", "and non_answer exclude each other; send one of them"))
            }
        }
    }

    /// The raw text, if a name was given.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.as_str()),
            Self::NonAnswer(_) => None,
        }
    }
}

// === impl Refusal ===

impl Refusal {
    /// A sentence for the person or program that sent the response.
    pub fn message(self) -> &'static str {
        match self {
            Self::UnknownParticipation => "there is no such participation",
            Self::UnknownTrial => "this participation has no such trial",
            Self::DifferentAnswer => "another answer to this trial is stored already; the first one counts",
            Self::Withdrawn => "this participation was withdrawn and its answers were erased",
            Self::Completed => "this participation is complete",
            Self::Closed => "this experiment is closed and takes no more answers",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_a_text_or_a_non_answer() {
        assert_eq!(Answer::parse(Some("red"), None).unwrap().text(), Some("red"));
        assert_eq!(Answer::parse(None, Some("dont_know")), Ok(Answer::NonAnswer(NonAnswer::DontKnow)));
        assert!(Answer::parse(None, None).is_err());
        assert!(Answer::parse(Some("red"), Some("dont_know")).is_err());
        assert!(Answer::parse(None, Some("perhaps")).is_err());
    }
}
