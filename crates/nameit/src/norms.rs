//! `nameit norms FILE`: naming norms of any CSV or TSV file, without a server.
//!
//! The file flows through in pieces: bytes (`source`) become UTF-8 (`decode`), rows (`rows`) and counts
//! (`count`); the figures come from `nameit-analysis`, as in the datamining service, and are written by
//! `output`. Memory follows the distinct pairs of stimulus and raw text, not the rows.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, bail};
use nameit_analysis::mapping::VariantMapping;
use nameit_analysis::naming::Naming;
use nameit_analysis::normalise::Normaliser;

mod args;
mod columns;
mod count;
mod csv_output;
mod decode;
mod dialect;
mod output;
mod participants;
mod place;
mod read_ahead;
mod rows;
mod scan;
mod source;
mod table;

pub use args::{Args, Format};

/// Reads the file, computes the norms and writes them.
///
/// What was assumed about the file (encoding, delimiter, columns) is said on stderr.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let naming = naming(args)?;
    let source = source::open(&args.file)?;
    let counted = count::count(args, source, naming)?;
    eprintln!("{}", counted.assumptions);
    output::write(args, &counted)?;
    eprintln!("{}", summary(&counted));
    Ok(())
}

fn naming(args: &Args) -> anyhow::Result<Naming> {
    let naming = Naming::new(Normaliser::new(args.normalise, &args.language));
    let Some(path) = &args.mapping else { return Ok(naming) };
    let shown = path.display();
    let bytes = fs::read(path).with_context(|| format!("cannot read the mapping {shown}"))?;
    let Ok(text) = String::from_utf8(bytes) else { bail!("the mapping {shown} is not UTF-8 text") };
    let mapping = VariantMapping::parse_csv(&text).with_context(|| format!("in the mapping {shown}"))?;
    naming.with_mapping(&mapping).with_context(|| format!("in the mapping {shown} after normalisation"))
}

fn summary(counted: &count::Counted) -> String {
    let totals = counted.tally.totals();
    let mut summary = format!(
        "{} stimuli, {} answers, {} non-answers, {} distinct names ({} distinct texts)",
        totals.stimuli, totals.n, totals.non_answers, totals.types, totals.distinct_texts
    );
    if let Some(participants) = &counted.participants {
        write!(summary, ", {} participants", participants.total()).expect("a string takes every text");
    }
    summary
}
