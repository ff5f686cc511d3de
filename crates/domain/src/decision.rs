//! Decisions: what a researcher decided about the analysis of an experiment, kept version by version.
//!
//! A decision is never changed, only followed by a newer version; to undo is to decide again what was decided
//! before. Raw responses are not touched by any of it. What a body must look like is known where it is used;
//! here it is a text within bounds.

use crate::{ExperimentId, Invalid, Timestamp};

/// Bytes allowed in the body of a decision.
pub const BODY_MAX_BYTES: usize = 1 << 20;

/// One version of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// About which experiment.
    pub experiment_id: ExperimentId,
    /// About what.
    pub kind: DecisionKind,
    /// Counts the versions of this kind in this experiment: 1, 2, 3, and so on, without gaps.
    pub version: u64,
    /// What was decided.
    pub body: DecisionBody,
    /// When it was decided. A copied experiment keeps the times of its original.
    pub decided_at: Timestamp,
}

/// A version of a decision without its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecisionVersion {
    /// Counts from 1.
    pub version: u64,
    /// When it was decided.
    pub decided_at: Timestamp,
}

/// What a decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DecisionKind {
    /// Attributes of targets and distractors per stimulus, and the lexicon that finds them in descriptions.
    Annotations,
    /// Published norms to compare with.
    ReferenceNorms,
    /// When there are enough answers.
    StopRule,
    /// Which response times are left out.
    Trimming,
    /// Steps of normalisation, and which spellings are one name.
    Variants,
}

/// The body of a decision: JSON, 1 byte to 1 MiB.
#[derive(Clone, PartialEq, Eq)]
pub struct DecisionBody(String);

// === impl DecisionKind ===

impl DecisionKind {
    /// Every kind, in the order of their words.
    pub const ALL: [Self; 5] =
        [Self::Annotations, Self::ReferenceNorms, Self::StopRule, Self::Trimming, Self::Variants];

    /// The word used on the wire, in archives and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Annotations => "annotations",
            Self::ReferenceNorms => "reference_norms",
            Self::StopRule => "stop_rule",
            Self::Trimming => "trimming",
            Self::Variants => "variants",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            Invalid::new(
                "kind",
                "must be `annotations`, `reference_norms`, `stop_rule`, `trimming` or `variants`",
            )
        })
    }
}

// === impl DecisionBody ===

impl DecisionBody {
    /// Checks the bounds, and that there are no characters that JSON forbids everywhere. Whether it is JSON
    /// that means something is for those to say who read it.
    pub fn parse(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        if text.len() > BODY_MAX_BYTES {
            let message = format!("must have at most {BODY_MAX_BYTES} bytes, this has {}", text.len());
            return Err(Invalid::new("body", message));
        }
        if text.trim().is_empty() {
            return Err(Invalid::new("body", "is empty; send what was decided as JSON"));
        }
        if let Some(found) = text.chars().find(|c| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r')) {
            let message =
                format!("contains the control character U+{:04X}; JSON writes it as an escape", found as u32);
            return Err(Invalid::new("body", message));
        }
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// A body may hold what participants said, and may be long: its length must do.
impl std::fmt::Debug for DecisionBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DecisionBody({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_of_its_own_and_is_found_by_it() {
        for kind in DecisionKind::ALL {
            assert_eq!(DecisionKind::parse(kind.as_str()), Ok(kind));
        }
        assert!(DecisionKind::ALL.is_sorted_by_key(|kind| kind.as_str()));
        let message = DecisionKind::parse("spelling").unwrap_err().message;
        assert!(DecisionKind::ALL.iter().all(|kind| message.contains(kind.as_str())), "{message}");
    }

    #[test]
    fn a_body_is_a_text_within_bounds() {
        assert_eq!(DecisionBody::parse("{\n\t\"a\": \"ü\" }").unwrap().as_str(), "{\n\t\"a\": \"ü\" }");
        assert!(DecisionBody::parse(" \n").unwrap_err().message.contains("empty"));
        assert!(DecisionBody::parse("{\"a\":\"\0\"}").unwrap_err().message.contains("U+0000"));
        assert!(DecisionBody::parse("x".repeat(BODY_MAX_BYTES)).is_ok());
        let long = DecisionBody::parse("é".repeat(BODY_MAX_BYTES / 2 + 1)).unwrap_err();
        assert!(long.message.contains("1048576") && long.message.contains("1048578"), "{long}");
    }

    #[test]
    fn a_body_is_not_written_into_logs() {
        let shown = format!("{:?}", DecisionBody::parse("\"private\"").unwrap());
        assert_eq!(shown, "DecisionBody(9 bytes)");
    }
}
