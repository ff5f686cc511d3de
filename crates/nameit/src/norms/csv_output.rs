//! Norms as CSV (RFC 4180, UTF-8): one row per stimulus.

use std::borrow::Cow;
use std::io::{self, Write};

use super::count::Counted;
use super::output::{Entry, entries};

const HEADER: [&str; 16] = [
    "stimulus",
    "n",
    "non_answers",
    "dont_know",
    "skipped",
    "blank",
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
];

/// Between the modal names that tie.
const BETWEEN_NAMES: &str = " | ";

pub(super) fn write(output: &mut impl Write, counted: &Counted) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(output);
    let with_participants = counted.participants.is_some();
    writer
        .write_record(HEADER.into_iter().chain(with_participants.then_some("participants")))
        .map_err(cause)?;
    for entry in entries(counted) {
        writer.write_record(record(&entry)).map_err(cause)?;
    }
    writer.flush()
}

/// The error of the output itself, which tells a reader that has seen enough from a full disk.
fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn record(entry: &Entry<'_>) -> Vec<String> {
    let norms = &entry.norms;
    let kinds = norms.non_answers_by_kind;
    let mut record = vec![
        guarded(entry.stimulus).into_owned(),
        norms.n.to_string(),
        norms.non_answers.to_string(),
        kinds.dont_know.to_string(),
        kinds.skipped.to_string(),
        kinds.blank.to_string(),
        norms.types.to_string(),
        guarded(norms.modal_name.as_deref().unwrap_or_default()).into_owned(),
        guarded(&norms.modal_names.join(BETWEEN_NAMES)).into_owned(),
        norms.modal_count.to_string(),
    ];
    let figures =
        [norms.agreement, norms.h, norms.simpson, norms.coverage, norms.chao1, norms.median_first_key_ms];
    record.extend(figures.map(|figure| figure.map_or_else(String::new, |figure| format!("{figure:?}"))));
    record.extend(entry.participants.map(|participants| participants.to_string()));
    record
}

/// A text that a spreadsheet would run as a formula gets an apostrophe in front.
fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}
