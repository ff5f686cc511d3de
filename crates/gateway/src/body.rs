//! Reading request bodies within bounds.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::config::{BODY_MAX_BYTES, IMAGE_MAX_BYTES, JSON_MAX_BYTES};
use crate::error::{Error, ErrorCode, Result};
use crate::state::Gateway;

/// How much of a refused body is still read, so that the sender reads the refusal instead of a reset.
const DRAIN_MAX_BYTES: usize = 512 << 20;
/// How long a refused body is still read.
const DRAIN_TIME: Duration = Duration::from_secs(30);
/// Refused bodies that are still read at once.
static DRAINS: Semaphore = Semaphore::const_new(16);
/// Uploads that are in memory at once: together at most 400 MiB.
static UPLOADS: Semaphore = Semaphore::const_new(16);

/// A small body as it is.
pub(crate) struct Small(pub(crate) Bytes);

/// An uploaded file as it is, at most 25 MiB. It holds one of the places for uploads until it is dropped.
pub(crate) struct Upload {
    pub(crate) bytes: Bytes,
    _place: SemaphorePermit<'static>,
}

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

/// A form of a page (`application/x-www-form-urlencoded`).
pub(crate) struct Form<T>(pub(crate) T);

/// The query of a request.
pub(crate) struct Query<T>(pub(crate) T);

/// Reads a body of at most `max` bytes. A longer one is refused as soon as that is known.
pub(crate) async fn read(headers: &HeaderMap, mut body: Body, max: usize) -> Result<Bytes> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > max as u64) {
        drain(body);
        return Err(too_large(max));
    }
    let mut read: Option<Bytes> = None;
    let mut more: Vec<u8> = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Error::new(ErrorCode::InvalidArgument, "the body ended before it was complete").with_source(error)
        })?;
        let Ok(data) = frame.into_data() else { continue };
        let so_far = read.as_ref().map_or(0, Bytes::len) + more.len();
        if so_far + data.len() > max {
            drain(body);
            return Err(too_large(max));
        }
        // Most bodies come in one piece and are not copied.
        match &read {
            None => read = Some(data),
            Some(first) => {
                if more.is_empty() {
                    more.reserve(announced.map_or(0, |length| length as usize).max(first.len() + data.len()));
                }
                more.extend_from_slice(&data);
            }
        }
    }
    let first = read.unwrap_or_default();
    if more.is_empty() {
        return Ok(first);
    }
    let mut all = Vec::with_capacity(first.len() + more.len());
    all.extend_from_slice(&first);
    all.extend_from_slice(&more);
    Ok(all.into())
}

/// Reads JSON. What is wrong with it is said with line and column.
pub(crate) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| not_json(&error))
}

/// What is wrong with a JSON body.
pub(crate) fn not_json(error: &serde_json::Error) -> Error {
    Error::new(ErrorCode::InvalidArgument, format!("the body is not the JSON that is expected here: {error}"))
}

/// The media type of a request, in lower case and without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn too_large(max: usize) -> Error {
    let limit = if max >= 1 << 20 { format!("{} MiB", max >> 20) } else { format!("{} KiB", max >> 10) };
    Error::new(ErrorCode::TooLarge, format!("the body is too large; at most {limit} are taken here"))
}

/// Goes on reading a refused body for a while: a sender that is reset while it writes often loses the answer.
fn drain(mut body: Body) {
    let Ok(permit) = DRAINS.try_acquire() else { return };
    tokio::spawn(async move {
        let _permit = permit;
        let read_on = async {
            let mut total = 0;
            while let Some(Ok(frame)) = body.frame().await {
                total += frame.data_ref().map_or(0, Bytes::len);
                if total > DRAIN_MAX_BYTES {
                    break;
                }
            }
        };
        // Whether it ended or not does not matter any more.
        let _ = tokio::time::timeout(DRAIN_TIME, read_on).await;
    });
}

// === impl extractors ===

impl FromRequest<Gateway> for Small {
    type Rejection = Error;

    async fn from_request(request: Request, _: &Gateway) -> Result<Self> {
        let (parts, body) = request.into_parts();
        read(&parts.headers, body, BODY_MAX_BYTES).await.map(Self)
    }
}

impl FromRequest<Gateway> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, _: &Gateway) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let Ok(place) = UPLOADS.try_acquire() else {
            drain(body);
            return Err(Error::unavailable("too many uploads at this moment; try again shortly"));
        };
        let bytes = read(&parts.headers, body, IMAGE_MAX_BYTES).await?;
        Ok(Self { bytes, _place: place })
    }
}

impl<T: DeserializeOwned> FromRequest<Gateway> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &Gateway) -> Result<Self> {
        let (parts, body) = request.into_parts();
        if media_type(&parts.headers) != "application/json" {
            return Err(Error::new(
                ErrorCode::UnsupportedMedia,
                "send JSON with `Content-Type: application/json`",
            ));
        }
        json(&read(&parts.headers, body, JSON_MAX_BYTES).await?).map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<Gateway> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &Gateway) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body, JSON_MAX_BYTES).await?;
        serde_urlencoded::from_bytes(&bytes).map(Self).map_err(|error| {
            Error::new(ErrorCode::InvalidArgument, format!("the form is not complete: {error}"))
        })
    }
}

impl<T: DeserializeOwned> FromRequestParts<Gateway> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Gateway) -> Result<Self> {
        serde_urlencoded::from_str(parts.uri.query().unwrap_or_default()).map(Self).map_err(|error| {
            Error::new(ErrorCode::InvalidArgument, format!("the query of the address is not valid: {error}"))
        })
    }
}

/// A semaphore with a visible bound.
pub(crate) fn bound(places: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(places))
}
