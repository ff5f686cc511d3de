//! Colour naming, as JSON, as tables and as a plot.

use axum::extract::State;
use axum::response::Response;
use nameit_proto::findings::v1::ColourNaming;

use super::export::file;
use super::plot::{self, Look};
use crate::access::Owned;
use crate::body::Query;
use crate::error::Result;
use crate::error::problem::Problem;
use crate::services::colour_naming::{self, Plotted, Table, Wanted};
use crate::state::Gateway;

/// How much is wanted, and how it is read.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct ColoursQuery {
    white: String,
    terms_limit: u32,
    related_limit: u32,
    focal_min_n: u64,
    by_chroma: bool,
    table: String,
    plot: String,
}

impl ColoursQuery {
    fn wanted(&self) -> Wanted {
        Wanted {
            white: self.white.clone(),
            terms: self.terms_limit,
            related: self.related_limit,
            focal_min_n: self.focal_min_n,
            by_chroma: self.by_chroma,
        }
    }
}

/// What the colours of an experiment are called, what the terms mean, and how terms relate.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/colours", tag = "results", operation_id = "get_colours",
    params(
        ("id" = String, Path),
        ("white" = Option<String>, Query, description = "white point of CIELAB, D65 or D50; D65 when missing"),
        ("terms_limit" = Option<u32>, Query, description = "terms to give, the most frequent; 100 when missing"),
        ("related_limit" = Option<u32>, Query, description = "terms that are related, at most 40; 16 when missing"),
        ("focal_min_n" = Option<u64>, Query, description = "a colour with fewer answers is no focal choice"),
        ("by_chroma" = Option<bool>, Query, description = "the map by chroma and lightness, not hue and lightness"),
    ),
    security(("researcher" = [])),
    responses(
        (status = 200, body = ColourNaming),
        (status = 404, body = Problem),
        (status = 422, body = Problem),
        (status = 503, body = Problem),
    )
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<ColoursQuery>,
) -> Result<axum::Json<ColourNaming>> {
    colour_naming::get(&gateway, &owned, query.wanted()).await.map(axum::Json)
}

/// One table of colour naming as CSV: `colours`, `terms`, `names` (colour by term), `association` (term by term) or
/// `pairs` (distances of terms).
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/colours.csv", tag = "results", operation_id = "export_colours_csv",
    params(
        ("id" = String, Path),
        ("table" = Option<String>, Query, description = "which table; colours when missing"),
        ("white" = Option<String>, Query, description = "white point of CIELAB, D65 or D50; D65 when missing"),
        ("focal_min_n" = Option<u64>, Query, description = "a colour with fewer answers is no focal choice"),
    ),
    security(("researcher" = [])),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 404, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn csv(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<ColoursQuery>,
) -> Result<Response> {
    let table = Table::parse(&query.table)?;
    let bytes = colour_naming::table(&gateway, &owned, table, query.wanted()).await?;
    let name = match table {
        Table::Colours => "colours.csv".to_owned(),
        other => format!("colours-{}.csv", other.as_str()),
    };
    Ok(file(&owned, &name, "text/csv; charset=utf-8", bytes.into()))
}

/// A plot of colour naming as SVG: the `map` of colours on a plane with areas labelled by their modal names, or
/// the `association` of terms.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/colours.svg", tag = "results", operation_id = "plot_colours_svg",
    params(
        ("id" = String, Path),
        ("plot" = Option<String>, Query, description = "map or association; map when missing"),
        ("white" = Option<String>, Query, description = "white point of CIELAB, D65 or D50; D65 when missing"),
        ("by_chroma" = Option<bool>, Query, description = "the map by chroma and lightness, not hue and lightness"),
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
    Query(query): Query<ColoursQuery>,
    Query(look): Query<Look>,
) -> Result<Response> {
    let plotted = Plotted::parse(&query.plot)?;
    let found = colour_naming::get(&gateway, &owned, query.wanted()).await?;
    Ok(plot::svg(&owned, plotted.file_name(), &plotted.draw(&found), &look))
}

/// The same plots as PNG.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/colours.png", tag = "results", operation_id = "plot_colours_png",
    params(
        ("id" = String, Path),
        ("plot" = Option<String>, Query, description = "map or association; map when missing"),
        ("white" = Option<String>, Query, description = "white point of CIELAB, D65 or D50; D65 when missing"),
        ("by_chroma" = Option<bool>, Query, description = "the map by chroma and lightness, not hue and lightness"),
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
    Query(query): Query<ColoursQuery>,
    Query(look): Query<Look>,
) -> Result<Response> {
    let plotted = Plotted::parse(&query.plot)?;
    let found = colour_naming::get(&gateway, &owned, query.wanted()).await?;
    plot::png(&owned, plotted.file_name(), plotted.draw(&found), &look).await
}
