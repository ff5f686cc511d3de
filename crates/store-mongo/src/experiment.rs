//! Experiments.
//!
//! What must change together stands in one document: state, list of stimulus pages, history, feed. Whoever
//! changes state or stimuli names the revision that was looked at; of two at once, the first one's change
//! makes the second look again ([`exchange`]). What needs no look is one update whose filter says all that
//! must hold.

use async_trait::async_trait;
use futures::TryStreamExt as _;
use mongodb::bson::{Document, doc};
use mongodb::options::ReturnDocument;
use nameit_domain::{Experiment, ExperimentId, ExperimentState, ResearcherId, Timestamp};
use nameit_store::experiment::{DeletedExperiment, ExperimentKey};
use nameit_store::{Error, ExperimentStore, Result};

use crate::command;
use crate::database::{Ready, run};
use crate::error::{Contended, Unreadable};
use crate::keep::{Kept, keep};
use crate::value::{micros, time, uuid};
use crate::{MongoStore, decision, researcher, stimulus};

pub(crate) use document::ExperimentDocument;
use document::{changed_fields, entry, projection};

mod document;

/// How often a change looks again because that of another process came first; those of this process take
/// turns.
pub(crate) const LOOKS: usize = 16;

#[async_trait]
impl ExperimentStore for MongoStore {
    async fn create_experiment(&self, experiment: &Experiment) -> Result<()> {
        let ready = self.database.ready().await?;
        researcher::check(ready, experiment.owner).await?;
        insert(ready, ExperimentDocument::new(experiment, 0, Vec::new())).await.map(drop)
    }

    async fn copy_experiment(&self, original: ExperimentId, copy: &Experiment) -> Result<()> {
        let ready = self.database.ready().await?;
        researcher::check(ready, copy.owner).await?;
        let copy = Experiment { state: ExperimentState::Draft, published_at: None, ..copy.clone() };
        let (count, pages) = stimulus::copy(ready, original, copy.id).await?;
        let decisions = decision::copy(ready, original, copy.id).await?;
        match insert(ready, ExperimentDocument::new(&copy, count, pages.clone())).await {
            Ok(kept) if kept.stimulus_pages == pages => Ok(()),
            // The same copy was made before, with pages and decisions of its own.
            Ok(_) => {
                stimulus::discard(ready, &pages).await;
                decision::discard(ready, &decisions).await;
                Ok(())
            }
            Err(error @ Error::AlreadyExists { .. }) => {
                stimulus::discard(ready, &pages).await;
                decision::discard(ready, &decisions).await;
                Err(error)
            }
            // It may have been kept, with these pages, although the answer did not come.
            Err(error) => Err(error),
        }
    }

    async fn experiment(&self, key: &ExperimentKey) -> Result<Option<Experiment>> {
        let ready = self.database.ready().await?;
        let found = match key {
            ExperimentKey::Id(id) => find(ready, *id).await?,
            ExperimentKey::Slug(slug) => find_one(ready, doc! { "slug": slug.as_str() }).await?,
        };
        Ok(found.map(Experiment::try_from).transpose()?)
    }

    async fn experiments_of(&self, owner: ResearcherId) -> Result<Vec<Experiment>> {
        let ready = self.database.ready().await?;
        let own = doc! { "owner": uuid(owner.as_bytes()), "deleted_at": null };
        let found = list(ready, "listing experiments", own, doc! { "updated_at": -1 }, 0).await?;
        Ok(found.into_iter().map(Experiment::try_from).collect::<Result<_, _>>()?)
    }

