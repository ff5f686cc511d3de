//! Exports as files.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use futures::{Stream, StreamExt as _};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use http_body::Frame;
use http_body_util::StreamBody;

use crate::access::Owned;
use crate::body::Query;
use crate::error::problem::Problem;
use crate::error::{Error, Result};
use crate::services::export::{self, Format, Piece, Sum};
use crate::services::report;
use crate::state::Gateway;

const ROW_COUNT: HeaderName = HeaderName::from_static("nameit-row-count");
const SHA256: HeaderName = HeaderName::from_static("nameit-sha256");

/// How a CSV file is written.
#[derive(serde::Deserialize)]
pub(crate) struct CsvQuery {
    /// `1` puts a byte order mark in front.
    bom: Option<u8>,
}

/// All responses as CSV (RFC 4180, UTF-8). A cell that a spreadsheet would take for a formula has an
/// apostrophe in front; the JSON Lines are raw. The trailers `nameit-row-count` and `nameit-sha256` follow a
/// whole file; one that broke off has none.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/responses.csv", tag = "results", operation_id = "export_responses_csv",
    params(
        ("id" = String, Path),
        ("bom" = Option<u8>, Query, description = "1 puts a byte order mark in front, for old spreadsheets"),
    ),
    security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub(crate) async fn responses_csv(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<CsvQuery>,
) -> Result<Response> {
    responses(&gateway, &owned, Format::Csv { bom: query.bom == Some(1) }).await
}

/// All responses as JSON Lines, raw. With the same trailers as the CSV.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/responses.jsonl", tag = "results", operation_id = "export_responses_jsonl",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "application/jsonl"), (status = 404, body = Problem))
)]
pub(crate) async fn responses_jsonl(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    responses(&gateway, &owned, Format::JsonLines).await
}

/// Norms as CSV, one row per stimulus; names that tie are joined by ` | `.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/norms.csv", tag = "results", operation_id = "export_norms_csv",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub(crate) async fn norms_csv(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let csv = report::norms_csv(&gateway, &owned).await?;
    Ok(file(&owned, "norms.csv", "text/csv; charset=utf-8", csv.into()))
}

async fn responses(gateway: &Gateway, owned: &Owned, format: Format) -> Result<Response> {
    let pieces = export::responses(gateway, owned, format).await?;
    let frames = pieces.map(|piece| match piece {
        Ok(Piece::Bytes(bytes)) => Ok(Frame::data(bytes)),
        Ok(Piece::End(sum)) => trailers(&sum).map(Frame::trailers),
        // The body then breaks off, so that nobody takes it for a whole file.
        Err(error) => {
            error.log();
            Err(error)
        }
    });
    let (name, media_type) = match format {
        Format::Csv { .. } => ("responses.csv", "text/csv; charset=utf-8"),
        Format::JsonLines => ("responses.jsonl", "application/jsonl"),
    };
    let mut response = file(owned, name, media_type, Body::new(StreamBody::new(frames)));
    let announced = HeaderValue::from_static("nameit-row-count, nameit-sha256");
    response.headers_mut().insert(header::TRAILER, announced);
    Ok(response)
}

fn trailers(sum: &Sum) -> Result<HeaderMap> {
    let mut trailers = HeaderMap::new();
    trailers.insert(ROW_COUNT, sum.row_count.into());
    trailers.insert(SHA256, HeaderValue::try_from(sum.sha256.as_str()).map_err(Error::internal)?);
    Ok(trailers)
}

/// A CSV file that comes piece by piece. One that breaks off is an error for who reads it, never a whole file.
pub(crate) fn pieces_file(
    owned: &Owned,
    name: &str,
    pieces: impl Stream<Item = Result<Vec<u8>>> + Send + 'static,
) -> Response {
    let pieces = pieces.inspect(|piece| {
        if let Err(error) = piece {
            error.log();
        }
    });
    file(owned, name, "text/csv; charset=utf-8", Body::from_stream(pieces))
}

pub(crate) fn file(owned: &Owned, name: &str, media_type: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    let disposition = format!("attachment; filename=\"{}-{name}\"", owned.experiment().slug);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::try_from(disposition).expect("slugs have only a-z, 0-9 and -"),
    );
    response
}
