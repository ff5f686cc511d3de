//! The export: every response with what belongs to its participation.
//!
//! The feeds of all writers, merged by the time at which storage took the responses.

use std::collections::HashMap;
use std::future::IntoFuture as _;

use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use hashlink::LruCache;
use mongodb::Cursor;
use mongodb::bson::{RawDocumentBuf, doc};
use nameit_domain::feed::StoredResponse;
use nameit_domain::text::StimulusKey;
use nameit_domain::{ExperimentId, Participation, ParticipationId, ParticipationState};
use nameit_store::Result;

use crate::command;
use crate::database::{Database, Ready, run};
use crate::error::Unreadable;
use crate::response::complete::find_all;
use crate::response::document::Stored;
use crate::response::feed::writers_of;
use crate::response::insert::newest;
use crate::response::settled::{feed_of, feed_order};
use crate::stimulus;
use crate::value::time;

/// Responses in one batch at most.
const BATCH: usize = 2_048;

/// Participations that are remembered from batch to batch.
const PARTICIPATIONS: usize = 4_096;

/// The feeds of all writers, each with its next response.
pub(crate) struct Merged {
    feeds: Vec<(RawDocumentBuf, Cursor<RawDocumentBuf>)>,
}

/// All responses that are stored when the first batch is asked for.
pub(crate) fn export(
    database: Database,
    id: ExperimentId,
) -> BoxStream<'static, Result<Vec<StoredResponse>>> {
    let batches = async_stream::try_stream! {
        let ready = database.ready().await?;
        let mut merged = Merged::open(ready, id, writers_of(ready, id).await?).await?;
        let keys: HashMap<u32, StimulusKey> = stimulus::all(ready, id)
            .await?
            .into_iter()
            .map(|stimulus| (stimulus.ordinal, stimulus.key))
            .collect();
        let mut participations = LruCache::new(PARTICIPATIONS);
        loop {
            let responses = merged.batch(BATCH).await?;
            if responses.is_empty() {
                break;
            }
            get_to_know(ready, &mut participations, &responses).await?;
            let mut batch = Vec::with_capacity(responses.len());
            for response in &responses {
                let stored = Stored(response);
                let participation = participations.get(&stored.id()?.participation_id());
                let present = participation.filter(|one| one.state != ParticipationState::Withdrawn);
                if let Some(participation) = present {
                    batch.push(stored_response(stored, participation, &keys)?);
                }
            }
            if !batch.is_empty() {
                yield batch;
            }
        }
    };
    batches.boxed()
}

// === impl Merged ===

impl Merged {
    /// Opens the feeds of these writers up to what each has written by now.
    pub(crate) async fn open(ready: &Ready, id: ExperimentId, writers: Vec<i32>) -> Result<Self> {
        let mut feeds = Vec::new();
        for writer in writers {
            let end = newest(ready, id, writer).await?;
            let query = ready.responses.find(feed_of(id, writer, doc! { "$lte": end })).sort(feed_order());
            let mut cursor = run(command::find("opening a feed for export", &ready.responses), query).await?;
            if let Some(first) = next(&mut cursor).await? {
                feeds.push((first, cursor));
            }
        }
        Ok(Self { feeds })
    }

    /// The next responses, at most so many; none at the end.
    pub(crate) async fn batch(&mut self, most: usize) -> Result<Vec<RawDocumentBuf>> {
        let mut batch = Vec::new();
        while batch.len() < most {
            let mut earliest: Option<(usize, i64)> = None;
            for (index, (response, _)) in self.feeds.iter().enumerate() {
                let at = Stored(response).received_at_micros()?;
                if earliest.is_none_or(|(_, earliest)| at < earliest) {
                    earliest = Some((index, at));
                }
            }
            let Some((index, _)) = earliest else { break };
            let (response, cursor) = &mut self.feeds[index];
            batch.push(match next(cursor).await? {
                Some(following) => std::mem::replace(response, following),
                None => self.feeds.remove(index).0,
            });
        }
        Ok(batch)
    }
}

/// The next response that has content.
async fn next(cursor: &mut Cursor<RawDocumentBuf>) -> Result<Option<RawDocumentBuf>> {
    while let Some(response) = run("exporting responses", cursor.try_next().into_future()).await? {
        if !Stored(&response).is_empty()? {
            return Ok(Some(response));
        }
    }
    Ok(None)
}

async fn get_to_know(
    ready: &Ready,
    known: &mut LruCache<ParticipationId, Participation>,
    responses: &[RawDocumentBuf],
) -> Result<()> {
    let mut unknown = Vec::new();
    for response in responses {
        let id = Stored(response).id()?.participation_id();
        if known.get(&id).is_none() && unknown.last() != Some(&id) {
            unknown.push(id);
        }
    }
    for (id, found) in find_all(ready, unknown.into_iter()).await? {
        known.insert(id, found.into_domain(Vec::new())?);
    }
    Ok(())
}

fn stored_response(
    stored: Stored<'_>,
    participation: &Participation,
    keys: &HashMap<u32, StimulusKey>,
) -> Result<StoredResponse, Unreadable> {
    let ordinal = stored.stimulus()?;
    Ok(StoredResponse {
        experiment_id: participation.experiment_id,
        participation_id: participation.id,
        completed: participation.state == ParticipationState::Completed,
        completion_code: participation.completion_code.clone(),
        started_at: participation.started_at,
        url_parameters: participation.url_parameters.clone(),
        trial: stored.id()?.trial(),
        stimulus: keys.get(&ordinal).cloned().ok_or(Unreadable("stimulus of a response"))?,
        ordinal,
        answer: stored.answer()?,
        timing: stored.timing()?,
        received_at: time(stored.received_at_micros()?)?,
    })
}
