//! Withdrawals: everything that came from a participant goes.
//!
//! In this order, each step durable before the next and each harmless when repeated:
//!
//! 1. a note that an erasure is under way;
//! 2. the participation is `withdrawn` and loses what came from the participant;
//! 3. its responses lose their content;
//! 4. the experiment's epoch counts up, so that every reader of its feed begins again;
//! 5. the note says that it is done.
//!
//! A process that ends half-way leaves its note, and any other one finishes the work. A response that another
//! process was just inserting may land after step 3; that process looks at the participation once more before
//! it acknowledges, and erases what it has inserted. Should it end before it looks, the note still stands:
//! notes are gone through again and again until nothing that was under way then can be under way any more.
//!
//! The epoch counts up *after* the content is gone: who begins to read under the new epoch finds none of it,
//! and who read under the old one begins again.

use std::time::Duration;

use futures::TryStreamExt as _;
use mongodb::bson::{Document, doc};
use nameit_domain::{Clock as _, ExperimentId, ParticipationId, ParticipationState, SystemClock, Timestamp};
use nameit_store::{Error, Result};

use crate::command;
use crate::database::{Ready, run};
use crate::error::Unreadable;
use crate::keep;
use crate::participation;
use crate::response::document::{EMPTY, emptying, of_participation};
use crate::value::{as_uuid, micros, uuid};

/// How long whoever has left a note is not disturbed: longer than a withdrawal may take.
const NOTE_RESTS: Duration = Duration::from_secs(40);

/// How long a note stays: far longer than an operation of another process may still be on its way.
const NOTE_STAYS: Duration = Duration::from_mins(15);

/// Withdraws a participation.
pub(crate) async fn withdraw(ready: &Ready, id: ParticipationId, now: Timestamp) -> Result<()> {
    let Some(found) = participation::find(ready, id).await? else {
        return Err(Error::NotFound { what: "participation" });
    };
    let experiment_id = found.experiment_id();
    if found.state()? == ParticipationState::Withdrawn && !is_under_way(ready, id).await? {
        return Ok(());
    }
    note(ready, id, experiment_id).await?;
    let context = "withdrawing a participation";
    let this =
        doc! { "_id": uuid(id.as_bytes()), "state": { "$ne": ParticipationState::Withdrawn.as_str() } };
    let mut withdrawn = withdrawing();
    let state = ParticipationState::Withdrawn.as_str();
    withdrawn.insert("$set", doc! { "state": state, "withdrawn_at": micros(now) });
    run(command::update(context, &ready.participations), ready.participations.update_one(this, withdrawn))
        .await?;
    empty_responses(ready, id).await?;
    count_up_epoch(ready, experiment_id).await?;
    let done = doc! { "$set": { "done": true } };
    run(
        command::update(context, &ready.erasures),
        ready.erasures.update_one(doc! { "_id": uuid(id.as_bytes()) }, done),
    )
    .await?;
    Ok(())
}

/// Withdraws a participation because an archive says so. When it happened stands in the audit trail.
pub(crate) async fn load(ready: &Ready, id: ParticipationId) -> Result<()> {
    let Some(found) = participation::find(ready, id).await? else {
        return Err(Error::NotFound { what: "participation" });
    };
    let this = doc! { "_id": uuid(id.as_bytes()) };
    let mut withdrawn = withdrawing();
    withdrawn.insert("$set", doc! { "state": ParticipationState::Withdrawn.as_str() });
    run(
        command::update("loading a withdrawal", &ready.participations),
        ready.participations.update_one(this, withdrawn),
    )
    .await?;
    erase(ready, id, found.experiment_id()).await
}

/// Takes from a participation what came from the participant.
fn withdrawing() -> Document {
    doc! { "$unset": { "completion_code": "", "completed_at": "", "url_parameters": "", "environment": "" } }
}

/// Erases responses of a participation that was withdrawn already, wherever they came from.
pub(crate) async fn erase(ready: &Ready, id: ParticipationId, experiment_id: ExperimentId) -> Result<()> {
    if empty_responses(ready, id).await? {
        count_up_epoch(ready, experiment_id).await?;
    }
    Ok(())
}

/// Goes through the notes: finishes what was broken off, looks again for what came late.
pub(crate) async fn go_through_notes(ready: &Ready) -> Result<()> {
    let context = "going through withdrawals";
    let before = |age: Duration| micros(SystemClock.now()) - age.as_micros() as i64;
    let notes = ready.erasures.find(doc! { "at": { "$lt": before(NOTE_RESTS) } });
    let notes: Vec<Document> =
        run(command::find(context, &ready.erasures), async { notes.await?.try_collect().await }).await?;
    for note in notes {
        let Note { id, experiment_id, at, done } =
            Note::read(&note).ok_or(Unreadable("note of a withdrawal"))?;
        if done {
            erase(ready, id, experiment_id).await?;
        } else {
            withdraw(ready, id, SystemClock.now()).await?;
        }
        if at < before(NOTE_STAYS) {
            run(
                command::delete(context, &ready.erasures),
                ready.erasures.delete_one(doc! { "_id": uuid(id.as_bytes()) }),
            )
            .await?;
        }
    }
    Ok(())
}

/// A note of a withdrawal.
struct Note {
    id: ParticipationId,
    experiment_id: ExperimentId,
    at: i64,
    done: bool,
}

// === impl Note ===

impl Note {
    fn read(note: &Document) -> Option<Self> {
        Some(Self {
            id: ParticipationId::from_bytes(as_uuid(note.get("_id")?)?.bytes()),
            experiment_id: ExperimentId::from_bytes(as_uuid(note.get("experiment_id")?)?.bytes()),
            at: note.get_i64("at").ok()?,
            done: note.get_bool("done").ok()?,
        })
    }
}

async fn is_under_way(ready: &Ready, id: ParticipationId) -> Result<bool> {
    let note = doc! { "_id": uuid(id.as_bytes()), "done": false };
    Ok(run(
        command::find("looking for a withdrawal under way", &ready.erasures),
        ready.erasures.find_one(note),
    )
    .await?
    .is_some())
}

async fn note(ready: &Ready, id: ParticipationId, experiment_id: ExperimentId) -> Result<()> {
    let note = doc! {
        "_id": uuid(id.as_bytes()),
        "experiment_id": uuid(experiment_id.as_bytes()),
        "at": micros(SystemClock.now()),
        "done": false,
    };
    keep::insert(&ready.erasures, "noting a withdrawal", &note).await.map(drop)
}

/// Takes the content from all responses of a participation; whether there was any.
async fn empty_responses(ready: &Ready, id: ParticipationId) -> Result<bool> {
    let mut with_content = of_participation(id);
    with_content.insert("kind", doc! { "$lt": EMPTY });
    let emptied = ready.responses.update_many(with_content, emptying());
    Ok(run(command::update("erasing responses", &ready.responses), emptied).await?.modified_count > 0)
}

async fn count_up_epoch(ready: &Ready, id: ExperimentId) -> Result<()> {
    let this = doc! { "_id": uuid(id.as_bytes()) };
    let counted = ready.experiments.update_one(this, doc! { "$inc": { "epoch": 1_i64 } });
    run(command::update("counting up the epoch of a feed", &ready.experiments), counted).await?;
    Ok(())
}
