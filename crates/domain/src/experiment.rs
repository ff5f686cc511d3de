//! Experiments: a battery of stimuli, a question, and who may take part.

use crate::text::{AccessCode, ConsentText, Language, Question, Slug, Title};
use crate::{ExperimentId, Invalid, ResearcherId, Timestamp};

/// An experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Experiment {
    /// The experiment's id.
    pub id: ExperimentId,
    /// Whose it is.
    pub owner: ResearcherId,
    /// What it is called.
    pub title: Title,
    /// Asked for every stimulus that has no question of its own.
    pub question: Question,
    /// Language of the question and of the expected answers.
    pub language: Language,
    /// What participants agree to first.
    pub consent_text: ConsentText,
    /// Who may take part.
    pub access: Access,
    /// Where it stands in its life.
    pub state: ExperimentState,
    /// The part of its link after `/run/`; unique.
    pub slug: Slug,
    /// 1 for a first version; a changed copy of a published experiment counts up.
    pub version: u32,
    /// The experiment that this is a newer version of.
    pub previous_version: Option<ExperimentId>,
    /// How many stimuli it has.
    pub stimulus_count: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
}

/// What a researcher says about a new experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExperiment {
    /// What it is called.
    pub title: Title,
    /// Asked for every stimulus that has no question of its own.
    pub question: Question,
    /// Language of the question and of the expected answers.
    pub language: Language,
    /// What participants agree to first.
    pub consent_text: ConsentText,
    /// Who may take part.
    pub access: Access,
}

/// Who may take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Anyone; listed on the first page.
    Public,
    /// Anyone who has the link.
    Unlisted,
    /// Anyone who has the link and the code.
    Code(AccessCode),
}

/// Where an experiment stands: `draft` → `published` ⇄ `paused` → `closed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExperimentState {
    /// Being built; can be changed, cannot be taken part in.
    Draft,
    /// Frozen and open.
    Published,
    /// Frozen; nobody new may start, those who began may finish.
    Paused,
    /// Frozen and over; no further response is taken.
    Closed,
}

// === impl Access ===

impl Access {
    /// The word used on the wire and in exports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Code(_) => "code",
        }
    }

    /// Reads the word, and the code where the word is `code`.
    pub fn parse(word: &str, code: Option<&str>) -> Result<Self, Invalid> {
        match word {
            "public" => Ok(Self::Public),
            "unlisted" => Ok(Self::Unlisted),
            "code" => AccessCode::parse(code.unwrap_or_default()).map(Self::Code),
            _ => Err(Invalid::new("access", "must be `public`, `unlisted` or `code`")),
        }
    }

    /// The code, where one is needed.
    pub fn code(&self) -> Option<&AccessCode> {
        match self {
            Self::Code(code) => Some(code),
            Self::Public | Self::Unlisted => None,
        }
    }
}

// === impl ExperimentState ===

impl ExperimentState {
    /// The word used on the wire and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Paused => "paused",
            Self::Closed => "closed",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "draft" => Ok(Self::Draft),
            "published" => Ok(Self::Published),
            "paused" => Ok(Self::Paused),
            "closed" => Ok(Self::Closed),
            _ => Err(Invalid::new("state", "must be `draft`, `published`, `paused` or `closed`")),
        }
    }

    /// Whether an experiment in this state may go to `next`.
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft | Self::Paused, Self::Published)
                | (Self::Published, Self::Paused)
                | (Self::Published | Self::Paused, Self::Closed)
        )
    }

    /// Whether somebody new may start.
    pub fn admits(self) -> bool {
        self == Self::Published
    }

    /// Whether those who began may still answer.
    pub fn takes_responses(self) -> bool {
        matches!(self, Self::Published | Self::Paused)
    }
}

#[cfg(test)]
mod tests {
    use super::ExperimentState::{Closed, Draft, Paused, Published};
    use super::*;

    #[test]
    fn an_experiment_lives_in_one_direction() {
        assert!(Draft.may_become(Published) && Published.may_become(Paused) && Paused.may_become(Published));
        assert!(Published.may_become(Closed) && Paused.may_become(Closed));
        for next in [Draft, Published, Paused, Closed] {
            assert!(!Closed.may_become(next), "closed is the end");
            assert!(!next.may_become(Draft), "nothing becomes a draft again");
        }
        assert!(!Draft.may_become(Paused) && !Draft.may_become(Closed));
    }

    #[test]
    fn access_by_code_needs_a_code() {
        assert!(Access::parse("code", None).is_err());
        assert_eq!(Access::parse("code", Some("tulip")).unwrap().code().unwrap().as_str(), "tulip");
        assert!(Access::parse("secret", None).is_err());
    }
}
