//! Descriptions, and their annotations as files.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use nameit_proto::findings::v1::{AnnotationChange, Descriptions};

use super::export::{file, pieces_file};
use crate::access::Owned;
use crate::body::{self, Query, Small};
use crate::error::problem::Problem;
use crate::error::{Error, ErrorCode, Result};
use crate::services::descriptions::{self, Wanted};
use crate::state::Gateway;

/// How much is wanted.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct DescriptionsQuery {
    stimulus: Option<String>,
    descriptions_offset: u32,
    descriptions_limit: u32,
    stimuli_offset: u32,
    stimuli_limit: u32,
}

/// Which version is built upon.
#[derive(serde::Deserialize)]
pub(crate) struct VersionQuery {
    expected_version: Option<u64>,
}

/// What the descriptions specify: attributes that they mention, whether they single out their target or say more than
/// they must, agreement, length and naming divergence. With `stimulus`, also its descriptions one by one.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/descriptions", tag = "results", operation_id = "get_descriptions",
    params(
        ("id" = String, Path),
        ("stimulus" = Option<String>, Query, description = "key of a stimulus whose descriptions are wanted"),
        ("descriptions_offset" = Option<u32>, Query, description = "descriptions of it to leave out"),
        ("descriptions_limit" = Option<u32>, Query, description = "descriptions to give, at most 2000; 100 when missing"),
        ("stimuli_offset" = Option<u32>, Query, description = "stimuli to leave out"),
        ("stimuli_limit" = Option<u32>, Query, description = "stimuli to give, at most 2000; 100 when missing"),
    ),
    security(("researcher" = [])),
    responses((status = 200, body = Descriptions), (status = 404, body = Problem), (status = 503, body = Problem))
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<DescriptionsQuery>,
) -> Result<axum::Json<Descriptions>> {
    let wanted = Wanted {
        stimulus: query.stimulus,
        descriptions: (query.descriptions_offset, query.descriptions_limit),
        stimuli: (query.stimuli_offset, query.stimuli_limit),
    };
    descriptions::get(&gateway, &owned, wanted).await.map(axum::Json)
}

/// The figures of the descriptions as CSV, one row per stimulus: lengths, naming divergence of wholes (`snd`) and parts
/// (`pnd`), what the descriptions specify with the over-specification rate (`rate` = `over_specified` ÷
/// `distinguishing`) and its interval, Dice and MASI between participants. A cell is empty where a figure is undefined.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/descriptions.csv", tag = "results", operation_id = "export_descriptions_csv",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub(crate) async fn descriptions_csv(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let csv = descriptions::table(&gateway, &owned).await?;
    Ok(file(&owned, "descriptions.csv", "text/csv; charset=utf-8", csv.into()))
}

/// How each description of the annotated stimuli was read, as CSV, one row per distinct description: the attributes
/// that it mentions rightly (`right`), with another value than the target has (`wrong`), without annotation
/// (`not_annotated`) or that are left out (`ignored`), what it is (`verdict`), and the attributes that could go
/// (`superfluous`). Attributes are joined by ` | `.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/coded-descriptions.csv", tag = "results",
    operation_id = "export_coded_descriptions_csv",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub(crate) async fn coded_csv(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let pieces = descriptions::coded_csv(&gateway, &owned).await?;
    Ok(pieces_file(&owned, "coded-descriptions.csv", pieces))
}

/// The annotations in force as JSON: `{"scenes": {"key": {"target": {...}, "distractors": [...]}}, "parts": {"key": ["key
/// of a part"]}, "lexicon": {...}, "rules": {...}}`. The header `nameit-version` tells their version, 0 while there are none.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/annotations", tag = "results", operation_id = "get_annotations",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "application/json"), (status = 404, body = Problem))
)]
pub(crate) async fn get_annotations(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let found = descriptions::annotations(&gateway, &owned).await?;
    Ok(versioned(&owned, "annotations.json", "application/json", found.json, found.version))
}

/// Scenes and parts of the annotations in force as CSV with the columns `stimulus`, `object`, `role`, `attribute` and
/// `value`.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/annotations.csv", tag = "results", operation_id = "export_annotations_csv",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub(crate) async fn annotations_csv(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let found = descriptions::annotations(&gateway, &owned).await?;
    Ok(versioned(&owned, "annotations.csv", "text/csv; charset=utf-8", found.scenes_csv, found.version))
}

