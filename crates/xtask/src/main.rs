//! `cargo xtask`: chores of this repository.

use std::process::ExitCode;

use clap::Parser;
use xtask::tidy;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Chores of this repository")]
enum Cli {
    /// Who imports whom, file lengths, reasons for dependencies, links of the documents.
    Tidy,
}

fn main() -> anyhow::Result<ExitCode> {
    let Cli::Tidy = Cli::parse();
    let workspace = tidy::Workspace::read()?;
    let mut complaints = 0;
    for (name, check) in tidy::checks() {
        let found = check(&workspace);
        println!("{name}: {}", if found.is_empty() { "tidy" } else { "not tidy" });
        for complaint in &found {
            println!("  {complaint}");
        }
        complaints += found.len();
    }
    Ok(if complaints == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
