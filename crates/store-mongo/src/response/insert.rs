//! Insertion of responses: numbers, one unordered bulk, and a look at what stood in the way.

use std::collections::HashMap;

use futures::TryStreamExt as _;
use hashlink::LruCache;
use mongodb::bson::doc;
use mongodb::error::{Error as DriverError, ErrorKind};
use mongodb::results::InsertManyResult;
use nameit_domain::{Answer, ExperimentId, Response, Timestamp};
use nameit_store::{Error, Result};

use crate::command;
use crate::database::{ONE_ANSWER, Ready, attempt, run};
use crate::error::{DUPLICATE_KEY, failed};
use crate::response::document::{Place, Placed, ResponseId, Stored, hole};
use crate::response::settled::{close, feed_of, tell};
use crate::writer::Writer;

/// How often responses are given other numbers when theirs were taken.
const TRIES: usize = 8;

/// Experiments whose next number is remembered at most.
const EXPERIMENTS: usize = 4_096;

/// A response that is to be inserted.
#[derive(Clone, Copy)]
pub(crate) struct New<'a> {
    pub(crate) experiment_id: ExperimentId,
    /// Ordinal of the stimulus.
    pub(crate) stimulus: u32,
    /// When storage took it.
    pub(crate) received_at: Timestamp,
    pub(crate) response: &'a Response,
}

/// What became of it, or what stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is durable now.
    Inserted,
    /// The same answer is stored.
    Same,
    /// Another answer is stored.
    Different,
    /// There was an answer; it was erased.
    Erased,
}

/// Gives responses their numbers.
pub(crate) struct Numbers {
    writer: Option<Writer>,
    next: LruCache<ExperimentId, i64>,
}

// === impl Numbers ===

impl Numbers {
    pub(crate) fn new() -> Self {
        Self { writer: None, next: LruCache::new(EXPERIMENTS) }
    }

    /// Shows that the writer lives, if it has a place.
    pub(crate) async fn beat(&mut self, ready: &Ready) -> Result<()> {
        if let Some(writer) = self.writer
            && !writer.beat(ready).await?
        {
            self.lose_place();
        }
        Ok(())
    }

