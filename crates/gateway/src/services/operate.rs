//! The self-test of the installation: every part is asked, and what it says is judged for who runs it.
//!
//! Here the facts are gathered; what they mean stands in [`checks`]. To add a check: its fact here, its judgement
//! there. What only a browser can see (its clock, whether events pass a proxy) is judged by `assets/operate.js`.

mod checks;

use std::time::Duration;

use jiff::Timestamp;
use nameit_domain::Clock;
use nameit_proto::common::v1::{ServiceExamination, TelemetrySignal};
use nameit_proto::convert::timestamp_from_wire;
use nameit_proto::datamining::v1 as datamining;
use nameit_proto::storage::v1 as storage;
use nameit_runtime::client::ReplicaStatus;
use nameit_runtime::health::Readiness;

use crate::access::Operator;
use crate::state::Gateway;

/// How long a service may take to examine itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the self-test found.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct SelfTest {
    /// The worst state of all checks.
    pub(crate) state: State,
    /// When it was made, by the gateway's clock.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Timestamp,
    /// One for each thing that was looked at.
    pub(crate) checks: Vec<Check>,
    /// What each service says of itself.
    pub(crate) services: Vec<Service>,
}

/// Whether something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// It works.
    Ok,
    /// It works, but somebody should look at it.
    Attention,
    /// It does not work.
    Broken,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Check {
    /// Its name for programs, for example `database.write`.
    pub(crate) id: String,
    /// What was looked at.
    pub(crate) what: String,
    /// Whether it works.
    pub(crate) state: State,
    /// What was found.
    pub(crate) found: String,
    /// What it means and what to do; empty when there is nothing to say.
    pub(crate) advice: String,
}

/// What a service says of itself.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Service {
    /// `gateway`, `storage` or `datamining`.
    pub(crate) name: &'static str,
    /// Its version; missing when it did not answer.
    pub(crate) version: Option<String>,
    /// How far its clock is ahead of the gateway's, in milliseconds.
    pub(crate) clock_skew_ms: Option<i64>,
    /// How much of this may be the time that the question was under way.
    pub(crate) clock_uncertainty_ms: Option<i64>,
    /// Why it did not answer.
    pub(crate) problem: Option<String>,
    /// What became of its traces, logs and metrics since it started.
    pub(crate) telemetry: Vec<Signal>,
}

/// What became of traces, logs or metrics of one service.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Signal {
    /// `traces`, `logs` or `metrics`.
    pub(crate) name: String,
    /// Where they go; missing when they are not exported.
    pub(crate) endpoint: Option<String>,
    /// Items that the collector has taken.
    pub(crate) exported: u64,
    /// Items that were dropped.
    pub(crate) dropped: u64,
    /// Whether the last export failed.
    pub(crate) is_failing: bool,
    /// Why the last failed export failed.
    pub(crate) last_error: Option<String>,
    /// How many milliseconds ago that was.
    pub(crate) last_error_ago_ms: Option<u64>,
    /// How many milliseconds ago an export last succeeded.
    pub(crate) last_success_ago_ms: Option<u64>,
}

