//! Participations.

use nameit_domain::participation::{ListedParticipation, ParticipationTotals};
use nameit_domain::{ExperimentId, NewParticipation, Participation, ParticipationId, ParticipationState};

use super::{
    WireError, parameters_from_wire, parameters_to_wire, required_timestamp, timestamp_from_wire,
    timestamp_to_wire,
};
use crate::{common::v1 as common, storage::v1 as storage};

impl From<NewParticipation> for storage::Start {
    fn from(start: NewParticipation) -> Self {
        Self {
            participation_id: start.id.to_string(),
            experiment_id: start.experiment_id.to_string(),
            trial_order: start.trial_order,
            url_parameters: parameters_to_wire(start.url_parameters),
            environment: parameters_to_wire(start.environment),
        }
    }
}

impl TryFrom<storage::Start> for NewParticipation {
    type Error = WireError;

    fn try_from(wire: storage::Start) -> Result<Self, WireError> {
        Ok(Self {
            id: ParticipationId::parse(&wire.participation_id)?,
            experiment_id: ExperimentId::parse(&wire.experiment_id)?,
            trial_order: wire.trial_order,
            url_parameters: parameters_from_wire(wire.url_parameters),
            environment: parameters_from_wire(wire.environment),
        })
    }
}

impl From<Participation> for storage::Participation {
    fn from(participation: Participation) -> Self {
        let state = storage::ParticipationState::from(participation.state);
        Self {
            id: participation.id.to_string(),
            experiment_id: participation.experiment_id.to_string(),
            trial_order: participation.trial_order,
            answered: participation.answered,
            state: state.into(),
            completion_code: participation.completion_code,
            started_at: Some(timestamp_to_wire(participation.started_at)),
            completed_at: participation.completed_at.map(timestamp_to_wire),
            url_parameters: parameters_to_wire(participation.url_parameters),
            environment: parameters_to_wire(participation.environment),
        }
    }
}

impl TryFrom<storage::Participation> for Participation {
    type Error = WireError;

    fn try_from(wire: storage::Participation) -> Result<Self, WireError> {
        let state = wire.state().try_into()?;
        Ok(Self {
            id: ParticipationId::parse(&wire.id)?,
            experiment_id: ExperimentId::parse(&wire.experiment_id)?,
            trial_order: wire.trial_order,
            answered: wire.answered,
            state,
            completion_code: wire.completion_code,
            started_at: required_timestamp("started_at", wire.started_at)?,
            completed_at: wire
                .completed_at
                .map(|time| timestamp_from_wire("completed_at", time))
                .transpose()?,
            url_parameters: parameters_from_wire(wire.url_parameters),
            environment: parameters_from_wire(wire.environment),
        })
    }
}

impl From<ListedParticipation> for storage::ListedParticipation {
    fn from(participation: ListedParticipation) -> Self {
        Self {
            id: participation.id.to_string(),
            state: storage::ParticipationState::from(participation.state).into(),
            started_at: Some(timestamp_to_wire(participation.started_at)),
            completed_at: participation.completed_at.map(timestamp_to_wire),
            url_parameters: parameters_to_wire(participation.url_parameters),
            environment: parameters_to_wire(participation.environment),
            trial_count: participation.trial_count,
        }
    }
}

impl TryFrom<storage::ListedParticipation> for ListedParticipation {
    type Error = WireError;

    fn try_from(wire: storage::ListedParticipation) -> Result<Self, WireError> {
        Ok(Self {
            id: ParticipationId::parse(&wire.id)?,
            state: wire.state().try_into()?,
            started_at: required_timestamp("started_at", wire.started_at)?,
            completed_at: wire
                .completed_at
                .map(|time| timestamp_from_wire("completed_at", time))
                .transpose()?,
            url_parameters: parameters_from_wire(wire.url_parameters),
            environment: parameters_from_wire(wire.environment),
            trial_count: wire.trial_count,
        })
    }
}

impl From<ParticipationState> for storage::ParticipationState {
    fn from(state: ParticipationState) -> Self {
        match state {
            ParticipationState::Started => Self::Started,
            ParticipationState::Completed => Self::Completed,
            ParticipationState::Withdrawn => Self::Withdrawn,
        }
    }
}

impl TryFrom<storage::ParticipationState> for ParticipationState {
    type Error = WireError;

    fn try_from(wire: storage::ParticipationState) -> Result<Self, WireError> {
        match wire {
            storage::ParticipationState::Started => Ok(Self::Started),
            storage::ParticipationState::Completed => Ok(Self::Completed),
            storage::ParticipationState::Withdrawn => Ok(Self::Withdrawn),
            storage::ParticipationState::Unspecified => Err(WireError::Missing("state")),
        }
    }
}

impl From<ParticipationTotals> for common::ParticipationTotals {
    fn from(totals: ParticipationTotals) -> Self {
        Self { started: totals.started, completed: totals.completed, withdrawn: totals.withdrawn }
    }
}

impl From<common::ParticipationTotals> for ParticipationTotals {
    fn from(wire: common::ParticipationTotals) -> Self {
        Self { started: wire.started, completed: wire.completed, withdrawn: wire.withdrawn }
    }
}
