//! How often the links of experiments were opened.
//!
//! A document per experiment and hour, with both in its `_id`, so that the index that every collection has
//! finds them in the order of time.

use async_trait::async_trait;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use mongodb::bson::{Bson, Document, doc};
use nameit_domain::{ExperimentId, Hour, Visits};
use nameit_store::{Result, VisitStore};

use crate::MongoStore;
use crate::command;
use crate::database::{Ready, run};
use crate::error::{Contended, Unreadable};
use crate::experiment;
use crate::keep;
use crate::value::binary;

/// Bytes of an `_id`: experiment, then hour with its highest byte first.
const ID_BYTES: usize = 20;

/// Counts that are added at once.
const AT_ONCE: usize = 8;

/// How often a count is tried: only the first of an hour can meet another first one.
const TRIES: usize = 3;

#[async_trait]
impl VisitStore for MongoStore {
    async fn add_visits(&self, visits: &[Visits]) -> Result<()> {
        let ready = self.database.ready().await?;
        let added: Vec<_> = visits.iter().filter(|one| one.count > 0).map(|one| add(ready, one)).collect();
        stream::iter(added).buffer_unordered(AT_ONCE).try_collect().await
    }

    async fn visits(&self, experiment_id: ExperimentId) -> Result<Vec<Visits>> {
        let ready = self.database.ready().await?;
        experiment::existing(ready, experiment_id).await?;
        all(ready, experiment_id).await
    }
}

/// All counts of an experiment, in the order of time.
pub(crate) async fn all(ready: &Ready, experiment_id: ExperimentId) -> Result<Vec<Visits>> {
    let context = "reading how often a link was opened";
    let these = doc! { "_id": { "$gte": id(experiment_id, 0), "$lte": id(experiment_id, u32::MAX) } };
    let query = ready.visits.find(these).sort(doc! { "_id": 1 });
    let found: Vec<Document> =
        run(command::find(context, &ready.visits), async { query.await?.try_collect().await }).await?;
    Ok(found.iter().map(read).collect::<Result<_, _>>()?)
}

/// Adds a count from an archive unless its hour is there.
pub(crate) async fn load(ready: &Ready, visits: &Visits) -> Result<()> {
    experiment::must_exist(ready, visits.experiment_id).await?;
    insert(ready, visits).await.map(drop)
}

/// Most counts go to an hour that has one already: one update. (An upsert would be one command for the first
/// as well, but some servers let two upserts of one `_id` both win.)
async fn add(ready: &Ready, visits: &Visits) -> Result<()> {
    let context = "counting opened links";
    for round in 0..TRIES {
        let this = doc! { "_id": id(visits.experiment_id, visits.hour.number()) };
        let more = doc! { "$inc": { "count": count(visits)? } };
        let updated =
            run(command::update(context, &ready.visits), ready.visits.update_one(this, more)).await?;
        if updated.matched_count > 0 {
            return Ok(());
        }
        if round == 0 && experiment::find_any(ready, visits.experiment_id).await?.is_none() {
            return Ok(());
        }
        if insert(ready, visits).await? {
            return Ok(());
        }
    }
    Err(Contended.into())
}

/// Adds the first count of an hour; `false` when there is one.
async fn insert(ready: &Ready, visits: &Visits) -> Result<bool> {
    let id = id(visits.experiment_id, visits.hour.number());
    let new = doc! { "_id": id, "count": count(visits)? };
    keep::insert(&ready.visits, "counting the first opened link of an hour", &new).await
}

fn id(experiment_id: ExperimentId, hour: u32) -> Bson {
    let mut bytes = [0; ID_BYTES];
    bytes[..16].copy_from_slice(experiment_id.as_bytes());
    bytes[16..].copy_from_slice(&hour.to_be_bytes());
    binary(bytes)
}

fn count(visits: &Visits) -> Result<i64, Unreadable> {
    i64::try_from(visits.count).map_err(|_| Unreadable("count of visits"))
}

fn read(document: &Document) -> Result<Visits, Unreadable> {
    let unreadable = || Unreadable("count of visits");
    let id: &[u8] = document.get_binary_generic("_id").map_err(|_| unreadable())?;
    let (experiment_id, hour) = id.split_first_chunk::<16>().ok_or_else(unreadable)?;
    let hour = u32::from_be_bytes(hour.try_into().map_err(|_| unreadable())?);
    let count = document.get_i64("count").map_err(|_| unreadable())?;
    Ok(Visits {
        experiment_id: ExperimentId::from_bytes(*experiment_id),
        hour: Hour::parse(hour.into())?,
        count: u64::try_from(count).map_err(|_| unreadable())?,
    })
}