    async fn public_experiments(&self, limit: u32) -> Result<Vec<Experiment>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let ready = self.database.ready().await?;
        let public = doc! { "access": "public", "state": "published", "deleted_at": null };
        let sort = doc! { "published_at": -1 };
        let found = list(ready, "listing public experiments", public, sort, i64::from(limit)).await?;
        Ok(found.into_iter().map(Experiment::try_from).collect::<Result<_, _>>()?)
    }

    async fn update_experiment(&self, experiment: &Experiment) -> Result<()> {
        let ready = self.database.ready().await?;
        let draft = doc! {
            "_id": uuid(experiment.id.as_bytes()),
            "deleted_at": null,
            "state": ExperimentState::Draft.as_str(),
        };
        let update = ready.experiments.update_one(draft, changed_fields(experiment));
        if run(command::update("changing an experiment", &ready.experiments), update).await?.matched_count
            == 1
        {
            return Ok(());
        }
        match find(ready, experiment.id).await? {
            Some(_) => Err(Error::conflict("a published experiment is frozen; make a new version")),
            None => Err(Error::NotFound { what: "experiment" }),
        }
    }

    async fn set_experiment_state(
        &self,
        id: ExperimentId,
        state: ExperimentState,
        now: Timestamp,
    ) -> Result<Experiment> {
        let ready = self.database.ready().await?;
        let _turn = ready.turns.wait(id).await?;
        for _ in 0..LOOKS {
            let seen = existing(ready, id).await?;
            if seen.state()? == state {
                return Ok(Experiment::try_from(seen)?);
            }
            if let Some(changed) = set_state(ready, &seen, state, now).await? {
                stimulus::sweep(ready, &changed).await;
                return Ok(Experiment::try_from(changed)?);
            }
        }
        Err(Contended.into())
    }

    async fn delete_experiment(&self, id: ExperimentId, now: Timestamp) -> Result<()> {
        let ready = self.database.ready().await?;
        let present = doc! { "_id": uuid(id.as_bytes()), "deleted_at": null };
        let delete = doc! {
            "$set": { "deleted_at": micros(now) },
            "$push": { "history": entry(now, "experiment.delete") },
        };
        let updated = run(
            command::update("deleting an experiment", &ready.experiments),
            ready.experiments.update_one(present, delete),
        )
        .await?;
        if updated.matched_count == 0 { Err(Error::NotFound { what: "experiment" }) } else { Ok(()) }
    }

    async fn restore_experiment(&self, id: ExperimentId, now: Timestamp) -> Result<Experiment> {
        let ready = self.database.ready().await?;
        let deleted = doc! { "_id": uuid(id.as_bytes()), "deleted_at": { "$gt": i64::MIN } };
        let restore = doc! {
            "$unset": { "deleted_at": "" },
            "$set": { "updated_at": micros(now) },
            "$push": { "history": entry(now, "experiment.restore") },
        };
        let restored = find_and_change(ready, "restoring an experiment", deleted, restore).await?;
        Ok(restored.ok_or(Error::NotFound { what: "experiment" })?.try_into()?)
    }

    async fn deleted_experiments(&self, owner: ResearcherId) -> Result<Vec<DeletedExperiment>> {
        let ready = self.database.ready().await?;
        let deleted = doc! { "owner": uuid(owner.as_bytes()), "deleted_at": { "$gt": i64::MIN } };
        let found = list(ready, "listing the trash", deleted, doc! { "deleted_at": -1 }, 0).await?;
        Ok(found.into_iter().map(deleted_experiment).collect::<Result<_, _>>()?)
    }
}

/// The experiment with this id unless it is in the trash.
pub(crate) async fn find(ready: &Ready, id: ExperimentId) -> Result<Option<ExperimentDocument>> {
    find_one(ready, doc! { "_id": uuid(id.as_bytes()) }).await
}

/// The experiment with this id, in the trash or not.
pub(crate) async fn find_any(ready: &Ready, id: ExperimentId) -> Result<Option<ExperimentDocument>> {
    let found = ready.experiments.find_one(doc! { "_id": uuid(id.as_bytes()) }).projection(projection());
    let found = run(command::find("reading an experiment", &ready.experiments), found).await?;
    Ok(found.map(ExperimentDocument::read).transpose()?)
}

/// Fails unless there is such an experiment, in the trash or not.
pub(crate) async fn must_exist(ready: &Ready, id: ExperimentId) -> Result<ExperimentDocument> {
    find_any(ready, id).await?.ok_or(Error::NotFound { what: "experiment" })
}

/// How many stimuli an experiment has, in the trash or not.
pub(crate) async fn stimulus_count(ready: &Ready, id: ExperimentId) -> Result<u32> {
    let found = must_exist(ready, id).await?;
    Ok(u32::try_from(found.stimulus_count).map_err(|_| Unreadable("number of stimuli"))?)
}

/// Adds an experiment from an archive, without its stimuli, unless it is there.
pub(crate) async fn load(
    ready: &Ready,
    experiment: &Experiment,
    deleted_at: Option<Timestamp>,
) -> Result<()> {
    researcher::check(ready, experiment.owner).await?;
    if find_any(ready, experiment.id).await?.is_some() {
        return Ok(());
    }
    let mut document = ExperimentDocument::new(experiment, 0, Vec::new());
    document.deleted_at = deleted_at.map(micros);
    insert(ready, document).await.map(drop)
}

/// The same for who needs it.
pub(crate) async fn existing(ready: &Ready, id: ExperimentId) -> Result<ExperimentDocument> {
    find(ready, id).await?.ok_or(Error::NotFound { what: "experiment" })
}

