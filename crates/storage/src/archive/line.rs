//! A record as one line of JSON, with the field's terms.
//!
//! The line is canonical: the same record gives the same bytes, so that checksums of lines compare databases.
//! Fields without a value are left out. To change a line in a way that older programs misread: count up
//! [`VERSION`].

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nameit_domain::image::{ImageBytes, ImageHash};
use nameit_domain::{Invalid, ParticipationId, Timestamp};
use nameit_store::archive::{Record, SigningKey};
use serde::{Deserialize, Serialize};

use account::{ResearcherLine, SessionLine};
use decision::{DecisionLine, VisitsLine};
use experiment::{AuditLine, ExperimentLine};
use participation::{ParticipationLine, ResponseLine};
use stimulus::StimulusLine;

mod account;
mod decision;
mod experiment;
mod participation;
mod stimulus;

/// The version of the format. From 2 on there are decisions and visits.
pub(super) const VERSION: u32 = 2;

/// What the first line says of itself.
pub(super) const FORMAT: &str = "nameit-archive";

/// The first line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) format: String,
    pub(super) version: u32,
    pub(super) created_at: Timestamp,
    pub(super) program: String,
}

/// The last line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Trailer {
    /// One entry per kind.
    pub(super) records: Vec<TrailerKind>,
    /// How many withdrawals there are.
    pub(super) withdrawals: u64,
    /// SHA-256 of all lines before this one, with their line breaks.
    pub(super) sha256: String,
}

/// What the last line says of one kind of record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TrailerKind {
    pub(super) kind: String,
    pub(super) count: u64,
    pub(super) checksum: String,
}

/// A line after the first.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line<'a> {
    SigningKey(String),
    Researcher(ResearcherLine<'a>),
    Session(SessionLine<'a>),
    Experiment(ExperimentLine<'a>),
    Stimulus(StimulusLine<'a>),
    Participation(ParticipationLine<'a>),
    Response(ResponseLine<'a>),
    Audit(AuditLine<'a>),
    Decision(DecisionLine<'a>),
    Visits(VisitsLine),
    Image(ImageLine<'a>),
    Withdrawal { participation_id: ParticipationId },
    Trailer(Trailer),
}

#[derive(Debug, Serialize, Deserialize)]
struct ImageLine<'a> {
    hash: Cow<'a, str>,
    media_type: Cow<'a, str>,
    base64: String,
}

/// What a line after the first holds.
pub(super) enum Content {
    Record(Box<Record>),
    Trailer(Trailer),
}

/// Why a line cannot be read. Says nothing of what it contains, which may be a participant's answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes of the file are not those that were written.
    #[error("it cannot be unpacked")]
    Packed,
    /// Nothing may follow the last line.
    #[error("it comes after the end")]
    AfterEnd,
    /// It is not JSON of a known form.
    #[error("it is not a line of an archive")]
    Form,
    /// A value is not possible.
    #[error("its {0} is not possible")]
    Value(&'static str),
}

/// Writes the line of a record, without a line break, in place of what `line` held.
pub(super) fn write(record: &Record, line: &mut Vec<u8>) {
    put(&Line::of(record), line);
}

/// Writes the last line, without a line break, in place of what `line` held.
pub(super) fn write_trailer(trailer: Trailer, line: &mut Vec<u8>) {
    put(&Line::Trailer(trailer), line);
}

fn put(content: &Line<'_>, line: &mut Vec<u8>) {
    line.clear();
    serde_json::to_writer(line, content).expect("these types have string keys only, and memory takes all");
}

/// Reads a line after the first.
pub(super) fn parse(line: &[u8]) -> Result<Content, Error> {
    let record = match serde_json::from_slice::<Line<'_>>(line).map_err(|_| Error::Form)? {
        Line::Trailer(trailer) => return Ok(Content::Trailer(trailer)),
        Line::SigningKey(text) => {
            let key = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
            Record::SigningKey(SigningKey(key.ok_or(Error::Value("signing_key"))?))
        }
        Line::Researcher(line) => Record::Researcher(line.into_credentials()?),
        Line::Session(line) => Record::Session(line.into_session()?),
        Line::Experiment(line) => Record::Experiment(line.into_experiment()?),
        Line::Stimulus(line) => line.into_record()?,
        Line::Participation(line) => Record::Participation(line.into_participation()?),
        Line::Response(line) => Record::Response(line.into_response()?),
        Line::Audit(line) => Record::Audit(line.into_entry()?),
        Line::Decision(line) => Record::Decision(line.into_decision()?),
        Line::Visits(line) => Record::Visits(line.into_visits()?),
        Line::Image(line) => Record::Image(line.into_image()?),
        Line::Withdrawal { participation_id } => Record::Withdrawal(participation_id),
    };
    Ok(Content::Record(Box::new(record)))
}

// === impl Line ===

impl<'a> Line<'a> {
    fn of(record: &'a Record) -> Self {
        match record {
            Record::SigningKey(key) => Self::SigningKey(STANDARD.encode(key.0)),
            Record::Researcher(credentials) => Self::Researcher(ResearcherLine::of(credentials)),
            Record::Session(session) => Self::Session(SessionLine::of(session)),
            Record::Experiment(experiment) => Self::Experiment(ExperimentLine::of(experiment)),
            Record::Stimulus { experiment_id, stimulus } => {
                Self::Stimulus(StimulusLine::of(*experiment_id, stimulus))
            }
            Record::Participation(participation) => Self::Participation(ParticipationLine::of(participation)),
            Record::Response(response) => Self::Response(ResponseLine::of(response)),
            Record::Audit(entry) => Self::Audit(AuditLine::of(entry)),
            Record::Decision(decision) => Self::Decision(DecisionLine::of(decision)),
            Record::Visits(visits) => Self::Visits(VisitsLine::of(*visits)),
            Record::Image(image) => Self::Image(ImageLine::of(image)),
            Record::Withdrawal(id) => Self::Withdrawal { participation_id: *id },
        }
    }
}

// === impl ImageLine ===

impl<'a> ImageLine<'a> {
    fn of(image: &'a ImageBytes) -> Self {
        Self {
            hash: image.hash.as_str().into(),
            media_type: image.media_type.as_str().into(),
            base64: STANDARD.encode(&image.bytes),
        }
    }

    fn into_image(self) -> Result<ImageBytes, Error> {
        Ok(ImageBytes {
            hash: ImageHash::parse(&self.hash)?,
            media_type: self.media_type.into_owned(),
            bytes: STANDARD.decode(self.base64).map_err(|_| Error::Value("base64"))?,
        })
    }
}

// === impl Error ===

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Value(invalid.field)
    }
}

/// A time as databases keep it, to the microsecond.
fn time(time: Timestamp) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(time.as_microsecond()).map_err(|_| Error::Value("time"))
}
