//! Decisions about the analysis.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, header};
use nameit_domain::decision::BODY_MAX_BYTES;
use nameit_domain::{self as domain, DecisionBody, DecisionKind, Timestamp};
use serde_json::Value;

use crate::access::Owned;
use crate::body::{self, Query};
use crate::error::problem::Problem;
use crate::error::{Error, Result};
use crate::services::decision;
use crate::state::Gateway;

/// Bytes of a request: a body, and what stands around it.
const REQUEST_MAX_BYTES: usize = BODY_MAX_BYTES + (64 << 10);

/// One version of a decision.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Decision {
    /// `annotations`, `reference_norms`, `stop_rule`, `trimming` or `variants`.
    kind: &'static str,
    /// Counts from 1; the `ETag` of the answer says it as well.
    version: u64,
    #[schema(value_type = String, format = DateTime)]
    decided_at: Timestamp,
    /// What was decided; its form depends on the kind.
    #[schema(value_type = Object)]
    body: Value,
}

/// The versions of a decision.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct DecisionVersions {
    /// Newest first.
    versions: Vec<DecisionVersion>,
}

/// A version without its body.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct DecisionVersion {
    version: u64,
    #[schema(value_type = String, format = DateTime)]
    decided_at: Timestamp,
}

/// A new decision.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutDecision {
    /// The latest version that you have seen; 0 for none. Instead of it, `If-Match` may carry the `ETag`.
    expected_version: Option<u64>,
    /// What is decided, at most 1 MiB.
    #[schema(value_type = Object)]
    body: Value,
}

/// Which version.
#[derive(serde::Deserialize)]
pub(crate) struct VersionQuery {
    version: Option<u64>,
}

/// How many versions.
#[derive(serde::Deserialize)]
pub(crate) struct VersionsQuery {
    #[serde(default)]
    limit: u32,
}

/// What was decided about one part of the analysis: the latest version, or a certain one.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/decisions/{kind}", tag = "decisions", operation_id = "get_decision",
    params(
        ("id" = String, Path),
        ("kind" = String, Path, description = "annotations, reference_norms, stop_rule, trimming or variants"),
        ("version" = Option<u64>, Query, description = "missing: the latest"),
    ),
    security(("researcher" = [])),
    responses(
        (status = 200, body = Decision, headers(("ETag" = String, description = "the version, in quotes"))),
        (status = 404, description = "nothing was decided yet", body = Problem),
    )
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    owned: Owned,
    Path(path): Path<(String, String)>,
    Query(query): Query<VersionQuery>,
) -> Result<Response> {
    let decision = decision::get(&gateway, &owned, kind(&path.1)?, query.version).await?;
    tagged(&decision)
}

/// When it was decided, newest first, without the bodies.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/decisions/{kind}/versions", tag = "decisions",
    operation_id = "list_decision_versions",
    params(
        ("id" = String, Path),
        ("kind" = String, Path),
        ("limit" = Option<u32>, Query, description = "at most so many, up to 1,000"),
    ),
    security(("researcher" = [])),
    responses((status = 200, body = DecisionVersions), (status = 404, body = Problem))
)]
pub(crate) async fn versions(
    State(gateway): State<Gateway>,
    owned: Owned,
    Path(path): Path<(String, String)>,
    Query(query): Query<VersionsQuery>,
) -> Result<Json<DecisionVersions>> {
    let versions = decision::versions(&gateway, &owned, kind(&path.1)?, query.limit).await?;
    let versions = versions
        .into_iter()
        .map(|domain::DecisionVersion { version, decided_at }| DecisionVersion { version, decided_at });
    Ok(Json(DecisionVersions { versions: versions.collect() }))
}

/// Decides anew: keeps a body as the version after the one that you have seen. Nothing is overwritten; to undo,
/// send an older body again. Repeating the latest request is harmless.
#[utoipa::path(
    put, path = "/api/v1/experiments/{id}/decisions/{kind}", tag = "decisions", operation_id = "put_decision",
    params(
        ("id" = String, Path),
        ("kind" = String, Path),
        ("If-Match" = Option<String>, Header, description = "the ETag of the version that you have seen"),
    ),
    request_body = PutDecision, security(("researcher" = [])),
    responses(
        (status = 200, body = Decision, headers(("ETag" = String, description = "the version, in quotes"))),
        (status = 404, body = Problem),
        (status = 409, description = "somebody has decided since; the message names the latest version", body = Problem),
        (status = 413, body = Problem),
        (status = 422, description = "the body cannot be used", body = Problem),
    )
)]
pub(crate) async fn put(
    State(gateway): State<Gateway>,
    owned: Owned,
    Path(path): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let kind = kind(&path.1)?;
    let put: PutDecision = body::json(&body::read(&headers, body, REQUEST_MAX_BYTES).await?)?;
    let expected_version = expected(if_match(&headers)?, put.expected_version)?;
    let body = DecisionBody::parse(put.body.to_string())?;
    tagged(&decision::put(&gateway, &owned, kind, expected_version, body).await?)
}

fn kind(word: &str) -> Result<DecisionKind> {
    // An address that names no kind leads nowhere.
    DecisionKind::parse(word).map_err(|_| Error::not_found("kind of decision"))
}

/// The version that was seen. Header and field must not contradict each other.
fn expected(header: Option<u64>, field: Option<u64>) -> Result<u64> {
    match (header, field) {
        (Some(header), Some(field)) if header != field => Err(Error::invalid(
            "expected_version",
            format!("expected_version is {field}, but If-Match says {header}; send one of them"),
        )),
        (Some(version), _) | (None, Some(version)) => Ok(version),
        (None, None) => Err(Error::invalid(
            "expected_version",
            "expected_version is missing: send the latest version that you have seen, 0 for none, or its ETag \
             as If-Match",
        )),
    }
}

/// The version in `If-Match`.
fn if_match(headers: &HeaderMap) -> Result<Option<u64>> {
    let Some(tag) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let version = tag.to_str().ok().and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok());
    version.map(Some).ok_or_else(|| {
        Error::invalid(
            "If-Match",
            "If-Match must be the ETag of a version, for example \"3\" with its quotes",
        )
    })
}

/// The decision with its version as `ETag`.
fn tagged(decision: &domain::Decision) -> Result<Response> {
    let version = decision.version;
    let body = serde_json::from_str(decision.body.as_str()).map_err(Error::internal)?;
    let kind = decision.kind.as_str();
    let answer = Json(Decision { kind, version, decided_at: decision.decided_at, body });
    let tag = HeaderValue::try_from(format!("\"{version}\"")).map_err(Error::internal)?;
    // The next version may be there at any moment.
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    Ok((headers, answer).into_response())
}
