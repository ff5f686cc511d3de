//! All stimuli at a glance, as plots.

use axum::extract::State;
use axum::response::Response;

use super::plot::{self, Look};
use crate::access::Owned;
use crate::body::Query;
use crate::error::Result;
use crate::error::problem::Problem;
use crate::services::overview::{self, Plotted, Sort};
use crate::state::Gateway;

/// What is drawn.
#[derive(serde::Deserialize, Default, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct OverviewQuery {
    /// `heat_map`, a cell for each stimulus and name with the name's share of the stimulus' answers, which is also
    /// meant when it is missing; or `names`, bars of the most frequent names of all stimuli.
    #[param(required = false)]
    plot: String,
    /// The stimuli of a heat map in the `order` of the experiment, or the most `diverse` (highest H) first.
    #[param(required = false)]
    sort: String,
    /// How many stimuli a heat map leaves out before its first; it has at most 40.
    #[param(required = false)]
    from: usize,
}

/// All stimuli at a glance as SVG: a heat map of stimulus by name, or bars of the most frequent names.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/overview.svg", tag = "results", operation_id = "plot_overview_svg",
    params(("id" = String, Path), OverviewQuery, Look),
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
    Query(query): Query<OverviewQuery>,
    Query(look): Query<Look>,
) -> Result<Response> {
    let plotted = Plotted::parse(&query.plot)?;
    let overview = overview::get(&gateway, &owned, Sort::parse(&query.sort)?).await?;
    Ok(plot::svg(&owned, plotted.as_str(), &overview.draw(plotted, query.from), &look))
}

/// The same plots as PNG.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/overview.png", tag = "results", operation_id = "plot_overview_png",
    params(("id" = String, Path), OverviewQuery, Look),
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
    Query(query): Query<OverviewQuery>,
    Query(look): Query<Look>,
) -> Result<Response> {
    let plotted = Plotted::parse(&query.plot)?;
    let overview = overview::get(&gateway, &owned, Sort::parse(&query.sort)?).await?;
    plot::png(&owned, plotted.as_str(), overview.draw(plotted, query.from), &look).await
}
