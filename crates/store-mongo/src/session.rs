//! Sessions and tokens, under the hash of their secret: two processes never make the same one, and whoever
//! ends one ends it for all.

use async_trait::async_trait;
use futures::TryStreamExt as _;
use mongodb::bson::{Binary, Document, Uuid, doc};
use nameit_domain::session::{Session, SessionKind};
use nameit_domain::{Researcher, ResearcherId, Timestamp};
use nameit_store::{Error, Result, SessionStore};
use serde::{Deserialize, Serialize};

use crate::command;
use crate::database::{Ready, run};
use crate::error::Unreadable;
use crate::keep::{Kept, keep};
use crate::value::{self, binary, micros, time, uuid};
use crate::{MongoStore, researcher};

/// A session as it is stored.
#[derive(Serialize, Deserialize)]
struct SessionDocument {
    #[serde(rename = "_id")]
    secret_hash: Binary,
    researcher_id: Uuid,
    kind: String,
    label: String,
    created_at: i64,
    expires_at: i64,
}

#[async_trait]
impl SessionStore for MongoStore {
    async fn create_session(&self, session: &Session) -> Result<()> {
        let ready = self.database.ready().await?;
        researcher::check(ready, session.researcher_id).await?;
        // What has expired is of no use to anybody; it goes when its owner signs in again.
        let expired = doc! {
            "researcher_id": uuid(session.researcher_id.as_bytes()),
            "expires_at": { "$lte": micros(session.created_at) },
        };
        run(
            command::delete("deleting expired sessions", &ready.sessions),
            ready.sessions.delete_many(expired),
        )
        .await?;
        let document = value::document(&SessionDocument::from(session));
        match keep(&ready.sessions, "creating a session", document.clone()).await? {
            Kept::Document(kept) if kept == document => Ok(()),
            Kept::Document(_) | Kept::Taken => Err(Error::AlreadyExists { what: "session" }),
        }
    }

    async fn find_session(
        &self,
        secret_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(Session, Researcher)>> {
        let ready = self.database.ready().await?;
        let filter = doc! { "_id": binary(*secret_hash), "expires_at": { "$gt": micros(now) } };
        let found =
            run(command::find("reading a session", &ready.sessions), ready.sessions.find_one(filter)).await?;
        let Some(session) = found.map(read).transpose()? else { return Ok(None) };
        let owner = researcher::by_id(ready, session.researcher_id).await?;
        Ok(owner.map(|owner| (session, owner)))
    }

    async fn delete_session(&self, secret_hash: &[u8; 32]) -> Result<()> {
        let ready = self.database.ready().await?;
        let filter = doc! { "_id": binary(*secret_hash) };
        run(command::delete("ending a session", &ready.sessions), ready.sessions.delete_one(filter)).await?;
        Ok(())
    }

    async fn sessions_of(&self, researcher_id: ResearcherId, now: Timestamp) -> Result<Vec<Session>> {
        let ready = self.database.ready().await?;
        let filter =
            doc! { "researcher_id": uuid(researcher_id.as_bytes()), "expires_at": { "$gt": micros(now) } };
        let find = ready.sessions.find(filter).sort(doc! { "created_at": -1 });
        let found: Vec<Document> = run(command::find("listing sessions", &ready.sessions), async {
            find.await?.try_collect().await
        })
        .await?;
        Ok(found.into_iter().map(read).collect::<Result<_, _>>()?)
    }
}

/// Adds a session from an archive unless it is there.
pub(crate) async fn load(ready: &Ready, session: &Session) -> Result<()> {
    researcher::check(ready, session.researcher_id).await?;
    let document = value::document(&SessionDocument::from(session));
    keep(&ready.sessions, "loading a session", document).await.map(drop)
}

/// A session out of its document.
pub(crate) fn read(document: Document) -> Result<Session, Unreadable> {
    let document: SessionDocument = value::read("session", document)?;
    Ok(Session {
        secret_hash: document.secret_hash.bytes.try_into().map_err(|_| Unreadable("hash of a session"))?,
        researcher_id: ResearcherId::from_bytes(document.researcher_id.bytes()),
        kind: SessionKind::parse(&document.kind)?,
        label: document.label,
        created_at: time(document.created_at)?,
        expires_at: time(document.expires_at)?,
    })
}

// === impl SessionDocument ===

impl From<&Session> for SessionDocument {
    fn from(session: &Session) -> Self {
        Self {
            secret_hash: value::bytes(session.secret_hash),
            researcher_id: uuid(session.researcher_id.as_bytes()),
            kind: session.kind.as_str().to_owned(),
            label: session.label.clone(),
            created_at: micros(session.created_at),
            expires_at: micros(session.expires_at),
        }
    }
}
