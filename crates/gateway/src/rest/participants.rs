//! Quality of participants' answers.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use nameit_proto::findings::v1::Participants;

use super::export::pieces_file;
use crate::access::Owned;
use crate::body::Query;
use crate::error::Result;
use crate::error::problem::Problem;
use crate::services::participants::{self, Wanted};
use crate::state::Gateway;

/// Which part is wanted.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct ParticipantsQuery {
    counted: Option<String>,
    show: String,
    offset: u32,
    limit: u32,
}

/// Which flags count.
#[derive(serde::Deserialize)]
pub(crate) struct CountedQuery {
    counted: Option<String>,
}

/// What is striking about participants: each figure beside the cohort's median and threshold, and the figures of the
/// experiment with and without flagged people. Nobody is ever dropped: a flag is a reason to look. Participants stand
/// in the order of how many flags they have.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/participants", tag = "results", operation_id = "get_participants",
    params(
        ("id" = String, Path),
        ("counted" = Option<String>, Query, description = "kinds of flags that count, with commas between them, such as gibberish,duplicate; missing: all; empty: none"),
        ("show" = Option<String>, Query, description = "all (as when missing), flagged, or striking (with a flag or a note, whether or not it counts)"),
        ("offset" = Option<u32>, Query, description = "participants to leave out"),
        ("limit" = Option<u32>, Query, description = "participants to give, at most 1000; 100 when missing"),
    ),
    security(("researcher" = [])),
    responses(
        (status = 200, body = Participants),
        (status = 404, body = Problem),
        (status = 422, description = "no kind of flag that can count", body = Problem),
        (status = 503, body = Problem),
    )
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<ParticipantsQuery>,
) -> Result<Json<Participants>> {
    let ParticipantsQuery { counted, show, offset, limit } = query;
    participants::get(&gateway, &owned, Wanted { counted, show, offset, limit }).await.map(Json)
}

/// Every participant with all figures as CSV, one row each; `participant` is the column `participation` of the
/// responses. `flags`, `notes` and `unjudged` list kinds, `duplicate_of` names the most similar other participant.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/participants.csv", tag = "results",
    operation_id = "export_participants_csv",
    params(
        ("id" = String, Path),
        ("counted" = Option<String>, Query, description = "kinds of flags that count; missing: all"),
    ),
    security(("researcher" = [])),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 404, body = Problem),
        (status = 422, description = "no kind of flag that can count", body = Problem),
    )
)]
pub(crate) async fn csv(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<CountedQuery>,
) -> Result<Response> {
    let pieces = participants::csv(&gateway, &owned, query.counted).await?;
    Ok(pieces_file(&owned, "participants.csv", pieces))
}
