//! Researchers.

use async_trait::async_trait;
use nameit_domain::researcher::Credentials;
use nameit_domain::text::Handle;
use nameit_domain::{Researcher, ResearcherId};

use crate::Result;

/// Accounts of researchers.
#[async_trait]
pub trait ResearcherStore: Send + Sync + 'static {
    /// Adds an account. [`crate::Error::AlreadyExists`] with `handle` when the handle is taken.
    async fn create_researcher(&self, credentials: &Credentials) -> Result<()>;

    /// The account with this handle, with its password hash.
    async fn credentials(&self, handle: &Handle) -> Result<Option<Credentials>>;

    /// The account with this id.
    async fn researcher(&self, id: ResearcherId) -> Result<Option<Researcher>>;

    /// Replaces display name, affiliation and biography. [`crate::Error::NotFound`] without the account.
    async fn update_researcher(&self, researcher: &Researcher) -> Result<()>;

    /// Replaces the password hash. [`crate::Error::NotFound`] without the account.
    async fn update_password_hash(&self, id: ResearcherId, password_hash: &str) -> Result<()>;
}
