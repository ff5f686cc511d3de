//! Stimuli, as pages that are never changed.
//!
//! An experiment lists its pages; a change writes new pages, then puts their ids into the list by one
//! [`exchange`] that names the revision that was read, then deletes the pages that were replaced. So a change
//! happens all or not at all, readers see one state or the other, and of two changes at once the second
//! begins again. Who reads a list and misses a page of it reads a list that is no longer true, and looks
//! again. Pages of a process that died before its exchange are in no list; changes of state sweep them away.

use std::collections::HashSet;

use async_trait::async_trait;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};
use nameit_domain::image::{ImageBytes, ImageHash};
use nameit_domain::stimulus::{STIMULI_MAX, Stimulus};
use nameit_domain::text::StimulusKey;
use nameit_domain::{ExperimentId, ExperimentState, Timestamp};
use nameit_store::{Error, Result, StimulusStore};

use crate::command;
use crate::database::{Ready, run};
use crate::error::{Contended, Unreadable};
use crate::experiment::{ExperimentDocument, LOOKS, exchange, existing, find, find_any};
use crate::value::{micros, uuid};
use crate::{MongoStore, image};

use edit::{Change, Edit};
use page::Page;

mod edit;
mod page;

/// A page that is in no list after so many seconds will never be in one: no change takes nearly as long.
const ABANDONED_AFTER_SECONDS: u32 = 3600;

#[async_trait]
impl StimulusStore for MongoStore {
    async fn put_stimuli(
        &self,
        experiment_id: ExperimentId,
        stimuli: &[Stimulus],
        now: Timestamp,
    ) -> Result<Vec<Stimulus>> {
        let ready = self.database.ready().await?;
        let _turn = ready.turns.wait(experiment_id).await?;
        for _ in 0..LOOKS {
            let seen = draft(ready, experiment_id).await?;
            let keys = stimuli.iter().map(|stimulus| &stimulus.key);
            let Some(read) = pages_to_put(ready, &seen, keys).await? else { continue };
            let mut edit = Edit::new(&seen.stimulus_pages, count(&seen)?, read);
            let mut stored = stimuli.to_vec();
            for stimulus in &mut stored {
                edit.put(stimulus);
            }
            let change = edit.finish();
            if change.count > STIMULI_MAX {
                return Err(Error::conflict(format!("an experiment has at most {STIMULI_MAX} stimuli")));
            }
            let set = doc! { "updated_at": micros(now) };
            if apply(ready, "putting stimuli", &seen, change, set, None).await?.is_some() {
                return Ok(stored);
            }
        }
        Err(Contended.into())
    }

    async fn stimulus(&self, experiment_id: ExperimentId, key: &StimulusKey) -> Result<Option<Stimulus>> {
        let ready = self.database.ready().await?;
        let Some(mut seen) = find(ready, experiment_id).await? else { return Ok(None) };
        for _ in 0..LOOKS {
            let pages = page::with_keys(ready, &seen.stimulus_pages, std::iter::once(key)).await?;
            let found = pages.into_iter().flat_map(|page| page.stimuli).find(|stimulus| stimulus.key == *key);
            if found.is_some() {
                return Ok(found);
            }
            // It may have stood in a page that was replaced between the two looks.
            let Some(now) = find(ready, experiment_id).await? else { return Ok(None) };
            if now.revision == seen.revision {
                return Ok(None);
            }
            seen = now;
        }
        Err(Contended.into())
    }

    async fn stimuli(&self, experiment_id: ExperimentId) -> Result<Vec<Stimulus>> {
        let ready = self.database.ready().await?;
        all(ready, experiment_id).await
    }

    async fn delete_stimulus(
        &self,
        experiment_id: ExperimentId,
        key: &StimulusKey,
        now: Timestamp,
    ) -> Result<()> {
        let ready = self.database.ready().await?;
        let _turn = ready.turns.wait(experiment_id).await?;
        let mut missed_at = None;
        for _ in 0..LOOKS {
            let seen = draft(ready, experiment_id).await?;
            if missed_at == Some(seen.revision) {
                return Err(Error::NotFound { what: "stimulus" });
            }
            let read = page::with_keys(ready, &seen.stimulus_pages, std::iter::once(key)).await?;
            let edit = Edit::new(&seen.stimulus_pages, count(&seen)?, read);
            let Some(change) = edit.remove(key) else {
                // It may have stood in a page that was replaced between the two looks.
                missed_at = Some(seen.revision);
                continue;
            };
            let set = doc! { "updated_at": micros(now) };
            if apply(ready, "deleting a stimulus", &seen, change, set, None).await?.is_some() {
                return Ok(());
            }
        }
        Err(Contended.into())
    }

