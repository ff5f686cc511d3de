//! `nameit-storage`: the storage node as a process of its own.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use nameit_domain::SystemClock;
use nameit_runtime::{Listen, Shutdown, lifecycle};
use nameit_storage::{Addresses, App, Config};

/// Keeps experiments and responses, durably.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(flatten)]
    addresses: Addresses,
    #[command(flatten)]
    config: Config,
    #[command(flatten)]
    log: nameit_telemetry::Args,
}

#[tokio::main]
async fn main() -> ExitCode {
    lifecycle::conclude(run(Cli::parse()).await)
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let _guard = nameit_telemetry::init(&cli.log)?;
    let shutdown = Shutdown::new();
    shutdown.listen_for_signals()?;
    let app = App::build(cli.config, Listen::Tcp(cli.addresses.listen), Arc::new(SystemClock)).await?;
    app.run(shutdown.clone()).await?;
    shutdown.drained().await;
    Ok(())
}
