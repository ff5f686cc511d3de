//! Health that tells the truth: readiness is asked of what the service depends on, and damped.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex as SyncMutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use nameit_telemetry::TraceContext;
use nameit_telemetry::metrics::{Gauge, Observation};
use nameit_telemetry::names;
use tokio::sync::Mutex;
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::{Health as HealthRpc, HealthServer};

/// How long an answer stands before a dependency is asked again.
const DAMPING: Duration = Duration::from_millis(500);

/// How long a dependency may take to answer. A little longer than a database's driver looks for a server, so
/// that its reason is heard.
const PROBE_TIMEOUT: Duration = Duration::from_secs(4);

/// The name under which the gRPC health service says that the process lives, whatever it depends on. The empty
/// name stands for readiness.
pub const LIVENESS: &str = "liveness";

/// How often the gRPC health service is brought into step.
const REFRESH: Duration = Duration::from_secs(1);

type Probe = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// What every service of this process said last; for the figures, which are of the process.
static SAID: SyncMutex<Vec<Weak<Said>>> = SyncMutex::new(Vec::new());

/// The figures, from the first service on.
static OBSERVED: LazyLock<[Observation; 2]> = LazyLock::new(|| {
    [
        Gauge::observe(&names::READY, || {
            let worst = said().into_iter().map(|readiness| readiness.ready).reduce(|one, other| one && other);
            worst.map(|ready| (figure(ready), Vec::new())).into_iter().collect()
        }),
        Gauge::observe(&names::DEPENDENCY_READY, || {
            // Several services of one process may depend on the same thing: it is as ready as the least sure says.
            let mut worst: BTreeMap<&'static str, bool> = BTreeMap::new();
            for (name, answer) in said().into_iter().flat_map(|readiness| readiness.checks) {
                *worst.entry(name).or_insert(true) &= answer.is_ok();
            }
            let figures = worst.into_iter();
            figures.map(|(name, ready)| (figure(ready), vec![(names::DEPENDENCY, name.into())])).collect()
        }),
    ]
});

/// What a service said last of its readiness.
type Said = SyncMutex<Option<Readiness>>;

/// Knows whether a service can do its work.
#[derive(Clone)]
pub struct Health {
    checks: Arc<Mutex<Checks>>,
    said: Arc<Said>,
}

#[derive(Default)]
struct Checks {
    probes: Vec<(&'static str, Need, Probe)>,
    last: Option<(Instant, Readiness)>,
}

/// Whether a service can work without a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Not ready without it.
    Required,
    /// Reported, but ready without it: the service degrades.
    Optional,
}

/// What the dependencies said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// Whether every required dependency works.
    pub ready: bool,
    /// Each dependency with its answer; an error is one line for an operator.
    pub checks: Vec<(&'static str, Result<(), String>)>,
}

// === impl Health ===

impl Health {
    /// Ready until a dependency is added that is not.
    pub fn new() -> Self {
        LazyLock::force(&OBSERVED);
        let said = Arc::new(Said::default());
        let mut all = SAID.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|other| other.strong_count() > 0);
        all.push(Arc::downgrade(&said));
        Self { checks: Arc::default(), said }
    }

    /// Adds a dependency.
    pub async fn register(
        &self,
        name: &'static str,
        need: Need,
        probe: impl Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync + 'static,
    ) {
        let mut checks = self.checks.lock().await;
        checks.probes.push((name, need, Arc::new(probe)));
        checks.last = None;
    }

    /// Asks the dependencies, or gives the last answer if it is fresh. Several callers at once ask once.
    pub async fn ready(&self) -> Readiness {
        let mut checks = self.checks.lock().await;
        if let Some((at, readiness)) = &checks.last
            && at.elapsed() < DAMPING
        {
            return readiness.clone();
        }
        let answers = futures::future::join_all(checks.probes.iter().map(|(name, need, probe)| {
            // Whatever is asked belongs to no request: its spans are not exported, here and at whom is asked.
            let probe = TraceContext::generate().scope(probe());
            async move {
                let answer = tokio::time::timeout(PROBE_TIMEOUT, probe)
                    .await
                    .unwrap_or_else(|_| Err(format!("did not answer within {} s", PROBE_TIMEOUT.as_secs())));
                (*name, *need, answer)
            }
        }))
        .await;
        let ready = answers.iter().all(|(_, need, answer)| *need == Need::Optional || answer.is_ok());
        let readiness = Readiness {
            ready,
            checks: answers.into_iter().map(|(name, _, answer)| (name, answer)).collect(),
        };
        readiness.log_changes(checks.last.as_ref().map(|(_, last)| last));
        checks.last = Some((Instant::now(), readiness.clone()));
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = Some(readiness.clone());
        readiness
    }

    /// The standard gRPC health service, kept in step with [`Health::ready`] until `shutdown` begins; from
    /// then on it says "not serving". Under the name [`LIVENESS`] it serves as long as the process answers, so
    /// that nobody restarts a service because its database is away.
    pub async fn grpc_service(&self, shutdown: &crate::Shutdown) -> HealthServer<impl HealthRpc + use<>> {
        let (reporter, service) = tonic_health::server::health_reporter();
        let status = |ready: bool| if ready { ServingStatus::Serving } else { ServingStatus::NotServing };
        reporter.set_service_status("", status(self.ready().await.ready)).await;
        reporter.set_service_status(LIVENESS, ServingStatus::Serving).await;
        let health = self.clone();
        let soft = shutdown.soft();
        shutdown.tasks().spawn(async move {
            let mut refresh = tokio::time::interval(REFRESH);
            refresh.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
            loop {
                tokio::select! {
                    () = soft.cancelled() => break,
                    _ = refresh.tick() => {
                        reporter.set_service_status("", status(health.ready().await.ready)).await;
                    }
                }
            }
            reporter.set_service_status("", ServingStatus::NotServing).await;
        });
        service
    }
}

impl Default for Health {
    fn default() -> Self {
        Self::new()
    }
}

fn said() -> Vec<Readiness> {
    let all: Vec<_> =
        SAID.lock().unwrap_or_else(PoisonError::into_inner).iter().filter_map(Weak::upgrade).collect();
    all.iter().filter_map(|said| said.lock().unwrap_or_else(PoisonError::into_inner).clone()).collect()
}

fn figure(ready: bool) -> f64 {
    if ready { 1.0 } else { 0.0 }
}

// === impl Readiness ===

impl Readiness {
    /// Logs what works or does not since `last`: once, however often somebody asks.
    fn log_changes(&self, last: Option<&Self>) {
        let worked = |name| {
            let answer = last.and_then(|last| last.checks.iter().find(|(known, _)| *known == name));
            answer.is_none_or(|(_, answer)| answer.is_ok())
        };
        for (name, answer) in &self.checks {
            match answer {
                Err(problem) if worked(*name) => {
                    tracing::warn!(dependency = name, problem, "something that is needed does not work");
                }
                Ok(()) if !worked(*name) => tracing::info!(dependency = name, "works again"),
                Ok(()) | Err(_) => {}
            }
        }
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Health").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_optional_dependency_is_reported_but_does_not_stop_the_service() {
        let health = Health::new();
        assert!(health.ready().await.ready);
        let broken =
            || -> BoxFuture<'static, Result<(), String>> { Box::pin(async { Err("is gone".to_owned()) }) };
        health.register("datamining", Need::Optional, broken).await;
        let readiness = health.ready().await;
        assert!(readiness.ready);
        assert_eq!(readiness.checks, vec![("datamining", Err("is gone".to_owned()))]);
        health.register("storage", Need::Required, broken).await;
        assert!(!health.ready().await.ready);
    }
}