    async fn put_image(&self, image: &ImageBytes) -> Result<()> {
        image::put(self.database.ready().await?, image).await
    }

    async fn image(&self, hash: &ImageHash) -> Result<Option<ImageBytes>> {
        image::get(self.database.ready().await?, hash).await
    }
}

/// All stimuli of an experiment by ordinal; none when there is no such experiment.
pub(crate) async fn all(ready: &Ready, experiment_id: ExperimentId) -> Result<Vec<Stimulus>> {
    let whole = whole(ready, experiment_id).await?;
    Ok(whole.into_iter().flat_map(|(_, pages)| pages).flat_map(|page| page.stimuli).collect())
}

/// The stimuli that an experiment had when it was `seen`; `None` when they were changed meanwhile.
pub(crate) async fn of(ready: &Ready, seen: &ExperimentDocument) -> Result<Option<Vec<Stimulus>>> {
    let pages = page::all(ready, &seen.stimulus_pages).await?;
    Ok(pages.map(|pages| pages.into_iter().flat_map(|page| page.stimuli).collect()))
}

/// Adds stimuli from an archive, with their ordinals, unless they are there.
pub(crate) async fn load(ready: &Ready, id: ExperimentId, stimuli: Vec<Stimulus>) -> Result<()> {
    let seen = find_any(ready, id).await?.ok_or(Error::NotFound { what: "experiment" })?;
    let keys = stimuli.iter().map(|stimulus| &stimulus.key);
    let stored = page::with_keys(ready, &seen.stimulus_pages, keys).await?;
    let stored: HashSet<StimulusKey> =
        stored.into_iter().flat_map(|page| page.stimuli).map(|stimulus| stimulus.key).collect();
    let new: Vec<Stimulus> = stimuli.into_iter().filter(|stimulus| !stored.contains(&stimulus.key)).collect();
    let pages: Vec<Page> = new
        .chunks(page::PAGE_STIMULI)
        .map(|stimuli| Page { id: ObjectId::new(), stimuli: stimuli.to_vec() })
        .collect();
    page::insert(ready, seen.id, &pages).await?;
    let count = count(&seen)? + new.len();
    let listed = doc! {
        "$set": { "stimulus_count": i32::try_from(count).map_err(|_| Unreadable("number of stimuli"))? },
        "$push": { "stimulus_pages": { "$each": pages.iter().map(|page| page.id).collect::<Vec<_>>() } },
        "$inc": { "revision": 1_i64 },
    };
    let update = ready.experiments.update_one(doc! { "_id": seen.id }, listed);
    run(command::update("loading stimuli", &ready.experiments), update).await.map(drop)
}

/// Stores pages with the stimuli of `original` for an experiment that does not exist yet; how many stimuli,
/// and the list of the pages.
pub(crate) async fn copy(
    ready: &Ready,
    original: ExperimentId,
    copy: ExperimentId,
) -> Result<(i32, Vec<ObjectId>)> {
    let (seen, pages) = whole(ready, original).await?.ok_or(Error::NotFound { what: "experiment" })?;
    let pages: Vec<Page> = pages.into_iter().map(|page| Page { id: ObjectId::new(), ..page }).collect();
    page::insert(ready, uuid(copy.as_bytes()), &pages).await?;
    Ok((seen.stimulus_count, pages.iter().map(|page| page.id).collect()))
}

/// Deletes pages that no experiment lists, or no longer.
pub(crate) async fn discard(ready: &Ready, pages: &[ObjectId]) {
    tidied(page::delete(ready, pages).await);
}

/// Numbers the stimuli without gaps and sets fields of the experiment, in one; `None` when somebody changed
/// it since it was `seen`.
pub(crate) async fn close_gaps(
    ready: &Ready,
    seen: &ExperimentDocument,
    set: Document,
    action: Document,
) -> Result<Option<ExperimentDocument>> {
    let Some(pages) = page::all(ready, &seen.stimulus_pages).await? else { return Ok(None) };
    let change = Edit::new(&seen.stimulus_pages, count(seen)?, pages).close_gaps();
    apply(ready, "publishing an experiment", seen, change, set, Some(action)).await
}

