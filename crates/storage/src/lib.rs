//! Storage: keeps what researchers make and participants say, and gives it back.
//!
//! Serves the contracts of `nameit.storage.v1` over one [`Store`] ([`backend`] opens it by URI). Everything
//! that participants send goes through one [`committer`], which makes whatever is waiting durable in one
//! batch; followers of a feed are told by [`changes`].
//!
//! To add a call: the proto, its conversion, the trait, a case in the conformance suite, and a method in
//! `grpc/<resource>.rs`.

pub mod archive;
pub mod backend;
pub mod changes;
pub mod committer;
pub mod grpc;
pub mod location;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use nameit_domain::Clock;
use nameit_runtime::health::Need;
use nameit_runtime::transport::Bound;
use nameit_runtime::{Health, Listen, Shutdown, server};
use nameit_store::Store;

use crate::changes::Changes;
use crate::committer::Committer;
use crate::location::Location;

/// Where the data is kept if nobody says otherwise.
pub const DEFAULT_DATABASE: &str = "sqlite:nameit-data/nameit.sqlite";

/// What storage needs to know.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Config {
    /// Where the data is kept, as a URI: `sqlite:PATH`, `mongodb://USER@HOST/NAME` or `mongodb+srv://…`.
    #[arg(
        long = "storage-database",
        env = "NAMEIT_STORAGE_DATABASE",
        value_name = "URI",
        hide_env_values = true
    )]
    pub database: Option<Location>,
    /// File that holds this URI, for example a mounted secret.
    #[arg(
        long = "storage-database-file",
        env = "NAMEIT_STORAGE_DATABASE_FILE",
        value_name = "FILE",
        conflicts_with = "database"
    )]
    pub database_file: Option<PathBuf>,
    /// File that holds the password of the URI's user.
    #[arg(
        long = "storage-database-password-file",
        env = "NAMEIT_STORAGE_DATABASE_PASSWORD_FILE",
        value_name = "FILE"
    )]
    pub database_password_file: Option<PathBuf>,
    /// Answers of participants that may wait to be made durable; more are refused for the moment.
    #[arg(
        long = "storage-queue",
        env = "NAMEIT_STORAGE_QUEUE",
        default_value_t = 16_384,
        value_name = "COUNT",
        value_parser = clap::value_parser!(u32).range(512..)
    )]
    pub queue: u32,
    /// Readers that may follow feeds at once; more are refused for the moment.
    #[arg(
        long = "storage-followers",
        env = "NAMEIT_STORAGE_FOLLOWERS",
        default_value_t = 1_024,
        value_name = "COUNT",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub followers: u32,
}

/// Where storage listens, when it runs as a process of its own.
#[derive(Debug, Clone, clap::Args)]
pub struct Addresses {
    /// Address to serve gRPC on.
    #[arg(long, env = "NAMEIT_STORAGE_LISTEN", default_value = "127.0.0.1:50051", value_name = "ADDR")]
    pub listen: SocketAddr,
}

/// Why storage cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened on.
    #[error(transparent)]
    Runtime(#[from] nameit_runtime::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Backend(#[from] backend::Error),
    /// A file with the URI or the password is of no use.
    #[error(transparent)]
    Location(#[from] location::Error),
}

/// The service, bound and ready to run.
pub struct App {
    bound: Bound,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    config: Config,
}

// === impl Config ===

impl Default for Config {
    fn default() -> Self {
        Self {
            database: None,
            database_file: None,
            database_password_file: None,
            queue: 16_384,
            followers: 1_024,
        }
    }
}

impl Config {
    /// Where the database is, with the secrets that stand in files.
    pub fn location(&self) -> Result<Location, location::Error> {
        let location = match (&self.database, &self.database_file) {
            (Some(location), _) => location.clone(),
            (None, Some(file)) => Location::from_file(file)?,
            (None, None) => Location::new(DEFAULT_DATABASE),
        };
        match &self.database_password_file {
            Some(file) => location.with_password_file(file),
            None => Ok(location),
        }
    }
}

// === impl App ===

impl App {
    /// Opens the database and takes the address.
    pub async fn build(config: Config, listen: Listen, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let store = backend::open(&config.location()?).await?;
        Self::with_store(store, config, listen, clock).await
    }

    /// Takes the address, for a store that is open already.
    pub async fn with_store(
        store: Arc<dyn Store>,
        config: Config,
        listen: Listen,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        Ok(Self { bound: listen.bind().await?, store, clock, config })
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        self.bound.address()
    }

    /// Serves until `shutdown` begins, then finishes what is under way and makes durable what is waiting.
    pub async fn run(self, shutdown: Shutdown) -> Result<(), nameit_runtime::Error> {
        let Self { bound, store, clock, config } = self;
        // What storage starts itself ends with it, so that nobody holds the database afterwards.
        let own = shutdown.part();
        let health = Health::new();
        let probed = store.clone();
        health
            .register("database", Need::Required, move || {
                let store = probed.clone();
                Box::pin(async move { store.ping().await.map_err(|error| with_causes(&error)) })
            })
            .await;
        let changes = Changes::new(config.followers as usize);
        let (committer, committing) =
            Committer::start(store.clone(), changes.clone(), clock.clone(), config.queue as usize);
        let services = grpc::Services { store, clock, changes, committer, shutdown: own.clone() };
        let routes = services.into_routes().add_service(health.grpc_service(&own).await);
        tracing::info!(address = bound.address(), "storage is listening");
        let served = server::serve_grpc(bound, routes, &own).await;
        committing.finish().await;
        own.begin();
        own.drained().await;
        tracing::info!("storage has stopped; everything that was taken is durable");
        served
    }
}

/// The error and everything that lies behind it in one line, for who runs the installation.
fn with_causes(error: &dyn std::error::Error) -> String {
    std::iter::successors(error.source(), |error| error.source())
        .fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}
