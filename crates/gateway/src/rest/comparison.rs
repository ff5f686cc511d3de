//! Own norms beside published ones, and the table of published norms.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use nameit_proto::findings::v1::Comparison;

use super::export::file;
use super::plot::{self, Look};
use crate::access::Owned;
use crate::body::{self, Query, Upload};
use crate::error::problem::Problem;
use crate::error::{Error, ErrorCode, Result};
use crate::services::comparison::{self, Wanted};
use crate::state::Gateway;

/// How many stimuli of a table of published norms were not kept.
const STIMULI_LEFT_OUT: HeaderName = HeaderName::from_static("nameit-stimuli-left-out");

/// Which part is wanted.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct ComparisonQuery {
    rows_offset: u32,
    rows_limit: u32,
    points: bool,
}

/// Which version is replaced.
#[derive(serde::Deserialize)]
pub(crate) struct VersionQuery {
    expected_version: Option<u64>,
}

/// Own norms beside the published ones in force: match of modal names, correlations of H and of agreement with
/// intervals, and the stimuli, the most divergent first, with both distributions of names.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/comparison", tag = "results", operation_id = "get_comparison",
    params(
        ("id" = String, Path),
        ("rows_offset" = Option<u32>, Query, description = "stimuli to leave out"),
        ("rows_limit" = Option<u32>, Query, description = "stimuli to give; 100 when missing"),
        ("points" = Option<bool>, Query, description = "H of every stimulus, here and there, as well"),
    ),
    security(("researcher" = [])),
    responses((status = 200, body = Comparison), (status = 404, body = Problem), (status = 503, body = Problem))
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<ComparisonQuery>,
) -> Result<Json<Comparison>> {
    let ComparisonQuery { rows_offset: offset, rows_limit: limit, points } = query;
    comparison::get(&gateway, &owned, Wanted { offset, limit, points }).await.map(Json)
}

/// The compared stimuli as CSV, the most divergent first; names that tie are joined by ` | `.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/comparison.csv", tag = "results",
    operation_id = "export_comparison_csv",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub(crate) async fn csv(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let csv = comparison::comparison_csv(&gateway, &owned).await?;
    Ok(file(&owned, "comparison.csv", "text/csv; charset=utf-8", csv.into()))
}

/// H here against H published, a point for each stimulus, as SVG.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/comparison.svg", tag = "results", operation_id = "plot_comparison_svg",
    params(("id" = String, Path), Look),
    security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "image/svg+xml"), (status = 404, body = Problem))
)]
pub(crate) async fn svg(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(look): Query<Look>,
) -> Result<Response> {
    let found = comparison::get(&gateway, &owned, Wanted { points: true, ..Wanted::default() }).await?;
    Ok(plot::svg(&owned, "comparison", &comparison::scatter(&found), &look))
}

/// The same plot as PNG.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/comparison.png", tag = "results", operation_id = "plot_comparison_png",
    params(("id" = String, Path), Look),
    security(("researcher" = [])),
    responses(
        (status = 200, body = Vec<u8>, content_type = "image/png"),
        (status = 404, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn png(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(look): Query<Look>,
) -> Result<Response> {
    let found = comparison::get(&gateway, &owned, Wanted { points: true, ..Wanted::default() }).await?;
    plot::png(&owned, "comparison", comparison::scatter(&found), &look).await
}

/// The published norms in force as CSV with the columns `stimulus`, `name`, `count` or `agreement`, and `h`. The
/// header `nameit-version` tells their version, 0 while there never were any.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/reference-norms.csv", tag = "results",
    operation_id = "export_reference_norms_csv",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub(crate) async fn reference_csv(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let norms = comparison::reference(&gateway, &owned).await?;
    let csv = comparison::reference_csv(&norms)?;
    let mut response = file(&owned, "reference-norms.csv", "text/csv; charset=utf-8", csv.into());
    response.headers_mut().insert("nameit-version", norms.version.into());
    Ok(response)
}

/// Takes a table of published norms in place of the one before: CSV or tab-separated, with the columns `stimulus`,
/// `name`, `count` or `agreement` (a share or in per cent), and perhaps `h`; one row for each name of each stimulus,
/// or only the modal name. At most 12 MiB; of a table that takes more than 1 MiB when it is kept, only the stimuli of the
/// experiment are, and the header `nameit-stimuli-left-out` tells how many others there were. Answers the comparison.
#[utoipa::path(
    put, path = "/api/v1/experiments/{id}/reference-norms", tag = "results", operation_id = "put_reference_norms",
    params(
        ("id" = String, Path),
        ("expected_version" = Option<u64>, Query, description = "the version that was seen, 0 for none"),
    ),
    request_body(content((String = "text/csv"), (String = "text/tab-separated-values"))),
    security(("researcher" = [])),
    responses(
        (status = 200, body = Comparison),
        (status = 404, body = Problem),
        (status = 409, description = "the norms in force are not the expected version", body = Problem),
        (status = 413, body = Problem),
        (status = 415, body = Problem),
        (status = 422, description = "a line cannot be read; which and why", body = Problem),
    )
)]
pub(crate) async fn put_reference(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<VersionQuery>,
    headers: HeaderMap,
    upload: Upload,
) -> Result<([(HeaderName, u64); 1], Json<Comparison>)> {
    if !matches!(body::media_type(&headers).as_str(), "text/csv" | "text/tab-separated-values") {
        let message = "send text/csv or text/tab-separated-values";
        return Err(Error::new(ErrorCode::UnsupportedMedia, message));
    }
    let left_out = comparison::put(&gateway, &owned, &upload.bytes, query.expected_version).await?;
    let found = comparison::get(&gateway, &owned, Wanted::default()).await?;
    Ok(([(STIMULI_LEFT_OUT, left_out)], Json(found)))
}

/// Takes the published norms away; earlier ones stay as versions of the decision `reference_norms`. Answers the
/// comparison, which is empty then.
#[utoipa::path(
    delete, path = "/api/v1/experiments/{id}/reference-norms", tag = "results",
    operation_id = "delete_reference_norms",
    params(
        ("id" = String, Path),
        ("expected_version" = Option<u64>, Query, description = "the version that was seen"),
    ),
    security(("researcher" = [])),
    responses(
        (status = 200, body = Comparison),
        (status = 404, body = Problem),
        (status = 409, description = "the norms in force are not the expected version", body = Problem),
    )
)]
pub(crate) async fn delete_reference(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<VersionQuery>,
) -> Result<Json<Comparison>> {
    comparison::delete(&gateway, &owned, query.expected_version).await?;
    comparison::get(&gateway, &owned, Wanted::default()).await.map(Json)
}
