//! Norms in depth.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use nameit_domain::text::StimulusKey;
use nameit_proto::findings::v1::{SetMeans, StimulusDetail};

use super::plot::{self, Look};
use crate::access::Owned;
use crate::body::Query;
use crate::error::Result;
use crate::error::problem::Problem;
use crate::services::norms::{self, How, Plotted};
use crate::state::Gateway;

/// How it is computed.
#[derive(serde::Deserialize)]
pub(crate) struct NormsQuery {
    trimming: Option<String>,
    #[serde(default)]
    replicates: u32,
    seed: Option<u64>,
}

/// What is drawn, and how it is computed.
#[derive(serde::Deserialize)]
pub(crate) struct PlotQuery {
    plot: String,
    trimming: Option<String>,
    #[serde(default)]
    replicates: u32,
    seed: Option<u64>,
}

/// How means are computed.
#[derive(serde::Deserialize)]
pub(crate) struct MeansQuery {
    #[serde(default)]
    replicates: u32,
    seed: Option<u64>,
}

/// Everything about one stimulus: norms, bootstrap intervals, rarefaction curve, response times for first key and
/// submission, and the raw texts behind each name.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/stimuli/{key}/norms", tag = "results",
    operation_id = "get_stimulus_norms",
    params(
        ("id" = String, Path),
        ("key" = String, Path),
        ("trimming" = Option<String>, Query, description = "which response times are left out, such as none or min:200,sd:2.5; missing: what was decided for the experiment, else none"),
        ("replicates" = Option<u32>, Query, description = "replicates of the intervals, at most 10000; 1000 when missing"),
        ("seed" = Option<u64>, Query, description = "what their random numbers begin with"),
    ),
    security(("researcher" = [])),
    responses(
        (status = 200, body = StimulusDetail),
        (status = 404, body = Problem),
        (status = 422, description = "no trimming rule, or too many replicates", body = Problem),
        (status = 503, body = Problem),
    )
)]
pub(crate) async fn stimulus(
    State(gateway): State<Gateway>,
    owned: Owned,
    Path(path): Path<(String, String)>,
    Query(query): Query<NormsQuery>,
) -> Result<Json<StimulusDetail>> {
    let key = StimulusKey::parse(&path.1)?;
    let how = How { trimming: query.trimming, replicates: query.replicates, seed: query.seed };
    norms::stimulus(&gateway, &owned, &key, how).await.map(Json)
}

/// One plot of a stimulus as SVG: bars of its `names`, its `rarefaction` curve with intervals, or the distribution
/// of its response times to the `first_key` or until they were `submitted`.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/stimuli/{key}/norms.svg", tag = "results",
    operation_id = "plot_stimulus_norms_svg",
    params(
        ("id" = String, Path),
        ("key" = String, Path),
        ("plot" = String, Query, description = "names, rarefaction, first_key or submitted"),
        Look,
        ("trimming" = Option<String>, Query, description = "which response times are left out, as in get_stimulus_norms"),
        ("replicates" = Option<u32>, Query, description = "replicates of the intervals, at most 10000; 1000 when missing"),
        ("seed" = Option<u64>, Query, description = "what their random numbers begin with"),
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
    Path(path): Path<(String, String)>,
    Query(query): Query<PlotQuery>,
    Query(look): Query<Look>,
) -> Result<Response> {
    let kind = Plotted::parse(&query.plot)?;
    let detail = plotted(&gateway, &owned, &path.1, query).await?;
    Ok(plot::svg(&owned, &file_name(&path.1, kind), &kind.draw(&detail), &look))
}

/// The same plots as PNG.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/stimuli/{key}/norms.png", tag = "results",
    operation_id = "plot_stimulus_norms_png",
    params(
        ("id" = String, Path),
        ("key" = String, Path),
        ("plot" = String, Query, description = "names, rarefaction, first_key or submitted"),
        Look,
        ("trimming" = Option<String>, Query, description = "which response times are left out, as in get_stimulus_norms"),
        ("replicates" = Option<u32>, Query, description = "replicates of the intervals, at most 10000; 1000 when missing"),
        ("seed" = Option<u64>, Query, description = "what their random numbers begin with"),
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
    Path(path): Path<(String, String)>,
    Query(query): Query<PlotQuery>,
    Query(look): Query<Look>,
) -> Result<Response> {
    let kind = Plotted::parse(&query.plot)?;
    let detail = plotted(&gateway, &owned, &path.1, query).await?;
    plot::png(&owned, &file_name(&path.1, kind), kind.draw(&detail), &look).await
}

async fn plotted(gateway: &Gateway, owned: &Owned, key: &str, query: PlotQuery) -> Result<StimulusDetail> {
    let key = StimulusKey::parse(key)?;
    let how = How { trimming: query.trimming, replicates: query.replicates, seed: query.seed };
    norms::stimulus(gateway, owned, &key, how).await
}

fn file_name(key: &str, kind: Plotted) -> String {
    format!("{key}-{}", kind.as_str())
}

/// Means of H, agreement, types and Simpson over all stimuli, with intervals by resampling participants with all
/// that they said; `null` without valid answers.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/norms/means", tag = "results", operation_id = "get_set_means",
    params(
        ("id" = String, Path),
        ("replicates" = Option<u32>, Query, description = "replicates of the intervals, at most 10000; 1000 when missing"),
        ("seed" = Option<u64>, Query, description = "what their random numbers begin with"),
    ),
    security(("researcher" = [])),
    responses(
        (status = 200, body = Option<SetMeans>),
        (status = 404, body = Problem),
        (status = 422, body = Problem),
        (status = 503, body = Problem),
    )
)]
pub(crate) async fn means(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<MeansQuery>,
) -> Result<Json<Option<SetMeans>>> {
    norms::means(&gateway, &owned, query.replicates, query.seed).await.map(Json)
}
