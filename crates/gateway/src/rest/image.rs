//! Images, by the hash of their content.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use nameit_domain::image::ImageHash;

use crate::error::problem::Problem;
use crate::error::{Error, Result};
use crate::services::image;
use crate::state::Gateway;

/// An image. Whoever knows its hash may see it; it never changes.
#[utoipa::path(
    get, path = "/images/{hash}", tag = "run", operation_id = "get_image", params(("hash" = String, Path)),
    responses(
        (status = 200, body = Vec<u8>, content_type = "image/*"),
        (status = 304, description = "the browser has it"),
        (status = 404, body = Problem),
    )
)]
pub(crate) async fn get(
    State(gateway): State<Gateway>,
    Path(hash): Path<String>,
    request_headers: HeaderMap,
) -> Result<Response> {
    let hash = ImageHash::parse(&hash).map_err(|_| Error::not_found("image"))?;
    let tag = format!("\"{hash}\"");
    let known = request_headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.contains(&tag) || value == "*"));
    let mut response = if known {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        let image = image::get(&gateway, &hash).await?;
        let mut response = Response::new(Body::from(image.bytes));
        let media_type = HeaderValue::try_from(&*image.media_type).map_err(Error::internal)?;
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::ETAG, HeaderValue::try_from(tag).map_err(Error::internal)?);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    Ok(response)
}
