//! One replica of a service: its address, its connection, and what is known of it.

use std::error::Error as _;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::{Request, Response, Uri};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::affinity::hash;
use super::{HEALTH_INTERVAL, HEALTH_TIMEOUT};
use crate::transport::{Connection, MemoryConnector};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// First and longest pause before another attempt, while nobody waits for this replica.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

/// A connection that broke sooner than this counts as an attempt that failed.
const SHORT_LIFE: Duration = Duration::from_secs(1);

/// How often an idle connection is probed, so that a dead peer is noticed.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);

/// How long a probe may stay unanswered.
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes in flight per stream and per connection.
const WINDOW_BYTES: u32 = 4 * 1024 * 1024;

/// Sends requests over one connection.
type Sender = http2::SendRequest<Body>;

/// Where a replica is.
#[derive(Debug, Clone)]
pub(super) enum Address {
    /// On TCP.
    Tcp(SocketAddr),
    /// In this process.
    Memory(MemoryConnector),
}

/// One replica.
#[derive(Debug)]
pub(super) struct Replica {
    address: Address,
    /// Of the address, for affinity.
    pub(super) hash: u64,
    link: Mutex<Link>,
    /// Whether it said that it serves when it was last asked.
    serving: AtomicBool,
    /// Calls whose answer has not begun.
    unanswered: AtomicUsize,
    /// Somebody waits for a connection: try again at once.
    hurry: Notify,
}

/// What became of the connection.
#[derive(Debug)]
pub(super) enum Link {
    /// It is being made.
    Connecting,
    /// It stands.
    Connected(Line),
    /// The last attempt failed.
    Failed {
        /// Why, in a few words.
        reason: String,
        /// When it began: whoever asked later may find that something has changed since.
        begun: Instant,
    },
}

/// A connection that stands.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Tells connections of this process apart.
    pub(super) id: u64,
    pub(super) sender: Sender,
}

/// What replicas and those who wait for one tell each other.
#[derive(Debug)]
pub(super) struct News {
    /// Counts up whenever a connection, or the list of replicas, changed.
    pub(super) changes: watch::Sender<u64>,
    /// The name should be looked up again.
    pub(super) look_up: Notify,
    /// How many replicas there are.
    pub(super) replicas: AtomicUsize,
}

/// Counts a call as unanswered while it lives.
#[derive(Debug)]
pub(super) struct Unanswered(Arc<Replica>);

// === impl Replica ===

impl Replica {
    pub(super) fn new(address: Address) -> Self {
        Self {
            hash: hash(address.to_string().as_bytes()),
            address,
            link: Mutex::new(Link::Connecting),
            serving: AtomicBool::new(true),
            unanswered: AtomicUsize::new(0),
            hurry: Notify::new(),
        }
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn tcp(&self) -> Option<SocketAddr> {
        match self.address {
            Address::Tcp(address) => Some(address),
            Address::Memory(_) => None,
        }
    }

    pub(super) fn link(&self) -> MutexGuard<'_, Link> {
        // It is only ever replaced, so a panic cannot leave it half changed.
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection, if one stands.
    pub(super) fn line(&self) -> Option<Line> {
        match &*self.link() {
            Link::Connected(line) if !line.sender.is_closed() => Some(line.clone()),
            Link::Connected(_) | Link::Connecting | Link::Failed { .. } => None,
        }
    }

    pub(super) fn is_serving(&self) -> bool {
        self.serving.load(Ordering::Relaxed)
    }

    pub(super) fn unanswered(&self) -> usize {
        self.unanswered.load(Ordering::Relaxed)
    }

    pub(super) fn count(self: &Arc<Self>) -> Unanswered {
        self.unanswered.fetch_add(1, Ordering::Relaxed);
        Unanswered(Arc::clone(self))
    }

    /// Somebody waits for this replica.
    pub(super) fn hurry(&self) {
        self.hurry.notify_one();
    }

    /// Keeps a connection to the replica until `stop`. Calls under way then go on to their end.
    pub(super) async fn keep(self: Arc<Self>, origin: Uri, news: Arc<News>, stop: CancellationToken) {
        let mut pause = PAUSE.0;
        loop {
            let begun = Instant::now();
            let attempt = tokio::time::timeout(CONNECT_TIMEOUT, self.address.connect());
            let made = tokio::select! {
                made = attempt => made.unwrap_or_else(|_| Err("no answer to the attempt to connect".to_owned())),
                () = stop.cancelled() => return,
            };
            let reason = match made {
                Ok((line, mut ended)) => {
                    let connected = Instant::now();
                    self.serving.store(true, Ordering::Relaxed);
                    self.set(Link::Connected(line.clone()), &news);
                    tokio::select! {
                        _ = &mut ended => {}
                        () = self.watch_health(&line, &origin, &news) => {}
                        () = stop.cancelled() => {
                            // The last sender goes, and the connection with the last call under way.
                            self.set(Link::Connecting, &news);
                            return;
                        }
                    }
                    news.look_up.notify_one();
                    if connected.elapsed() > SHORT_LIFE {
                        tracing::debug!(replica = %self.address, "the connection to a replica broke");
                        pause = PAUSE.0;
                        self.set(Link::Connecting, &news);
                        continue;
                    }
                    "the connection broke at once".to_owned()
                }
                Err(reason) => reason,
            };
            tracing::debug!(replica = %self.address, reason, "a replica cannot be connected");
            news.look_up.notify_one();
            self.set(Link::Failed { reason, begun }, &news);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.hurry.notified() => {}
                () = stop.cancelled() => return,
            }
            pause = (pause * 2).min(PAUSE.1);
        }
    }

