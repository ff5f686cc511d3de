//! Servers that keep what they are called with, and a name service that says what it is told to.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use nameit_runtime::client::{Affinity, Resolve};
use nameit_runtime::{Health, Listen, Shutdown, server};
use tokio::runtime::Runtime;
use tokio::sync::{Notify, watch};
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::service::Routes;

/// A call with a number, and with a key if it has one.
pub(crate) fn request(affinity: Option<Affinity>, id: u64) -> Request<Body> {
    let request = Request::post("/test.Keeper/Keep").version(http::Version::HTTP_2).header("id", id);
    let mut request = request.body(Body::empty()).unwrap();
    if let Some(affinity) = affinity {
        request.extensions_mut().insert(affinity);
    }
    request
}

/// A server with threads of its own, so that it can be killed.
pub(crate) struct Replica {
    runtime: Option<Runtime>,
    address: SocketAddr,
    begun: Kept,
    kept: Kept,
    shutdown: Shutdown,
}

/// The numbers of the calls that a replica has begun, or carried out.
#[derive(Clone)]
pub(crate) struct Kept(Arc<watch::Sender<Vec<u64>>>);

#[derive(Clone)]
struct Keeper {
    name: &'static str,
    delay: Duration,
    begun: Kept,
    kept: Kept,
}

/// What names stand for; can be told otherwise at any time.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    addresses: Arc<Mutex<Result<BTreeSet<SocketAddr>, String>>>,
    asked: Arc<AtomicUsize>,
}

/// A name service whose first answer is late: it is told when it was asked, and arrives when it is let go.
#[derive(Debug, Clone)]
pub(crate) struct Late {
    pub(crate) names: Names,
    pub(crate) first: Arc<Notify>,
}

// === impl Replica ===

impl Replica {
    pub(crate) fn start(name: &'static str) -> Self {
        Self::start_at(name, SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    pub(crate) fn start_at(name: &'static str, address: SocketAddr) -> Self {
        Self::with(name, address, Duration::from_millis(1))
    }

    /// Takes its time for each answer.
    pub(crate) fn slow(name: &'static str, delay: Duration) -> Self {
        Self::with(name, SocketAddr::from(([127, 0, 0, 1], 0)), delay)
    }

    fn with(name: &'static str, address: SocketAddr, delay: Duration) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (begun, kept) = (Kept::new(), Kept::new());
        let keeper = Keeper { name, delay, begun: begun.clone(), kept: kept.clone() };
        let shutdown = Shutdown::new();
        let (sender, receiver) = std::sync::mpsc::channel();
        runtime.spawn({
            let shutdown = shutdown.clone();
            async move {
                let bound = Listen::Tcp(address).bind().await.unwrap();
                sender.send(bound.tcp_address().unwrap()).unwrap();
                let health = Health::new().grpc_service(&shutdown).await;
                let routes = Routes::new(keeper).add_service(health);
                server::serve_grpc(bound, routes, &shutdown).await.unwrap();
            }
        });
        let address = receiver.recv().unwrap();
        Self { runtime: Some(runtime), address, begun, kept, shutdown }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it works on, or has worked on.
    pub(crate) fn begun(&self) -> Kept {
        self.begun.clone()
    }

    pub(crate) fn kept(&self) -> Kept {
        self.kept.clone()
    }

    /// Ends in an orderly way.
    pub(crate) fn stop(&self) {
        self.shutdown.begin();
    }

    /// Ends at once, in the middle of whatever it does. When this returns its port is closed.
    pub(crate) fn kill(mut self) {
        let runtime = self.runtime.take().unwrap();
        tokio::task::block_in_place(|| runtime.shutdown_timeout(Duration::from_secs(20)));
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

// === impl Kept ===

impl Kept {
    fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Vec::new())))
    }

    fn push(&self, id: u64) {
        self.0.send_modify(|ids| ids.push(id));
    }

    pub(crate) fn len(&self) -> usize {
        self.0.subscribe().borrow().len()
    }

    pub(crate) fn ids(&self) -> Vec<u64> {
        self.0.subscribe().borrow().clone()
    }

    /// Waits until there are so many.
    pub(crate) async fn reach(&self, count: usize) {
        let mut kept = self.0.subscribe();
        let reached = kept.wait_for(|ids| ids.len() >= count);
        tokio::time::timeout(Duration::from_secs(20), reached).await.expect("calls come in").unwrap();
    }
}

// === impl Keeper ===

impl NamedService for Keeper {
    const NAME: &'static str = "test.Keeper";
}

impl tower::Service<Request<Body>> for Keeper {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let Self { name, delay, begun, kept } = self.clone();
        Box::pin(async move {
            let id = request.headers()["id"].to_str().unwrap().parse().unwrap();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            begun.push(id);
            tokio::time::sleep(delay).await;
            kept.push(id);
            let response = Response::builder()
                .header("content-type", "application/grpc")
                .header("grpc-status", "0")
                .header("replica", name)
                .header("bytes", body.len());
            Ok(response.body(Body::empty()).unwrap())
        })
    }
}

// === impl Names ===

impl Names {
    pub(crate) fn of<'a>(replicas: impl IntoIterator<Item = &'a Replica>) -> Self {
        let addresses = replicas.into_iter().map(Replica::address).collect();
        Self { addresses: Arc::new(Mutex::new(Ok(addresses))), asked: Arc::default() }
    }

    pub(crate) fn failing(problem: &str) -> Self {
        Self { addresses: Arc::new(Mutex::new(Err(problem.to_owned()))), asked: Arc::default() }
    }

    pub(crate) fn set(&self, addresses: Result<BTreeSet<SocketAddr>, String>) {
        *self.addresses.lock().unwrap() = addresses;
    }

    /// How often somebody has looked something up.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Resolve for Names {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<BTreeSet<SocketAddr>>> {
        assert_eq!((host, port), ("storage", 50051));
        self.asked.fetch_add(1, Ordering::Relaxed);
        let addresses = self.addresses.lock().unwrap().clone().map_err(io::Error::other);
        Box::pin(async move { addresses })
    }
}

impl Resolve for Late {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<BTreeSet<SocketAddr>>> {
        let answer = self.names.resolve(host, port);
        let is_first = self.names.asked() == 1;
        Box::pin(async move {
            if is_first {
                self.first.notified().await;
            }
            answer.await
        })
    }
}