/// Sets fields of an experiment if nobody has changed its state or its stimuli, and has not deleted it,
/// since it was `seen`; `None` when somebody has. `action` goes into its history.
pub(crate) async fn exchange(
    ready: &Ready,
    context: &'static str,
    seen: &ExperimentDocument,
    set: Document,
    action: Option<Document>,
) -> Result<Option<ExperimentDocument>> {
    let unchanged =
        doc! { "_id": seen.id, "deleted_at": null, "state": &seen.state, "revision": seen.revision };
    let mut change = doc! { "$set": set, "$inc": { "revision": 1_i64 } };
    if let Some(action) = action {
        change.insert("$push", doc! { "history": action });
    }
    find_and_change(ready, context, unchanged, change).await
}

async fn find_one(ready: &Ready, mut filter: Document) -> Result<Option<ExperimentDocument>> {
    filter.insert("deleted_at", mongodb::bson::Bson::Null);
    let found = ready.experiments.find_one(filter).projection(projection());
    let found = run(command::find("reading an experiment", &ready.experiments), found).await?;
    Ok(found.map(ExperimentDocument::read).transpose()?)
}

async fn find_and_change(
    ready: &Ready,
    context: &'static str,
    filter: Document,
    change: Document,
) -> Result<Option<ExperimentDocument>> {
    let command = ready.experiments.find_one_and_update(filter, change);
    let command = command.return_document(ReturnDocument::After).projection(projection());
    Ok(run(command::find_and_modify(context, &ready.experiments), command)
        .await?
        .map(ExperimentDocument::read)
        .transpose()?)
}

/// At most `limit` experiments; 0 means all.
async fn list(
    ready: &Ready,
    context: &'static str,
    filter: Document,
    sort: Document,
    limit: i64,
) -> Result<Vec<ExperimentDocument>> {
    let find = ready.experiments.find(filter).sort(sort).limit(limit).projection(projection());
    let found: Vec<Document> =
        run(command::find(context, &ready.experiments), async { find.await?.try_collect().await }).await?;
    Ok(found.into_iter().map(ExperimentDocument::read).collect::<Result<_, _>>()?)
}

/// Adds an experiment; a repeat with the same content is given back as it is kept.
async fn insert(ready: &Ready, new: ExperimentDocument) -> Result<ExperimentDocument> {
    let _turn = ready.turns.wait(&new.slug).await?;
    match keep(&ready.experiments, "creating an experiment", new.clone().into_new()).await? {
        Kept::Document(kept) => {
            let kept = ExperimentDocument::read(kept)?;
            if Experiment::try_from(kept.clone())? == Experiment::try_from(new)? {
                Ok(kept)
            } else {
                Err(Error::AlreadyExists { what: "experiment" })
            }
        }
        Kept::Taken => Err(Error::AlreadyExists { what: "slug" }),
    }
}

/// Goes from the state that was seen to another; `None` when somebody changed something meanwhile.
async fn set_state(
    ready: &Ready,
    seen: &ExperimentDocument,
    state: ExperimentState,
    now: Timestamp,
) -> Result<Option<ExperimentDocument>> {
    let before = seen.state()?;
    if !before.may_become(state) {
        let (from, to) = (before.as_str(), state.as_str());
        return Err(Error::conflict(format!("an experiment that is {from} cannot become {to}")));
    }
    let mut set = doc! { "state": state.as_str(), "updated_at": micros(now) };
    if state == ExperimentState::Published && seen.published_at.is_none() {
        set.insert("published_at", micros(now));
    }
    let action = entry(now, action(state));
    if before == ExperimentState::Draft {
        if seen.stimulus_count == 0 {
            return Err(Error::conflict("an experiment without stimuli cannot be published"));
        }
        stimulus::close_gaps(ready, seen, set, action).await
    } else {
        exchange(ready, "changing the state of an experiment", seen, set, Some(action)).await
    }
}

fn action(state: ExperimentState) -> &'static str {
    match state {
        ExperimentState::Draft => "experiment.draft",
        ExperimentState::Published => "experiment.publish",
        ExperimentState::Paused => "experiment.pause",
        ExperimentState::Closed => "experiment.close",
    }
}

fn deleted_experiment(document: ExperimentDocument) -> Result<DeletedExperiment, Unreadable> {
    let deleted_at = time(document.deleted_at.ok_or(Unreadable("time"))?)?;
    Ok(DeletedExperiment { experiment: document.try_into()?, deleted_at })
}
