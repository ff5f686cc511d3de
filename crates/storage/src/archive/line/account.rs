//! Accounts and sessions as lines.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nameit_domain::researcher::{Credentials, Researcher};
use nameit_domain::session::{Session, SessionKind};
use nameit_domain::text::{Affiliation, Biography, DisplayName, Handle};
use nameit_domain::{ResearcherId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Error;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ResearcherLine<'a> {
    id: ResearcherId,
    handle: Cow<'a, str>,
    display_name: Cow<'a, str>,
    affiliation: Cow<'a, str>,
    biography: Cow<'a, str>,
    created_at: Timestamp,
    password_hash: Cow<'a, str>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SessionLine<'a> {
    secret_hash: String,
    researcher_id: ResearcherId,
    kind: Cow<'a, str>,
    label: Cow<'a, str>,
    created_at: Timestamp,
    expires_at: Timestamp,
}

// === impl ResearcherLine ===

impl<'a> ResearcherLine<'a> {
    pub(super) fn of(credentials: &'a Credentials) -> Self {
        let Credentials { researcher, password_hash } = credentials;
        Self {
            id: researcher.id,
            handle: researcher.handle.as_str().into(),
            display_name: researcher.display_name.as_str().into(),
            affiliation: researcher.affiliation.as_str().into(),
            biography: researcher.biography.as_str().into(),
            created_at: researcher.created_at,
            password_hash: password_hash.into(),
        }
    }

    pub(super) fn into_credentials(self) -> Result<Credentials, Error> {
        let researcher = Researcher {
            id: self.id,
            handle: Handle::parse(&self.handle)?,
            display_name: DisplayName::parse(&self.display_name)?,
            affiliation: Affiliation::parse(&self.affiliation)?,
            biography: Biography::parse(&self.biography)?,
            created_at: super::time(self.created_at)?,
        };
        Ok(Credentials { researcher, password_hash: self.password_hash.into_owned() })
    }
}

// === impl SessionLine ===

impl<'a> SessionLine<'a> {
    pub(super) fn of(session: &'a Session) -> Self {
        Self {
            secret_hash: STANDARD.encode(session.secret_hash),
            researcher_id: session.researcher_id,
            kind: session.kind.as_str().into(),
            label: session.label.as_str().into(),
            created_at: session.created_at,
            expires_at: session.expires_at,
        }
    }

    pub(super) fn into_session(self) -> Result<Session, Error> {
        let hash = STANDARD.decode(self.secret_hash).ok().and_then(|bytes| bytes.try_into().ok());
        Ok(Session {
            secret_hash: hash.ok_or(Error::Value("secret_hash"))?,
            researcher_id: self.researcher_id,
            kind: SessionKind::parse(&self.kind)?,
            label: self.label.into_owned(),
            created_at: super::time(self.created_at)?,
            expires_at: super::time(self.expires_at)?,
        })
    }
}
