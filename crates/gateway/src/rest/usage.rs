//! How an experiment is used.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use nameit_proto::findings::v1::Usage;

use super::plot::{self, Look};
use crate::access::Owned;
use crate::body::Query;
use crate::error::Result;
use crate::error::problem::Problem;
use crate::services::usage::{self, Plotted};
use crate::state::Gateway;

/// Which plot is wanted.
#[derive(serde::Deserialize)]
pub(crate) struct PlotQuery {
    plot: String,
}

/// How the experiment is used: answers over time and by hour of the week on the participants' own clocks, the way
/// from the opened link to the end, where people stop, and participants by language and country, class of device and
/// channel of recruitment. Participants are counted, never named.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/usage", tag = "results", operation_id = "get_usage",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses(
        (status = 200, body = Usage),
        (status = 404, body = Problem),
        (status = 503, body = Problem),
    )
)]
pub(crate) async fn get(State(gateway): State<Gateway>, owned: Owned) -> Result<Json<Usage>> {
    usage::get(&gateway, &owned).await.map(Json)
}

/// A plot of the usage as SVG.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/usage.svg", tag = "results", operation_id = "plot_usage_svg",
    params(
        ("id" = String, Path),
        ("plot" = String, Query, description = "over_time, hours, funnel, drop_off, locales, devices or channels"),
        Look,
    ),
    security(("researcher" = [])),
    responses(
        (status = 200, body = String, content_type = "image/svg+xml"),
        (status = 404, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn svg(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<PlotQuery>,
    Query(look): Query<Look>,
) -> Result<Response> {
    let plotted = Plotted::parse(&query.plot)?;
    let usage = usage::get(&gateway, &owned).await?;
    Ok(plot::svg(&owned, plotted.as_str(), &plotted.draw(&usage), &look))
}

/// The same plots as PNG.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/usage.png", tag = "results", operation_id = "plot_usage_png",
    params(
        ("id" = String, Path),
        ("plot" = String, Query, description = "over_time, hours, funnel, drop_off, locales, devices or channels"),
        Look,
    ),
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
    Query(query): Query<PlotQuery>,
    Query(look): Query<Look>,
) -> Result<Response> {
    let plotted = Plotted::parse(&query.plot)?;
    let usage = usage::get(&gateway, &owned).await?;
    plot::png(&owned, plotted.as_str(), plotted.draw(&usage), &look).await
}
