//! Documents that all processes of an installation share: whoever comes first decides, everybody gets the same.

use mongodb::Collection;
use mongodb::bson::{Bson, Document};
use nameit_store::Result;

use crate::error::Unreadable;
use crate::keep::{self, Kept};

/// The setting called `id`; it becomes `proposal` if there is none yet.
pub(crate) async fn keep(
    settings: &Collection<Document>,
    context: &'static str,
    id: &'static str,
    mut proposal: Document,
) -> Result<Document> {
    proposal.insert("_id", id);
    match keep::keep(settings, context, proposal).await? {
        Kept::Document(setting) => Ok(setting),
        Kept::Taken => Err(Unreadable("setting").into()),
    }
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
