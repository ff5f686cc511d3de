//! `norms FILE`: naming norms of any CSV or TSV file, without a server.
//!
//! Rows become counts (`count`); the figures come from `nameit-analysis`, as in the datamining service. Memory
//! follows the distinct pairs of stimulus and name (with participants or times: the distinct ones of each pair), not
//! the rows.

use std::io::{self, Write};
use std::ops::Range;

use crate::output::Format;

mod args;
mod columns;
mod count;
mod csv_output;
mod entry;
mod memo;
mod report;
mod table;

pub use args::Args;
use count::Counted;
use entry::Entries;

/// Reads the file, computes the norms and writes them.
///
/// What was assumed about the file (encoding, delimiter, columns) is said on stderr, and how the figures were made.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let counted = count::count(args, args.naming.naming()?)?;
    eprintln!("{}", counted.assumptions);
    let entries = Entries::new(args, &counted)?;
    let summary = summary(args, &counted);
    args.output.write(
        || Ok(report::report(args, &entries, &summary)),
        |output, format| match format {
            Format::Table => table::write(output, &entries),
            Format::Csv => csv_output::write(output, &entries),
            Format::Json => json(output, &entries),
        },
    )?;
    eprintln!("{summary}");
    Ok(())
}

/// An array with one object per line.
fn json(output: &mut dyn Write, entries: &Entries<'_>) -> io::Result<()> {
    let lines = |places: Range<usize>| -> serde_json::Result<Vec<u8>> {
        let mut lines = Vec::new();
        for place in places {
            lines.extend_from_slice(if place == 0 { b"\n" } else { b",\n" });
            serde_json::to_writer(&mut lines, &entries.entry(place))?;
        }
        Ok(lines)
    };
    output.write_all(b"[")?;
    for lines in entries.pieces(lines) {
        output.write_all(&lines?)?;
    }
    output.write_all(b"\n]\n")
}

fn summary(args: &Args, counted: &Counted) -> String {
    let totals = counted.counts.totals();
    let mut summary = format!(
        "{} stimuli, {} answers, {} non-answers, {} distinct names ({} distinct texts)",
        totals.stimuli, totals.n, totals.non_answers, totals.types, totals.distinct_texts
    );
    let mut add = |text: std::fmt::Arguments<'_>| {
        std::fmt::Write::write_fmt(&mut summary, text).expect("a string takes every text");
    };
    if counted.columns.participant.is_some() {
        add(format_args!(", {} participants", counted.counts.participants()));
    }
    if let Some(bootstrap) = args.bootstrap() {
        add(format_args!("; intervals of {} replicates, seed {}", bootstrap.replicates, bootstrap.seed));
    }
    if counted.columns.have_times() {
        add(format_args!("; response times trimmed by {}", args.trim));
    }
    summary
}
