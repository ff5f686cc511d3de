//! The rule.

use serde::{Deserialize, Serialize};

/// The conditions of a rule; all that are set must be met. As JSON, the body of a decision of the kind
/// `stop_rule`, for example `{"min_answers": 20, "coverage": 0.95}`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// At least so many answers that give a name. Set it with the others: few answers can meet them by chance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_answers: Option<u64>,
    /// Coverage of Chao and Jost at least this, between 0 and 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    /// Probability that the next answer is a new name at most this, between 0 and 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_next_new: Option<f64>,
    /// Half the width of the interval of H at most this, in bits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub h_half_width: Option<f64>,
    /// Half the width of the interval of name agreement at most this, between 0 and 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement_half_width: Option<f64>,
}

/// Conditions that make sense, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Conditions", into = "Conditions")]
pub struct StopRule {
    conditions: Conditions,
}

/// The name of a condition, as in [`Conditions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// [`Conditions::min_answers`].
    MinAnswers,
    /// [`Conditions::coverage`].
    Coverage,
    /// [`Conditions::max_next_new`].
    MaxNextNew,
    /// [`Conditions::h_half_width`].
    HHalfWidth,
    /// [`Conditions::agreement_half_width`].
    AgreementHalfWidth,
}

/// Conditions that make no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStopRule {
    /// None is set.
    #[error(
        "a stop rule needs at least one of min_answers, coverage, max_next_new, h_half_width and agreement_half_width"
    )]
    Empty,
    /// A number is out of its range.
    #[error("{} must be {wanted}", condition.as_str())]
    OutOfRange {
        /// Which.
        condition: Condition,
        /// What it has to be.
        wanted: &'static str,
    },
}

// === impl StopRule ===

impl StopRule {
    /// A rule of these conditions.
    pub fn new(conditions: Conditions) -> Result<Self, InvalidStopRule> {
        let Conditions { min_answers, coverage, max_next_new, h_half_width, agreement_half_width } =
            conditions;
        if conditions == Conditions::default() {
            return Err(InvalidStopRule::Empty);
        }
        let check = |condition, met: bool, wanted| {
            if met { Ok(()) } else { Err(InvalidStopRule::OutOfRange { condition, wanted }) }
        };
        let is_share = |share: f64| share > 0.0 && share < 1.0;
        check(
            Condition::MinAnswers,
            min_answers.is_none_or(|least| (1..=1_000_000_000).contains(&least)),
            "a whole number from 1 to 1000000000",
        )?;
        check(Condition::Coverage, coverage.is_none_or(is_share), "between 0 and 1, such as 0.95")?;
        check(Condition::MaxNextNew, max_next_new.is_none_or(is_share), "between 0 and 1, such as 0.05")?;
        check(
            Condition::HHalfWidth,
            h_half_width.is_none_or(|width| width.is_finite() && width > 0.0),
            "above 0, in bits, such as 0.25",
        )?;
        check(
            Condition::AgreementHalfWidth,
            agreement_half_width.is_none_or(|width| is_share(2.0 * width)),
            "between 0 and 0.5, such as 0.1",
        )?;
        Ok(Self { conditions })
    }

    /// The conditions.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }
}

impl TryFrom<Conditions> for StopRule {
    type Error = InvalidStopRule;

    fn try_from(conditions: Conditions) -> Result<Self, InvalidStopRule> {
        Self::new(conditions)
    }
}

impl From<StopRule> for Conditions {
    fn from(rule: StopRule) -> Self {
        rule.conditions
    }
}

// === impl Condition ===

impl Condition {
    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MinAnswers => "min_answers",
            Self::Coverage => "coverage",
            Self::MaxNextNew => "max_next_new",
            Self::HHalfWidth => "h_half_width",
            Self::AgreementHalfWidth => "agreement_half_width",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_from_json_and_written_as_it_was() {
        let json = r#"{"min_answers":20,"coverage":0.95}"#;
        let rule: StopRule = serde_json::from_str(json).unwrap();
        assert_eq!((rule.conditions().min_answers, rule.conditions().coverage), (Some(20), Some(0.95)));
        assert_eq!(serde_json::to_string(&rule).unwrap(), json);
        assert_eq!(serde_json::to_value(Condition::HHalfWidth).unwrap(), Condition::HHalfWidth.as_str());
    }

    #[test]
    fn what_is_no_rule_is_refused_by_name() {
        for (json, word) in [
            ("{}", "at least one"),
            (r#"{"min_answers":0}"#, "min_answers must be"),
            (r#"{"coverage":1}"#, "coverage must be"),
            (r#"{"coverage":95}"#, "coverage must be"),
            (r#"{"max_next_new":0}"#, "max_next_new must be"),
            (r#"{"h_half_width":-1}"#, "h_half_width must be"),
            (r#"{"agreement_half_width":0.5}"#, "agreement_half_width must be"),
            (r#"{"answers":3}"#, "unknown field"),
            (r#"{"min_answers":2.5}"#, "2.5"),
        ] {
            let error = serde_json::from_str::<StopRule>(json).unwrap_err().to_string();
            assert!(error.contains(word), "{json}: {error}");
        }
    }
}
