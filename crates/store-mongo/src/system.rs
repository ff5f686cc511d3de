//! The installation as a whole.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use mongodb::bson::{Document, doc};
use nameit_store::{Examination, Result, SystemStore};

use crate::command;
use crate::database::{Ready, run};
use crate::error::Unreadable;
use crate::value::binary;
use crate::{MongoStore, setting};

/// The setting with the installation's key.
const SIGNING_KEY: &str = "signing_key";

/// The setting that is written and read to see whether that works.
const HEARTBEAT: &str = "heartbeat";

#[async_trait]
impl SystemStore for MongoStore {
    /// A write that a majority keeps, and a read of it. While no primary can be reached, this fails as soon
    /// as the driver stops waiting for one.
    async fn ping(&self) -> Result<()> {
        self.beat().await?;
        self.read_heartbeat().await
    }

    async fn signing_key(&self, proposal: [u8; 32]) -> Result<[u8; 32]> {
        let ready = self.database.ready().await?;
        let proposal = doc! { "key": binary(proposal) };
        let kept = setting::keep(&ready.settings, "keeping the signing key", SIGNING_KEY, proposal).await?;
        Ok(signing_key_of(&kept)?)
    }

    async fn researcher_count(&self) -> Result<u64> {
        let ready = self.database.ready().await?;
        // Every handle is such a text; said so that the index is counted, not the collection.
        let everybody = doc! { "handle": { "$gte": "" } };
        run(
            command::aggregate("counting researchers", &ready.researchers),
            ready.researchers.count_documents(everybody),
        )
        .await
    }

    async fn examine(&self) -> Examination {
        let (version, read, write) =
            futures::join!(self.version(), timed(self.read_heartbeat()), timed(self.beat()));
        Examination { backend: "mongodb", version: version.ok(), read, write, disk: None }
    }
}

// === impl MongoStore ===

impl MongoStore {
    async fn beat(&self) -> Result<()> {
        let ready = self.database.ready().await?;
        let beat = doc! { "$inc": { "beats": 1_i64 } };
        let written = ready.settings.update_one(doc! { "_id": HEARTBEAT }, beat);
        run(command::update("writing the heartbeat", &ready.settings), written).await.map(drop)
    }

    async fn read_heartbeat(&self) -> Result<()> {
        let ready = self.database.ready().await?;
        let read = run(
            command::find("reading the heartbeat", &ready.settings),
            ready.settings.find_one(doc! { "_id": HEARTBEAT }),
        )
        .await?;
        read.map(drop).ok_or_else(|| Unreadable("heartbeat").into())
    }

    async fn version(&self) -> Result<String> {
        let ready = self.database.ready().await?;
        let info = run("asking for the version", ready.database.run_command(doc! { "buildInfo": 1 })).await?;
        let version = info.get_str("version").map_err(|_| Unreadable("version"))?;
        Ok(version.to_owned())
    }
}

/// How long something took, if it worked.
async fn timed(work: impl Future<Output = Result<()>>) -> Result<Duration> {
    let begin = Instant::now();
    work.await.map(|()| begin.elapsed())
}

/// The installation's key if it has one.
pub(crate) async fn stored_signing_key(ready: &Ready) -> Result<Option<[u8; 32]>> {
    let found = ready.settings.find_one(doc! { "_id": SIGNING_KEY });
    let found = run(command::find("reading the signing key", &ready.settings), found).await?;
    Ok(found.map(|found| signing_key_of(&found)).transpose()?)
}

/// Puts the key of an archive in the place of any other.
pub(crate) async fn replace_signing_key(ready: &Ready, key: [u8; 32]) -> Result<()> {
    setting::keep(&ready.settings, "loading the signing key", SIGNING_KEY, doc! { "key": binary(key) })
        .await?;
    let replaced = doc! { "$set": { "key": binary(key) } };
    let update = ready.settings.update_one(doc! { "_id": SIGNING_KEY }, replaced);
    run(command::update("loading the signing key", &ready.settings), update).await.map(drop)
}

fn signing_key_of(setting: &Document) -> Result<[u8; 32], Unreadable> {
    let key = setting.get_binary_generic("key").map_err(|_| Unreadable("signing key"))?;
    key.as_slice().try_into().map_err(|_| Unreadable("signing key"))
}
