//! The store as a whole.

use async_trait::async_trait;

use crate::Result;

/// Things that belong to the installation.
#[async_trait]
pub trait SystemStore: Send + Sync + 'static {
    /// Answers when the database works: reads and, where that is cheap, proves that it can write.
    async fn ping(&self) -> Result<()>;

    /// The installation's secret key for signing tokens. `proposal` is kept if there is none yet; with
    /// several callers at once all get the same.
    async fn signing_key(&self, proposal: [u8; 32]) -> Result<[u8; 32]>;

    /// How many researchers there are.
    async fn researcher_count(&self) -> Result<u64>;
}
