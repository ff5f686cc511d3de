//! A response as a document.
//!
//! Its `_id` is participation and trial, so that the index that every collection has refuses a second answer
//! to a trial. A response that was erased, and a number that was given but never used, stay as a document
//! without content: the feed can then tell "nothing there" from "not there yet".

use mongodb::bson::raw::{CStr, RawDocument, RawDocumentBuf, cstr};
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Bson, Document, RawBinaryRef, doc, oid::ObjectId, rawdoc};
use nameit_domain::feed::ResponseColumns;
use nameit_domain::response::{Answer, NonAnswer, Response, Timing};
use nameit_domain::text::AnswerText;
use nameit_domain::{ExperimentId, ParticipationId, Timestamp};

use crate::error::Unreadable;
use crate::value::{binary, micros, time};

/// Kind of a document without content. The other kinds are those of [`ResponseColumns`].
pub(crate) const EMPTY: i32 = 3;

/// Bytes of an `_id`: participation, then trial with its highest byte first.
const ID_BYTES: usize = 20;

/// Identifies a response: participation and trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ResponseId([u8; ID_BYTES]);

/// Where a response stands in the feed of its experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The writer that gave the number.
    pub(crate) writer: i32,
    /// The number; counts from 1 without gaps, for each writer and experiment.
    pub(crate) sequence: i64,
}

/// A response and where it stands in the feed.
pub(crate) struct Placed<'a> {
    pub(crate) experiment_id: ExperimentId,
    pub(crate) place: Place,
    /// Ordinal of the stimulus.
    pub(crate) stimulus: u32,
    pub(crate) received_at: Timestamp,
    pub(crate) response: &'a Response,
}

/// A stored response that is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Stored<'a>(pub(crate) &'a RawDocument);

// === impl ResponseId ===

impl ResponseId {
    pub(crate) fn new(participation_id: ParticipationId, trial: u32) -> Self {
        let mut bytes = [0; ID_BYTES];
        bytes[..16].copy_from_slice(participation_id.as_bytes());
        bytes[16..].copy_from_slice(&trial.to_be_bytes());
        Self(bytes)
    }

    pub(crate) fn of(response: &Response) -> Self {
        Self::new(response.participation_id, response.trial)
    }

    fn parse(bytes: &[u8]) -> Result<Self, Unreadable> {
        bytes.try_into().map(Self).map_err(|_| Unreadable("id of a response"))
    }

    pub(crate) fn participation_id(self) -> ParticipationId {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.0[..16]);
        ParticipationId::from_bytes(bytes)
    }

    pub(crate) fn trial(self) -> u32 {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&self.0[16..]);
        u32::from_be_bytes(bytes)
    }
}

impl From<ResponseId> for Bson {
    fn from(id: ResponseId) -> Self {
        binary(id.0)
    }
}

/// What finds every response of a participation, by the index of `_id`.
pub(crate) fn of_participation(id: ParticipationId) -> Document {
    doc! { "_id": { "$gte": ResponseId::new(id, 0), "$lte": ResponseId::new(id, u32::MAX) } }
}

/// What makes a response a document without content. Its `_id` and its place in the feed stay.
pub(crate) fn emptying() -> Document {
    doc! {
        "$set": { "kind": EMPTY },
        "$unset": {
            "text": "", "shown_at": "", "first_key_ms": "", "submitted_ms": "", "edits": "", "pasted": "",
            "focus_losses": "", "stimulus": "", "received_at": "",
        },
    }
}

/// A document that takes a number that will never be used.
pub(crate) fn hole(experiment_id: ExperimentId, place: Place) -> RawDocumentBuf {
    let mut document = rawdoc! { "_id": ObjectId::new() };
    append_place(&mut document, experiment_id, place);
    document.append(cstr!("kind"), EMPTY);
    document
}

// === impl Placed ===

