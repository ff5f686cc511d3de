//! Operators: who runs the installation. They hold a code instead of an account, and nothing but this process is
//! asked about it, so that they get in while storage is away, which is when they need to.
//!
//! Programs send the code as a bearer token. A browser sends it once, in a form, and keeps a cookie that is
//! signed with a key made from the code: another code ends all sessions, and every gateway with the same code
//! knows them. The code is never logged and never stands in an address.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::HOST;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::config::Config;
use crate::error::{Error, ErrorCode};
use crate::throttle::Throttle;
use crate::{random, session};

/// The cookie of an operator's browser.
const COOKIE: &str = "nameit_operator";
/// How long it counts.
const LIFETIME: SignedDuration = SignedDuration::from_hours(12);
/// Characters that a code has at least; so many of `openssl rand -hex` cannot be guessed.
const CODE_MIN: usize = 16;
/// Wrong codes that are looked at in a minute, from everybody together.
const WRONG_CODES_PER_MINUTE: u32 = 30;
/// Headers by which a proxy says that it forwards for somebody else.
const FORWARDED: [&str; 5] = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/// The code that opens the operators' page. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct OperatorCode(String);

/// Who gets to the operators' page.
pub(crate) struct Operators {
    door: Door,
    wrong_codes: Throttle,
}

/// Somebody who may see what operators see. Only [`Operators::admit`] makes one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operator(());

/// Why somebody does not get in.
pub(crate) enum Refused {
    /// For this caller there is no such page.
    NotThere,
    /// The code is missing, or it or the session does not count.
    NoProof,
    /// Too many wrong codes have come.
    TooMany(Error),
}

/// Why the code that an operator has set is of no use. Holds nothing of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodeError {
    #[error("{}, the file with the operator code, cannot be read", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} should hold the operator code and is empty", path.display())]
    Empty { path: PathBuf },
    #[error(
        "the operator code has fewer than {CODE_MIN} characters, or spaces in it; make one with `openssl rand -hex 16`"
    )]
    Weak,
}

enum Door {
    /// Nobody gets in, and nobody learns that there is something.
    Closed,
    /// Who sits at this machine gets in.
    ThisMachine,
    /// Who knows the code gets in.
    Code { hash: [u8; 32], sessions: Hmac<Sha256> },
}

// === impl Operators ===

impl Operators {
    /// The door as the configuration wants it. `is_personal` says that the whole installation belongs to who
    /// started it: then, without a code, whoever sits at this machine is let in, if nobody else can be.
    pub(crate) fn new(config: &Config, is_personal: bool) -> Result<Self, CodeError> {
        let code = match (&config.operator.operator_code, &config.operator.operator_code_file) {
            (Some(code), _) => Some(code.clone()),
            (None, Some(file)) => Some(OperatorCode::from_file(file)?),
            (None, None) => None,
        };
        // With a public address there is a proxy, and everybody comes from this machine.
        let is_alone = config.listen.ip().is_loopback() && config.public_url.is_none();
        let door = match code {
            Some(code) => Door::with_code(&code)?,
            None if is_personal && is_alone => Door::ThisMachine,
            None => Door::Closed,
        };
        let wrong_codes =
            Throttle::new(WRONG_CODES_PER_MINUTE, "too many wrong operator codes; wait a minute");
        Ok(Self { door, wrong_codes })
    }

    /// Lets an operator in, or says why not.
    pub(crate) fn admit(&self, now: Timestamp, request: &Parts) -> Result<Operator, Refused> {
        match &self.door {
            Door::ThisMachine if is_from_this_machine(request) => Ok(Operator(())),
            Door::ThisMachine | Door::Closed => Err(Refused::NotThere),
            Door::Code { hash, sessions } => {
                if let Some(code) = session::bearer(&request.headers) {
                    return self.compare(hash, code);
                }
                let cookie = session::cookie(&request.headers, COOKIE);
                let is_in = cookie.is_some_and(|cookie| counts(sessions, now, cookie));
                if is_in { Ok(Operator(())) } else { Err(Refused::NoProof) }
            }
        }
    }

    /// Whether there is a code to ask for.
    pub(crate) fn has_code(&self) -> bool {
        matches!(self.door, Door::Code { .. })
    }

    /// The cookie for who knows the code.
    pub(crate) fn sign_in(&self, now: Timestamp, code: &str, is_https: bool) -> Result<HeaderValue, Refused> {
        let Door::Code { hash, sessions } = &self.door else { return Err(Refused::NotThere) };
        self.compare(hash, code.trim())?;
        let expires = (now + LIFETIME).as_second().to_string();
        let value = format!("{expires}.{}", random::encode(&signature(sessions, &expires)));
        Ok(cookie(&value, LIFETIME, is_https))
    }

