//! Accounts. The unique index on the handle decides between two who want it.

use async_trait::async_trait;
use mongodb::bson::{Document, Uuid, doc};
use nameit_domain::researcher::Credentials;
use nameit_domain::text::{Affiliation, Biography, DisplayName, Handle};
use nameit_domain::{Researcher, ResearcherId};
use nameit_store::{Error, ResearcherStore, Result};
use serde::{Deserialize, Serialize};

use crate::MongoStore;
use crate::command;
use crate::database::{Ready, run};
use crate::error::Unreadable;
use crate::keep::{Kept, keep};
use crate::value::{self, micros, time, uuid};

/// An account as it is stored.
#[derive(Serialize, Deserialize)]
struct ResearcherDocument {
    #[serde(rename = "_id")]
    id: Uuid,
    handle: String,
    display_name: String,
    affiliation: String,
    biography: String,
    password_hash: String,
    created_at: i64,
}

#[async_trait]
impl ResearcherStore for MongoStore {
    async fn create_researcher(&self, credentials: &Credentials) -> Result<()> {
        let ready = self.database.ready().await?;
        let document = value::document(&ResearcherDocument::from(credentials));
        let _turn = ready.turns.wait(credentials.researcher.handle.as_str()).await?;
        match keep(&ready.researchers, "creating an account", document.clone()).await? {
            Kept::Document(kept) if kept == document => Ok(()),
            Kept::Document(_) => Err(Error::AlreadyExists { what: "researcher" }),
            Kept::Taken => Err(Error::AlreadyExists { what: "handle" }),
        }
    }

    async fn credentials(&self, handle: &Handle) -> Result<Option<Credentials>> {
        let ready = self.database.ready().await?;
        Ok(find(ready, doc! { "handle": handle.as_str() }).await?)
    }

    async fn researcher(&self, id: ResearcherId) -> Result<Option<Researcher>> {
        by_id(self.database.ready().await?, id).await
    }

    async fn update_researcher(&self, researcher: &Researcher) -> Result<()> {
        let changed = doc! {
            "display_name": researcher.display_name.as_str(),
            "affiliation": researcher.affiliation.as_str(),
            "biography": researcher.biography.as_str(),
        };
        set(self.database.ready().await?, "changing a profile", researcher.id, changed).await
    }

    async fn update_password_hash(&self, id: ResearcherId, password_hash: &str) -> Result<()> {
        let changed = doc! { "password_hash": password_hash };
        set(self.database.ready().await?, "changing a password", id, changed).await
    }
}

/// Adds an account from an archive unless it is there.
pub(crate) async fn load(ready: &Ready, credentials: &Credentials) -> Result<()> {
    let document = value::document(&ResearcherDocument::from(credentials));
    match keep(&ready.researchers, "loading an account", document).await? {
        Kept::Document(_) => Ok(()),
        Kept::Taken => Err(Error::AlreadyExists { what: "handle" }),
    }
}

/// An account out of its document.
pub(crate) fn read(document: Document) -> Result<Credentials, Unreadable> {
    value::read::<ResearcherDocument>("account", document)?.try_into()
}

/// The account with this id.
pub(crate) async fn by_id(ready: &Ready, id: ResearcherId) -> Result<Option<Researcher>> {
    Ok(find(ready, doc! { "_id": uuid(id.as_bytes()) }).await?.map(|found| found.researcher))
}

/// That somebody who is to own something exists; accounts never go.
pub(crate) async fn check(ready: &Ready, id: ResearcherId) -> Result<()> {
    by_id(ready, id).await?.map(drop).ok_or(Error::NotFound { what: "researcher" })
}

async fn find(ready: &Ready, filter: Document) -> Result<Option<Credentials>> {
    let found =
        run(command::find("reading an account", &ready.researchers), ready.researchers.find_one(filter))
            .await?;
    Ok(found.map(read).transpose()?)
}

async fn set(ready: &Ready, context: &'static str, id: ResearcherId, changed: Document) -> Result<()> {
    let filter = doc! { "_id": uuid(id.as_bytes()) };
    let updated = run(
        command::update(context, &ready.researchers),
        ready.researchers.update_one(filter, doc! { "$set": changed }),
    )
    .await?;
    if updated.matched_count == 0 { Err(Error::NotFound { what: "researcher" }) } else { Ok(()) }
}

// === impl ResearcherDocument ===

impl From<&Credentials> for ResearcherDocument {
    fn from(Credentials { researcher, password_hash }: &Credentials) -> Self {
        Self {
            id: uuid(researcher.id.as_bytes()),
            handle: researcher.handle.as_str().to_owned(),
            display_name: researcher.display_name.as_str().to_owned(),
            affiliation: researcher.affiliation.as_str().to_owned(),
            biography: researcher.biography.as_str().to_owned(),
            password_hash: password_hash.clone(),
            created_at: micros(researcher.created_at),
        }
    }
}

impl TryFrom<ResearcherDocument> for Credentials {
    type Error = Unreadable;

    fn try_from(document: ResearcherDocument) -> Result<Self, Unreadable> {
        let researcher = Researcher {
            id: ResearcherId::from_bytes(document.id.bytes()),
            handle: Handle::parse(&document.handle)?,
            display_name: DisplayName::parse(&document.display_name)?,
            affiliation: Affiliation::parse(&document.affiliation)?,
            biography: Biography::parse(&document.biography)?,
            created_at: time(document.created_at)?,
        };
        Ok(Self { researcher, password_hash: document.password_hash })
    }
}
