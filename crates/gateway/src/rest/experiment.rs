//! Experiments.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use nameit_domain::text::{AccessCode, ConsentText, Language, Question, Title};
use nameit_domain::{Access, ExperimentId, ExperimentState, NewExperiment};

use super::types::experiment::Experiment;
use crate::access::{Actor, Owned};
use crate::body;
use crate::error::problem::Problem;
use crate::error::{Error, Result};
use crate::services::experiment::{self, Change};
use crate::state::Gateway;

/// A new experiment.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateExperiment {
    title: String,
    /// Asked for every stimulus that has no question of its own.
    question: String,
    /// BCP 47 tag of the question and of the expected answers.
    language: String,
    /// What participants agree to first.
    #[serde(default)]
    consent_text: String,
    /// `public`, `unlisted` or `code`.
    access: String,
    /// With access `code`: 4 to 64 characters without white space.
    access_code: Option<String>,
}

/// What changes in a draft; what is missing stays.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateExperiment {
    title: Option<String>,
    question: Option<String>,
    language: Option<String>,
    consent_text: Option<String>,
    access: Option<String>,
    access_code: Option<String>,
}

/// The experiments of whoever calls.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Experiments {
    /// Most recently changed first.
    experiments: Vec<Experiment>,
}

/// Makes a draft.
#[utoipa::path(
    post, path = "/api/v1/experiments", tag = "experiments", operation_id = "create_experiment",
    request_body = CreateExperiment, security(("researcher" = [])),
    responses((status = 201, body = Experiment), (status = 401, body = Problem), (status = 422, body = Problem))
)]
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    actor: Actor,
    body::Json(new): body::Json<CreateExperiment>,
) -> Result<(StatusCode, Json<Experiment>)> {
    let new = NewExperiment {
        title: Title::parse(&new.title)?,
        question: Question::parse(&new.question)?,
        language: Language::parse(&new.language)?,
        consent_text: ConsentText::parse(&new.consent_text)?,
        access: Access::parse(&new.access, new.access_code.as_deref())?,
    };
    let experiment = experiment::create(&gateway, &actor, new).await?;
    Ok((StatusCode::CREATED, Json(Experiment::new(&gateway, experiment))))
}

/// The experiments of whoever calls.
#[utoipa::path(
    get, path = "/api/v1/experiments", tag = "experiments", operation_id = "list_experiments",
    security(("researcher" = [])),
    responses((status = 200, body = Experiments), (status = 401, body = Problem))
)]
pub(crate) async fn list(State(gateway): State<Gateway>, actor: Actor) -> Result<Json<Experiments>> {
    let experiments = experiment::list(&gateway, &actor).await?;
    let experiments =
        experiments.into_iter().map(|experiment| Experiment::new(&gateway, experiment)).collect();
    Ok(Json(Experiments { experiments }))
}

/// One experiment.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}", tag = "experiments", operation_id = "get_experiment",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = Experiment), (status = 401, body = Problem), (status = 404, body = Problem))
)]
pub(crate) async fn get(State(gateway): State<Gateway>, owned: Owned) -> Json<Experiment> {
    Json(Experiment::new(&gateway, owned.into_experiment()))
}

/// Changes a draft.
#[utoipa::path(
    patch, path = "/api/v1/experiments/{id}", tag = "experiments", operation_id = "update_experiment",
    params(("id" = String, Path)), request_body = UpdateExperiment, security(("researcher" = [])),
    responses(
        (status = 200, body = Experiment),
        (status = 404, body = Problem),
        (status = 409, description = "it is not a draft", body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    owned: Owned,
    body::Json(change): body::Json<UpdateExperiment>,
) -> Result<Json<Experiment>> {
    let present = &owned.experiment().access;
    let access = if change.access.is_some() || change.access_code.is_some() {
        let word = change.access.as_deref().unwrap_or(present.as_str());
        let code = change.access_code.as_deref().or(present.code().map(AccessCode::as_str));
        Some(Access::parse(word, code)?)
    } else {
        None
    };
    let change = Change {
        title: change.title.as_deref().map(Title::parse).transpose()?,
        question: change.question.as_deref().map(Question::parse).transpose()?,
        language: change.language.as_deref().map(Language::parse).transpose()?,
        consent_text: change.consent_text.as_deref().map(ConsentText::parse).transpose()?,
        access,
    };
    let experiment = experiment::update(&gateway, owned, change).await?;
    Ok(Json(Experiment::new(&gateway, experiment)))
}

/// Puts an experiment into the trash; nothing is erased.
#[utoipa::path(
    delete, path = "/api/v1/experiments/{id}", tag = "experiments", operation_id = "delete_experiment",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 204), (status = 404, body = Problem))
)]
pub(crate) async fn delete(State(gateway): State<Gateway>, owned: Owned) -> Result<StatusCode> {
    experiment::delete(&gateway, &owned).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Opens an experiment for participants and freezes it; opens a paused one again.
#[utoipa::path(
    post, path = "/api/v1/experiments/{id}/publish", tag = "experiments", operation_id = "publish_experiment",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = Experiment), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub(crate) async fn publish(State(gateway): State<Gateway>, owned: Owned) -> Result<Json<Experiment>> {
    move_to(&gateway, &owned, ExperimentState::Published).await
}

/// Lets nobody new in; those who began may finish.
#[utoipa::path(
    post, path = "/api/v1/experiments/{id}/pause", tag = "experiments", operation_id = "pause_experiment",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = Experiment), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub(crate) async fn pause(State(gateway): State<Gateway>, owned: Owned) -> Result<Json<Experiment>> {
    move_to(&gateway, &owned, ExperimentState::Paused).await
}

/// Ends an experiment for good.
#[utoipa::path(
    post, path = "/api/v1/experiments/{id}/close", tag = "experiments", operation_id = "close_experiment",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = Experiment), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub(crate) async fn close(State(gateway): State<Gateway>, owned: Owned) -> Result<Json<Experiment>> {
    move_to(&gateway, &owned, ExperimentState::Closed).await
}

/// Takes an experiment out of the trash.
#[utoipa::path(
    post, path = "/api/v1/experiments/{id}/restore", tag = "experiments", operation_id = "restore_experiment",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = Experiment), (status = 404, body = Problem))
)]
pub(crate) async fn restore(
    State(gateway): State<Gateway>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<Experiment>> {
    let id = ExperimentId::parse(&id).map_err(|_| Error::not_found("experiment in the trash"))?;
    let experiment = experiment::restore(&gateway, &actor, id).await?;
    Ok(Json(Experiment::new(&gateway, experiment)))
}

/// Copies an experiment with its stimuli as the draft of its next version.
#[utoipa::path(
    post, path = "/api/v1/experiments/{id}/versions", tag = "experiments", operation_id = "create_version",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 201, body = Experiment), (status = 404, body = Problem))
)]
pub(crate) async fn versions(
    State(gateway): State<Gateway>,
    owned: Owned,
) -> Result<(StatusCode, Json<Experiment>)> {
    let copy = experiment::new_version(&gateway, owned).await?;
    Ok((StatusCode::CREATED, Json(Experiment::new(&gateway, copy))))
}

async fn move_to(gateway: &Gateway, owned: &Owned, state: ExperimentState) -> Result<Json<Experiment>> {
    let experiment = experiment::set_state(gateway, owned, state).await?;
    Ok(Json(Experiment::new(gateway, experiment)))
}
