//! `colours FILE`: what colours are called, and what the names of colours mean.
//!
//! Rows become counts per colour (`count`), the figures come from `nameit_analysis::colour`. Memory follows
//! the distinct pairs of colour and raw text, not the rows.

use anyhow::{Context as _, bail};

use crate::output::Format;

mod args;
mod columns;
mod count;
mod csv_output;
mod findings;
mod place;
mod report;
mod table;

pub use args::{Args, What};

/// Reads the file, computes the figures and writes them.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let every_table =
        args.output.report.is_none() && args.output.format == Format::Csv && args.what == What::All;
    if every_table && args.output.out.is_none() {
        bail!(
            "CSV is one table: choose it by --what colours, terms, names, association or pairs, \
             or name a folder for all of them by --out"
        );
    }
    let counted = count::count(args, args.naming.naming()?)?;
    eprintln!("{}", counted.assumptions);
    let findings = findings::Findings::new(args, &counted.matrix);
    let summary = findings.summary();
    match &args.output.out {
        Some(folder) if every_table => {
            let context = || format!("cannot write into the folder {}", folder.display());
            csv_output::write_all(folder, &findings).with_context(context)?;
        }
        _ => args.output.write(
            || Ok(report::report(args, &counted, &findings, &summary)),
            |output, format| match format {
                Format::Table => table::write(output, &findings, args.what),
                Format::Csv => csv_output::write(output, &findings, args.what),
                Format::Json => findings.write_json(output, args.what),
            },
        )?,
    }
    eprintln!("{summary}");
    Ok(())
}
