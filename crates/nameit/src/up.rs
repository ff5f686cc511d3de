//! `nameit up`: storage, datamining and gateway in one process, with the embedded store.
//!
//! The services talk gRPC through memory, so it is the same code as three processes. They stop in the order
//! gateway, datamining, storage: who takes requests stops first, who keeps them last.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use nameit_domain::SystemClock;
use nameit_runtime::{Connect, Listen, Shutdown, transport};
use nameit_storage::location::Location;
use nameit_telemetry::Identity;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

mod trouble;

/// Starts NameIT: three services in one process, the embedded store, one address.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Folder for everything that is kept; made if there is none.
    #[arg(long, env = "NAMEIT_DATA", default_value = "nameit-data", value_name = "FOLDER")]
    data: PathBuf,
    #[command(flatten)]
    gateway: nameit_gateway::Config,
    #[command(flatten)]
    storage: nameit_storage::Config,
    #[command(flatten)]
    datamining: nameit_datamining::Config,
    #[command(flatten)]
    log: nameit_telemetry::Args,
}

/// Starts everything, says "ready", and runs until SIGTERM or SIGINT.
pub fn run(args: Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")?;
    let _entered = runtime.enter();
    let identity = Identity { service: "nameit", version: env!("CARGO_PKG_VERSION") };
    let _log = nameit_telemetry::init(identity, &args.log)?;
    runtime.block_on(serve(args))
}

async fn serve(args: Args) -> anyhow::Result<()> {
    let shutdown = Shutdown::new();
    shutdown.listen_for_signals().context("cannot listen for signals")?;
    make_folder(&args.data).map_err(|error| trouble::explain(error, &args.data))?;
    let (storage_listener, storage) = transport::memory();
    let (datamining_listener, datamining) = transport::memory();
    let (storage, datamining) = (Connect::Memory(storage), Connect::Memory(datamining));

    let embedded = format!("sqlite:{}", args.data.join("nameit.sqlite").display());
    let mut config = args.storage;
    if config.database_file.is_none() {
        config.database.get_or_insert(Location::new(embedded));
    }
    let storage_app =
        nameit_storage::App::build(config, Listen::Memory(storage_listener), Arc::new(SystemClock))
            .await
            .map_err(|error| trouble::explain(error.into(), &args.data))?;
    let datamining_app =
        nameit_datamining::App::build(args.datamining, Listen::Memory(datamining_listener), &storage).await?;
    let gateway_app = nameit_gateway::App::build(args.gateway, storage, datamining)
        .await
        .and_then(nameit_gateway::App::personal)
        .map_err(|error| trouble::explain(error, &args.data))?;
    let url = gateway_app.public_url();

    let storage = Part::spawn("storage", &shutdown, |part| async move { Ok(storage_app.run(part).await?) });
    let datamining =
        Part::spawn("datamining", &shutdown, |part| async move { Ok(datamining_app.run(part).await?) });
    let gateway = Part::spawn("gateway", &shutdown, |part| gateway_app.run(part));
    tracing::info!(address = url, "ready");

    // Also when a part ends by itself, the others are given the time to finish.
    let parts = [gateway, datamining, storage];
    let any_ended = futures::future::select_all(parts.iter().map(|part| Box::pin(part.ended.cancelled())));
    tokio::select! {
        () = shutdown.soft().cancelled_owned() => {}
        _ = any_ended => {}
    }
    let mut outcome = Ok(());
    for part in parts {
        let ended = part.stop().await;
        outcome = outcome.and(ended);
    }
    tracing::info!("stopped");
    outcome
}

fn make_folder(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))
}

/// One of the services. Each has its own shutdown, because they stop one after the other.
struct Part {
    name: &'static str,
    shutdown: Shutdown,
    ended: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

// === impl Part ===

impl Part {
    fn spawn<F>(name: &'static str, whole: &Shutdown, run: impl FnOnce(Shutdown) -> F) -> Self
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let shutdown = Shutdown::new();
        let (hard, all) = (shutdown.hard(), whole.hard());
        tokio::spawn(async move {
            all.cancelled().await;
            hard.cancel();
        });
        let ended = CancellationToken::new();
        let guard = ended.clone().drop_guard();
        let running = run(shutdown.clone());
        let task = tokio::spawn(async move {
            let _guard = guard;
            running.await
        });
        Self { name, shutdown, ended, task }
    }

    /// Lets it finish what is under way.
    async fn stop(self) -> anyhow::Result<()> {
        let ended_by_itself = self.ended.is_cancelled();
        self.shutdown.begin();
        let ended = self.task.await;
        tracing::debug!(service = self.name, "stopped");
        match ended {
            Ok(Ok(())) if ended_by_itself => bail!("{} stopped by itself", self.name),
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error.context(format!("{} failed", self.name))),
            Err(_) => bail!("{} panicked", self.name),
        }
    }
}
