//! Sessions and tokens.

use async_trait::async_trait;
use nameit_domain::session::{Session, SessionKind};
use nameit_domain::{Researcher, ResearcherId, Timestamp};
use nameit_store::{Result, SessionStore};
use rusqlite::{Row, params};

use crate::error::Failure;
use crate::row::{self, micros};
use crate::{SqliteStore, researcher, sql};

#[async_trait]
impl SessionStore for SqliteStore {
    async fn create_session(&self, session: &Session) -> Result<()> {
        let session = session.clone();
        self.writer
            .run("creating a session", move |connection, _| {
                let owner = researcher::number(connection, session.researcher_id)?;
                let created_at = micros(session.created_at);
                let sql = sql::researcher::DELETE_EXPIRED_SESSIONS;
                row::execute(connection, sql, params![owner, created_at])?;
                let values = params![
                    session.secret_hash,
                    owner,
                    session.kind.as_str(),
                    session.label,
                    created_at,
                    micros(session.expires_at),
                ];
                row::execute(connection, sql::researcher::INSERT_SESSION, values)
                    .map_err(|error| Failure::taken(error, &[("sessions.secret_hash", "session")]))?;
                Ok(())
            })
            .await
    }

    async fn find_session(
        &self,
        secret_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(Session, Researcher)>> {
        let secret_hash = *secret_hash;
        self.readers
            .run("reading a session", move |connection| {
                row::one(connection, sql::researcher::SESSION, params![secret_hash, micros(now)], |row| {
                    let owner = researcher::researcher(row)?;
                    Ok((session(row, 6, owner.id)?, owner))
                })
            })
            .await
    }

    async fn delete_session(&self, secret_hash: &[u8; 32]) -> Result<()> {
        let secret_hash = *secret_hash;
        self.writer
            .run("ending a session", move |connection, _| {
                row::execute(connection, sql::researcher::DELETE_SESSION, [secret_hash])?;
                Ok(())
            })
            .await
    }

    async fn sessions_of(&self, researcher_id: ResearcherId, now: Timestamp) -> Result<Vec<Session>> {
        self.readers
            .run("listing sessions", move |connection| {
                let key = params![researcher_id.as_bytes(), micros(now)];
                row::many(connection, sql::researcher::SESSIONS_OF, key, |row| session(row, 0, researcher_id))
            })
            .await
    }
}

/// Reads hash, kind, label, creation and expiry, from the column `first` on.
pub(crate) fn session(row: &Row<'_>, first: usize, researcher_id: ResearcherId) -> Result<Session, Failure> {
    Ok(Session {
        secret_hash: row.get(first)?,
        researcher_id,
        kind: SessionKind::parse(row::text(row, first + 1)?)?,
        label: row.get(first + 2)?,
        created_at: row::time(row, first + 3)?,
        expires_at: row::time(row, first + 4)?,
    })
}
