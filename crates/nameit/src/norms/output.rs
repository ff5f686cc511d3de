//! Writes the norms in the format that was asked for.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};

use anyhow::Context as _;
use nameit_analysis::norms::StimulusNorms;
use serde::Serialize;

use super::args::{Args, Format};
use super::count::Counted;
use super::{csv_output, table};

/// The norms of one stimulus, as written.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Entry<'counted> {
    pub(super) stimulus: &'counted str,
    #[serde(flatten)]
    pub(super) norms: StimulusNorms,
    /// Distinct participants; only when a column for them was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) participants: Option<u64>,
}

/// The entries, one after the other, in the order in which the stimuli first came.
pub(super) fn entries(counted: &Counted) -> impl Iterator<Item = Entry<'_>> {
    (0u32..).zip(counted.stimuli.iter()).map(|(ordinal, stimulus)| Entry {
        stimulus,
        norms: counted.tally.norms(ordinal),
        participants: counted.participants.as_ref().map(|participants| participants.of(ordinal)),
    })
}

/// Writes to the file that was named, or to stdout.
pub(super) fn write(args: &Args, counted: &Counted) -> anyhow::Result<()> {
    match &args.out {
        Some(path) => {
            let context = || format!("cannot write {}", path.display());
            let file = File::create(path).with_context(context)?;
            write_to(file, args.format, counted).with_context(context)
        }
        None => match write_to(io::stdout().lock(), args.format, counted) {
            // Whoever read the output has seen enough, as `head` does.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            result => result.context("cannot write to stdout"),
        },
    }
}

fn write_to(output: impl Write, format: Format, counted: &Counted) -> io::Result<()> {
    let mut output = BufWriter::new(output);
    match format {
        Format::Table => table::write(&mut output, counted)?,
        Format::Csv => csv_output::write(&mut output, counted)?,
        Format::Json => json(&mut output, counted)?,
    }
    output.flush()
}

/// An array with one object per line.
fn json(output: &mut impl Write, counted: &Counted) -> io::Result<()> {
    output.write_all(b"[")?;
    let mut separator = "\n";
    for entry in entries(counted) {
        output.write_all(separator.as_bytes())?;
        serde_json::to_writer(&mut *output, &entry)?;
        separator = ",\n";
    }
    output.write_all(b"\n]\n")
}
