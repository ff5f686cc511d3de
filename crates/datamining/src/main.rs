//! `nameit-datamining`: the data-mining node as a process of its own.

use std::process::ExitCode;

use clap::Parser;
use nameit_datamining::{Addresses, App, Config};
use nameit_runtime::healthcheck::{self, Command};
use nameit_runtime::{Connect, Listen, Shutdown, lifecycle};
use nameit_telemetry::Identity;

/// Computes naming norms from the responses that storage feeds it.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    addresses: Addresses,
    #[command(flatten)]
    config: Config,
    #[command(flatten)]
    log: nameit_telemetry::Args,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        None => run(cli).await,
        Some(Command::Healthcheck) => healthcheck::grpc(cli.addresses.listen).await.map_err(Into::into),
    };
    lifecycle::conclude(outcome)
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let identity = Identity { service: "datamining", version: env!("CARGO_PKG_VERSION") };
    let _guard = nameit_telemetry::init(identity, &cli.log)?;
    let shutdown = Shutdown::new();
    shutdown.listen_for_signals()?;
    let app = App::build(cli.config, Listen::Tcp(cli.addresses.listen), &Connect::Uri(cli.addresses.storage))
        .await?;
    app.run(shutdown.clone()).await?;
    shutdown.drained().await;
    Ok(())
}
