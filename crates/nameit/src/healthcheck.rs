//! `nameit healthcheck`: whether a server is ready; for containers and scripts.

use std::time::Duration;

use anyhow::{Context as _, bail};

/// Exits with 0 when the server is ready, otherwise with 1.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address of the server.
    #[arg(long, env = "NAMEIT_URL", default_value = "http://127.0.0.1:8080", value_name = "URL")]
    url: String,
    /// Seconds after which no answer counts as not ready.
    #[arg(long, env = "NAMEIT_HEALTHCHECK_SECONDS", default_value_t = 3, value_name = "SECONDS")]
    timeout: u64,
}

/// Asks `/readyz`.
pub fn run(args: &Args) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")?
        .block_on(ask(args))
}

async fn ask(args: &Args) -> anyhow::Result<()> {
    let url = format!("{}/readyz", args.url.trim_end_matches('/'));
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(args.timeout)).build()?;
    let answer = client.get(&url).send().await.with_context(|| format!("{url} does not answer"))?;
    let status = answer.status();
    let text = answer.text().await.unwrap_or_default();
    if !status.is_success() {
        bail!("not ready ({status}): {}", text.trim());
    }
    println!("ready");
    Ok(())
}
