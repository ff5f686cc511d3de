//! All services in this process, on a free port, with a fresh folder.

use std::sync::Arc;

use nameit_domain::SystemClock;
use nameit_gateway::PasswordCost;
use nameit_runtime::{Connect, Listen, Shutdown, transport};
use nameit_storage::location::Location;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::{Client, Researcher};

/// A running NameIT. Everything ends when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    url: String,
    storage: Connect,
    datamining: Option<Service>,
    // Kept for their drop, in this order: the folder goes last.
    gateways: Vec<Service>,
    minings: Vec<Service>,
    _storage_service: Service,
    folder: TempDir,
}

#[derive(Debug)]
struct Service {
    shutdown: Shutdown,
    task: JoinHandle<()>,
}

// === impl Sandbox ===

impl Sandbox {
    /// Starts everything on a file of its own.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let database = format!("sqlite:{}", folder.path().join("nameit.sqlite").display());
        Self::start_with(Location::new(database), folder).await
    }

    /// Starts everything on a database that the caller keeps.
    pub async fn start_on(database: Location) -> Self {
        Self::start_with(database, tempfile::tempdir().expect("a folder for the test")).await
    }

    async fn start_with(database: Location, folder: TempDir) -> Self {
        let (listener, storage) = transport::memory();
        let config = nameit_storage::Config { database: Some(database), ..nameit_storage::Config::default() };
        let app = nameit_storage::App::build(config, Listen::Memory(listener), Arc::new(SystemClock)).await;
        let app = app.expect("storage starts on an empty database");
        let storage_service =
            Service::spawn(|shutdown| async move { app.run(shutdown).await.expect("storage runs") });
        let storage = Connect::Memory(storage);
        let (datamining, connect) = start_datamining(&storage).await;
        let (gateway, url) = start_gateway(storage.clone(), connect).await;
        Self {
            url,
            storage,
            datamining: Some(datamining),
            gateways: vec![gateway],
            minings: Vec::new(),
            _storage_service: storage_service,
            folder,
        }
    }

    /// Address of its pages and its API, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder with everything that is kept.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Somebody without an account.
    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// Somebody with a new account.
    pub async fn researcher(&self, handle: &str) -> Researcher {
        Researcher::sign_up(&self.client(), handle).await
    }

    /// Stops datamining for good.
    pub async fn stop_datamining(&mut self) {
        if let Some(datamining) = self.datamining.take() {
            datamining.stop().await;
        }
    }

    /// Starts another datamining, which knows nothing yet, and another gateway before it; gives the
    /// gateway's address.
    pub async fn second_gateway_with_fresh_datamining(&mut self) -> String {
        let (datamining, connect) = start_datamining(&self.storage).await;
        let (gateway, url) = start_gateway(self.storage.clone(), connect).await;
        self.minings.push(datamining);
        self.gateways.push(gateway);
        url
    }
}

async fn start_datamining(storage: &Connect) -> (Service, Connect) {
    let (listener, connector) = transport::memory();
    let config = nameit_datamining::Config::default();
    let app = nameit_datamining::App::build(config, Listen::Memory(listener), storage).await;
    let app = app.expect("memory can always be listened on");
    let run = |shutdown| async move { app.run(shutdown).await.expect("datamining runs") };
    (Service::spawn(run), Connect::Memory(connector))
}

async fn start_gateway(storage: Connect, datamining: Connect) -> (Service, String) {
    let mut config = nameit_gateway::Config {
        listen: ([127, 0, 0, 1], 0).into(),
        // Passwords of tests are worth nothing, and tests make many accounts.
        password: PasswordCost { password_memory_kib: 64, password_passes: 1 },
        ..nameit_gateway::Config::default()
    };
    config.limits.accounts_per_minute = 10_000;
    let app = nameit_gateway::App::build(config, storage, datamining).await.expect("the gateway starts");
    // Like `nameit up`: who runs the test is the operator, too.
    let app = app.personal().expect("without an operator code nothing can be wrong with it");
    let url = format!("http://{}", app.address());
    let service =
        Service::spawn(|shutdown| async move { app.run(shutdown).await.expect("the gateway runs") });
    let client = Client::new(&url);
    // Ready is when storage has given the signing key; the gateway asks for it by itself.
    for _ in 0..200 {
        if client.get("/readyz").await.status.is_success() {
            return (service, url);
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the gateway was not ready within 5 s: {}", client.get("/readyz").await.text);
}

// === impl Service ===

impl Service {
    fn spawn<F>(run: impl FnOnce(Shutdown) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let shutdown = Shutdown::new();
        let task = tokio::spawn(run(shutdown.clone()));
        Self { shutdown, task }
    }

    async fn stop(mut self) {
        self.shutdown.begin();
        (&mut self.task).await.expect("the service ends without a panic");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.shutdown.begin();
        self.task.abort();
    }
}
