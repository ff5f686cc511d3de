//! Completion of participations.

use std::collections::HashMap;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use mongodb::bson::doc;
use nameit_domain::{ExperimentId, ParticipationId, ParticipationState, Timestamp};
use nameit_store::Result;
use nameit_store::participation::Completion;

use crate::command;
use crate::database::{ONE_ANSWER, Ready, run};
use crate::participation::document::ParticipationDocument;
use crate::participation::{answered, find};
use crate::value::{micros, uuid};

/// Completions that are worked on at once.
const AT_ONCE: usize = 8;

/// A participation that is to be completed.
#[derive(Clone, Copy)]
pub(crate) struct Complete<'a> {
    pub(crate) id: ParticipationId,
    /// The code to give if it has none yet.
    pub(crate) code: &'a str,
}

/// What became of it.
pub(crate) struct Completed {
    pub(crate) completion: Option<Completion>,
    /// The experiment, if its totals are different now.
    pub(crate) changed: Option<ExperimentId>,
}

/// Completes participations, each of which stands there once. The outcomes are in the same order.
pub(crate) async fn complete(
    ready: &Ready,
    completes: &[Complete<'_>],
    now: Timestamp,
) -> Result<Vec<Completed>> {
    if completes.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = find_all(ready, completes.iter().map(|complete| complete.id)).await?;
    let all: Vec<_> = completes
        .iter()
        .map(|complete| {
            let found = found.remove(&complete.id);
            one(ready, *complete, found, now)
        })
        .collect();
    stream::iter(all).buffered(AT_ONCE).try_collect().await
}

/// The participations with these ids.
pub(crate) async fn find_all(
    ready: &Ready,
    ids: impl Iterator<Item = ParticipationId>,
) -> Result<HashMap<ParticipationId, ParticipationDocument>> {
    let ids: Vec<_> = ids.map(|id| uuid(id.as_bytes())).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let context = "reading participations";
    let participations = ready.participations.clone_with_type::<ParticipationDocument>();
    let query = participations.find(doc! { "_id": { "$in": ids } }).batch_size(ONE_ANSWER);
    let cursor = run(command::find(context, &participations), query).await?;
    run(context, cursor.map_ok(|found| (found.id(), found)).try_collect()).await
}

async fn one(
    ready: &Ready,
    complete: Complete<'_>,
    found: Option<ParticipationDocument>,
    now: Timestamp,
) -> Result<Completed> {
    let unchanged = |completion| Completed { completion, changed: None };
    let Some(found) = found else { return Ok(unchanged(None)) };
    if found.state()? != ParticipationState::Started {
        return Ok(unchanged(earlier(found)?));
    }
    let answered = answered(ready, complete.id).await?;
    let trials = found.order()?.len();
    if answered.len() < trials {
        let missing = (0..trials as u32).filter(|trial| answered.binary_search(trial).is_err()).collect();
        return Ok(unchanged(Some(Completion::Missing(missing))));
    }
    let started = doc! { "_id": found.id, "state": ParticipationState::Started.as_str() };
    let completed = doc! { "$set": {
        "state": ParticipationState::Completed.as_str(),
        "completion_code": complete.code,
        "completed_at": micros(now),
    } };
    let updated = run(
        command::update("completing a participation", &ready.participations),
        ready.participations.update_one(started, completed),
    )
    .await?;
    if updated.matched_count == 1 {
        let completion = Some(Completion::Complete { completion_code: complete.code.to_owned() });
        return Ok(Completed { completion, changed: Some(found.experiment_id()) });
    }
    // Somebody else was quicker, and completed or withdrew it.
    let found = find(ready, complete.id).await?;
    Ok(unchanged(found.map(earlier).transpose()?.flatten()))
}

/// What completing gives when the participation is completed or withdrawn already.
fn earlier(found: ParticipationDocument) -> Result<Option<Completion>> {
    Ok(match found.state()? {
        ParticipationState::Completed => {
            found.completion_code.map(|completion_code| Completion::Complete { completion_code })
        }
        ParticipationState::Started | ParticipationState::Withdrawn => None,
    })
}