impl Placed<'_> {
    /// The document. A value that was not measured has no field.
    pub(crate) fn to_document(&self) -> RawDocumentBuf {
        let Self { experiment_id, place, stimulus, received_at, response } = self;
        let id = ResponseId::of(response);
        let timing = &response.timing;
        let mut document = RawDocumentBuf::new();
        document.append(cstr!("_id"), RawBinaryRef { subtype: BinarySubtype::Generic, bytes: &id.0 });
        append_place(&mut document, *experiment_id, *place);
        document.append(cstr!("stimulus"), *stimulus as i32);
        document.append(cstr!("kind"), i32::from(ResponseColumns::kind_of(&response.answer)));
        if let Some(text) = response.answer.text() {
            document.append(cstr!("text"), text);
        }
        append(&mut document, cstr!("shown_at"), timing.shown_at.map(micros));
        append(&mut document, cstr!("first_key_ms"), timing.first_key_ms.map(i64::from));
        append(&mut document, cstr!("submitted_ms"), timing.submitted_ms.map(i64::from));
        document.append(cstr!("edits"), i64::from(timing.edits));
        document.append(cstr!("pasted"), timing.pasted);
        document.append(cstr!("focus_losses"), i64::from(timing.focus_losses));
        document.append(cstr!("received_at"), micros(*received_at));
        document
    }
}

fn append_place(document: &mut RawDocumentBuf, experiment_id: ExperimentId, place: Place) {
    let id = RawBinaryRef { subtype: BinarySubtype::Uuid, bytes: experiment_id.as_bytes() };
    document.append(cstr!("experiment_id"), id);
    document.append(cstr!("writer"), place.writer);
    document.append(cstr!("sequence"), place.sequence);
}

fn append(document: &mut RawDocumentBuf, key: &CStr, value: Option<i64>) {
    if let Some(value) = value {
        document.append(key, value);
    }
}

// === impl Stored ===

impl<'a> Stored<'a> {
    pub(crate) fn id(self) -> Result<ResponseId, Unreadable> {
        let id = self.0.get_binary("_id").map_err(|_| Unreadable("id of a response"))?;
        ResponseId::parse(id.bytes)
    }

    pub(crate) fn writer(self) -> Result<i32, Unreadable> {
        self.0.get_i32("writer").map_err(|_| Unreadable("writer of a response"))
    }

    pub(crate) fn sequence(self) -> Result<i64, Unreadable> {
        self.0.get_i64("sequence").map_err(|_| Unreadable("number of a response"))
    }

    /// Whether it has no content.
    pub(crate) fn is_empty(self) -> Result<bool, Unreadable> {
        Ok(self.kind_number()? == EMPTY)
    }

    fn kind_number(self) -> Result<i32, Unreadable> {
        self.0.get_i32("kind").map_err(|_| Unreadable("kind of a response"))
    }

    /// One of the kinds of [`ResponseColumns`].
    pub(crate) fn kind(self) -> Result<u8, Unreadable> {
        let kind = u8::try_from(self.kind_number()?).ok();
        kind.filter(|kind| *kind <= ResponseColumns::SKIPPED).ok_or(Unreadable("kind of a response"))
    }

