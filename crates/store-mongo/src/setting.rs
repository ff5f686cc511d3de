//! Documents that all processes of an installation share: whoever comes first decides, everybody gets the same.

use mongodb::Collection;
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::ReturnDocument;
use nameit_store::Result;

use crate::database::{attempt, run};
use crate::error::{Unreadable, failed, is_duplicate};

/// How often servers may say that two insertions met; the second look always finds the first one's document.
const MEETINGS: usize = 4;

/// The setting called `id`; it becomes `proposal` if there is none yet.
///
/// One command that looks at the newest document, not only at what a majority has, and whose answer waits
/// until a majority has what it saw: of two processes, both get what will stay.
pub(crate) async fn keep(
    settings: &Collection<Document>,
    context: &'static str,
    id: &'static str,
    proposal: Document,
) -> Result<Document> {
    for _ in 0..MEETINGS {
        let kept = attempt(
            settings
                .find_one_and_update(doc! { "_id": id }, doc! { "$setOnInsert": proposal.clone() })
                .upsert(true)
                .return_document(ReturnDocument::After),
        )
        .await?;
        match kept {
            Ok(kept) => return Ok(kept.ok_or(Unreadable("setting"))?),
            Err(error) if is_duplicate(&error) => {}
            Err(error) => return Err(failed(context, error)),
        }
    }
    run(context, settings.find_one(doc! { "_id": id })).await?.ok_or_else(|| Unreadable("setting").into())
}

/// The text in a field of a setting.
pub(crate) fn text(setting: &Document, field: &str) -> Result<String> {
    Ok(setting.get_str(field).map_err(|_| Unreadable("setting"))?.to_owned())
}

/// The number in a field of a setting.
pub(crate) fn number(setting: &Document, field: &str) -> Result<i64> {
    match setting.get(field) {
        Some(Bson::Int32(number)) => Ok(i64::from(*number)),
        Some(Bson::Int64(number)) => Ok(*number),
        _ => Err(Unreadable("setting").into()),
    }
}
