//! The gateway as a process of its own.

use std::process::ExitCode;

use clap::Parser;
use nameit_gateway::{Addresses, App, Config};
use nameit_runtime::healthcheck::{self, Command};
use nameit_runtime::{Connect, Shutdown, lifecycle};
use nameit_telemetry::Identity;

#[derive(Debug, Parser)]
#[command(name = "nameit-gateway", version, about = "Pages, REST and public gRPC of NameIT")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
    #[command(flatten)]
    addresses: Addresses,
    #[command(flatten)]
    telemetry: nameit_telemetry::Args,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        None => run(arguments).await,
        Some(Command::Healthcheck) => healthcheck::http(arguments.config.listen).await.map_err(Into::into),
    };
    lifecycle::conclude(outcome)
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let identity = Identity { service: "gateway", version: env!("CARGO_PKG_VERSION") };
    let _telemetry = nameit_telemetry::init(identity, &arguments.telemetry)?;
    let shutdown = Shutdown::new();
    shutdown.listen_for_signals()?;
    let storage = Connect::Uri(arguments.addresses.storage);
    let datamining = Connect::Uri(arguments.addresses.datamining);
    let app = App::build(arguments.config, storage, datamining).await?;
    tracing::info!(address = %app.public_url(), "ready");
    app.run(shutdown).await
}