    /// The cookie that ends a session.
    pub(crate) fn sign_out(is_https: bool) -> HeaderValue {
        cookie("", SignedDuration::ZERO, is_https)
    }

    fn compare(&self, hash: &[u8; 32], code: &str) -> Result<Operator, Refused> {
        const KEY: &str = "operators";
        self.wrong_codes.check(KEY).map_err(Refused::TooMany)?;
        // Hashes have one length and say nothing about where two codes differ.
        if <[u8; 32]>::from(Sha256::digest(code.as_bytes())).ct_eq(hash).into() {
            return Ok(Operator(()));
        }
        self.wrong_codes.count(KEY).map_err(Refused::TooMany)?;
        Err(Refused::NoProof)
    }
}

// === impl Door ===

impl Door {
    fn with_code(code: &OperatorCode) -> Result<Self, CodeError> {
        let code = &code.0;
        if code.chars().count() < CODE_MIN || code.contains(char::is_whitespace) {
            return Err(CodeError::Weak);
        }
        let sessions = Hmac::new_from_slice(code.as_bytes()).expect("HMAC takes keys of any length");
        Ok(Self::Code { hash: Sha256::digest(code.as_bytes()).into(), sessions })
    }
}

fn counts(sessions: &Hmac<Sha256>, now: Timestamp, cookie: &str) -> bool {
    let Some((expires, given)) = cookie.split_once('.') else { return false };
    let expected = random::encode(&signature(sessions, expires));
    let is_ours: bool = expected.as_bytes().ct_eq(given.as_bytes()).into();
    is_ours && expires.parse().is_ok_and(|expires: i64| now.as_second() < expires)
}

fn signature(sessions: &Hmac<Sha256>, expires: &str) -> [u8; 32] {
    let mut mac = sessions.clone();
    mac.update(b"operator session until ");
    mac.update(expires.as_bytes());
    mac.finalize().into_bytes().into()
}

fn cookie(value: &str, lifetime: SignedDuration, is_https: bool) -> HeaderValue {
    let secure = if is_https { "; Secure" } else { "" };
    let seconds = lifetime.as_secs();
    HeaderValue::try_from(format!(
        "{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}"
    ))
    .expect("digits and URL-safe text fit into a header")
}

/// Whether a request to a gateway that listens on loopback only was made by a browser on this machine: asked for
/// by a name of this machine (no other site can lead a browser here under its own name), and not forwarded.
fn is_from_this_machine(request: &Parts) -> bool {
    let authority = request.uri.authority().map(http::uri::Authority::as_str);
    let host = authority.or_else(|| request.headers.get(HOST)?.to_str().ok());
    host.is_some_and(is_loopback) && !is_forwarded(&request.headers)
}

fn is_loopback(authority: &str) -> bool {
    let name = authority.rsplit_once(':').map_or(authority, |(name, _)| name);
    let ip = authority.parse().map(|address: SocketAddr| address.ip()).or_else(|_| name.parse());
    name.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip: IpAddr| ip.is_loopback())
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    FORWARDED.iter().any(|name| headers.contains_key(*name))
}

// === impl OperatorCode ===

impl OperatorCode {
    /// The code in a file, for example a mounted secret.
    fn from_file(path: &Path) -> Result<Self, CodeError> {
        let content = std::fs::read_to_string(path)
            .map_err(|source| CodeError::Unreadable { path: path.to_owned(), source })?;
        let code = content.trim();
        if code.is_empty() {
            return Err(CodeError::Empty { path: path.to_owned() });
        }
        Ok(Self(code.to_owned()))
    }
}

impl FromStr for OperatorCode {
    type Err = Infallible;

    /// Takes every text: what is wrong with a code is said later, by words that do not repeat it.
    fn from_str(code: &str) -> Result<Self, Infallible> {
        Ok(Self(code.to_owned()))
    }
}

impl fmt::Debug for OperatorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

// === impl Refused ===

