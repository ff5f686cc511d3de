//! Researchers and sessions.

use nameit_domain::researcher::Credentials;
use nameit_domain::session::{Session, SessionKind};
use nameit_domain::text::{Affiliation, Biography, DisplayName, Handle};
use nameit_domain::{Invalid, Researcher, ResearcherId};

use super::{WireError, required, required_timestamp, timestamp_to_wire};
use crate::{common::v1 as common, storage::v1 as storage};

impl From<Researcher> for common::Researcher {
    fn from(researcher: Researcher) -> Self {
        Self {
            id: researcher.id.to_string(),
            handle: researcher.handle.into_string(),
            display_name: researcher.display_name.into_string(),
            affiliation: researcher.affiliation.into_string(),
            biography: researcher.biography.into_string(),
            created_at: Some(timestamp_to_wire(researcher.created_at)),
        }
    }
}

impl TryFrom<common::Researcher> for Researcher {
    type Error = WireError;

    fn try_from(wire: common::Researcher) -> Result<Self, WireError> {
        Ok(Self {
            id: ResearcherId::parse(&wire.id)?,
            handle: Handle::parse(&wire.handle)?,
            display_name: DisplayName::parse(&wire.display_name)?,
            affiliation: Affiliation::parse(&wire.affiliation)?,
            biography: Biography::parse(&wire.biography)?,
            created_at: required_timestamp("created_at", wire.created_at)?,
        })
    }
}

impl From<Credentials> for storage::CreateResearcherRequest {
    fn from(credentials: Credentials) -> Self {
        Self { researcher: Some(credentials.researcher.into()), password_hash: credentials.password_hash }
    }
}

impl TryFrom<storage::CreateResearcherRequest> for Credentials {
    type Error = WireError;

    fn try_from(wire: storage::CreateResearcherRequest) -> Result<Self, WireError> {
        let researcher = required("researcher", wire.researcher)?.try_into()?;
        Ok(Self { researcher, password_hash: wire.password_hash })
    }
}

impl From<Credentials> for storage::GetCredentialsResponse {
    fn from(credentials: Credentials) -> Self {
        Self { researcher: Some(credentials.researcher.into()), password_hash: credentials.password_hash }
    }
}

impl TryFrom<storage::GetCredentialsResponse> for Credentials {
    type Error = WireError;

    fn try_from(wire: storage::GetCredentialsResponse) -> Result<Self, WireError> {
        let researcher = required("researcher", wire.researcher)?.try_into()?;
        Ok(Self { researcher, password_hash: wire.password_hash })
    }
}

impl From<Session> for storage::Session {
    fn from(session: Session) -> Self {
        let kind = match session.kind {
            SessionKind::Browser => storage::SessionKind::Browser,
            SessionKind::Token => storage::SessionKind::Token,
        };
        Self {
            secret_hash: session.secret_hash.to_vec(),
            researcher_id: session.researcher_id.to_string(),
            kind: kind.into(),
            label: session.label,
            created_at: Some(timestamp_to_wire(session.created_at)),
            expires_at: Some(timestamp_to_wire(session.expires_at)),
        }
    }
}

impl TryFrom<storage::Session> for Session {
    type Error = WireError;

    fn try_from(wire: storage::Session) -> Result<Self, WireError> {
        let kind = match wire.kind() {
            storage::SessionKind::Browser => SessionKind::Browser,
            storage::SessionKind::Token => SessionKind::Token,
            storage::SessionKind::Unspecified => return Err(WireError::Missing("kind")),
        };
        Ok(Self {
            secret_hash: secret_hash(&wire.secret_hash)?,
            researcher_id: ResearcherId::parse(&wire.researcher_id)?,
            kind,
            label: wire.label,
            created_at: required_timestamp("created_at", wire.created_at)?,
            expires_at: required_timestamp("expires_at", wire.expires_at)?,
        })
    }
}

/// Reads the SHA-256 of a session's secret.
pub fn secret_hash(bytes: &[u8]) -> Result<[u8; 32], WireError> {
    bytes.try_into().map_err(|_| Invalid::new("secret_hash", "must have 32 bytes").into())
}
