//! Writing results: as a table to read, as CSV or as JSON, to stdout or a file.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use nameit_plots::report::Report;

pub mod cells;
pub mod in_turns;
pub mod json;
pub mod table;

/// What to write, and where.
#[derive(Debug, Clone, clap::Args)]
pub struct OutputArgs {
    /// What to write
    #[arg(long, env = "NAMEIT_OUTPUT_FORMAT", default_value = "table")]
    pub format: Format,

    /// Where to write [default: stdout]
    #[arg(long, value_name = "FILE", env = "NAMEIT_OUTPUT_FILE")]
    pub out: Option<PathBuf>,

    /// Write a report with tables and plots as one file, in place of a table, CSV or JSON
    #[arg(long, value_name = "KIND", env = "NAMEIT_OUTPUT_REPORT")]
    pub report: Option<ReportKind>,
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportKind {
    /// One HTML file that holds everything it shows
    Html,
}

/// What a command writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// An aligned table to read
    Table,
    /// All figures as CSV; a text that a spreadsheet would take for a formula gets a leading '
    Csv,
    /// All figures as JSON
    Json,
}

impl OutputArgs {
    /// Gives `write` the file that was named, or stdout; or writes `report` there, if one was asked for.
    pub fn write(
        &self,
        report: impl FnOnce() -> anyhow::Result<Report>,
        write: impl FnOnce(&mut dyn Write, Format) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        match self.report {
            Some(ReportKind::Html) => {
                if self.out.is_none() && io::stdout().is_terminal() {
                    bail!("a report is for a browser, not for a terminal; say --out report.html");
                }
                let html = report()?.html();
                self.write_to(|output| output.write_all(html.as_bytes()))
            }
            None => self.write_to(|output| write(output, self.format)),
        }
    }

    fn write_to(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
        let buffered = |output: &mut dyn Write| {
            let mut output = BufWriter::new(output);
            write(&mut output)?;
            output.flush()
        };
        match &self.out {
            Some(path) => {
                let context = || format!("cannot write {}", path.display());
                buffered(&mut File::create(path).with_context(context)?).with_context(context)
            }
            None => match buffered(&mut io::stdout().lock()) {
                // Whoever read the output has seen enough, as `head` does.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
                result => result.context("cannot write to stdout"),
            },
        }
    }
}