/// Everything that was found, before it is judged.
struct Facts {
    readiness: Readiness,
    /// What storage found out about its database; `None` when storage did not answer.
    database: Option<storage::ExamineResponse>,
    services: Vec<Service>,
    /// The processes behind each service.
    replicas: Vec<(&'static str, Vec<ReplicaStatus>)>,
}

/// Looks at everything.
pub(crate) async fn self_test(gateway: &Gateway, _: Operator) -> SelfTest {
    let clock = gateway.clock.as_ref();
    let ask_storage = asked(clock, async {
        let request = request(storage::ExamineRequest {});
        Ok(gateway.clients.system.clone().examine(request).await?.into_inner())
    });
    let ask_datamining = asked(clock, async {
        let request = request(datamining::ExamineRequest {});
        Ok(gateway.clients.datamining_system.clone().examine(request).await?.into_inner())
    });
    let (readiness, in_storage, in_datamining) =
        tokio::join!(gateway.health.ready(), ask_storage, ask_datamining);
    let services = vec![
        Service::this(),
        Service::of("storage", &in_storage, |answer| answer.service.as_ref()),
        Service::of("datamining", &in_datamining, |answer| answer.service.as_ref()),
    ];
    let replicas = vec![
        ("storage", gateway.clients.storage.0.replicas()),
        ("datamining", gateway.clients.datamining.0.replicas()),
    ];
    let facts = Facts { readiness, database: in_storage.answer.ok(), services, replicas };
    let checks = checks::all(&facts);
    SelfTest {
        state: checks.iter().map(|check| check.state).max().unwrap_or(State::Ok),
        at: clock.now(),
        checks,
        services: facts.services,
    }
}

/// An answer, and when it was under way.
struct Asked<T> {
    answer: Result<T, String>,
    sent: Timestamp,
    received: Timestamp,
}

async fn asked<T>(clock: &dyn Clock, call: impl Future<Output = Result<T, tonic::Status>>) -> Asked<T> {
    let sent = clock.now();
    let answer = call.await.map_err(|status| match status.code() {
        tonic::Code::Unimplemented => "is too old to examine itself".to_owned(),
        code => format!("does not answer ({code:?})"),
    });
    Asked { answer, sent, received: clock.now() }
}

fn request<T>(message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.set_timeout(PATIENCE);
    request
}

// === impl Service ===

impl Service {
    /// This process.
    fn this() -> Self {
        Self {
            name: "gateway",
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            clock_skew_ms: Some(0),
            clock_uncertainty_ms: Some(0),
            problem: None,
            telemetry: nameit_telemetry::status().into_iter().map(Signal::from).collect(),
        }
    }

    fn of<T>(
        name: &'static str,
        asked: &Asked<T>,
        examination: impl FnOnce(&T) -> Option<&ServiceExamination>,
    ) -> Self {
        let said = asked.answer.as_ref().map(|answer| examination(answer).cloned().unwrap_or_default());
        let (said, problem) = match said {
            Ok(said) => (Some(said), None),
            Err(problem) => (None, Some(problem.clone())),
        };
        // The service looked at its clock somewhere between question and answer, most likely in the middle.
        let under_way_ms = asked.received.as_millisecond() - asked.sent.as_millisecond();
        let middle_ms = asked.sent.as_millisecond() + under_way_ms / 2;
        let now = said.as_ref().and_then(|said| timestamp_from_wire("now", said.now?).ok());
        Self {
            name,
            clock_skew_ms: now.map(|now| now.as_millisecond() - middle_ms),
            clock_uncertainty_ms: now.map(|_| under_way_ms / 2),
            problem,
            version: said.as_ref().map(|said| said.version.clone()),
            telemetry: said.unwrap_or_default().telemetry.into_iter().map(Signal::from).collect(),
        }
    }
}

// === impl Signal ===

impl From<TelemetrySignal> for Signal {
    fn from(signal: TelemetrySignal) -> Self {
        Self {
            name: signal.signal,
            endpoint: signal.endpoint,
            exported: signal.exported,
            dropped: signal.dropped_full + signal.dropped_failed,
            is_failing: signal.failing,
            last_error: signal.last_error,
            last_error_ago_ms: signal.last_error_ago_ms,
            last_success_ago_ms: signal.last_success_ago_ms,
        }
    }
}

impl From<nameit_telemetry::Status> for Signal {
    fn from(status: nameit_telemetry::Status) -> Self {
        let milliseconds = |ago: Duration| u64::try_from(ago.as_millis()).unwrap_or(u64::MAX);
        let is_failing = status.is_failing();
        let (last_error, last_error_ago) = status.last_error.unzip();
        Self {
            name: status.signal.to_owned(),
            endpoint: status.endpoint,
            exported: status.exported,
            dropped: status.dropped_full + status.dropped_failed,
            is_failing,
            last_error,
            last_error_ago_ms: last_error_ago.map(milliseconds),
            last_success_ago_ms: status.last_success.map(milliseconds),
        }
    }
}
