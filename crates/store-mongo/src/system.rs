//! The installation as a whole.

use async_trait::async_trait;
use mongodb::bson::doc;
use nameit_store::{Result, SystemStore};

use crate::database::run;
use crate::error::Unreadable;
use crate::value::binary;
use crate::{MongoStore, setting};

#[async_trait]
impl SystemStore for MongoStore {
    /// A write that a majority keeps, and a read of it. While no primary can be reached, this fails as soon
    /// as the driver stops waiting for one.
    async fn ping(&self) -> Result<()> {
        let ready = self.database.ready().await?;
        let beat = doc! { "$inc": { "beats": 1_i64 } };
        let heartbeat = doc! { "_id": "heartbeat" };
        run("writing the heartbeat", ready.settings.update_one(heartbeat.clone(), beat)).await?;
        let read = run("reading the heartbeat", ready.settings.find_one(heartbeat)).await?;
        read.map(drop).ok_or_else(|| Unreadable("heartbeat").into())
    }

    async fn signing_key(&self, proposal: [u8; 32]) -> Result<[u8; 32]> {
        let ready = self.database.ready().await?;
        let proposal = doc! { "key": binary(proposal) };
        let kept = setting::keep(&ready.settings, "keeping the signing key", "signing_key", proposal).await?;
        let key = kept.get_binary_generic("key").map_err(|_| Unreadable("signing key"))?;
        key.as_slice().try_into().map_err(|_| Unreadable("signing key").into())
    }

    async fn researcher_count(&self) -> Result<u64> {
        let ready = self.database.ready().await?;
        // Every handle is such a text; said so that the index is counted, not the collection.
        let everybody = doc! { "handle": { "$gte": "" } };
        run("counting researchers", ready.researchers.count_documents(everybody)).await
    }
}
