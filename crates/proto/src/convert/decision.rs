//! Decisions.

use std::collections::{BTreeMap, HashMap};

use nameit_domain::{Decision, DecisionBody, DecisionKind, DecisionVersion, ExperimentId, Invalid};

use super::{WireError, required_timestamp, timestamp_to_wire};
use crate::storage::v1 as storage;

impl From<Decision> for storage::Decision {
    fn from(decision: Decision) -> Self {
        Self {
            experiment_id: decision.experiment_id.to_string(),
            kind: decision.kind.as_str().to_owned(),
            version: decision.version,
            body: decision.body.into_string(),
            decided_at: Some(timestamp_to_wire(decision.decided_at)),
        }
    }
}

impl TryFrom<storage::Decision> for Decision {
    type Error = WireError;

    fn try_from(wire: storage::Decision) -> Result<Self, WireError> {
        Ok(Self {
            experiment_id: ExperimentId::parse(&wire.experiment_id)?,
            kind: DecisionKind::parse(&wire.kind)?,
            version: wire.version,
            body: DecisionBody::parse(wire.body)?,
            decided_at: required_timestamp("decided_at", wire.decided_at)?,
        })
    }
}

impl From<DecisionVersion> for storage::DecisionVersion {
    fn from(version: DecisionVersion) -> Self {
        Self { version: version.version, decided_at: Some(timestamp_to_wire(version.decided_at)) }
    }
}

impl TryFrom<storage::DecisionVersion> for DecisionVersion {
    type Error = WireError;

    fn try_from(wire: storage::DecisionVersion) -> Result<Self, WireError> {
        Ok(Self { version: wire.version, decided_at: required_timestamp("decided_at", wire.decided_at)? })
    }
}

/// Latest versions by kind → wire.
pub fn decisions_to_wire(decisions: &BTreeMap<DecisionKind, u64>) -> HashMap<String, u64> {
    decisions.iter().map(|(kind, version)| (kind.as_str().to_owned(), *version)).collect()
}

/// Wire → latest versions by kind.
pub fn decisions_from_wire(
    wire: impl IntoIterator<Item = (String, u64)>,
) -> Result<BTreeMap<DecisionKind, u64>, Invalid> {
    wire.into_iter().map(|(kind, version)| Ok((DecisionKind::parse(&kind)?, version))).collect()
}