impl Refused {
    /// The refusal as programs read it.
    pub(crate) fn into_error(self) -> Error {
        match self {
            // As for a path that is no route.
            Self::NotThere => Error::new(ErrorCode::NotFound, "there is nothing at this address"),
            Self::NoProof => Error::new(
                ErrorCode::Unauthenticated,
                "send `Authorization: Bearer <code>` with the operator code of this installation",
            ),
            Self::TooMany(error) => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use http::header::{AUTHORIZATION, COOKIE as COOKIE_HEADER};

    use super::*;

    const CODE: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    fn operators(change: impl FnOnce(&mut Config), is_personal: bool) -> Result<Operators, CodeError> {
        let mut config = Config::default();
        change(&mut config);
        Operators::new(&config, is_personal)
    }

    fn with_code() -> Operators {
        operators(|config| config.operator.operator_code = Some(OperatorCode(CODE.to_owned())), false)
            .unwrap()
    }

    fn request(headers: &[(http::HeaderName, &str)]) -> Parts {
        let mut request = Request::get("/operate");
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn now() -> Timestamp {
        "2026-11-23T06:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_session_begins_with_the_code_and_ends_by_itself() {
        let operators = with_code();
        let set = operators.sign_in(now(), CODE, true).ok().unwrap();
        let set = set.to_str().unwrap();
        assert!(
            set.contains("HttpOnly") && set.contains("SameSite=Strict") && set.contains("; Secure"),
            "{set}"
        );
        assert!(!set.contains(CODE));
        let pair = set.split(';').next().unwrap();
        let browser = request(&[(COOKIE_HEADER, pair)]);
        assert!(operators.admit(now(), &browser).is_ok());
        assert!(operators.admit(now() + LIFETIME, &browser).is_err(), "it is over");
        let longer = pair.replacen("nameit_operator=1", "nameit_operator=2", 1);
        assert!(
            operators.admit(now(), &request(&[(COOKIE_HEADER, &longer)])).is_err(),
            "nobody makes it longer"
        );
        assert!(operators.admit(now(), &request(&[])).is_err());
    }

    #[test]
    fn wrong_codes_are_refused_and_counted() {
        let operators = with_code();
        let bearer = |code: &str| request(&[(AUTHORIZATION, &format!("Bearer {code}"))]);
        assert!(operators.admit(now(), &bearer(CODE)).is_ok());
        for _ in 0..WRONG_CODES_PER_MINUTE {
            assert!(matches!(operators.admit(now(), &bearer("wrong")), Err(Refused::NoProof)));
        }
        assert!(matches!(operators.admit(now(), &bearer("wrong")), Err(Refused::TooMany(_))));
        assert!(matches!(operators.sign_in(now(), "wrong", false), Err(Refused::TooMany(_))));
    }

    #[test]
    fn without_a_code_only_this_machine_gets_in_and_only_by_itself() {
        let closed = operators(|_| {}, false).unwrap();
        let here = request(&[(HOST, "127.0.0.1:8080")]);
        assert!(matches!(closed.admit(now(), &here), Err(Refused::NotThere)));

        let personal = operators(|_| {}, true).unwrap();
        for name in ["127.0.0.1:8080", "localhost:8080", "localhost", "[::1]:8080"] {
            assert!(personal.admit(now(), &request(&[(HOST, name)])).is_ok(), "{name}");
        }
        for name in ["evil.example", "127.0.0.1.evil.example:8080", "10.0.0.1:8080", ""] {
            let refused = personal.admit(now(), &request(&[(HOST, name)]));
            assert!(matches!(refused, Err(Refused::NotThere)), "{name}");
        }
        let forwarded =
            request(&[(HOST, "localhost"), (http::HeaderName::from_static("x-forwarded-for"), "1.2.3.4")]);
        assert!(personal.admit(now(), &forwarded).is_err());

        let everywhere = operators(|config| config.listen = "0.0.0.0:8080".parse().unwrap(), true).unwrap();
        assert!(everywhere.admit(now(), &here).is_err());
        let proxied =
            operators(|config| config.public_url = Some("https://a.example".to_owned()), true).unwrap();
        assert!(proxied.admit(now(), &here).is_err());
    }

    #[test]
    fn a_code_that_is_of_no_use_is_named_without_repeating_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("operator_code");
        let tried = || operators(|config| config.operator.operator_code_file = Some(file.clone()), false);
        let missing = tried().err().unwrap().to_string();
        assert!(missing.contains("operator_code") && missing.contains("cannot be read"), "{missing}");
        std::fs::write(&file, " \n").unwrap();
        assert!(tried().err().unwrap().to_string().contains("is empty"));
        std::fs::write(&file, "short-secret\n").unwrap();
        let weak = tried().err().unwrap().to_string();
        assert!(weak.contains("openssl rand -hex 16") && !weak.contains("short-secret"), "{weak}");
        std::fs::write(&file, format!("{CODE}\r\n")).unwrap();
        let operators = tried().unwrap();
        assert!(operators.sign_in(now(), CODE, false).is_ok(), "the line break is not part of it");
        assert_eq!(format!("{:?}", OperatorCode(CODE.to_owned())), "…");
    }
}
