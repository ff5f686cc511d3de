//! What a participant's browser calls.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use nameit_domain::response::{Recorded, Timing};
use nameit_domain::{Answer, Timestamp};

use super::types::run::Run;
use crate::access::Participant;
use crate::body::{self, Small};
use crate::error::problem::Problem;
use crate::error::{Error, Result};
use crate::services::participation::{self, Arrival};
use crate::state::Gateway;

/// What a browser sends to begin. Sending it is the consent.
#[derive(Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct StartParticipation {
    /// The access code, where the experiment has one.
    code: Option<String>,
    /// Parameters of the link as they came, for recruitment services: at most 40.
    url_parameters: BTreeMap<String, String>,
    /// What the browser says about itself: at most 40 entries.
    environment: BTreeMap<String, String>,
}

/// An answer: `text` or `non_answer`, and how it came about.
#[derive(serde::Deserialize, utoipa::ToSchema)]
pub(crate) struct PutResponse<'a> {
    /// The raw text: 1 to 500 characters.
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    /// `dont_know` or `skipped`.
    #[serde(borrow)]
    non_answer: Option<Cow<'a, str>>,
    /// When the stimulus was painted, by the participant's clock.
    #[schema(value_type = Option<String>, format = DateTime)]
    shown_at: Option<Timestamp>,
    /// From paint to the first key.
    first_key_ms: Option<u32>,
    /// From paint to the submission.
    submitted_ms: Option<u32>,
    /// How often text was deleted or replaced.
    edits: Option<u32>,
    /// Whether text was pasted.
    pasted: Option<bool>,
    /// How often the page lost the focus.
    focus_losses: Option<u32>,
}

/// What became of an answer.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Stored {
    /// `stored`, or `already_stored` when the same answer was sent before.
    status: &'static str,
}

/// The code that proves the participation.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Completed {
    completion_code: String,
}

/// Begins a participation.
#[utoipa::path(
    post, path = "/api/v1/run/{slug}/participations", tag = "run", operation_id = "start_participation",
    params(("slug" = String, Path)), request_body = StartParticipation,
    responses(
        (status = 201, body = Run),
        (status = 403, description = "the access code is missing or wrong", body = Problem),
        (status = 404, body = Problem),
        (status = 409, description = "not published, paused or closed", body = Problem),
        (status = 429, body = Problem),
        (status = 503, body = Problem),
    )
)]
pub(crate) async fn start(
    State(gateway): State<Gateway>,
    Path(slug): Path<String>,
    Small(bytes): Small,
) -> Result<(StatusCode, Json<Run>)> {
    let start = if bytes.is_empty() { StartParticipation::default() } else { body::json(&bytes)? };
    let arrival = Arrival {
        code: start.code,
        url_parameters: start.url_parameters.into_iter().collect(),
        environment: start.environment.into_iter().collect(),
    };
    let run = participation::start(&gateway, &slug, arrival).await?;
    Ok((StatusCode::CREATED, Json((&run).into())))
}

/// Where a participation stands: for a reload.
#[utoipa::path(
    get, path = "/api/v1/participations/{id}", tag = "run", operation_id = "get_participation",
    params(("id" = String, Path)), security(("participant" = [])),
    responses(
        (status = 200, body = Run),
        (status = 403, description = "the token of another participation", body = Problem),
        (status = 410, description = "withdrawn", body = Problem),
    )
)]
pub(crate) async fn get(State(gateway): State<Gateway>, participant: Participant) -> Result<Json<Run>> {
    Ok(Json((&participation::resume(&gateway, participant).await?).into()))
}

/// Stores one answer; 200 means that it is durable. Repeating it is harmless: the same answer is 200 again,
/// another one 409.
#[utoipa::path(
    put, path = "/api/v1/participations/{id}/trials/{trial}/response", tag = "run", operation_id = "put_response",
    params(("id" = String, Path), ("trial" = u32, Path)), request_body = PutResponse<'static>,
    security(("participant" = [])),
    responses(
        (status = 200, body = Stored),
        (status = 403, description = "the token of another participation", body = Problem),
        (status = 404, description = "no such trial", body = Problem),
        (status = 409, description = "another answer is stored, or the participation is complete", body = Problem),
        (status = 410, description = "withdrawn, or the experiment is closed", body = Problem),
        (status = 422, body = Problem),
        (status = 503, description = "try again", body = Problem),
    )
)]
pub(crate) async fn respond(
    State(gateway): State<Gateway>,
    participant: Participant,
    Path(path): Path<(String, String)>,
    Small(bytes): Small,
) -> Result<Response> {
    let trial = path.1.parse().map_err(|_| Error::not_found("trial"))?;
    let put: PutResponse<'_> = serde_json::from_slice(&bytes).map_err(|error| body::not_json(&error))?;
    let answer = Answer::parse(put.text.as_deref(), put.non_answer.as_deref())?;
    let timing = Timing {
        shown_at: put.shown_at,
        first_key_ms: put.first_key_ms,
        submitted_ms: put.submitted_ms,
        edits: put.edits.unwrap_or_default(),
        pasted: put.pasted.unwrap_or_default(),
        focus_losses: put.focus_losses.unwrap_or_default(),
    };
    let recorded = participation::respond(&gateway, participant, trial, answer, timing).await?;
    let body = match recorded {
        Recorded::Stored => br#"{"status":"stored"}"#.as_slice(),
        Recorded::AlreadyStored => br#"{"status":"already_stored"}"#,
        Recorded::Refused(_) => return Err(Error::internal("a refusal that was not refused")),
    };
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, json)], Bytes::from_static(body)).into_response())
}

/// Completes a participation when every answer is durable, and gives the code: the same at each call.
#[utoipa::path(
    post, path = "/api/v1/participations/{id}/complete", tag = "run", operation_id = "complete_participation",
    params(("id" = String, Path)), security(("participant" = [])),
    responses(
        (status = 200, body = Completed),
        (status = 403, body = Problem),
        (status = 409, description = "trials without an answer, listed in `missing`", body = Problem),
        (status = 410, description = "withdrawn", body = Problem),
    )
)]
pub(crate) async fn complete(
    State(gateway): State<Gateway>,
    participant: Participant,
) -> Result<Json<Completed>> {
    let completion_code = participation::complete(&gateway, participant).await?;
    Ok(Json(Completed { completion_code }))
}

/// Erases everything that came from this participant.
#[utoipa::path(
    delete, path = "/api/v1/participations/{id}", tag = "run", operation_id = "withdraw_participation",
    params(("id" = String, Path)), security(("participant" = [])),
    responses((status = 204), (status = 403, body = Problem))
)]
pub(crate) async fn withdraw(State(gateway): State<Gateway>, participant: Participant) -> Result<StatusCode> {
    participation::withdraw(&gateway, participant).await?;
    Ok(StatusCode::NO_CONTENT)
}
