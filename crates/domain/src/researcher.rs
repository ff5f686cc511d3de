//! Researchers: the people with accounts.

use crate::text::{Affiliation, Biography, DisplayName, Handle};
use crate::{ResearcherId, Timestamp};

/// A researcher's account, without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Researcher {
    /// The account's id.
    pub id: ResearcherId,
    /// Signs in with this; unique.
    pub handle: Handle,
    /// Shown to others.
    pub display_name: DisplayName,
    /// Where they work; may be empty.
    pub affiliation: Affiliation,
    /// A short profile; may be empty.
    pub biography: Biography,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// A researcher together with the hash of the password, for signing in.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The account.
    pub researcher: Researcher,
    /// The password hash in PHC string format (`$argon2id$…`).
    pub password_hash: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("researcher", &self.researcher.id).finish_non_exhaustive()
    }
}
