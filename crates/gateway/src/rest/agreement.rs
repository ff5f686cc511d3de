//! Agreement between participants.

use axum::Json;
use axum::extract::State;
use nameit_proto::findings::v1::Agreement;

use crate::access::Owned;
use crate::body::Query;
use crate::error::Result;
use crate::error::problem::Problem;
use crate::services::agreement;
use crate::state::Gateway;

/// How intervals are made.
#[derive(serde::Deserialize)]
pub(crate) struct AgreementQuery {
    #[serde(default)]
    replicates: u32,
    seed: Option<u64>,
}

/// How far participants agree over all stimuli: Krippendorff's alpha of the names (nominal) and of answers that are
/// numbers (ordinal, interval, ratio), each with an interval by resampling stimuli, and Fleiss' kappa; `null` with
/// the reason where one is not defined; and what was left out.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/agreement", tag = "results", operation_id = "get_agreement",
    params(
        ("id" = String, Path),
        ("replicates" = Option<u32>, Query, description = "replicates of the intervals, at most 10000; 1000 when missing, or fewer where there are very many answers"),
        ("seed" = Option<u64>, Query, description = "what their random numbers begin with"),
    ),
    security(("researcher" = [])),
    responses(
        (status = 200, body = Agreement),
        (status = 404, body = Problem),
        (status = 422, description = "too many replicates", body = Problem),
        (status = 503, body = Problem),
    )
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<AgreementQuery>,
) -> Result<Json<Agreement>> {
    agreement::get(&gateway, &owned, query.replicates, query.seed).await.map(Json)
}