/// Replaces scenes and parts by those of a file: CSV with the columns `stimulus`, `object`, `role` (target, distractor
/// or part), `attribute` and `value`; or the scenes by JSON of the scenes by stimulus. The object of a part is the key
/// of the stimulus that shows it. Whole annotations, as `GET` gives them, replace everything. Answers what follows.
#[utoipa::path(
    put, path = "/api/v1/experiments/{id}/annotations", tag = "results", operation_id = "put_annotations",
    params(
        ("id" = String, Path),
        ("expected_version" = Option<u64>, Query, description = "the version that was seen, 0 for none"),
    ),
    request_body(content((String = "text/csv"), (String = "application/json"))),
    security(("researcher" = [])),
    responses(
        (status = 200, body = Descriptions),
        (status = 404, body = Problem),
        (status = 409, description = "the annotations in force are not the expected version", body = Problem),
        (status = 415, body = Problem),
        (status = 422, description = "the file cannot be read or used; where and why", body = Problem),
    )
)]
pub(crate) async fn put_annotations(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<VersionQuery>,
    headers: HeaderMap,
    Small(bytes): Small,
) -> Result<axum::Json<Descriptions>> {
    let scenes = text(&headers, bytes, &["text/csv", "application/json", "text/tab-separated-values"])?;
    changed(&gateway, &owned, AnnotationChange { scenes: Some(scenes), ..AnnotationChange::default() }, query)
        .await
}

/// The lexicon in force as CSV without a header: one row per value, `attribute,value,word,word,…`.
#[utoipa::path(
    get, path = "/api/v1/experiments/{id}/lexicon.csv", tag = "results", operation_id = "export_lexicon_csv",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub(crate) async fn lexicon_csv(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let found = descriptions::annotations(&gateway, &owned).await?;
    Ok(versioned(&owned, "lexicon.csv", "text/csv; charset=utf-8", found.lexicon_csv, found.version))
}

/// Replaces the lexicon: CSV with one row per value, `attribute,value,word,word,…`. An empty one stands for the
/// built-in lexicon of English. Answers what follows.
#[utoipa::path(
    put, path = "/api/v1/experiments/{id}/lexicon.csv", tag = "results", operation_id = "put_lexicon",
    params(
        ("id" = String, Path),
        ("expected_version" = Option<u64>, Query, description = "the version that was seen, 0 for none"),
    ),
    request_body(content = String, content_type = "text/csv"),
    security(("researcher" = [])),
    responses(
        (status = 200, body = Descriptions),
        (status = 404, body = Problem),
        (status = 409, description = "the annotations in force are not the expected version", body = Problem),
        (status = 415, body = Problem),
        (status = 422, description = "a row cannot be read; which and why", body = Problem),
    )
)]
pub(crate) async fn put_lexicon(
    State(gateway): State<Gateway>,
    owned: Owned,
    Query(query): Query<VersionQuery>,
    headers: HeaderMap,
    Small(bytes): Small,
) -> Result<axum::Json<Descriptions>> {
    let lexicon = text(&headers, bytes, &["text/csv"])?;
    changed(
        &gateway,
        &owned,
        AnnotationChange { lexicon: Some(lexicon), ..AnnotationChange::default() },
        query,
    )
    .await
}

async fn changed(
    gateway: &Gateway,
    owned: &Owned,
    change: AnnotationChange,
    query: VersionQuery,
) -> Result<axum::Json<Descriptions>> {
    descriptions::change(gateway, owned, change, query.expected_version).await?;
    descriptions::get(gateway, owned, Wanted::default()).await.map(axum::Json)
}

fn text(headers: &HeaderMap, bytes: bytes::Bytes, media_types: &[&str]) -> Result<String> {
    if !media_types.contains(&body::media_type(headers).as_str()) {
        let message = format!("send {}", media_types.join(" or "));
        return Err(Error::new(ErrorCode::UnsupportedMedia, message));
    }
    String::from_utf8(bytes.into())
        .map_err(|_| Error::new(ErrorCode::InvalidArgument, "the file is not UTF-8 text; save it as UTF-8"))
}

fn versioned(owned: &Owned, name: &str, media_type: &'static str, text: String, version: u64) -> Response {
    let mut response = file(owned, name, media_type, text.into());
    response.headers_mut().insert("nameit-version", version.into());
    response
}
