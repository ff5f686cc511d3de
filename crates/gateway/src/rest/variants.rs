//! Spelling variants, and the mapping as a file.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use nameit_proto::findings::v1::{VariantOperation, Variants};

use super::export::{file, pieces_file};
use crate::access::Owned;
use crate::body::{self, Json, Query, Small};
use crate::error::problem::Problem;
use crate::error::{Error, ErrorCode, Result};
use crate::services::variants::{self, Wanted};
use crate::state::Gateway;

/// How much is wanted.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct VariantsQuery {
    proposals_offset: u32,
    proposals_limit: u32,
    groups_offset: u32,
    groups_limit: u32,
    min_score: f64,
    text: String,
}

/// Which version is built upon.
#[derive(serde::Deserialize)]
pub(crate) struct VersionQuery {
    expected_version: Option<u64>,
}

/// What is decided.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecideVariants {
    /// Done one after the other; all or none.
    operations: Vec<VariantOperation>,
    /// The version that was seen, 0 for none; missing: whatever is in force.
    expected_version: Option<u64>,
}

/// What was decided about names, what is proposed, and what it does to the figures.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/variants", tag = "results", operation_id = "get_variants",
    params(
        ("id" = String, Path),
        ("proposals_offset" = Option<u32>, Query, description = "proposals to leave out"),
        ("proposals_limit" = Option<u32>, Query, description = "proposals to give, at most 2000; 100 when missing"),
        ("groups_offset" = Option<u32>, Query, description = "groups to leave out"),
        ("groups_limit" = Option<u32>, Query, description = "groups to give, at most 2000; 100 when missing"),
        ("min_score" = Option<f64>, Query, description = "only proposals with at least this score, 0 to 1"),
        ("text" = Option<String>, Query, description = "only proposals and groups with a name that contains this"),
    ),
    security(("researcher" = [])),
    responses((status = 200, body = Variants), (status = 404, body = Problem), (status = 503, body = Problem))
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<VariantsQuery>,
) -> Result<axum::Json<Variants>> {
    let wanted = Wanted {
        proposals: (query.proposals_offset, query.proposals_limit),
        groups: (query.groups_offset, query.groups_limit),
        min_score: query.min_score,
        text: query.text,
    };
    variants::get(&gateway, &owned, wanted).await.map(axum::Json)
}

/// Decides something about names: accepts or rejects proposals, merges, splits, renames, sets the steps of
/// normalisation. Answers what holds then.
#[utoipa::path(
    post, path = "/api/v1/experiments/{id}/variants", tag = "results", operation_id = "decide_variants",
    params(("id" = String, Path)), request_body = DecideVariants, security(("researcher" = [])),
    responses(
        (status = 200, body = Variants),
        (status = 404, body = Problem),
        (status = 409, description = "the decision in force is not the expected version", body = Problem),
        (status = 422, description = "an operation cannot be done; which and why", body = Problem),
    )
)]
pub(crate) async fn decide(
    State(gateway): State<Gateway>,
    owned: Owned,
    Json(wanted): Json<DecideVariants>,
) -> Result<axum::Json<Variants>> {
    variants::decide(&gateway, &owned, wanted.operations, wanted.expected_version).await?;
    variants::get(&gateway, &owned, Wanted::default()).await.map(axum::Json)
}

/// The decision in force as JSON: `{"steps": [...], "merges": {"name": "canonical"}, "rejected": [...]}`. The
/// header `nameit-version` tells its version, 0 while nothing was decided.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/mapping", tag = "results", operation_id = "get_mapping",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "application/json"), (status = 404, body = Problem))
)]
pub(crate) async fn get_mapping(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let mapping = variants::mapping(&gateway, &owned).await?;
    let mut response = file(&owned, "mapping.json", "application/json", mapping.json.into());
    response.headers_mut().insert("nameit-version", mapping.version.into());
    Ok(response)
}

/// The merges of the decision in force as CSV with the columns `name` and `canonical`, as `nameit norms --mapping`
/// reads it.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/mapping.csv", tag = "results", operation_id = "export_mapping_csv",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub(crate) async fn mapping_csv(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let mapping = variants::mapping(&gateway, &owned).await?;
    let mut response = file(&owned, "mapping.csv", "text/csv; charset=utf-8", mapping.csv.into());
    response.headers_mut().insert("nameit-version", mapping.version.into());
    Ok(response)
}

/// Replaces merges and rejections by those of a mapping: CSV with the columns `name` and `canonical` (and perhaps
/// `accept`), or JSON as `GET` gives it, whose steps are then taken over. Answers what holds then.
#[utoipa::path(
    put, path = "/api/v1/experiments/{id}/mapping", tag = "results", operation_id = "put_mapping",
    params(
        ("id" = String, Path),
        ("expected_version" = Option<u64>, Query, description = "the version that was seen, 0 for none"),
    ),
    request_body(content((String = "text/csv"), (String = "application/json"))),
    security(("researcher" = [])),
    responses(
        (status = 200, body = Variants),
        (status = 404, body = Problem),
        (status = 409, description = "the decision in force is not the expected version", body = Problem),
        (status = 415, body = Problem),
        (status = 422, description = "a line cannot be read or followed; which and why", body = Problem),
    )
)]
pub(crate) async fn put_mapping(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<VersionQuery>,
    headers: HeaderMap,
    Small(bytes): Small,
) -> Result<axum::Json<Variants>> {
    if !matches!(
        body::media_type(&headers).as_str(),
        "text/csv" | "application/json" | "text/tab-separated-values"
    ) {
        return Err(Error::new(ErrorCode::UnsupportedMedia, "send text/csv or application/json"));
    }
    let file = String::from_utf8(bytes.to_vec()).map_err(|_| {
        Error::new(ErrorCode::InvalidArgument, "the mapping is not UTF-8 text; save it as UTF-8")
    })?;
    let replace = VariantOperation { kind: "replace".to_owned(), file, ..VariantOperation::default() };
    variants::decide(&gateway, &owned, vec![replace], query.expected_version).await?;
    variants::get(&gateway, &owned, Wanted::default()).await.map(axum::Json)
}

/// Every distinct answer with the name it counts for and how often it was given, as CSV with the columns `response`,
/// `name` and `count`: joined to the export of responses, it gives each response its name.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/names.csv", tag = "results", operation_id = "export_names_csv",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub(crate) async fn names_csv(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let pieces = variants::coded_responses_csv(&gateway, &owned).await?;
    Ok(pieces_file(&owned, "names.csv", pieces))
}
