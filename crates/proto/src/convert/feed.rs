//! The feed and the export.

use nameit_domain::feed::{
    DetailedChunk, DetailedColumns, DetailedPart, FeedChunk, FeedCursor, FeedHead, FeedPart, GroupedCounts,
    ResponseColumns, StoredResponse,
};
use nameit_domain::text::StimulusKey;
use nameit_domain::{ExperimentId, Invalid, ParticipationId};

use super::decision::{decisions_from_wire, decisions_to_wire};
use super::{
    WireError, parameters_from_wire, parameters_to_wire, required, required_timestamp, timestamp_to_wire,
};
use crate::storage::v1 as storage;

impl From<FeedCursor> for storage::FeedCursor {
    fn from(cursor: FeedCursor) -> Self {
        Self { epoch: cursor.epoch, positions: cursor.positions.into_iter().collect() }
    }
}

impl From<storage::FeedCursor> for FeedCursor {
    fn from(wire: storage::FeedCursor) -> Self {
        Self { epoch: wire.epoch, positions: wire.positions.into_iter().collect() }
    }
}

impl From<FeedChunk> for storage::ReadFeedResponse {
    fn from(chunk: FeedChunk) -> Self {
        use storage::read_feed_response::Part;
        let part = match chunk.part {
            FeedPart::Restart => Part::Restart(storage::Restart {}),
            FeedPart::Grouped(grouped) => Part::Grouped(grouped.into()),
            FeedPart::Columns(columns) => Part::Columns(columns.into()),
        };
        Self { part: Some(part), cursor: Some(chunk.cursor.into()), traceparent: None }
    }
}

impl From<FeedHead> for storage::GetHeadResponse {
    fn from(head: FeedHead) -> Self {
        let decisions = decisions_to_wire(&head.decisions);
        Self { cursor: Some(head.cursor.into()), totals: Some(head.totals.into()), decisions }
    }
}

impl TryFrom<storage::GetHeadResponse> for FeedHead {
    type Error = WireError;

    fn try_from(wire: storage::GetHeadResponse) -> Result<Self, WireError> {
        Ok(Self {
            cursor: required("cursor", wire.cursor)?.into(),
            totals: required("totals", wire.totals)?.into(),
            decisions: decisions_from_wire(wire.decisions)?,
        })
    }
}

/// What a reader hears who has read everything.
impl From<&FeedHead> for storage::CaughtUp {
    fn from(head: &FeedHead) -> Self {
        Self { totals: Some(head.totals.into()), decisions: decisions_to_wire(&head.decisions) }
    }
}

impl From<DetailedChunk> for storage::ReadResponsesResponse {
    fn from(chunk: DetailedChunk) -> Self {
        use storage::read_responses_response::Part;
        let part = match chunk.part {
            DetailedPart::Restart => Part::Restart(storage::Restart {}),
            DetailedPart::Columns(columns) => Part::Columns(Box::new((*columns).into())),
        };
        Self { part: Some(part), cursor: Some(chunk.cursor.into()) }
    }
}

impl From<DetailedColumns> for storage::DetailedColumns {
    fn from(columns: DetailedColumns) -> Self {
        Self {
            responses: Some(columns.responses.into()),
            trial: columns.trial,
            edits: columns.edits,
            pasted: columns.pasted,
            focus_losses: columns.focus_losses,
            participant: columns.participant,
            participants: columns.participants.iter().flat_map(|id| *id.as_bytes()).collect(),
        }
    }
}

impl TryFrom<storage::DetailedColumns> for DetailedColumns {
    type Error = WireError;

    fn try_from(wire: storage::DetailedColumns) -> Result<Self, WireError> {
        let (participants, []) = wire.participants.as_chunks::<16>() else {
            return Err(Invalid::new("participants", "must be ids of 16 bytes each").into());
        };
        let columns = Self {
            participants: participants.iter().map(|id| ParticipationId::from_bytes(*id)).collect(),
            responses: required("responses", wire.responses)?.try_into()?,
            trial: wire.trial,
            edits: wire.edits,
            pasted: wire.pasted,
            focus_losses: wire.focus_losses,
            participant: wire.participant,
        };
        columns.check().map_err(|broken| Invalid::new("columns", broken.to_string()))?;
        Ok(columns)
    }
}

