//! Whether the gateway lives, is ready, and how fast it answers when it has nothing to do.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::state::Gateway;

/// What the gateway depends on.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Readiness {
    ready: bool,
    checks: Vec<Check>,
}

/// One dependency.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Check {
    name: &'static str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// Does nothing, within everything that every request passes: what other figures can be compared with.
#[utoipa::path(get, path = "/api/v1/ping", tag = "system", responses((status = 204, description = "the server answers")))]
pub(crate) async fn ping() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The process lives.
pub(crate) async fn livez() -> &'static str {
    "ok\n"
}

/// The gateway can do its work: storage is there and has given the signing key. Datamining is reported,
/// but answers are taken without it.
pub(crate) async fn readyz(State(gateway): State<Gateway>) -> Response {
    let readiness = gateway.health.ready().await;
    let stopping = gateway.shutdown.soft().is_cancelled();
    let ready = readiness.ready && !stopping;
    let checks = readiness.checks.into_iter().map(|(name, answer)| Check {
        name,
        ok: answer.is_ok(),
        problem: answer.err(),
    });
    let body = Readiness { ready, checks: checks.collect() };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
