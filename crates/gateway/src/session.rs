//! Who is calling: sessions of browsers (a cookie) and tokens of programs (a bearer token).

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue};
use jiff::SignedDuration;
use nameit_domain::Researcher;
use nameit_domain::session::{Session, SessionKind};
use nameit_proto::convert::timestamp_to_wire;
use nameit_proto::storage::v1::{CreateSessionRequest, FindSessionRequest};
use sha2::{Digest as _, Sha256};

use crate::clients::{call, found};
use crate::error::{Error, Result};
use crate::random;
use crate::state::Gateway;

/// The cookie of a browser's session.
pub(crate) const SESSION_COOKIE: &str = "nameit_session";
/// What tokens of programs begin with.
pub(crate) const TOKEN_PREFIX: &str = "nit_";
/// How long a browser's session counts.
pub(crate) const BROWSER_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a program's token counts.
pub(crate) const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(365 * 24);

/// A researcher who has proved who they are.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    /// Who.
    pub(crate) researcher: Researcher,
    /// SHA-256 of the secret it was proved with.
    pub(crate) secret_hash: [u8; 32],
    /// How it was proved.
    pub(crate) kind: SessionKind,
}

/// A new session: the secret is known to its holder only.
pub(crate) struct NewSession {
    /// What the holder keeps.
    pub(crate) secret: String,
    /// What storage keeps.
    pub(crate) session: Session,
}

/// Opens a session for a researcher.
pub(crate) async fn open(
    gateway: &Gateway,
    researcher: &Researcher,
    kind: SessionKind,
    label: String,
) -> Result<NewSession> {
    let (prefix, lifetime) = match kind {
        SessionKind::Browser => ("", BROWSER_LIFETIME),
        SessionKind::Token => (TOKEN_PREFIX, TOKEN_LIFETIME),
    };
    let secret = format!("{prefix}{}", random::secret());
    let now = gateway.clock.now();
    let session = Session {
        secret_hash: hash(&secret),
        researcher_id: researcher.id,
        kind,
        label,
        created_at: now,
        expires_at: now + lifetime,
    };
    let request = CreateSessionRequest { session: Some(session.clone().into()) };
    gateway.clients.researchers.clone().create_session(call(request)).await?;
    Ok(NewSession { secret, session })
}

/// Who sent a request with these headers, if anybody who counts.
pub(crate) async fn authenticate(gateway: &Gateway, headers: &HeaderMap) -> Result<Option<Actor>> {
    let (secret, kind) = match bearer(headers) {
        Some(token) if token.starts_with(TOKEN_PREFIX) => (token, SessionKind::Token),
        Some(_) => return Ok(None),
        None => match cookie(headers, SESSION_COOKIE) {
            Some(secret) => (secret, SessionKind::Browser),
            None => return Ok(None),
        },
    };
    let secret_hash = hash(secret);
    let now = Some(timestamp_to_wire(gateway.clock.now()));
    let request = FindSessionRequest { secret_hash: secret_hash.to_vec(), now };
    let Some(answer) = found(gateway.clients.researchers.clone().find_session(call(request)).await)? else {
        return Ok(None);
    };
    let (Some(session), Some(researcher)) = (answer.session, answer.researcher) else {
        return Err(Error::internal("a session without its researcher"));
    };
    let session = Session::try_from(session)?;
    if session.kind != kind {
        return Ok(None);
    }
    Ok(Some(Actor { researcher: researcher.try_into()?, secret_hash, kind }))
}

/// The bearer token of a request.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The value of a cookie of a request.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

/// A `Set-Cookie` that scripts cannot read. A `lifetime` of zero deletes the cookie.
pub(crate) fn set_cookie(
    gateway: &Gateway,
    name: &str,
    value: &str,
    lifetime: SignedDuration,
) -> HeaderValue {
    let secure = if gateway.is_https() { "; Secure" } else { "" };
    let seconds = lifetime.as_secs();
    HeaderValue::try_from(format!(
        "{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"
    ))
    .expect("names and URL-safe values fit into a header")
}

/// The `Set-Cookie` of a new browser session.
pub(crate) fn session_cookie(gateway: &Gateway, session: &NewSession) -> HeaderValue {
    set_cookie(gateway, SESSION_COOKIE, &session.secret, BROWSER_LIFETIME)
}

/// The `Set-Cookie` that ends a browser session.
pub(crate) fn no_session_cookie(gateway: &Gateway) -> HeaderValue {
    set_cookie(gateway, SESSION_COOKIE, "", SignedDuration::ZERO)
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_and_tokens_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; nameit_session=abc; b=2"));
        headers.append(COOKIE, HeaderValue::from_static("nameit_csrf=xyz"));
        assert_eq!(cookie(&headers, SESSION_COOKIE), Some("abc"));
        assert_eq!(cookie(&headers, "nameit_csrf"), Some("xyz"));
        assert_eq!(cookie(&headers, "session"), None);
        headers.insert(AUTHORIZATION, HeaderValue::from_static("bearer nit_1"));
        assert_eq!(bearer(&headers), Some("nit_1"));
    }
}
