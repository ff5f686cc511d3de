//! Snapshots as counts: the database groups, and only what is distinct travels.

use futures::TryStreamExt as _;
use mongodb::bson::{Bson, Document, doc};
use nameit_domain::feed::{GroupedCounts, ResponseColumns};
use nameit_store::Result;

use crate::command;
use crate::database::{Ready, unhurried};
use crate::error::Unreadable;
use crate::response::document::EMPTY;
use crate::response::feed::Feed;
use crate::value::uuid;

/// Entries of one piece at most.
const PIECE_ENTRIES: usize = 16_384;

/// Bytes of text in one piece at most, but for the last text.
const PIECE_TEXT_BYTES: usize = 1 << 20;

/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

/// Counts of everything up to the ends of the feed, in pieces; at least one.
///
/// Every number up to an end is taken for good, so the three groupings see the same responses, whatever is
/// being written meanwhile. A withdrawal meanwhile makes the reader begin again.
pub(crate) async fn snapshot(ready: &Ready, feed: &Feed) -> Result<Vec<GroupedCounts>> {
    let name = doc! { "stimulus": "$stimulus", "kind": "$kind", "text": "$text" };
    let first_key = doc! { "stimulus": "$stimulus", "ms": "$first_key_ms" };
    let minute = doc! { "$floor": { "$divide": ["$received_at", MINUTE] } };
    let valid = doc! { "kind": i32::from(ResponseColumns::TEXT), "first_key_ms": { "$gte": 0_i64 } };
    let (names, first_keys, minutes) = tokio::try_join!(
        group(ready, feed, doc! { "kind": { "$lt": EMPTY } }, name.into()),
        group(ready, feed, valid, first_key.into()),
        group(ready, feed, doc! { "kind": { "$lt": EMPTY } }, minute.into()),
    )?;
    let mut pieces = Pieces::default();
    for group in names {
        pieces.name(read_name(&group)?);
    }
    for group in first_keys {
        pieces.current().first_key_ms.push(read_first_key(&group)?);
    }
    for group in minutes {
        let minute = group.get("_id").and_then(whole).ok_or(Unreadable("group of a snapshot"))?;
        let count = count(&group)?;
        pieces.current().received_at_minute.push((minute, count));
    }
    Ok(pieces.finish())
}

/// How many a group has.
pub(crate) fn count(group: &Document) -> Result<u64, Unreadable> {
    let count = group.get("count").and_then(whole).and_then(|count| u64::try_from(count).ok());
    count.ok_or(Unreadable("count of a group"))
}

async fn group(ready: &Ready, feed: &Feed, condition: Document, by: Bson) -> Result<Vec<Document>> {
    let context = "counting responses";
    let mut these = doc! { "experiment_id": uuid(feed.experiment_id.as_bytes()) };
    let mut writers =
        feed.ends.iter().map(|(writer, end)| doc! { "writer": writer, "sequence": { "$lte": end } });
    if feed.ends.len() == 1 {
        these.extend(writers.next().unwrap_or_default());
    } else {
        these.insert("$or", writers.collect::<Vec<_>>());
    }
    these.extend(condition);
    let stages = [doc! { "$match": these }, doc! { "$group": { "_id": by, "count": { "$sum": 1 } } }];
    let query = ready.responses.aggregate(stages).allow_disk_use(true);
    unhurried(command::aggregate(context, &ready.responses), async { query.await?.try_collect().await }).await
}

fn read_name(group: &Document) -> Result<(u32, u8, String, u64), Unreadable> {
    let name = group.get_document("_id").map_err(|_| Unreadable("group of a snapshot"))?;
    let stimulus = name.get("stimulus").and_then(whole).and_then(|ordinal| u32::try_from(ordinal).ok());
    let kind = name.get("kind").and_then(whole).and_then(|kind| u8::try_from(kind).ok());
    let (Some(stimulus), Some(kind)) = (stimulus, kind) else {
        return Err(Unreadable("group of a snapshot"));
    };
    Ok((stimulus, kind, name.get_str("text").unwrap_or_default().to_owned(), count(group)?))
}

fn read_first_key(group: &Document) -> Result<(u32, u32, u64), Unreadable> {
    let times = group.get_document("_id").map_err(|_| Unreadable("group of a snapshot"))?;
    let number = |field| times.get(field).and_then(whole).and_then(|number| u32::try_from(number).ok());
    let (Some(stimulus), Some(ms)) = (number("stimulus"), number("ms")) else {
        return Err(Unreadable("group of a snapshot"));
    };
    Ok((stimulus, ms, count(group)?))
}

/// A whole number, in whichever type the server gives it.
fn whole(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(number) => Some(i64::from(*number)),
        Bson::Int64(number) => Some(*number),
        Bson::Double(number) if number.fract() == 0.0 => Some(*number as i64),
        _ => None,
    }
}

/// Counts cut into pieces that fit into a message.
#[derive(Default)]
struct Pieces {
    full: Vec<GroupedCounts>,
    filling: GroupedCounts,
    text_bytes: usize,
}

// === impl Pieces ===

impl Pieces {
    fn name(&mut self, name: (u32, u8, String, u64)) {
        let bytes = name.2.len();
        self.current().names.push(name);
        self.text_bytes += bytes;
    }

    /// The piece that has room for another entry.
    fn current(&mut self) -> &mut GroupedCounts {
        let GroupedCounts { names, first_key_ms, received_at_minute } = &self.filling;
        let entries = names.len() + first_key_ms.len() + received_at_minute.len();
        if entries >= PIECE_ENTRIES || self.text_bytes >= PIECE_TEXT_BYTES {
            self.full.push(std::mem::take(&mut self.filling));
            self.text_bytes = 0;
        }
        &mut self.filling
    }

    fn finish(mut self) -> Vec<GroupedCounts> {
        self.full.push(self.filling);
        self.full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_bounded_by_entries_and_by_bytes() {
        let mut pieces = Pieces::default();
        for number in 0..40_000 {
            pieces.name((number, 0, "red".to_owned(), 1));
        }
        let long = "é".repeat(1_000);
        for number in 0..2_000 {
            pieces.name((number, 0, long.clone(), 1));
        }
        let pieces = pieces.finish();
        assert!(pieces.iter().all(|piece| piece.names.len() <= PIECE_ENTRIES));
        let bytes = |piece: &GroupedCounts| piece.names.iter().map(|name| name.2.len()).sum::<usize>();
        assert!(pieces.iter().all(|piece| bytes(piece) <= PIECE_TEXT_BYTES + long.len()));
        assert_eq!(pieces.iter().map(|piece| piece.names.len()).sum::<usize>(), 42_000);
    }
}
