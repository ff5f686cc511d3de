//! Health that tells the truth: readiness is asked of what the service depends on, and damped.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use nameit_telemetry::TraceContext;
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

/// Knows whether a service can do its work.
#[derive(Clone, Default)]
pub struct Health {
    checks: Arc<Mutex<Checks>>,
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
        Self::default()
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
