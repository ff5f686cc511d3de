//! `nameit-offline`: the commands of `nameit` that need no server, in a small program of their own.

use std::process::ExitCode;

use clap::Parser;

/// Naming data in files: norms and more, without a server.
#[derive(Debug, Parser)]
#[command(name = "nameit-offline", version)]
struct Cli {
    #[command(subcommand)]
    command: nameit_offline::Command,
}

fn main() -> ExitCode {
    match Cli::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
