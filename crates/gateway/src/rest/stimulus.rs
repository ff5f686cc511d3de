//! Stimuli.

use axum::Json;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use nameit_domain::Target;
use nameit_domain::colour::Srgb;
use nameit_domain::text::{Question, StimulusKey};

use super::types::stimulus::{self as json, Stimulus};
use crate::access::Owned;
use crate::body::{self, Query, Upload};
use crate::config::{JSON_MAX_BYTES, MANIFEST_MAX_BYTES};
use crate::error::problem::Problem;
use crate::error::{Error, ErrorCode, Result};
use crate::services::edit::Edit;
use crate::services::stimulus::{self, Change};
use crate::state::Gateway;

/// All stimuli of an experiment.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Stimuli {
    stimuli: Vec<Stimulus>,
}

/// A colour, or a change of a stimulus that is there; what is missing stays, `null` removes.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutStimulus {
    /// `#rrggbb`: the stimulus becomes this colour.
    colour: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    question: Edit<String>,
    /// For pictures.
    #[serde(default)]
    #[schema(value_type = Option<json::Target>)]
    target: Edit<json::Target>,
}

/// Beside an uploaded picture.
#[derive(serde::Deserialize)]
pub(crate) struct ImageQuery {
    question: Option<String>,
}

/// What a manifest did.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct ManifestApplied {
    changed: u32,
    created: u32,
}

/// All stimuli by ordinal.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/stimuli", tag = "stimuli", operation_id = "list_stimuli",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = Stimuli), (status = 404, body = Problem))
)]
pub(crate) async fn list(State(gateway): State<Gateway>, owned: Owned) -> Result<Json<Stimuli>> {
    let stimuli = stimulus::list(&gateway, &owned).await?;
    Ok(Json(Stimuli { stimuli: stimuli.iter().map(Into::into).collect() }))
}

/// One stimulus.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/stimuli/{key}", tag = "stimuli", operation_id = "get_stimulus",
    params(("id" = String, Path), ("key" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = Stimulus), (status = 404, body = Problem))
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    owned: Owned,
    Path(path): Path<(String, String)>,
) -> Result<Json<Stimulus>> {
    let key = StimulusKey::parse(&path.1)?;
    Ok(Json((&stimulus::get(&gateway, &owned, &key).await?).into()))
}

/// Adds or changes a stimulus of a draft. With an image as body (PNG, JPEG or WebP up to 25 MiB and 40
/// megapixels) it shows that picture; with JSON it becomes a colour, or its question or target changes.
#[utoipa::path(
    put, path = "/api/v1/experiments/{id}/stimuli/{key}", tag = "stimuli", operation_id = "put_stimulus",
    params(
        ("id" = String, Path),
        ("key" = String, Path),
        ("question" = Option<String>, Query, description = "with an image: its own question"),
    ),
    request_body(content(
        (PutStimulus = "application/json"), (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"),
    )),
    security(("researcher" = [])),
    responses(
        (status = 200, description = "changed", body = Stimulus),
        (status = 201, description = "added", body = Stimulus),
        (status = 404, body = Problem),
        (status = 409, description = "the experiment is not a draft", body = Problem),
        (status = 413, body = Problem),
        (status = 415, description = "not an image that is taken", body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn put(
    State(gateway): State<Gateway>,
    owned: Owned,
    Path(path): Path<(String, String)>,
    Query(query): Query<ImageQuery>,
    headers: HeaderMap,
    upload: Upload,
) -> Result<(StatusCode, Json<Stimulus>)> {
    let key = StimulusKey::parse(&path.1)?;
    let media_type = body::media_type(&headers);
    let put = if media_type.starts_with("image/") || media_type == "application/octet-stream" {
        let question = query.question.as_deref().map(Question::parse).transpose()?;
        stimulus::put_image(&gateway, &owned, key, question, upload.bytes.clone()).await?
    } else if media_type == "application/json" {
        if upload.bytes.len() > JSON_MAX_BYTES {
            return Err(Error::new(
                ErrorCode::TooLarge,
                "the JSON is too large; at most 256 KiB are taken here",
            ));
        }
        put_json(&gateway, &owned, key, body::json(&upload.bytes)?).await?
    } else {
        return Err(Error::new(
            ErrorCode::UnsupportedMedia,
            "send an image (image/png, image/jpeg or image/webp) or application/json",
        ));
    };
    let status = if put.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json((&put.stimulus).into())))
}

/// Removes a stimulus from a draft.
#[utoipa::path(
    delete, path = "/api/v1/experiments/{id}/stimuli/{key}", tag = "stimuli", operation_id = "delete_stimulus",
    params(("id" = String, Path), ("key" = String, Path)), security(("researcher" = [])),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub(crate) async fn delete(
    State(gateway): State<Gateway>,
    owned: Owned,
    Path(path): Path<(String, String)>,
) -> Result<StatusCode> {
    stimulus::delete(&gateway, &owned, &StimulusKey::parse(&path.1)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets questions, colours and targets of many stimuli from a CSV file, all or nothing. The first row names
/// the columns: `key` (or `file`), `question`, `colour`, `target_x`, `target_y`, `target_width`,
/// `target_height`, `target_style`. A column that is there sets its value in every row, an empty cell
/// removes it. The delimiter may be a comma, a semicolon or a tab.
#[utoipa::path(
    post, path = "/api/v1/experiments/{id}/manifest", tag = "stimuli", operation_id = "apply_manifest",
    params(("id" = String, Path)), request_body(content = String, content_type = "text/csv"),
    security(("researcher" = [])),
    responses(
        (status = 200, body = ManifestApplied),
        (status = 404, body = Problem),
        (status = 409, body = Problem),
        (status = 422, description = "names line and column", body = Problem),
    )
)]
pub(crate) async fn manifest(
    State(gateway): State<Gateway>,
    owned: Owned,
    upload: Upload,
) -> Result<Json<ManifestApplied>> {
    if upload.bytes.len() > MANIFEST_MAX_BYTES {
        return Err(Error::new(
            ErrorCode::TooLarge,
            "the manifest is too large; at most 8 MiB are taken here",
        ));
    }
    let applied = stimulus::apply_manifest(&gateway, &owned, &upload.bytes).await?;
    Ok(Json(ManifestApplied { changed: applied.changed, created: applied.created }))
}

async fn put_json(
    gateway: &Gateway,
    owned: &Owned,
    key: StimulusKey,
    put: PutStimulus,
) -> Result<stimulus::Put> {
    let question = put.question.try_map(|question| Question::parse(&question))?;
    let target = put.target.try_map(Target::try_from)?;
    if let Some(colour) = put.colour {
        if matches!(target, Edit::Set(_)) {
            return Err(Error::invalid("target", "a colour has no target; only pictures have"));
        }
        return stimulus::put_colour(gateway, owned, key, Srgb::parse(&colour)?, question).await;
    }
    let stimulus = stimulus::change(gateway, owned, &key, Change { question, target }).await?;
    Ok(stimulus::Put { stimulus, created: false })
}
