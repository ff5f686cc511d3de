//! How far the feed of a writer is settled: every number up to there is taken, for good.
//!
//! A batch is inserted unordered, so for a moment its later numbers may be seen without its earlier ones; and
//! a batch that was broken off leaves numbers that nobody will use. A reader must not pass such a gap: what
//! lands in it afterwards would be lost to it. So a reader goes only as far as there is no gap. It waits a
//! moment for a gap to close, and then closes it itself with a document without content. Anybody may do that
//! at any time: the unique index of the feed decides who has a number, and the writer that comes too late
//! takes another one.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use hashlink::LruCache;
use mongodb::bson::{Document, RawDocumentBuf, doc};
use nameit_domain::ExperimentId;
use nameit_store::{Error, Result};

use crate::command;
use crate::database::{Ready, attempt, run};
use crate::error::failed;
use crate::response::document::{Place, Stored, hole};
use crate::response::insert::refused;
use crate::value::uuid;

/// How long a gap may stay before a reader closes it: a batch of a writer that lives has landed by then.
const GAP_STAYS: Duration = Duration::from_millis(1_500);

/// How soon a reader looks at a gap again.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Numbers in one look.
const LOOK: i64 = 10_000;

/// After so many numbers the database is told how far a feed is settled, so that others need not count.
const TELL_EVERY: i64 = 2_000;

/// Feeds of writers that are remembered at most.
const REMEMBERED: usize = 16 << 10;

/// What is known to be settled; only ever grows.
pub(crate) struct Settled {
    ends: Mutex<LruCache<(ExperimentId, i32), i64>>,
}

// === impl Settled ===

impl Settled {
    pub(crate) fn new() -> Self {
        Self { ends: Mutex::new(LruCache::new(REMEMBERED)) }
    }

    /// The last number of a writer's feed that has no gap before it. Everything that was durable before this
    /// call is at or before it. `told` is what the experiment says.
    pub(crate) async fn end(
        &self,
        ready: &Ready,
        experiment_id: ExperimentId,
        writer: i32,
        told: i64,
    ) -> Result<i64> {
        let began = Instant::now();
        let mut end = told.max(self.remembered(experiment_id, writer));
        let mut target = None;
        loop {
            let numbers = numbers_after(ready, experiment_id, writer, end).await?;
            let last = numbers.last().copied().unwrap_or(end);
            let gap_at = end + 1;
            end +=
                (gap_at..).zip(&numbers).take_while(|(expected, number)| expected == *number).count() as i64;
            let goal = *target.get_or_insert(last);
            if end >= goal {
                if (numbers.len() as i64) < LOOK {
                    break;
                }
                target = None;
            } else if began.elapsed() >= GAP_STAYS {
                close_gaps(ready, experiment_id, writer, end..=goal, &numbers).await?;
            } else {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
        if end - told >= TELL_EVERY {
            tell(ready, experiment_id, writer, end).await?;
        }
        self.lock().insert((experiment_id, writer), end);
        Ok(end)
    }

    fn remembered(&self, experiment_id: ExperimentId, writer: i32) -> i64 {
        self.lock().get(&(experiment_id, writer)).copied().unwrap_or(0)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<(ExperimentId, i32), i64>> {
        // Nothing that is done under the lock can panic half-way.
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What finds numbers of a writer's feed.
pub(crate) fn feed_of(experiment_id: ExperimentId, writer: i32, sequence: Document) -> Document {
    doc! { "experiment_id": uuid(experiment_id.as_bytes()), "writer": writer, "sequence": sequence }
}

/// The order of the index of the feed; within one writer's feed that of the numbers.
pub(crate) fn feed_order() -> Document {
    doc! { "experiment_id": 1, "writer": 1, "sequence": 1 }
}

/// Gives numbers that will never be used to documents without content. Who has a number keeps it.
pub(crate) async fn close(ready: &Ready, holes: Vec<RawDocumentBuf>) -> Result<()> {
    if holes.is_empty() {
        return Ok(());
    }
    let inserted = attempt(
        command::insert("closing holes", &ready.responses).of(holes.len()),
        ready.responses.insert_many(holes).ordered(false),
    )
    .await?;
    refused(inserted).map_err(|error| failed("closing gaps in a feed", error))?;
    Ok(())
}

/// Says in the experiment that `writer` has a feed, settled up to `end`.
pub(crate) async fn tell(ready: &Ready, id: ExperimentId, writer: i32, end: i64) -> Result<()> {
    let this = doc! { "_id": uuid(id.as_bytes()) };
    let mut ends = Document::new();
    ends.insert(format!("writers.{writer}"), end);
    let told = run(
        command::update("telling how far a feed is", &ready.experiments),
        ready.experiments.update_one(this, doc! { "$max": ends }),
    )
    .await?;
    if told.matched_count == 0 { Err(Error::NotFound { what: "experiment" }) } else { Ok(()) }
}

async fn close_gaps(
    ready: &Ready,
    experiment_id: ExperimentId,
    writer: i32,
    between: std::ops::RangeInclusive<i64>,
    taken: &[i64],
) -> Result<()> {
    let missing: Vec<i64> = between.skip(1).filter(|number| taken.binary_search(number).is_err()).collect();
    tracing::info!(%experiment_id, writer, gaps = missing.len(), "closing gaps that a broken-off batch has left");
    let holes = missing.into_iter().map(|sequence| hole(experiment_id, Place { writer, sequence }));
    close(ready, holes.collect()).await
}

async fn numbers_after(ready: &Ready, id: ExperimentId, writer: i32, after: i64) -> Result<Vec<i64>> {
    let context = "looking how far a feed is settled";
    let query = ready
        .responses
        .find(feed_of(id, writer, doc! { "$gt": after }))
        .projection(doc! { "_id": 0, "sequence": 1 })
        .sort(feed_order())
        .limit(LOOK)
        .batch_size(LOOK as u32);
    let mut cursor = run(command::find(context, &ready.responses), query).await?;
    let mut numbers = Vec::new();
    while let Some(document) = run(context, cursor.try_next()).await? {
        numbers.push(Stored(&document).sequence()?);
    }
    Ok(numbers)
}
