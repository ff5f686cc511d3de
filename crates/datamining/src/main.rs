//! `nameit-datamining`: the data-mining node as a process of its own.

use std::process::ExitCode;

use clap::Parser;
use nameit_datamining::{Addresses, App, Config};
use nameit_runtime::{Connect, Listen, Shutdown, lifecycle};

/// Computes naming norms from the responses that storage feeds it.
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
    let app = App::build(cli.config, Listen::Tcp(cli.addresses.listen), &Connect::Uri(cli.addresses.storage))
        .await?;
    app.run(shutdown.clone()).await?;
    shutdown.drained().await;
    Ok(())
}