    /// Inserts responses, no two of which have the same id, durably. After an error nothing is known of any.
    pub(crate) async fn insert(&mut self, ready: &Ready, new: &[New<'_>]) -> Result<Vec<Outcome>> {
        let mut outcomes = vec![Outcome::Inserted; new.len()];
        let mut open: Vec<usize> = (0..new.len()).collect();
        for _ in 0..TRIES {
            open = self.try_insert(ready, new, open, &mut outcomes).await.inspect_err(|_| {
                // Numbers that were given may be taken or not: the database is asked anew.
                self.next.clear();
            })?;
            if open.is_empty() {
                return Ok(outcomes);
            }
            // Somebody else has these numbers: who shares the place, or a reader that has closed gaps.
            self.next.clear();
            self.beat(ready).await?;
        }
        Err(Error::Unavailable("responses found no free numbers".into()))
    }

    /// One bulk of the responses that are `open`; gives those that need other numbers.
    async fn try_insert(
        &mut self,
        ready: &Ready,
        new: &[New<'_>],
        open: Vec<usize>,
        outcomes: &mut [Outcome],
    ) -> Result<Vec<usize>> {
        let mut places = Vec::with_capacity(open.len());
        let mut documents = Vec::with_capacity(open.len());
        for New { experiment_id, stimulus, received_at, response } in open.iter().map(|&index| new[index]) {
            let place = self.place(ready, experiment_id).await?;
            let placed = Placed { experiment_id, place, stimulus, received_at, response };
            documents.push(placed.to_document());
            places.push(place);
        }
        if documents.is_empty() {
            return Ok(Vec::new());
        }
        let inserted = attempt(
            command::insert("storing responses", &ready.responses).of(documents.len()),
            ready.responses.insert_many(documents).ordered(false),
        )
        .await?;
        let refused = refused(inserted).map_err(|error| failed("storing responses", error))?;
        let in_the_way = look(ready, refused.iter().map(|&position| new[open[position]].response)).await?;
        let (mut holes, mut again) = (Vec::new(), Vec::new());
        for position in refused {
            let (index, place) = (open[position], places[position]);
            match in_the_way.get(&ResponseId::of(new[index].response)) {
                // The driver had repeated an insertion whose answer was lost.
                Some(found) if found.place == place && found.outcome == Outcome::Same => {}
                Some(found) => {
                    outcomes[index] = found.outcome;
                    holes.push(hole(new[index].experiment_id, place));
                }
                None => again.push(index),
            }
        }
        close(ready, holes).await?;
        Ok(again)
    }

    async fn place(&mut self, ready: &Ready, id: ExperimentId) -> Result<Place> {
        let writer = match self.writer {
            Some(writer) => writer.number,
            None => self.writer.insert(Writer::take(ready).await?).number,
        };
        let sequence = match self.next.get(&id) {
            Some(next) => *next,
            None => begin(ready, id, writer).await?,
        };
        self.next.insert(id, sequence + 1);
        Ok(Place { writer, sequence })
    }

    fn lose_place(&mut self) {
        self.writer = None;
        self.next.clear();
    }
}

/// What is stored under the ids of these responses, compared with them.
pub(crate) async fn compare<'a>(
    ready: &Ready,
    responses: impl Iterator<Item = &'a Response>,
) -> Result<HashMap<ResponseId, Outcome>> {
    let found = look(ready, responses).await?;
    Ok(found.into_iter().map(|(id, found)| (id, found.outcome)).collect())
}

/// The positions of what unique indexes refused; every other error is one of the whole bulk.
pub(crate) fn refused(inserted: mongodb::error::Result<InsertManyResult>) -> Result<Vec<usize>, DriverError> {
    let Err(error) = inserted else { return Ok(Vec::new()) };
    match &*error.kind {
        ErrorKind::InsertMany(many) if many.write_concern_error.is_none() => {
            let errors = many.write_errors.as_deref().unwrap_or_default();
            if !errors.is_empty() && errors.iter().all(|error| error.code == DUPLICATE_KEY) {
                Ok(errors.iter().map(|error| error.index).collect())
            } else {
                Err(error)
            }
        }
        _ => Err(error),
    }
}

/// The first number for an experiment that this writer has not written to yet, or not since it began.
async fn begin(ready: &Ready, id: ExperimentId, writer: i32) -> Result<i64> {
    tell(ready, id, writer, 0).await?;
    Ok(newest(ready, id, writer).await? + 1)
}

/// The highest number that this writer has given in the experiment; 0 without any.
pub(crate) async fn newest(ready: &Ready, id: ExperimentId, writer: i32) -> Result<i64> {
    let newest = ready
        .responses
        .find_one(feed_of(id, writer, doc! { "$gt": 0_i64 }))
        .projection(doc! { "_id": 0, "sequence": 1 })
        .sort(doc! { "experiment_id": -1, "writer": -1, "sequence": -1 });
    let newest = run(command::find("looking for the newest response", &ready.responses), newest).await?;
    Ok(newest.map(|newest| Stored(&newest).sequence()).transpose()?.unwrap_or(0))
}

/// What stands at the place of a response.
struct Found {
    place: Place,
    outcome: Outcome,
}

/// Only what a majority has is seen, so that "stored already" is as durable as "stored".
async fn look<'a>(
    ready: &Ready,
    responses: impl Iterator<Item = &'a Response>,
) -> Result<HashMap<ResponseId, Found>> {
    let answers: HashMap<ResponseId, &Answer> =
        responses.map(|response| (ResponseId::of(response), &response.answer)).collect();
    if answers.is_empty() {
        return Ok(HashMap::new());
    }
    let context = "comparing responses with stored ones";
    let ids: Vec<ResponseId> = answers.keys().copied().collect();
    let query = ready.responses.find(doc! { "_id": { "$in": ids } }).batch_size(ONE_ANSWER);
    let mut cursor = run(command::find(context, &ready.responses), query).await?;
    let mut found = HashMap::new();
    while let Some(document) = run(context, cursor.try_next()).await? {
        let stored = Stored(&document);
        let id = stored.id()?;
        let Some(answer) = answers.get(&id) else { continue };
        let outcome = if stored.is_empty()? {
            Outcome::Erased
        } else if stored.says(answer)? {
            Outcome::Same
        } else {
            Outcome::Different
        };
        let place = Place { writer: stored.writer()?, sequence: stored.sequence()? };
        found.insert(id, Found { place, outcome });
    }
    Ok(found)
}
