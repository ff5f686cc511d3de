//! Sessions of the pages and tokens of programs: both are secrets that stand for a researcher.

use crate::{Invalid, ResearcherId, Timestamp};

/// What a secret may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionKind {
    /// A browser's session, carried by a cookie.
    Browser,
    /// A program's bearer token for REST and gRPC.
    Token,
}

/// A session. Only the SHA-256 of the secret is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the secret that the browser or program holds.
    pub secret_hash: [u8; 32],
    /// Whose it is.
    pub researcher_id: ResearcherId,
    /// What it may be used for.
    pub kind: SessionKind,
    /// A name the researcher gave a token; empty for browsers.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops to count.
    pub expires_at: Timestamp,
}

// === impl SessionKind ===

impl SessionKind {
    /// The word used in databases and archives.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Token => "token",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "browser" => Ok(Self::Browser),
            "token" => Ok(Self::Token),
            _ => Err(Invalid::new("kind", "must be `browser` or `token`")),
        }
    }
}
