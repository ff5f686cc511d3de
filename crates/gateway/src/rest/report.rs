//! The report: once, and live.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt as _};

use crate::access::Owned;
use crate::body::Query;
use crate::error::Result;
use crate::error::problem::Problem;
use crate::services::report::{self, Report};
use crate::state::Gateway;

/// How often a live stream says that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How much of a report is wanted.
#[derive(serde::Deserialize)]
pub(crate) struct ReportQuery {
    /// Names per stimulus, most frequent first, also of those that tie; 0 or missing for all.
    #[serde(default)]
    names_limit: u32,
}

/// The report as of now: every answer that was acknowledged before is in it.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/report", tag = "results", operation_id = "get_report",
    params(
        ("id" = String, Path),
        ("names_limit" = Option<u32>, Query, description = "names per stimulus, most frequent first, also of those that tie; 0 for all"),
    ),
    security(("researcher" = [])),
    responses((status = 200, body = Report), (status = 404, body = Problem), (status = 503, body = Problem))
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<ReportQuery>,
) -> Result<Json<Report>> {
    report::get(&gateway, &owned, query.names_limit).await.map(Json)
}

/// Server-sent events `report`: first the whole report, then what changes, in the same shape and with the
/// changed stimuli only.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/report/events", tag = "results", operation_id = "watch_report",
    params(
        ("id" = String, Path),
        ("names_limit" = Option<u32>, Query, description = "names per stimulus, most frequent first, also of those that tie; 0 for all"),
    ),
    security(("researcher" = [])),
    responses(
        (status = 200, body = Report, content_type = "text/event-stream"),
        (status = 404, body = Problem),
        (status = 503, description = "too many live reports are open", body = Problem),
    )
)]
pub(crate) async fn events(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<ReportQuery>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let reports = report::watch(&gateway, &owned, query.names_limit).await?;
    // A stream that cannot go on ends; the browser connects again by itself and begins with a whole report.
    let events = reports.filter_map(|report| async {
        match report.and_then(|report| {
            Event::default().event("report").json_data(&report).map_err(crate::error::Error::internal)
        }) {
            Ok(event) => Some(Ok(event)),
            Err(error) => {
                error.log();
                None
            }
        }
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}
