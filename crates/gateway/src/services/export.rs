//! Exports: all responses of an experiment, streamed with constant memory.
//!
//! CSV follows RFC 4180 (CRLF, UTF-8). A cell that a spreadsheet would take for a formula (it begins with
//! `=`, `+`, `-`, `@`, a tab or a carriage return) gets an apostrophe in front; numbers of ours are written
//! as they are. JSON Lines are raw. What was sent is summed up at the end ([`Sum`]), so that a cut file is
//! noticed: a stream that breaks off ends with an error, never like a whole file.

use std::time::Instant;

use bytes::Bytes;
use futures::Stream;
use nameit_domain::Answer;
use nameit_domain::feed::StoredResponse;
use nameit_proto::findings::v1::StimulusNorms;
use nameit_proto::storage::v1::{ExportRequest, ExportResponse};
use nameit_telemetry::metrics::{Counter, Histogram};
use nameit_telemetry::names;
use sha2::{Digest as _, Sha256};

use super::report::Report;
use crate::access::Owned;
use crate::error::{Error, Result};
use crate::state::Gateway;

const COLUMNS: [&str; 20] = [
    "experiment",
    "participation",
    "started_at",
    "completed",
    "completion_code",
    "trial",
    "stimulus",
    "kind",
    "colour",
    "question",
    "response",
    "non_answer",
    "shown_at",
    "first_key_ms",
    "submitted_ms",
    "edits",
    "pasted",
    "focus_losses",
    "received_at",
    "url_parameters",
];

/// Columns of the norms. New ones come at the end, so that who reads by place goes on.
const NORMS_COLUMNS: [&str; 35] = [
    "stimulus",
    "ordinal",
    "n",
    "non_answers",
    "dont_know",
    "skipped",
    "types",
    "modal_name",
    "modal_names",
    "modal_count",
    "agreement",
    "h",
    "simpson",
    "coverage",
    "chao1",
    "median_first_key_ms",
    "blank",
    "agreement_low",
    "agreement_high",
    "agreement_all_trials",
    "h_se",
    "h_miller_madow",
    "evenness",
    "perplexity",
    "brown_lenneberg",
    "f1",
    "f2",
    "idiosyncratic",
    "next_new",
    "coverage_good_turing",
    "answers_to_coverage",
    "chao1_classic",
    "chao1_bias_corrected",
    "enough",
    "about_more",
];

static EXPORTS: Counter = Counter::new(&names::EXPORTS);
static ROWS: Counter = Counter::new(&names::EXPORT_ROWS);
static DURATION: Histogram = Histogram::new(&names::EXPORT_DURATION);

/// In which form responses are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Comma-separated values; `bom` puts a byte order mark in front, for old spreadsheets.
    Csv { bom: bool },
    /// One JSON object per line.
    JsonLines,
}

/// A piece of an export.
pub(crate) enum Piece {
    /// Bytes of the file.
    Bytes(Bytes),
    /// The end: everything was sent.
    End(Sum),
}

/// What was sent in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) row_count: u64,
    /// SHA-256 of the file in hexadecimal.
    pub(crate) sha256: String,
}

/// One export for the figures of operators: broken, unless it is said to be complete.
struct Counted {
    format: &'static str,
    begin: Instant,
    is_complete: bool,
}

// === impl Format ===

impl Format {
    /// Its name in figures.
    fn as_str(self) -> &'static str {
        match self {
            Self::Csv { .. } => "csv",
            Self::JsonLines => "jsonl",
        }
    }
}

// === impl Counted ===

impl Counted {
    fn begin(format: Format) -> Self {
        Self { format: format.as_str(), begin: Instant::now(), is_complete: false }
    }

    fn complete(&mut self) {
        self.is_complete = true;
    }

    fn sent(&self, rows: usize) {
        ROWS.add(rows as u64, &[(names::EXPORT_FORMAT, self.format.into())]);
    }
}

impl Drop for Counted {
    /// Also when the reader has gone away.
    fn drop(&mut self) {
        let outcome = if self.is_complete { "complete" } else { "broken" };
        let format = (names::EXPORT_FORMAT, self.format.into());
        DURATION.record(self.begin.elapsed().as_secs_f64(), std::slice::from_ref(&format));
        EXPORTS.add(1, &[format, (names::OUTCOME, outcome.into())]);
    }
}

