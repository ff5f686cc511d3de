//! Decisions and counts of visits as lines.

use std::borrow::Cow;

use nameit_domain::{Decision, DecisionBody, DecisionKind, ExperimentId, Hour, Timestamp, Visits};
use serde::{Deserialize, Serialize};

use super::Error;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct DecisionLine<'a> {
    experiment_id: ExperimentId,
    kind: Cow<'a, str>,
    version: u64,
    decided_at: Timestamp,
    /// The text as it was sent: JSON within a string, so that it comes back to the letter.
    body: Cow<'a, str>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct VisitsLine {
    experiment_id: ExperimentId,
    /// When the hour begins.
    hour: Timestamp,
    count: u64,
}

// === impl DecisionLine ===

impl<'a> DecisionLine<'a> {
    pub(super) fn of(decision: &'a Decision) -> Self {
        Self {
            experiment_id: decision.experiment_id,
            kind: decision.kind.as_str().into(),
            version: decision.version,
            decided_at: decision.decided_at,
            body: decision.body.as_str().into(),
        }
    }

    pub(super) fn into_decision(self) -> Result<Decision, Error> {
        if self.version == 0 {
            return Err(Error::Value("version"));
        }
        Ok(Decision {
            experiment_id: self.experiment_id,
            kind: DecisionKind::parse(&self.kind)?,
            version: self.version,
            body: DecisionBody::parse(self.body)?,
            decided_at: super::time(self.decided_at)?,
        })
    }
}

// === impl VisitsLine ===

impl VisitsLine {
    pub(super) fn of(visits: Visits) -> Self {
        let Visits { experiment_id, hour, count } = visits;
        Self { experiment_id, hour: hour.begins_at(), count }
    }

    pub(super) fn into_visits(self) -> Result<Visits, Error> {
        let Self { experiment_id, hour, count } = self;
        if count == 0 || i64::try_from(count).is_err() {
            return Err(Error::Value("count"));
        }
        Ok(Visits { experiment_id, hour: Hour::of(hour), count })
    }
}
