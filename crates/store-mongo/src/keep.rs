//! Adding documents so that a repeat is harmless, and two processes at once agree on what was added.

use mongodb::Collection;
use mongodb::bson::{Document, doc};
use nameit_store::Result;
use serde::Serialize;

use crate::command;
use crate::database::{attempt, run};
use crate::error::{Contended, failed, is_duplicate, is_given_up};

/// How often a write begins: what was given up once mostly finds next what it was given up for.
const TRIES: usize = 5;

/// What became of a document that was to be kept.
pub(crate) enum Kept {
    /// The document that has this `_id` now: ours, or one that was there before.
    Document(Document),
    /// Another document has a value that must be unique.
    Taken,
}

/// Writes, and begins again when the server gives the write up because others wait for it.
pub(crate) async fn persist<T, W>(write: impl Fn() -> W) -> Result<mongodb::error::Result<T>>
where
    W: Future<Output = Result<mongodb::error::Result<T>>>,
{
    for _ in 0..TRIES {
        match write().await? {
            Err(error) if is_given_up(&error) => {}
            outcome => return Ok(outcome),
        }
    }
    Err(Contended.into())
}

/// Adds `document`; `false` when a unique index refuses it.
pub(crate) async fn insert<T: Serialize + Send + Sync>(
    collection: &Collection<T>,
    context: &'static str,
    document: &T,
) -> Result<bool> {
    let write = || attempt(command::insert(context, collection), collection.insert_one(document));
    match persist(write).await? {
        Ok(_) => Ok(true),
        Err(error) if is_duplicate(&error) => Ok(false),
        Err(error) => Err(failed(context, error)),
    }
}

/// Adds `document` if none has its `_id` yet, and gives the one that has it afterwards.
///
/// The unique indexes decide, also between two processes. Whoever is refused reads what was in the way: the
/// same `_id` means that it is there already, perhaps by a call of the same caller whose answer was lost.
/// (An upsert would be one command, but some servers let two upserts of one `_id` both win.)
pub(crate) async fn keep(
    collection: &Collection<Document>,
    context: &'static str,
    document: Document,
) -> Result<Kept> {
    if insert(collection, context, &document).await? {
        return Ok(Kept::Document(document));
    }
    let same_id = doc! { "_id": document.get("_id") };
    Ok(confirmed(collection, context, same_id).await?.map_or(Kept::Taken, Kept::Document))
}

/// The newest document that fits, once a majority has it: a change that changes nothing looks at more than
/// what a majority has, and its answer waits for the majority.
pub(crate) async fn confirmed(
    collection: &Collection<Document>,
    context: &'static str,
    filter: Document,
) -> Result<Option<Document>> {
    run(
        command::find_and_modify(context, collection),
        collection.find_one_and_update(filter, doc! { "$setOnInsert": { "kept": true } }),
    )
    .await
}

#[cfg(test)]
mod tests;