/// All responses of an experiment. The first piece comes at once.
pub(crate) async fn responses(
    gateway: &Gateway,
    owned: &Owned,
    format: Format,
) -> Result<impl Stream<Item = Result<Piece>> + Send + 'static + use<>> {
    let stimuli = super::experiment::stimuli(gateway, owned.experiment()).await?;
    let rows = rows(gateway, owned).await?;
    let mut writer = Writer::new(format, owned.experiment().clone(), stimuli);
    let mut counted = Counted::begin(format);
    Ok(async_stream::try_stream! {
        let head = writer.head()?;
        if !head.is_empty() {
            yield Piece::Bytes(head);
        }
        for await message in rows {
            let message = message?;
            let mut responses = Vec::with_capacity(message.responses.len());
            for wire in message.responses {
                responses.push(StoredResponse::try_from(wire)?);
            }
            if !responses.is_empty() {
                yield Piece::Bytes(writer.rows(&responses)?);
                counted.sent(responses.len());
            }
        }
        counted.complete();
        yield Piece::End(writer.sum());
    })
}

/// All responses as storage sends them. A stream that does not end with the number of rows that came ends
/// with an error.
pub(crate) async fn rows(
    gateway: &Gateway,
    owned: &Owned,
) -> Result<impl Stream<Item = Result<ExportResponse>> + Send + 'static + use<>> {
    let request = ExportRequest { experiment_id: owned.id().to_string() };
    let mut stream = gateway.clients.feed.clone().export(request).await?.into_inner();
    Ok(async_stream::try_stream! {
        let mut sent = 0;
        let mut announced = None;
        while let Some(message) = stream.message().await? {
            sent += message.responses.len() as u64;
            announced = message.row_count.or(announced);
            yield message;
        }
        if announced != Some(sent) {
            Err(Error::internal("the export of storage broke off"))?;
        }
    })
}

/// Norms, one row per stimulus.
pub(crate) fn norms_csv(report: &Report) -> Result<Vec<u8>> {
    csv(std::iter::once(NORMS_COLUMNS.map(str::to_owned)).chain(report.stimuli.iter().map(norms_row)))
}

fn norms_row(norms: &StimulusNorms) -> [String; NORMS_COLUMNS.len()] {
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let verdict = norms.verdict.as_ref();
    [
        guarded(&norms.stimulus),
        norms.ordinal.to_string(),
        norms.n.to_string(),
        norms.non_answers.to_string(),
        norms.dont_know.to_string(),
        norms.skipped.to_string(),
        norms.types.to_string(),
        guarded(norms.modal_name.as_deref().unwrap_or_default()),
        guarded(&norms.modal_names.join(" | ")),
        norms.modal_count.to_string(),
        number(norms.agreement),
        number(norms.h),
        number(norms.simpson),
        number(norms.coverage),
        number(norms.chao1),
        number(norms.median_first_key_ms),
        norms.blank.to_string(),
        number(norms.agreement_low),
        number(norms.agreement_high),
        number(norms.agreement_all_trials),
        number(norms.h_se),
        number(norms.h_miller_madow),
        number(norms.evenness),
        number(norms.perplexity),
        norms.brown_lenneberg.map(|score| score.to_string()).unwrap_or_default(),
        norms.f1.to_string(),
        norms.f2.to_string(),
        number(norms.idiosyncratic),
        number(norms.next_new),
        number(norms.coverage_good_turing),
        norms.answers_to_coverage.map(|more| more.to_string()).unwrap_or_default(),
        number(norms.chao1_classic),
        number(norms.chao1_bias_corrected),
        verdict.map(|verdict| verdict.enough.to_string()).unwrap_or_default(),
        verdict.and_then(|verdict| verdict.about_more).map(|more| more.to_string()).unwrap_or_default(),
    ]
}

/// Rows of CSV, each with as many cells as the first.
pub(crate) fn csv<R: IntoIterator<Item = String>>(rows: impl IntoIterator<Item = R>) -> Result<Vec<u8>> {
    let mut csv = csv_writer();
    for row in rows {
        csv.write_record(row).map_err(Error::internal)?;
    }
    csv.into_inner().map_err(|error| Error::internal(error.to_string()))
}

/// Puts an apostrophe before what a spreadsheet would take for a formula.
pub(crate) fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn csv_writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new())
}

/// Writes rows and sums up what was written.
struct Writer {
    format: Format,
    experiment: nameit_domain::Experiment,
    stimuli: std::sync::Arc<[nameit_domain::Stimulus]>,
    hash: Sha256,
    row_count: u64,
}

/// A row of the JSON Lines export.
#[derive(serde::Serialize)]
struct JsonRow<'a> {
    experiment: String,
    participation: String,
    started_at: nameit_domain::Timestamp,
    completed: bool,
    completion_code: Option<&'a str>,
    trial: u32,
    stimulus: &'a str,
    kind: &'static str,
    colour: Option<String>,
    question: &'a str,
    response: Option<&'a str>,
    non_answer: Option<&'static str>,
    shown_at: Option<nameit_domain::Timestamp>,
    first_key_ms: Option<u32>,
    submitted_ms: Option<u32>,
    edits: u32,
    pasted: bool,
    focus_losses: u32,
    received_at: nameit_domain::Timestamp,
    url_parameters: std::collections::BTreeMap<&'a str, &'a str>,
}