    /// The raw text; empty for a non-answer.
    pub(crate) fn text(self) -> Result<&'a str, Unreadable> {
        if self.kind()? == ResponseColumns::TEXT {
            self.0.get_str("text").map_err(|_| Unreadable("text of a response"))
        } else {
            Ok("")
        }
    }

    /// Whether it says the same.
    pub(crate) fn says(self, answer: &Answer) -> Result<bool, Unreadable> {
        Ok(self.kind()? == ResponseColumns::kind_of(answer)
            && self.text()? == answer.text().unwrap_or_default())
    }

    pub(crate) fn answer(self) -> Result<Answer, Unreadable> {
        Ok(match self.kind()? {
            ResponseColumns::DONT_KNOW => Answer::NonAnswer(NonAnswer::DontKnow),
            ResponseColumns::SKIPPED => Answer::NonAnswer(NonAnswer::Skipped),
            _ => Answer::Text(AnswerText::parse(self.text()?).map_err(|_| Unreadable("text of a response"))?),
        })
    }

    pub(crate) fn stimulus(self) -> Result<u32, Unreadable> {
        let ordinal = self.0.get_i32("stimulus").ok().and_then(|ordinal| u32::try_from(ordinal).ok());
        ordinal.ok_or(Unreadable("stimulus of a response"))
    }

    pub(crate) fn first_key_ms(self) -> Result<Option<u32>, Unreadable> {
        self.count("first_key_ms")
    }

    pub(crate) fn submitted_ms(self) -> Result<Option<u32>, Unreadable> {
        self.count("submitted_ms")
    }

    pub(crate) fn timing(self) -> Result<Timing, Unreadable> {
        let pasted = self.0.get_bool("pasted").map_err(|_| Unreadable("timing of a response"))?;
        Ok(Timing {
            shown_at: self.number("shown_at")?.map(time).transpose()?,
            first_key_ms: self.first_key_ms()?,
            submitted_ms: self.submitted_ms()?,
            edits: self.count("edits")?.unwrap_or(0),
            pasted,
            focus_losses: self.count("focus_losses")?.unwrap_or(0),
        })
    }

    /// When storage took it, in microseconds since 1970.
    pub(crate) fn received_at_micros(self) -> Result<i64, Unreadable> {
        self.number("received_at")?.ok_or(Unreadable("time of a response"))
    }

    fn number(self, name: &str) -> Result<Option<i64>, Unreadable> {
        match self.0.get(name) {
            Ok(None) => Ok(None),
            Ok(Some(value)) => value.as_i64().map(Some).ok_or(Unreadable("number in a response")),
            Err(_) => Err(Unreadable("response")),
        }
    }

    fn count(self, name: &str) -> Result<Option<u32>, Unreadable> {
        let number = self.number(name)?;
        number.map(|number| u32::try_from(number).map_err(|_| Unreadable("count in a response"))).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_comes_back_as_it_went() {
        let timing = Timing {
            shown_at: Timestamp::from_microsecond(1_800_000_000_123_457).ok(),
            first_key_ms: Some(u32::MAX),
            submitted_ms: None,
            edits: 3,
            pasted: true,
            focus_losses: 0,
        };
        for answer in [
            Answer::Text(AnswerText::parse(" grün\u{0301} ").unwrap()),
            Answer::NonAnswer(NonAnswer::Skipped),
        ] {
            let response = Response {
                participation_id: ParticipationId::generate(),
                trial: 70_000,
                answer: answer.clone(),
                timing: timing.clone(),
            };
            let placed = Placed {
                experiment_id: ExperimentId::generate(),
                place: Place { writer: 3, sequence: 1 << 40 },
                stimulus: 9_999,
                received_at: Timestamp::from_microsecond(1_800_000_001_000_001).unwrap(),
                response: &response,
            };
            let document = placed.to_document();
            let stored = Stored(&document);
            let id = stored.id().unwrap();
            assert_eq!((id.participation_id(), id.trial()), (response.participation_id, 70_000));
            assert_eq!((stored.writer().unwrap(), stored.sequence().unwrap()), (3, 1 << 40));
            assert_eq!(
                (stored.answer().unwrap(), stored.timing().unwrap()),
                (answer.clone(), timing.clone())
            );
            assert_eq!(stored.stimulus().unwrap(), 9_999);
            assert!(stored.says(&answer).unwrap());
            assert!(!stored.says(&Answer::NonAnswer(NonAnswer::DontKnow)).unwrap());
        }
    }

    #[test]
    fn the_responses_of_a_participation_lie_side_by_side() {
        let id = ParticipationId::generate();
        let ids = [0, 1, 255, 256, u32::MAX].map(|trial| ResponseId::new(id, trial).0);
        assert!(ids.is_sorted(), "the trial has its highest byte first");
    }
}
