//! What the researcher decided about when there are enough answers, and which times are left out.

use nameit_analysis::enough::{Conditions, StopRule};
use nameit_analysis::response_times::Trimming;
use nameit_domain::{DecisionKind, ExperimentId};
use nameit_runtime::client;
use tonic::Status;

use crate::decided::latest;

/// The rules in force. Versions count from 1; 0 while nothing was decided.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rules {
    /// Version of the stop rule.
    pub stop_rule_version: u64,
    /// When there are enough answers; `None` when no rule is wanted.
    pub stop_rule: Option<StopRule>,
    /// Version of the trimming rule.
    pub trimming_version: u64,
    /// Which response times are left out.
    pub trimming: Trimming,
}

// === impl Rules ===

impl Rules {
    /// Whether one of these versions is later than what is in force.
    pub fn are_behind(&self, stop_rule_version: u64, trimming_version: u64) -> bool {
        stop_rule_version > self.stop_rule_version || trimming_version > self.trimming_version
    }

    /// The latest that storage has.
    ///
    /// # Errors
    /// What storage says, and `INTERNAL` when a body cannot be used, which was checked before it was stored.
    pub async fn load(storage: client::Channel, experiment_id: ExperimentId) -> Result<Self, Status> {
        let mut rules = Self::default();
        if let Some((version, body)) = latest(storage.clone(), experiment_id, DecisionKind::StopRule).await? {
            rules.stop_rule_version = version;
            rules.stop_rule = stop_rule(&body).map_err(Status::internal)?;
        }
        if let Some((version, body)) = latest(storage, experiment_id, DecisionKind::Trimming).await? {
            rules.trimming_version = version;
            rules.trimming = trimming(&body).map_err(Status::internal)?;
        }
        Ok(rules)
    }
}

/// Reads a body of the kind `stop_rule`; an object without conditions says that there is no rule.
pub(crate) fn stop_rule(body: &str) -> Result<Option<StopRule>, String> {
    let unreadable = |error: serde_json::Error| {
        format!(
            "stop_rule: {error}; it is an object with one or more of min_answers, coverage, max_next_new, \
             h_half_width and agreement_half_width, such as {{\"min_answers\": 20, \"coverage\": 0.95}}"
        )
    };
    // An object and nothing else: serde would also take a list for a struct.
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(body).map_err(unreadable)?;
    let conditions: Conditions =
        serde_json::from_value(serde_json::Value::Object(object)).map_err(unreadable)?;
    if conditions == Conditions::default() {
        return Ok(None);
    }
    StopRule::new(conditions).map(Some).map_err(|error| error.to_string())
}

/// Reads a body of the kind `trimming`: the rule as a JSON string.
pub(crate) fn trimming(body: &str) -> Result<Trimming, String> {
    serde_json::from_str(body)
        .map_err(|error| format!("trimming: {error}; it is a string such as \"min:200,sd:2.5\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_read_and_refused_with_what_would_be_right() {
        let rule = stop_rule(r#"{"min_answers": 20, "coverage": 0.9}"#).unwrap().unwrap();
        assert_eq!(rule.conditions().min_answers, Some(20));
        assert_eq!(stop_rule("{}").unwrap(), None, "no rule is a decision, too");
        for body in ["[]", r#"{"min": 3}"#, r#"{"coverage": 95}"#, "null"] {
            let problem = stop_rule(body).unwrap_err();
            assert!(problem.contains("coverage"), "{body}: {problem}");
        }
        assert_eq!(trimming(r#""sd:2.5""#).unwrap().to_string(), "sd:2.5");
        for body in ["{}", r#""sd""#, r#"{"rule": "none"}"#, "null", "sd:2.5"] {
            let problem = trimming(body).unwrap_err();
            assert!(problem.contains("sd:2.5"), "{body}: {problem}");
        }
    }
}
