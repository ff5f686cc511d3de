//! Tokens of programs: made, listed and revoked by the researcher who owns them.

use nameit_domain::Timestamp;
use nameit_domain::session::{Session, SessionKind};
use nameit_proto::convert::timestamp_to_wire;
use nameit_proto::storage::v1::{DeleteSessionRequest, ListSessionsRequest};

use crate::access::Actor;
use crate::clients::call;
use crate::error::{Error, Result};
use crate::session::{self, NewSession};
use crate::state::Gateway;

/// Characters of a token's label.
const LABEL_MAX_CHARS: usize = 100;

/// A token as its researcher sees it: never the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// First 16 hex digits of the SHA-256 of the secret.
    pub(crate) id: String,
    /// The name that the researcher gave it; may be empty.
    pub(crate) label: String,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// When it stops to count.
    pub(crate) expires_at: Timestamp,
}

/// The name of a token, for the researcher's own overview; may be empty.
pub(crate) struct Label(String);

/// Makes a token for the actor.
pub(crate) async fn create(gateway: &Gateway, actor: &Actor, label: Label) -> Result<NewSession> {
    session::open(gateway, &actor.researcher, SessionKind::Token, label.into_string()).await
}

/// The actor's tokens that count now, the newest first.
pub(crate) async fn list(gateway: &Gateway, actor: &Actor) -> Result<Vec<Token>> {
    Ok(sessions(gateway, actor).await?.into_iter().map(Token::from).collect())
}

/// Ends the actor's token with this id at once; for all others there is no such token.
pub(crate) async fn revoke(gateway: &Gateway, actor: &Actor, id: &str) -> Result<()> {
    let sessions = sessions(gateway, actor).await?;
    let session = sessions.into_iter().find(|session| id_of(session) == id);
    let session = session.ok_or_else(|| Error::not_found("token"))?;
    let request = DeleteSessionRequest { secret_hash: session.secret_hash.to_vec() };
    gateway.clients.researchers.clone().delete_session(call(request)).await?;
    Ok(())
}

/// The sessions behind the actor's tokens, without those of browsers.
async fn sessions(gateway: &Gateway, actor: &Actor) -> Result<Vec<Session>> {
    let request = ListSessionsRequest {
        researcher_id: actor.researcher.id.to_string(),
        now: Some(timestamp_to_wire(gateway.clock.now())),
    };
    let answer = gateway.clients.researchers.clone().list_sessions(call(request)).await?;
    let mut sessions = Vec::new();
    for session in answer.into_inner().sessions {
        let session = Session::try_from(session)?;
        if session.kind == SessionKind::Token {
            sessions.push(session);
        }
    }
    Ok(sessions)
}

/// The first 8 bytes of the hash: enough to tell one's tokens apart, and no help in guessing a secret.
fn id_of(session: &Session) -> String {
    let start = session.secret_hash.first_chunk().expect("a SHA-256 has more than 8 bytes");
    format!("{:016x}", u64::from_be_bytes(*start))
}

// === impl Token ===

impl From<Session> for Token {
    fn from(session: Session) -> Self {
        Self {
            id: id_of(&session),
            label: session.label,
            created_at: session.created_at,
            expires_at: session.expires_at,
        }
    }
}

// === impl Label ===

impl Label {
    /// Reads a label; white space around it does not count.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.chars().count() > LABEL_MAX_CHARS || text.chars().any(char::is_control) {
            return Err(Error::invalid("label", "label must have at most 100 characters on one line"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The label as text.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}
