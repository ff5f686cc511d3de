//! Visits.

use nameit_domain::{ExperimentId, Hour, Invalid, Visits};

use super::{WireError, required};
use crate::storage::v1 as storage;

impl From<Visits> for storage::HourVisits {
    fn from(visits: Visits) -> Self {
        Self { hour: visits.hour.number().into(), count: visits.count }
    }
}

impl From<Visits> for storage::ExperimentVisits {
    fn from(visits: Visits) -> Self {
        Self { experiment_id: visits.experiment_id.to_string(), visits: Some(visits.into()) }
    }
}

impl TryFrom<storage::ExperimentVisits> for Visits {
    type Error = WireError;

    fn try_from(wire: storage::ExperimentVisits) -> Result<Self, WireError> {
        let visits = required("visits", wire.visits)?;
        // Far more than one process can see, and far from where sums end.
        if !(1..=u64::from(u32::MAX)).contains(&visits.count) {
            return Err(Invalid::new("count", "must be from 1 to 4294967295").into());
        }
        Ok(Self {
            experiment_id: ExperimentId::parse(&wire.experiment_id)?,
            hour: Hour::parse(visits.hour)?,
            count: visits.count,
        })
    }
}
