//! Accounts.

use async_trait::async_trait;
use nameit_domain::researcher::Credentials;
use nameit_domain::text::{Affiliation, Biography, DisplayName, Handle};
use nameit_domain::{Researcher, ResearcherId};
use nameit_store::{ResearcherStore, Result};
use rusqlite::{Connection, Row, params};

use crate::error::Failure;
use crate::row::{self, micros};
use crate::{SqliteStore, sql};

#[async_trait]
impl ResearcherStore for SqliteStore {
    async fn create_researcher(&self, credentials: &Credentials) -> Result<()> {
        let credentials = credentials.clone();
        self.writer.run("creating an account", move |connection, _| insert(connection, &credentials)).await
    }

    async fn credentials(&self, handle: &Handle) -> Result<Option<Credentials>> {
        let handle = handle.clone();
        self.readers
            .run("reading an account", move |connection| {
                row::one(connection, sql::researcher::RESEARCHER_BY_HANDLE, [handle.as_str()], |row| {
                    Ok(Credentials { researcher: researcher(row)?, password_hash: row.get(6)? })
                })
            })
            .await
    }

    async fn researcher(&self, id: ResearcherId) -> Result<Option<Researcher>> {
        self.readers
            .run("reading an account", move |connection| {
                row::one(connection, sql::researcher::RESEARCHER_BY_ID, [id.as_bytes()], researcher)
            })
            .await
    }

    async fn update_researcher(&self, researcher: &Researcher) -> Result<()> {
        let researcher = researcher.clone();
        self.writer
            .run("changing a profile", move |connection, _| {
                let values = params![
                    researcher.id.as_bytes(),
                    researcher.display_name.as_str(),
                    researcher.affiliation.as_str(),
                    researcher.biography.as_str(),
                ];
                found(row::execute(connection, sql::researcher::UPDATE_RESEARCHER, values)?)
            })
            .await
    }

    async fn update_password_hash(&self, id: ResearcherId, password_hash: &str) -> Result<()> {
        let password_hash = password_hash.to_owned();
        self.writer
            .run("changing a password", move |connection, _| {
                let values = params![id.as_bytes(), password_hash];
                found(row::execute(connection, sql::researcher::UPDATE_PASSWORD_HASH, values)?)
            })
            .await
    }
}

/// Adds an account.
pub(crate) fn insert(connection: &Connection, credentials: &Credentials) -> Result<(), Failure> {
    let Credentials { researcher, password_hash } = credentials;
    let values = params![
        researcher.id.as_bytes(),
        researcher.handle.as_str(),
        researcher.display_name.as_str(),
        researcher.affiliation.as_str(),
        researcher.biography.as_str(),
        password_hash,
        micros(researcher.created_at),
    ];
    let unique = [("researchers.handle", "handle"), ("researchers.id", "researcher")];
    row::execute(connection, sql::researcher::INSERT_RESEARCHER, values)
        .map_err(|error| Failure::taken(error, &unique))?;
    Ok(())
}

/// Reads id, handle, display name, affiliation, biography and creation from the first six columns.
pub(crate) fn researcher(row: &Row<'_>) -> Result<Researcher, Failure> {
    Ok(Researcher {
        id: ResearcherId::from_bytes(row.get(0)?),
        handle: Handle::parse(row::text(row, 1)?)?,
        display_name: DisplayName::parse(row::text(row, 2)?)?,
        affiliation: Affiliation::parse(row::text(row, 3)?)?,
        biography: Biography::parse(row::text(row, 4)?)?,
        created_at: row::time(row, 5)?,
    })
}

/// The number of an account within the database.
pub(crate) fn number(connection: &Connection, id: ResearcherId) -> Result<i64, Failure> {
    let found = row::one(connection, sql::researcher::RESEARCHER_NO, [id.as_bytes()], |row| Ok(row.get(0)?))?;
    found.ok_or_else(|| Failure::not_found("researcher"))
}

fn found(changed: usize) -> Result<(), Failure> {
    if changed == 0 { Err(Failure::not_found("researcher")) } else { Ok(()) }
}
