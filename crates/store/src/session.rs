//! Sessions and tokens.

use async_trait::async_trait;
use nameit_domain::session::Session;
use nameit_domain::{Researcher, ResearcherId, Timestamp};

use crate::Result;

/// Sessions of browsers and tokens of programs.
#[async_trait]
pub trait SessionStore: Send + Sync + 'static {
    /// Adds a session.
    async fn create_session(&self, session: &Session) -> Result<()>;

    /// The session with this hash and its researcher, if it counts at `now`.
    async fn find_session(
        &self,
        secret_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(Session, Researcher)>>;

    /// Ends a session; ending one that does not exist is no error.
    async fn delete_session(&self, secret_hash: &[u8; 32]) -> Result<()>;

    /// The sessions of a researcher that count at `now`, newest first.
    async fn sessions_of(&self, researcher_id: ResearcherId, now: Timestamp) -> Result<Vec<Session>>;
}