/// Deletes what earlier changes of an experiment's stimuli left behind.
pub(crate) async fn sweep(ready: &Ready, experiment: &ExperimentDocument) {
    let abandoned = doc! {
        "experiment_id": experiment.id,
        "_id": { "$nin": &experiment.stimulus_pages, "$lt": made_before(ABANDONED_AFTER_SECONDS) },
    };
    tidied(
        run(
            command::delete("deleting stimuli", &ready.stimulus_pages),
            ready.stimulus_pages.delete_many(abandoned),
        )
        .await
        .map(drop),
    );
}

/// An experiment and all its pages, as they were at one time.
async fn whole(ready: &Ready, id: ExperimentId) -> Result<Option<(ExperimentDocument, Vec<Page>)>> {
    let mut missed_at = None;
    for _ in 0..LOOKS {
        let Some(seen) = find(ready, id).await? else { return Ok(None) };
        if let Some(pages) = page::all(ready, &seen.stimulus_pages).await? {
            return Ok(Some((seen, pages)));
        }
        if missed_at == Some(seen.revision) {
            return Err(Unreadable("page of stimuli").into());
        }
        missed_at = Some(seen.revision);
    }
    Err(Contended.into())
}

async fn draft(ready: &Ready, id: ExperimentId) -> Result<ExperimentDocument> {
    let seen = existing(ready, id).await?;
    if seen.state()? == ExperimentState::Draft {
        Ok(seen)
    } else {
        Err(Error::conflict("the stimuli of a published experiment are frozen; make a new version"))
    }
}

/// The pages that stimuli with these keys change: those that have one of them, and the last one; `None` when
/// that was replaced meanwhile.
async fn pages_to_put<'a>(
    ready: &Ready,
    seen: &ExperimentDocument,
    keys: impl Iterator<Item = &'a StimulusKey>,
) -> Result<Option<Vec<Page>>> {
    let mut read = page::with_keys(ready, &seen.stimulus_pages, keys).await?;
    if let Some(last) = seen.stimulus_pages.last()
        && !read.iter().any(|page| page.id == *last)
    {
        let Some(last) = page::all(ready, std::slice::from_ref(last)).await? else { return Ok(None) };
        read.extend(last);
    }
    Ok(Some(read))
}

/// Stores the new pages, exchanges the list, deletes the pages that are in no list any more.
async fn apply(
    ready: &Ready,
    context: &'static str,
    seen: &ExperimentDocument,
    change: Change,
    mut set: Document,
    action: Option<Document>,
) -> Result<Option<ExperimentDocument>> {
    page::insert(ready, seen.id, &change.new).await?;
    set.insert("stimulus_count", i32::try_from(change.count).map_err(|_| Unreadable("number of stimuli"))?);
    set.insert("stimulus_pages", change.list);
    // When this fails, it may have happened all the same: then the new pages must stay.
    let changed = exchange(ready, context, seen, set, action).await?;
    if changed.is_some() {
        discard(ready, &change.replaced).await;
    } else {
        let new: Vec<ObjectId> = change.new.iter().map(|page| page.id).collect();
        discard(ready, &new).await;
    }
    Ok(changed)
}

/// The change is made or refused by now, whatever became of pages that are in no list: they harm nobody, and
/// the next change of state sweeps them away.
fn tidied(deleted: Result<()>) {
    if let Err(error) = deleted {
        tracing::warn!(%error, "stimulus pages that no experiment lists stay behind for now");
    }
}

/// An id such as were made so many seconds ago, at the earliest of the second.
fn made_before(seconds: u32) -> ObjectId {
    let [first, second, third, fourth, ..] = ObjectId::new().bytes();
    let now = u32::from_be_bytes([first, second, third, fourth]);
    ObjectId::from_parts(now.saturating_sub(seconds), [0; 5], [0; 3])
}

fn count(seen: &ExperimentDocument) -> Result<usize, Unreadable> {
    usize::try_from(seen.stimulus_count).map_err(|_| Unreadable("number of stimuli"))
}
