//! The command `nameit`: reads its arguments and runs the subcommand.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use nameit::norms;

/// Name and describe experiments.
#[derive(Debug, Parser)]
#[command(name = "nameit", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Norms(norms::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Norms(args) => norms::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
