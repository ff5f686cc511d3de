//! Calls, spread over the replicas that are there.

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::uri::{PathAndQuery, Uri};
use http::{HeaderValue, Request, Response, header};
use http_body_util::BodyExt as _;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::Status;
use tonic::body::Body;

use super::repeatable::Repeatable;
use super::replica::{Address, Line, Link, News, Replica, broken, is_unread};
use super::{Affinity, Place, RESOLVE_INTERVAL, Resolve, deadline};

/// How long a look-up may take.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(3);

/// Shortest time between two look-ups, however many calls wait for one.
const RESOLVE_PAUSE: Duration = Duration::from_millis(100);

/// How this program calls itself to services.
const USER_AGENT: HeaderValue = HeaderValue::from_static(concat!("nameit/", env!("CARGO_PKG_VERSION")));

/// A service with all its replicas; cloning it is cheap. See [the module](super) for what it promises.
#[derive(Clone)]
pub struct Balanced {
    shared: Arc<Shared>,
    /// With the last clone the look-ups end and the connections close.
    _stop: Arc<DropGuard>,
}

/// One replica, as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaStatus {
    /// Its address, `memory` within one process.
    pub address: String,
    /// Whether calls can go there.
    pub state: ReplicaState,
}

/// Whether calls can go to a replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplicaState {
    /// Connected, and not known to be unwell.
    Ready,
    /// Connected, but it says that it does not serve, or does not say anything.
    NotServing,
    /// A connection is being made.
    Connecting,
    /// No connection could be made.
    Unreachable(String),
}

struct Shared {
    origin: Uri,
    /// For messages: `storage`.
    host: Arc<str>,
    members: RwLock<Vec<Member>>,
    /// What came of the last look-up; `None` where nothing is looked up.
    looked_up: Mutex<Option<LookUp>>,
    news: Arc<News>,
    /// Whose turn it is among replicas with as many calls.
    turn: AtomicUsize,
}

/// A replica, and the task that keeps its connection while this lives.
struct Member {
    replica: Arc<Replica>,
    _keeper: DropGuard,
}

/// A look-up that ended.
struct LookUp {
    /// When it began: whoever asked later may find that something has changed since.
    begun: Instant,
    problem: Option<String>,
}

// === impl Balanced ===

impl Balanced {
    /// A service at one address for ever.
    pub(super) fn fixed(origin: Uri, address: Address) -> Self {
        let (balanced, stop) = Self::new(origin, None);
        let member = balanced.shared.member(address, &stop);
        balanced.shared.members.write().unwrap_or_else(PoisonError::into_inner).push(member);
        balanced
    }

    /// A service at whatever addresses its name has.
    pub(super) fn named(place: Place, resolver: Arc<dyn Resolve>) -> Self {
        let begun = LookUp { begun: Instant::now(), problem: None };
        let (balanced, stop) = Self::new(place.origin, Some(begun));
        let shared = Arc::clone(&balanced.shared);
        tokio::spawn(stop.clone().run_until_cancelled_owned(shared.follow_name(place.port, resolver, stop)));
        balanced
    }

    fn new(origin: Uri, looked_up: Option<LookUp>) -> (Self, CancellationToken) {
        let stop = CancellationToken::new();
        let shared = Arc::new(Shared {
            host: origin.host().unwrap_or_default().into(),
            origin,
            members: RwLock::new(Vec::new()),
            looked_up: Mutex::new(looked_up),
            news: Arc::new(News::new()),
            turn: AtomicUsize::new(0),
        });
        (Self { shared, _stop: Arc::new(stop.clone().drop_guard()) }, stop)
    }

    /// The replicas that are known now.
    pub fn replicas(&self) -> Vec<ReplicaStatus> {
        self.shared.replicas().iter().map(|replica| ReplicaStatus::of(replica)).collect()
    }
}

impl tower::Service<Request<Body>> for Balanced {
    type Response = Response<Body>;
    type Error = Status;
    type Future = BoxFuture<'static, Result<Response<Body>, Status>>;

    // Calls wait in their callers, so there is no queue to be full.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        let deadline = deadline::of(request.headers());
        Box::pin(async move {
            match deadline {
                None => shared.send(request).await,
                Some(deadline) => tokio::time::timeout(deadline, shared.send(request))
                    .await
                    .unwrap_or_else(|_| Err(Status::deadline_exceeded("the answer took too long"))),
            }
        })
    }
}

