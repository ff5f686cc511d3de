//! Protection of forms: another site's page must not be able to act for a signed-in researcher.
//!
//! A signed double submit: the browser keeps a random value in a cookie that scripts cannot read; every
//! form and script call carries the signature of that value together with the session. In addition the
//! browser's own word about where the request comes from must not speak against it.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::{HeaderMap, HeaderValue};
use jiff::SignedDuration;

use crate::body;
use crate::config::JSON_MAX_BYTES;
use crate::error::{Error, ErrorCode, Result};
use crate::random;
use crate::session::{self, Actor};
use crate::signing::Purpose;
use crate::state::Gateway;

/// The cookie with the random value.
pub(crate) const CSRF_COOKIE: &str = "nameit_csrf";
/// The field of forms (and the query parameter of multipart forms) with the token.
pub(crate) const FIELD: &str = "csrf_token";
/// The header of script calls with the token.
pub(crate) const HEADER: &str = "x-csrf-token";

const LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The token that forms of a page carry in the hidden field `csrf_token`. Pages get it as an extractor.
#[derive(Debug, Clone)]
pub(crate) struct CsrfToken(pub(crate) String);

/// The token for the forms of this page, and the cookie to set if the browser has none yet.
pub(crate) fn issue(
    gateway: &Gateway,
    headers: &HeaderMap,
    actor: Option<&Actor>,
) -> Result<(CsrfToken, Option<HeaderValue>)> {
    if let Some(value) = session::cookie(headers, CSRF_COOKIE) {
        return Ok((CsrfToken(token(gateway, value, actor)?), None));
    }
    let value = random::secret();
    let cookie = session::set_cookie(gateway, CSRF_COOKIE, &value, LIFETIME);
    Ok((CsrfToken(token(gateway, &value, actor)?), Some(cookie)))
}

/// Refuses a request that another site's page may have made. Gives the request back, its body unread as far
/// as the handler can tell.
pub(crate) async fn check(gateway: &Gateway, actor: Option<&Actor>, request: Request) -> Result<Request> {
    if is_from_elsewhere(request.headers()) {
        return Err(refused("this request comes from another site"));
    }
    let Some(value) = session::cookie(request.headers(), CSRF_COOKIE).map(str::to_owned) else {
        return Err(refused(
            "the cookie `nameit_csrf` is missing; allow cookies for this site and reload the page",
        ));
    };
    let (given, request) = given_token(request).await?;
    let session: &[u8] = actor.map_or(&[], |actor| &actor.secret_hash);
    let given = given.unwrap_or_default();
    if gateway.signing.verify(Purpose::Csrf, &[value.as_bytes(), session], &given)? {
        return Ok(request);
    }
    Err(refused("this form is out of date; reload the page and send it again"))
}

fn token(gateway: &Gateway, value: &str, actor: Option<&Actor>) -> Result<String> {
    let session: &[u8] = actor.map_or(&[], |actor| &actor.secret_hash);
    Ok(random::encode(&gateway.signing.sign(Purpose::Csrf, &[value.as_bytes(), session])?))
}

fn refused(message: &'static str) -> Error {
    Error::new(ErrorCode::PermissionDenied, message)
}

/// The token of a header, of the query (multipart forms), or of a form's field.
async fn given_token(request: Request) -> Result<(Option<String>, Request)> {
    if let Some(token) = request.headers().get(HEADER).and_then(|value| value.to_str().ok()) {
        return Ok((Some(token.to_owned()), request));
    }
    let content_type =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !content_type.starts_with("application/x-www-form-urlencoded") {
        return Ok((field(request.uri().query().unwrap_or_default().as_bytes()), request));
    }
    let (parts, stream) = request.into_parts();
    let bytes: Bytes = body::read(&parts.headers, stream, JSON_MAX_BYTES).await?;
    let token = field(&bytes);
    Ok((token, Request::from_parts(parts, Body::from(bytes))))
}

fn field(form: &[u8]) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(form).ok()?;
    pairs.into_iter().find_map(|(name, value)| (name == FIELD).then_some(value))
}

/// What the browser itself says about where the request comes from. Programs say nothing.
pub(crate) fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if let Some(site) = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok()) {
        return !matches!(site, "same-origin" | "none");
    }
    match (text(ORIGIN), text(HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, authority)| authority != host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_says_where_a_request_comes_from() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs
                .iter()
                .map(|(k, v)| (k.parse().unwrap(), HeaderValue::from_static(v)))
                .collect::<HeaderMap>()
        };
        assert!(!is_from_elsewhere(&headers(&[])));
        assert!(!is_from_elsewhere(&headers(&[("sec-fetch-site", "same-origin")])));
        assert!(is_from_elsewhere(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(is_from_elsewhere(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(!is_from_elsewhere(&headers(&[("origin", "http://a:1"), ("host", "a:1")])));
        assert!(is_from_elsewhere(&headers(&[("origin", "http://b"), ("host", "a:1")])));
        assert!(is_from_elsewhere(&headers(&[("origin", "null"), ("host", "a:1")])));
    }
}