impl From<ResponseColumns> for storage::ResponseColumns {
    fn from(columns: ResponseColumns) -> Self {
        Self {
            stimulus: columns.stimulus,
            kind: columns.kind,
            text: columns.text,
            text_end: columns.text_end,
            first_key_ms: columns.first_key_ms,
            submitted_ms: columns.submitted_ms,
            received_at_ms: columns.received_at_ms,
            participation: columns.participation,
        }
    }
}

impl TryFrom<storage::ResponseColumns> for ResponseColumns {
    type Error = WireError;

    fn try_from(wire: storage::ResponseColumns) -> Result<Self, WireError> {
        let columns = Self {
            stimulus: wire.stimulus,
            kind: wire.kind,
            text: wire.text,
            text_end: wire.text_end,
            first_key_ms: wire.first_key_ms,
            submitted_ms: wire.submitted_ms,
            received_at_ms: wire.received_at_ms,
            participation: wire.participation,
        };
        columns.check().map_err(|broken| Invalid::new("columns", broken.to_string()))?;
        Ok(columns)
    }
}

impl From<GroupedCounts> for storage::GroupedCounts {
    fn from(grouped: GroupedCounts) -> Self {
        Self {
            names: grouped
                .names
                .into_iter()
                .map(|(stimulus, kind, text, count)| storage::NameCount {
                    stimulus,
                    kind: kind.into(),
                    text,
                    count,
                })
                .collect(),
            first_key_ms: grouped
                .first_key_ms
                .into_iter()
                .map(|(stimulus, ms, count)| storage::TimeCount { stimulus, ms, count })
                .collect(),
            received_at_minute: grouped
                .received_at_minute
                .into_iter()
                .map(|(minute, count)| storage::MinuteCount { minute, count })
                .collect(),
        }
    }
}

impl TryFrom<storage::GroupedCounts> for GroupedCounts {
    type Error = WireError;

    fn try_from(wire: storage::GroupedCounts) -> Result<Self, WireError> {
        let kind = |kind: u32| match u8::try_from(kind) {
            Ok(kind) if kind <= ResponseColumns::SKIPPED => Ok(kind),
            _ => Err(Invalid::new("kind", "is not a known kind of response")),
        };
        Ok(Self {
            names: wire
                .names
                .into_iter()
                .map(|name| Ok((name.stimulus, kind(name.kind)?, name.text, name.count)))
                .collect::<Result<_, Invalid>>()?,
            first_key_ms: wire
                .first_key_ms
                .into_iter()
                .map(|time| (time.stimulus, time.ms, time.count))
                .collect(),
            received_at_minute: wire
                .received_at_minute
                .into_iter()
                .map(|bin| (bin.minute, bin.count))
                .collect(),
        })
    }
}

impl From<StoredResponse> for storage::StoredResponse {
    fn from(stored: StoredResponse) -> Self {
        Self {
            experiment_id: stored.experiment_id.to_string(),
            completed: stored.completed,
            completion_code: stored.completion_code,
            started_at: Some(timestamp_to_wire(stored.started_at)),
            url_parameters: parameters_to_wire(stored.url_parameters),
            stimulus: stored.stimulus.into_string(),
            ordinal: stored.ordinal,
            response: Some(
                nameit_domain::Response {
                    participation_id: stored.participation_id,
                    trial: stored.trial,
                    answer: stored.answer,
                    timing: stored.timing,
                }
                .into(),
            ),
            received_at: Some(timestamp_to_wire(stored.received_at)),
        }
    }
}

impl TryFrom<storage::StoredResponse> for StoredResponse {
    type Error = WireError;

    fn try_from(wire: storage::StoredResponse) -> Result<Self, WireError> {
        let response = nameit_domain::Response::try_from(required("response", wire.response)?)?;
        Ok(Self {
            experiment_id: ExperimentId::parse(&wire.experiment_id)?,
            participation_id: response.participation_id,
            completed: wire.completed,
            completion_code: wire.completion_code,
            started_at: required_timestamp("started_at", wire.started_at)?,
            url_parameters: parameters_from_wire(wire.url_parameters),
            trial: response.trial,
            stimulus: StimulusKey::parse(&wire.stimulus)?,
            ordinal: wire.ordinal,
            answer: response.answer,
            timing: response.timing,
            received_at: required_timestamp("received_at", wire.received_at)?,
        })
    }
}
