//! `divergence FILE`: how far the words of descriptions lie apart (SND, and PND for parts), and how long they are.
//!
//! Rows become counts of distinct descriptions (`count`); the figures come from `nameit-analysis`. Memory follows
//! the distinct pairs of stimulus and description, not the rows.

use crate::output::{Format, json};

mod args;
mod count;
mod entry;
mod report;
mod write;

pub use args::Args;

/// Reads the file, computes the figures and writes them.
///
/// What was assumed about the file (encoding, delimiter, columns, rule for words) is said on stderr.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let counted = count::count(args)?;
    eprintln!("{}", counted.assumptions);
    let summary = entry::summary(&counted);
    args.output.write(
        || Ok(report::report(args, &counted, &summary)),
        |output, format| match format {
            Format::Table => write::table(output, &counted),
            Format::Csv => write::csv(output, &counted),
            Format::Json => json::array(output, entry::entries(&counted)),
        },
    )?;
    eprintln!("{summary}");
    Ok(())
}