impl fmt::Debug for Balanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Balanced").field("origin", &self.shared.origin).finish_non_exhaustive()
    }
}

// === impl ReplicaStatus ===

impl ReplicaStatus {
    fn of(replica: &Replica) -> Self {
        let state = match &*replica.link() {
            Link::Connected(_) if replica.is_serving() => ReplicaState::Ready,
            Link::Connected(_) => ReplicaState::NotServing,
            Link::Connecting => ReplicaState::Connecting,
            Link::Failed { reason, .. } => ReplicaState::Unreachable(reason.clone()),
        };
        Self { address: replica.address().to_string(), state }
    }
}

// === impl Shared: calls ===

impl Shared {
    async fn send(&self, mut request: Request<Body>) -> Result<Response<Body>, Status> {
        self.address(&mut request)?;
        let affinity = request.extensions().get::<Affinity>().copied();
        let asked = Instant::now();
        let (repeatable, mut request) = Repeatable::new(request);
        // Connections where the call was not sent, or not read.
        let mut tried = Vec::new();
        loop {
            let (replica, mut line) = match self.choose(affinity, &tried) {
                Some(chosen) => chosen,
                None => self.wait_for_one(affinity, &tried, asked).await?,
            };
            let unanswered = replica.count();
            let answer = line.sender.try_send_request(request).await;
            drop(unanswered);
            match answer {
                Ok(response) => {
                    let host = Arc::clone(&self.host);
                    return Ok(
                        response.map(|body| Body::new(body.map_err(move |error| broken(&host, error))))
                    );
                }
                Err(mut failed) => {
                    let unsent = failed.take_message().is_some();
                    let error = failed.into_error();
                    let again = if unsent || is_unread(&error) { repeatable.again() } else { None };
                    request = again.ok_or_else(|| broken(&self.host, error))?;
                    tried.push(line.id);
                }
            }
        }
    }

    /// Completes what tonic leaves to the connection.
    fn address(&self, request: &mut Request<Body>) -> Result<(), Status> {
        let path = request.uri().path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
        let mut parts = self.origin.clone().into_parts();
        parts.path_and_query = Some(path);
        *request.uri_mut() = Uri::from_parts(parts).map_err(|error| Status::internal(error.to_string()))?;
        request.headers_mut().entry(header::USER_AGENT).or_insert(USER_AGENT);
        Ok(())
    }

    /// The replica that a call goes to, if one is connected over a connection that was not tried.
    fn choose(&self, affinity: Option<Affinity>, tried: &[u64]) -> Option<(Arc<Replica>, Line)> {
        let members = self.members.read().unwrap_or_else(PoisonError::into_inner);
        let first =
            if members.len() > 1 { self.turn.fetch_add(1, Ordering::Relaxed) % members.len() } else { 0 };
        let in_turn = members[first..].iter().chain(&members[..first]);
        let mut best: Option<(Rank, &Arc<Replica>, Line)> = None;
        for Member { replica, .. } in in_turn {
            let Some(line) = replica.line().filter(|line| !tried.contains(&line.id)) else { continue };
            let rank = match affinity {
                Some(affinity) => (replica.is_serving(), affinity.score(replica.hash)),
                None => (replica.is_serving(), u64::MAX - replica.unanswered() as u64),
            };
            if best.as_ref().is_none_or(|(highest, ..)| rank > *highest) {
                best = Some((rank, replica, line));
            }
        }
        best.map(|(_, replica, line)| (Arc::clone(replica), line))
    }

    /// Waits for a connection; gives up when everything was tried since the call was `asked` for.
    async fn wait_for_one(
        &self,
        affinity: Option<Affinity>,
        tried: &[u64],
        asked: Instant,
    ) -> Result<(Arc<Replica>, Line), Status> {
        let mut changes = self.news.changes.subscribe();
        let mut hurried = false;
        loop {
            changes.borrow_and_update();
            if let Some(chosen) = self.choose(affinity, tried) {
                return Ok(chosen);
            }
            if let Some(problem) = self.problem_since(asked) {
                return Err(Status::unavailable(problem));
            }
            if !hurried {
                hurried = true;
                self.replicas().iter().for_each(|replica| replica.hurry());
                self.news.look_up.notify_one();
            }
            // `self` holds the other end, so this cannot fail.
            let _ = changes.changed().await;
        }
    }