    fn set(&self, link: Link, news: &News) {
        *self.link() = link;
        news.tell();
    }

    /// Asks the replica again and again whether it serves, as long as there are others to go to.
    async fn watch_health(&self, line: &Line, origin: &Uri, news: &News) {
        let mut client = HealthClient::with_origin(Direct(line.sender.clone()), origin.clone());
        let mut ticks = tokio::time::interval(HEALTH_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if news.replicas.load(Ordering::Relaxed) < 2 {
                continue;
            }
            let question = client.check(HealthCheckRequest { service: String::new() });
            let serves = match tokio::time::timeout(HEALTH_TIMEOUT, question).await {
                Ok(Ok(answer)) => answer.into_inner().status() == ServingStatus::Serving,
                // It has nothing to say about its health.
                Ok(Err(status)) => status.code() == Code::Unimplemented,
                Err(_) => false,
            };
            if self.serving.swap(serves, Ordering::Relaxed) != serves {
                tracing::debug!(replica = %self.address, serves, "a replica changed its health");
                news.tell();
            }
        }
    }
}

// === impl Address ===

impl Address {
    /// The connection, and a task that ends with it; or why not.
    async fn connect(&self) -> Result<(Line, tokio::task::JoinHandle<()>), String> {
        let stream = match self {
            Self::Tcp(address) => {
                let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
                // A delayed small request costs more than a small packet.
                let _ = stream.set_nodelay(true);
                Connection::Tcp(stream)
            }
            Self::Memory(connector) => {
                Connection::Memory(connector.connect().await.map_err(|error| error.to_string())?)
            }
        };
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .initial_stream_window_size(WINDOW_BYTES)
            .initial_connection_window_size(WINDOW_BYTES)
            .keep_alive_interval(KEEP_ALIVE_INTERVAL)
            .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
            .keep_alive_while_idle(true)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| error.to_string())?;
        let ended = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
        });
        Ok((Line { id: next_id(), sender }, ended))
    }
}

fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Memory(_) => f.write_str("memory"),
        }
    }
}

// === impl News ===

impl News {
    pub(super) fn new() -> Self {
        Self { changes: watch::Sender::new(0), look_up: Notify::new(), replicas: AtomicUsize::new(0) }
    }

    pub(super) fn tell(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }
}

// === impl Unanswered ===

impl Drop for Unanswered {
    fn drop(&mut self) {
        self.0.unanswered.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Calls of one replica, whatever the others do.
#[derive(Debug, Clone)]
struct Direct(Sender);

// === impl Direct ===

impl tower::Service<Request<Body>> for Direct {
    type Response = Response<hyper::body::Incoming>;
    type Error = hyper::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.0.send_request(request))
    }
}

/// Whether the other side said that it has not read the call: it closes the connection, and named the last call
/// that it has taken (RFC 9113, section 6.8).
pub(super) fn is_unread(error: &hyper::Error) -> bool {
    let http2 = error.source().and_then(|source| source.downcast_ref::<h2::Error>());
    http2.is_some_and(|http2| http2.is_go_away() && http2.is_remote())
}

/// What became of a call whose answer did not come whole.
pub(super) fn broken(host: &str, error: hyper::Error) -> Status {
    let lost = error.is_canceled() || error.is_closed() || is_unread(&error);
    let status = Status::from_error(Box::new(error));
    if lost || status.code() == Code::Unknown {
        return Status::unavailable(format!("the connection to {host} broke: {}", status.message()));
    }
    status
}
