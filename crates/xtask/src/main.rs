//! `cargo xtask`: chores of this repository.

use std::process::ExitCode;

use clap::Parser;
use xtask::{telemetry, tidy};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Chores of this repository")]
enum Cli {
    /// Who imports whom, file lengths, reasons for dependencies, links of the documents.
    Tidy,
    /// Writes docs/telemetry.md from the tables of names.
    Telemetry {
        /// Only says whether it is up to date.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    let workspace = tidy::Workspace::read()?;
    let is_well = match Cli::parse() {
        Cli::Tidy => is_tidy(&workspace),
        Cli::Telemetry { check: true } => {
            let is_current = telemetry::is_current(&workspace.root)?;
            println!("{}: {}", telemetry::DOCUMENT, if is_current { "up to date" } else { "out of date" });
            is_current
        }
        Cli::Telemetry { check: false } => {
            telemetry::write(&workspace.root)?;
            true
        }
    };
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn is_tidy(workspace: &tidy::Workspace) -> bool {
    let mut complaints = 0;
    for (name, check) in tidy::checks() {
        let found = check(workspace);
        println!("{name}: {}", if found.is_empty() { "tidy" } else { "not tidy" });
        for complaint in &found {
            println!("  {complaint}");
        }
        complaints += found.len();
    }
    complaints == 0
}
