//! The service: bound, then run until told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use futures::FutureExt as _;
use nameit_domain::{Clock, SystemClock};
use nameit_runtime::client::Channel;
use nameit_runtime::health::Need;
use nameit_runtime::{Connect, Health, Shutdown};
use tokio::net::TcpListener;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::cache::Caches;
use crate::clients::{Clients, call};
use crate::config::Config;
use crate::counts::Counts;
use crate::images::ImageWorkers;
use crate::ingest::Ingest;
use crate::operator::Operators;
use crate::password::Passwords;
use crate::services::visits::VisitCounts;
use crate::signing::Signing;
use crate::state::{Gateway, Shared, Throttles};
use crate::streams::Streams;
use crate::{grpc, router, server};

/// The gateway, bound and ready to run.
pub struct App {
    config: Config,
    clients: Clients,
    clock: Arc<dyn Clock>,
    listener: TcpListener,
    address: SocketAddr,
    passwords: Passwords,
    operators: Operators,
}

// === impl App ===

impl App {
    /// Takes the address and prepares the connections; nothing is called yet.
    pub async fn build(config: Config, storage: Connect, datamining: Connect) -> anyhow::Result<Self> {
        let clients = Clients::new(&storage, &datamining)?;
        let passwords = Passwords::new(config.password).context("the cost of passwords is out of bounds")?;
        let operators = Operators::new(&config, false)?;
        let listener = TcpListener::bind(config.listen)
            .await
            .with_context(|| format!("cannot listen on {}", config.listen))?;
        let address = listener.local_addr()?;
        Ok(Self { config, clients, clock: Arc::new(SystemClock), listener, address, passwords, operators })
    }

    /// Takes the time from another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The installation belongs to who started it: without an operator code, who sits at this machine sees the
    /// operators' page, if the gateway listens on loopback only and has no public address.
    pub fn personal(mut self) -> anyhow::Result<Self> {
        self.operators = Operators::new(&self.config, true)?;
        Ok(self)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where browsers find it, without a slash at the end.
    pub fn public_url(&self) -> String {
        match &self.config.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.address),
        }
    }

    /// Serves until `shutdown` begins, then finishes what is under way.
    pub async fn run(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let public_url = self.public_url();
        let signing = Signing::default();
        shutdown.tasks().spawn(signing.clone().fetch(self.clients.clone(), shutdown.soft()));
        let health = health(&self.clients, &signing).await;
        let health_service = health.grpc_service(&shutdown).await;
        let limits = self.config.limits.clone();
        let counts = Counts::new(self.clients.participations.clone());
        let visits = VisitCounts::new(self.clients.visits.clone());
        shutdown.tasks().spawn(visits.clone().flush_until(shutdown.clone()));
        let gateway = Gateway::new(Shared {
            ingest: Ingest::start(&self.clients.participations, counts.clone(), &limits),
            counts,
            visits: visits.clone(),
            throttles: Throttles::new(&limits),
            caches: Caches::new(limits.image_cache_bytes),
            streams: Streams::new(&limits),
            images: ImageWorkers::new(),
            clients: self.clients,
            clock: self.clock,
            config: self.config,
            passwords: self.passwords,
            operators: self.operators,
            shutdown: shutdown.clone(),
            public_url,
            signing,
            health,
        });
        let router = router::build(&gateway, grpc::router(&gateway, health_service)?);
        server::serve(self.listener, router, &limits, &shutdown).await;
        shutdown.drained().await;
        visits.flush().await;
        Ok(())
    }
}

async fn health(clients: &Clients, signing: &Signing) -> Health {
    let health = Health::new();
    let storage = clients.storage_health.clone();
    health
        .register("storage", Need::Required, move || {
            serves(storage.clone(), "is there, but the database is unavailable").boxed()
        })
        .await;
    let key = signing.clone();
    health
        .register("signing_key", Need::Required, move || {
            let key = key.clone();
            let not_yet = || "not yet given by storage".to_owned();
            async move { key.is_ready().await.then_some(()).ok_or_else(not_yet) }.boxed()
        })
        .await;
    // Without datamining answers are still taken, and that is what matters most.
    let datamining = clients.datamining_health.clone();
    health
        .register("datamining", Need::Optional, move || {
            serves(datamining.clone(), "is there, but not ready").boxed()
        })
        .await;
    health
}

/// What a service says of itself; `otherwise` is what it means when it is there and does not serve.
async fn serves(mut service: HealthClient<Channel>, otherwise: &'static str) -> Result<(), String> {
    let request = call(HealthCheckRequest { service: String::new() });
    let answer = service.check(request).await.map_err(|status| status.message().to_owned())?;
    match answer.into_inner().status() {
        ServingStatus::Serving => Ok(()),
        ServingStatus::NotServing | ServingStatus::ServiceUnknown | ServingStatus::Unknown => {
            Err(otherwise.to_owned())
        }
    }
}