    /// Why nobody can be reached, if all that can be tried was tried since `asked`.
    fn problem_since(&self, asked: Instant) -> Option<String> {
        let what = format!("{} ({})", self.host, self.origin.to_string().trim_end_matches('/'));
        if let Some(look_up) = &*self.looked_up.lock().unwrap_or_else(PoisonError::into_inner) {
            if look_up.begun < asked {
                return None;
            }
            if let Some(problem) = &look_up.problem
                && self.replicas().is_empty()
            {
                return Some(format!("cannot find {what}: {problem}"));
            }
        }
        let mut problem = None;
        for replica in self.replicas() {
            match &*replica.link() {
                Link::Failed { reason, begun } if *begun >= asked => {
                    problem = Some(format!("cannot reach {what}: {reason}"));
                }
                Link::Failed { .. } | Link::Connecting | Link::Connected(_) => return None,
            }
        }
        problem
    }
}

/// Serving before not serving, then by affinity or by how little there is to do.
type Rank = (bool, u64);

// === impl Shared: replicas ===

impl Shared {
    fn replicas(&self) -> Vec<Arc<Replica>> {
        let members = self.members.read().unwrap_or_else(PoisonError::into_inner);
        members.iter().map(|member| Arc::clone(&member.replica)).collect()
    }

    fn member(&self, address: Address, stop: &CancellationToken) -> Member {
        let replica = Arc::new(Replica::new(address));
        let stop = stop.child_token();
        let keeper = Arc::clone(&replica).keep(self.origin.clone(), Arc::clone(&self.news), stop.clone());
        tokio::spawn(keeper);
        Member { replica, _keeper: stop.drop_guard() }
    }

    /// Looks the name up again and again, and keeps the list of replicas in step with it.
    async fn follow_name(self: Arc<Self>, port: u16, resolver: Arc<dyn Resolve>, stop: CancellationToken) {
        loop {
            let begun = Instant::now();
            let look_up = resolver.resolve(&self.host, port);
            let problem = match tokio::time::timeout(RESOLVE_TIMEOUT, look_up).await {
                Ok(Ok(found)) if found.is_empty() => Some("the name has no address".to_owned()),
                Ok(Ok(found)) => {
                    self.found(&found, &stop);
                    None
                }
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some(format!("no answer within {} s", RESOLVE_TIMEOUT.as_secs())),
            };
            self.note(begun, problem);
            tokio::time::sleep(RESOLVE_PAUSE).await;
            // Whoever asked before this look-up began has its answer; who asked since gets another one.
            let _ = tokio::time::timeout(
                RESOLVE_INTERVAL.saturating_sub(RESOLVE_PAUSE),
                self.news.look_up.notified(),
            )
            .await;
        }
    }

    /// Takes in replicas that are new, lets go those that are not found any more.
    fn found(&self, found: &BTreeSet<SocketAddr>, stop: &CancellationToken) {
        let mut members = self.members.write().unwrap_or_else(PoisonError::into_inner);
        let known: BTreeSet<SocketAddr> = members.iter().filter_map(|member| member.replica.tcp()).collect();
        if known == *found {
            return;
        }
        members.retain(|member| member.replica.tcp().is_some_and(|address| found.contains(&address)));
        members.extend(found.difference(&known).map(|address| self.member(Address::Tcp(*address), stop)));
        members.sort_by_key(|member| member.replica.tcp());
        self.news.replicas.store(members.len(), Ordering::Relaxed);
        drop(members);
        self.news.tell();
        tracing::info!(
            service = &*self.host,
            replicas = found.len(),
            new = found.difference(&known).count(),
            gone = known.difference(found).count(),
            "the replicas of a service changed"
        );
    }

    /// Remembers what came of a look-up; says so once when it changes.
    fn note(&self, begun: Instant, problem: Option<String>) {
        let mut looked_up = self.looked_up.lock().unwrap_or_else(PoisonError::into_inner);
        let before = looked_up.as_ref().and_then(|look_up| look_up.problem.as_ref());
        match (&problem, before) {
            (Some(problem), None) => {
                tracing::warn!(service = &*self.host, problem, "the name of a service cannot be looked up");
            }
            (None, Some(_)) => tracing::info!(service = &*self.host, "the name of a service is found again"),
            (Some(_), Some(_)) | (None, None) => {}
        }
        *looked_up = Some(LookUp { begun, problem });
        drop(looked_up);
        self.news.tell();
    }
}
