//! Scripts and styles, from inside the binary.

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::random;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// The style of plots, which comes with the crate that draws them.
const PLOTS: &str = "plots.css";

/// One file. Modules import each other by plain names, so browsers ask each time whether a file has changed.
pub(super) async fn get(Path(path): Path<String>, headers: HeaderMap) -> Result<Response> {
    let (content, hash) = if path == PLOTS {
        (nameit_plots::STYLE.as_bytes().to_vec(), Sha256::digest(nameit_plots::STYLE).into())
    } else {
        let file = Assets::get(&path).ok_or_else(|| Error::not_found("file"))?;
        (file.data.into_owned(), file.metadata.sha256_hash())
    };
    let tag = format!("\"{}\"", random::encode(&hash[..12]));
    let caching = [(CACHE_CONTROL, "no-cache".to_owned()), (ETAG, tag.clone())];
    let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.contains(&tag)) {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    Ok((caching, [(CONTENT_TYPE, media_type(&path))], content).into_response())
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_a_media_type() {
        for path in Assets::iter() {
            assert_ne!(media_type(&path), "application/octet-stream", "{path}");
        }
    }
}