// === impl Writer ===

impl Writer {
    fn new(
        format: Format,
        experiment: nameit_domain::Experiment,
        stimuli: std::sync::Arc<[nameit_domain::Stimulus]>,
    ) -> Self {
        Self { format, experiment, stimuli, hash: Sha256::new(), row_count: 0 }
    }

    fn head(&mut self) -> Result<Bytes> {
        let Format::Csv { bom } = self.format else { return Ok(Bytes::new()) };
        let mut csv = csv_writer();
        csv.write_record(COLUMNS).map_err(Error::internal)?;
        let header = csv.into_inner().map_err(|error| Error::internal(error.to_string()))?;
        let mut bytes = if bom { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        bytes.extend_from_slice(&header);
        Ok(self.add(bytes))
    }

    fn rows(&mut self, responses: &[StoredResponse]) -> Result<Bytes> {
        self.row_count += responses.len() as u64;
        let bytes = match self.format {
            Format::Csv { .. } => {
                let mut csv = csv_writer();
                for response in responses {
                    csv.write_record(self.cells(response)?).map_err(Error::internal)?;
                }
                csv.into_inner().map_err(|error| Error::internal(error.to_string()))?
            }
            Format::JsonLines => {
                let mut lines = Vec::new();
                for response in responses {
                    serde_json::to_writer(&mut lines, &self.row(response)).map_err(Error::internal)?;
                    lines.push(b'\n');
                }
                lines
            }
        };
        Ok(self.add(bytes))
    }

    fn sum(&self) -> Sum {
        let digest = nameit_domain::image::ImageHash::from_bytes(self.hash.clone().finalize().into());
        Sum { row_count: self.row_count, sha256: digest.as_str().to_owned() }
    }

    fn add(&mut self, bytes: Vec<u8>) -> Bytes {
        self.hash.update(&bytes);
        bytes.into()
    }

    fn row<'a>(&'a self, response: &'a StoredResponse) -> JsonRow<'a> {
        let stimulus = self.stimuli.get(response.ordinal as usize);
        let (kind, colour) = match stimulus.map(|stimulus| &stimulus.kind) {
            Some(nameit_domain::StimulusKind::Colour(colour)) => ("colour", Some(colour.to_hex())),
            _ => ("image", None),
        };
        let own_question = stimulus.and_then(|stimulus| stimulus.question.as_ref());
        JsonRow {
            experiment: response.experiment_id.to_string(),
            participation: response.participation_id.to_string(),
            started_at: response.started_at,
            completed: response.completed,
            completion_code: response.completion_code.as_deref(),
            trial: response.trial,
            stimulus: response.stimulus.as_str(),
            kind,
            colour,
            question: own_question.unwrap_or(&self.experiment.question).as_str(),
            response: response.answer.text(),
            non_answer: match &response.answer {
                Answer::NonAnswer(non_answer) => Some(non_answer.as_str()),
                Answer::Text(_) => None,
            },
            shown_at: response.timing.shown_at,
            first_key_ms: response.timing.first_key_ms,
            submitted_ms: response.timing.submitted_ms,
            edits: response.timing.edits,
            pasted: response.timing.pasted,
            focus_losses: response.timing.focus_losses,
            received_at: response.received_at,
            url_parameters: response
                .url_parameters
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect(),
        }
    }

    fn cells(&self, response: &StoredResponse) -> Result<[String; 20]> {
        let row = self.row(response);
        let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
        Ok([
            row.experiment,
            row.participation,
            row.started_at.to_string(),
            row.completed.to_string(),
            row.completion_code.unwrap_or_default().to_owned(),
            row.trial.to_string(),
            guarded(row.stimulus),
            row.kind.to_owned(),
            row.colour.unwrap_or_default(),
            guarded(row.question),
            guarded(row.response.unwrap_or_default()),
            row.non_answer.unwrap_or_default().to_owned(),
            row.shown_at.map(|time| time.to_string()).unwrap_or_default(),
            number(row.first_key_ms),
            number(row.submitted_ms),
            row.edits.to_string(),
            row.pasted.to_string(),
            row.focus_losses.to_string(),
            row.received_at.to_string(),
            serde_json::to_string(&row.url_parameters).map_err(Error::internal)?,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed_and_nothing_else_is_touched() {
        assert_eq!(guarded("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(guarded("@home"), "'@home");
        assert_eq!(guarded("-5"), "'-5");
        assert_eq!(guarded("red = green"), "red = green");
        assert_eq!(guarded(""), "");
    }
}
