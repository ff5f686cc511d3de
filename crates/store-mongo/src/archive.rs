//! Everything out of the database, also while it is written, and everything in.

mod dump;
mod history;
mod load;

use async_trait::async_trait;
use futures::stream::BoxStream;
use mongodb::bson::doc;
use nameit_store::archive::Record;
use nameit_store::{ArchiveSource, ArchiveStore, Result};

use crate::MongoStore;
use crate::command;
use crate::database::run;

impl ArchiveSource for MongoStore {
    fn dump(&self) -> BoxStream<'static, Result<Record>> {
        dump::dump(self.database.clone())
    }
}

#[async_trait]
impl ArchiveStore for MongoStore {
    async fn is_empty(&self) -> Result<bool> {
        let ready = self.database.ready().await?;
        // An experiment has an owner, so without researchers there is none.
        let anybody = ready.researchers.find_one(doc! { "handle": { "$gte": "" } });
        Ok(run(command::find("looking for researchers", &ready.researchers), anybody).await?.is_none())
    }

    async fn load(&self, records: Vec<Record>) -> Result<()> {
        let ready = self.database.ready().await?;
        let mut committer = self.committer.lock().await;
        load::load(ready, &mut committer.numbers, records).await
    }
}
