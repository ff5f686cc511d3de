//! The gateway as a process of its own.

use std::process::ExitCode;

use clap::Parser;
use nameit_gateway::{Addresses, App, Config};
use nameit_runtime::{Connect, Shutdown, lifecycle};

#[derive(Debug, Parser)]
#[command(name = "nameit-gateway", version, about = "Pages, REST and public gRPC of NameIT")]
struct Arguments {
    #[command(flatten)]
    config: Config,
    #[command(flatten)]
    addresses: Addresses,
    #[command(flatten)]
    telemetry: nameit_telemetry::Args,
}

#[tokio::main]
async fn main() -> ExitCode {
    lifecycle::conclude(run(Arguments::parse()).await)
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let _telemetry = nameit_telemetry::init(&arguments.telemetry)?;
    let shutdown = Shutdown::new();
    shutdown.listen_for_signals()?;
    let storage = Connect::Uri(arguments.addresses.storage);
    let datamining = Connect::Uri(arguments.addresses.datamining);
    let app = App::build(arguments.config, storage, datamining).await?;
    tracing::info!(address = %app.public_url(), "ready");
    app.run(shutdown).await
}
