//! A participation as a document.

use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Uuid};
use nameit_domain::{
    ExperimentId, NewParticipation, Participation, ParticipationId, ParticipationState, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::error::Unreadable;
use crate::value::{Pair, from_pairs, micros, pairs, time, uuid};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ParticipationDocument {
    #[serde(rename = "_id")]
    pub(crate) id: Uuid,
    pub(crate) experiment_id: Uuid,
    /// Ordinals as little-endian u16, in the order of the trials.
    trial_order: Binary,
    state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) completion_code: Option<String>,
    started_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) withdrawn_at: Option<i64>,
    #[serde(default)]
    url_parameters: Vec<Pair>,
    #[serde(default)]
    environment: Vec<Pair>,
}

// === impl ParticipationDocument ===

impl ParticipationDocument {
    /// A participation that begins now; `order` is its trial order.
    pub(crate) fn begin(new: &NewParticipation, order: &[u16], now: Timestamp) -> Self {
        Self {
            id: uuid(new.id.as_bytes()),
            experiment_id: uuid(new.experiment_id.as_bytes()),
            trial_order: Binary {
                subtype: BinarySubtype::Generic,
                bytes: order.iter().flat_map(|ordinal| ordinal.to_le_bytes()).collect(),
            },
            state: ParticipationState::Started.as_str().to_owned(),
            completion_code: None,
            started_at: micros(now),
            completed_at: None,
            withdrawn_at: None,
            url_parameters: pairs(&new.url_parameters),
            environment: pairs(&new.environment),
        }
    }

    /// The same after it has come to `state`.
    pub(crate) fn gone_on(
        mut self,
        state: ParticipationState,
        completion_code: Option<String>,
        completed_at: Option<Timestamp>,
    ) -> Self {
        state.as_str().clone_into(&mut self.state);
        self.completion_code = completion_code;
        self.completed_at = completed_at.map(micros);
        self
    }

    pub(crate) fn id(&self) -> ParticipationId {
        ParticipationId::from_bytes(self.id.bytes())
    }

    pub(crate) fn experiment_id(&self) -> ExperimentId {
        ExperimentId::from_bytes(self.experiment_id.bytes())
    }

    pub(crate) fn state(&self) -> Result<ParticipationState, Unreadable> {
        ParticipationState::parse(&self.state).map_err(|_| Unreadable("state of a participation"))
    }

    pub(crate) fn order(&self) -> Result<Box<[u16]>, Unreadable> {
        let (pairs, rest) = self.trial_order.bytes.as_chunks::<2>();
        if rest.is_empty() {
            Ok(pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect())
        } else {
            Err(Unreadable("trial order"))
        }
    }

    /// The participation, with the trials that are answered.
    pub(crate) fn into_domain(self, answered: Vec<u32>) -> Result<Participation, Unreadable> {
        Ok(Participation {
            id: self.id(),
            experiment_id: self.experiment_id(),
            trial_order: self.order()?.iter().copied().map(u32::from).collect(),
            answered,
            state: self.state()?,
            completion_code: self.completion_code,
            started_at: time(self.started_at)?,
            completed_at: self.completed_at.map(time).transpose()?,
            url_parameters: from_pairs(self.url_parameters),
            environment: from_pairs(self.environment),
        })
    }
}
