//! Adding documents so that a repeat is harmless, and two processes at once agree on what was added.

use mongodb::Collection;
use mongodb::bson::{Document, doc};
use mongodb::options::ReturnDocument;
use nameit_store::Result;

use crate::database::{attempt, run};
use crate::error::{Unreadable, failed, is_duplicate};

/// What became of a document that was to be kept.
pub(crate) enum Kept {
    /// The document that has this `_id` now: ours, or one that was there before.
    Document(Document),
    /// Another document has a value that must be unique.
    Taken,
}

/// Adds `document` if none has its `_id` yet, and gives the one that has it afterwards.
///
/// One command that looks at the newest documents, not only at what a majority has, and whose answer waits
/// until a majority has what it saw. So whoever repeats a call whose answer was lost learns that it was
/// done, and of two callers with the same `_id` both get the same.
pub(crate) async fn keep(
    collection: &Collection<Document>,
    context: &'static str,
    mut document: Document,
) -> Result<Kept> {
    let id = document.remove("_id");
    let add = || {
        let change = doc! { "$setOnInsert": &document };
        let command = collection.find_one_and_update(doc! { "_id": &id }, change);
        attempt(command.upsert(true).return_document(ReturnDocument::After))
    };
    let mut kept = add().await?;
    if kept.as_ref().is_err_and(is_duplicate) {
        // Some servers let two additions of one `_id` meet; at the second look the document is there. Who
        // is refused again met a document with another `_id`.
        kept = add().await?;
    }
    match kept {
        Ok(Some(kept)) => Ok(Kept::Document(kept)),
        Ok(None) => Err(Unreadable("document").into()),
        Err(error) if is_duplicate(&error) => Ok(Kept::Taken),
        Err(error) => Err(failed(context, error)),
    }
}

/// The newest document that fits, once a majority has it: a change that changes nothing.
pub(crate) async fn confirmed(
    collection: &Collection<Document>,
    context: &'static str,
    filter: Document,
) -> Result<Option<Document>> {
    run(context, collection.find_one_and_update(filter, doc! { "$setOnInsert": { "kept": true } })).await
}
