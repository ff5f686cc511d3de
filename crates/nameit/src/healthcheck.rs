//! `nameit healthcheck`: whether a server is ready; for containers and scripts.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use nameit_runtime::healthcheck;

/// Exits with 0 when the server is ready, otherwise with 1.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address of the server; if not given, where a server on this machine is told to listen.
    #[arg(long, env = "NAMEIT_URL", value_name = "URL")]
    url: Option<String>,
    /// Where the server on this machine is told to listen.
    #[arg(
        id = "healthcheck_listen",
        long = "listen",
        env = "NAMEIT_GATEWAY_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDR"
    )]
    listen: SocketAddr,
    /// Milliseconds after which no answer counts as not ready.
    #[arg(
        long,
        env = "NAMEIT_HEALTHCHECK_MS",
        default_value_t = healthcheck::PATIENCE.as_millis() as u64,
        value_name = "MS"
    )]
    timeout_ms: u64,
}

/// Asks `/readyz`.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let own = || format!("http://{}", healthcheck::reachable(args.listen));
    let url = args.url.clone().unwrap_or_else(own);
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")?
        .block_on(healthcheck::http_at(&url, Duration::from_millis(args.timeout_ms)))?;
    Ok(())
}
