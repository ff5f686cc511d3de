//! Decisions of researchers about the analysis.
//!
//! A version is a document that is only ever inserted. The unique index over experiment, kind and version makes
//! the insertion a compare-and-set: of two who decide about the same version at once, one is refused.

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures::TryStreamExt as _;
use mongodb::Cursor;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, Uuid, doc};
use nameit_domain::{Decision, DecisionBody, DecisionKind, DecisionVersion, ExperimentId, Timestamp};
use nameit_store::decision::NewDecision;
use nameit_store::{DecisionStore, Error, Result};
use serde::{Deserialize, Serialize};

use crate::MongoStore;
use crate::command;
use crate::database::{Ready, run};
use crate::error::Unreadable;
use crate::experiment;
use crate::keep;
use crate::value::{self, micros, time, uuid};

/// A version as a document.
#[derive(Serialize, Deserialize)]
struct DecisionDocument {
    #[serde(rename = "_id")]
    id: ObjectId,
    experiment_id: Uuid,
    kind: String,
    version: i64,
    decided_at: i64,
    body: String,
}

/// The same without its body.
#[derive(Deserialize)]
struct VersionDocument {
    version: i64,
    decided_at: i64,
}

#[async_trait]
impl DecisionStore for MongoStore {
    async fn put_decision(&self, new: &NewDecision, now: Timestamp) -> Result<Decision> {
        let ready = self.database.ready().await?;
        experiment::existing(ready, new.experiment_id).await?;
        let _turn = ready.turns.wait(new.experiment_id).await?;
        let seen = find(ready, new.experiment_id, new.kind, None).await?;
        if let Some(repeated) = new.against(seen)? {
            return Ok(repeated);
        }
        let decision = new.clone().into_decision(now);
        if insert(ready, &decision).await? {
            return Ok(decision);
        }
        // Somebody has decided since: there is a later version now, so this is a repeat or a conflict.
        let latest = find(ready, new.experiment_id, new.kind, None).await?;
        Ok(new.against(latest)?.ok_or(Unreadable("latest version of a decision"))?)
    }

    async fn decision(
        &self,
        experiment_id: ExperimentId,
        kind: DecisionKind,
        version: Option<u64>,
    ) -> Result<Option<Decision>> {
        let ready = self.database.ready().await?;
        experiment::existing(ready, experiment_id).await?;
        match version.map(i64::try_from) {
            None => find(ready, experiment_id, kind, None).await,
            Some(Ok(version)) => find(ready, experiment_id, kind, Some(version)).await,
            // Nobody has decided that often.
            Some(Err(_)) => Ok(None),
        }
    }

    async fn decision_versions(
        &self,
        experiment_id: ExperimentId,
        kind: DecisionKind,
        limit: u32,
    ) -> Result<Vec<DecisionVersion>> {
        let ready = self.database.ready().await?;
        experiment::existing(ready, experiment_id).await?;
        if limit == 0 {
            return Ok(Vec::new());
        }
        let context = "listing the versions of a decision";
        let decisions = ready.decisions.clone_with_type::<VersionDocument>();
        let query = decisions
            .find(of_kind(experiment_id, kind))
            .sort(newest_first())
            .limit(i64::from(limit))
            .projection(doc! { "_id": 0, "version": 1, "decided_at": 1 });
        let cursor = run(command::find(context, &decisions), query).await?;
        let found: Vec<VersionDocument> = run(context, cursor.try_collect()).await?;
        let versions = found.into_iter().map(|found| {
            Ok(DecisionVersion { version: number(found.version)?, decided_at: time(found.decided_at)? })
        });
        Ok(versions.collect::<Result<_, Unreadable>>()?)
    }
}

/// The latest version of every kind that was ever decided, counted on the index alone.
pub(crate) async fn latest_versions(ready: &Ready, id: ExperimentId) -> Result<BTreeMap<DecisionKind, u64>> {
    let context = "reading the latest versions of decisions";
    let stages = [
        doc! { "$match": { "experiment_id": uuid(id.as_bytes()) } },
        doc! { "$group": { "_id": "$kind", "version": { "$max": "$version" } } },
    ];
    let cursor =
        run(command::aggregate(context, &ready.decisions), ready.decisions.aggregate(stages)).await?;
    let groups: Vec<Document> = run(context, cursor.try_collect()).await?;
    let versions = groups.iter().map(|group| {
        let kind = group.get_str("_id").map_err(|_| Unreadable("kind of a decision"))?;
        let version = group.get_i64("version").map_err(|_| Unreadable("version of a decision"))?;
        Ok((DecisionKind::parse(kind)?, number(version)?))
    });
    Ok(versions.collect::<Result<_, Unreadable>>()?)
}

/// Gives an experiment that is about to be made the latest decisions of another one, as version 1, and says
/// which documents these are.
pub(crate) async fn copy(ready: &Ready, original: ExperimentId, copy: ExperimentId) -> Result<Vec<ObjectId>> {
    let mut documents = Vec::new();
    for kind in DecisionKind::ALL {
        if let Some(latest) = find(ready, original, kind, None).await? {
            let decision = Decision { experiment_id: copy, version: 1, ..latest };
            documents.push(DecisionDocument::new(&decision)?);
        }
    }
    let mut copied = Vec::new();
    for document in documents {
        let id = document.id;
        if insert_document(ready, &document).await? {
            copied.push(id);
        }
    }
    Ok(copied)
}

/// Deletes copies whose experiment was not made.
pub(crate) async fn discard(ready: &Ready, copies: &[ObjectId]) {
    if copies.is_empty() {
        return;
    }
    let these = doc! { "_id": { "$in": copies } };
    let deletion = ready.decisions.delete_many(these);
    if let Err(error) = run(command::delete("deleting decisions", &ready.decisions), deletion).await {
        tracing::warn!(%error, "decisions of an experiment that does not exist stay behind");
    }
}

/// Adds a decision from an archive unless it is there.
pub(crate) async fn load(ready: &Ready, loaded: &Decision) -> Result<()> {
    experiment::must_exist(ready, loaded.experiment_id).await?;
    let latest = find(ready, loaded.experiment_id, loaded.kind, None).await?;
    let next = latest.map_or(0, |latest| latest.version) + 1;
    if loaded.version > next {
        return Err(Error::conflict("a version of a decision is missing before another one"));
    }
    if loaded.version == next {
        insert(ready, loaded).await?;
    }
    Ok(())
}

/// Every version of every decision of an experiment, kind by kind from the first to the last.
pub(crate) async fn all(ready: &Ready, id: ExperimentId) -> Result<Cursor<Document>> {
    let of_experiment = doc! { "experiment_id": uuid(id.as_bytes()) };
    let order = doc! { "experiment_id": 1, "kind": 1, "version": 1 };
    // A body may be long: few of them at once.
    let query = ready.decisions.find(of_experiment).sort(order).batch_size(8);
    run(command::find("reading decisions", &ready.decisions), query).await
}

/// The decision in a document.
pub(crate) fn read(document: Document) -> Result<Decision, Unreadable> {
    value::read::<DecisionDocument>("decision", document)?.try_into()
}

async fn find(
    ready: &Ready,
    id: ExperimentId,
    kind: DecisionKind,
    version: Option<i64>,
) -> Result<Option<Decision>> {
    let mut these = of_kind(id, kind);
    if let Some(version) = version {
        these.insert("version", version);
    }
    let query = ready.decisions.find_one(these).sort(newest_first());
    let found = run(command::find("reading a decision", &ready.decisions), query).await?;
    Ok(found.map(read).transpose()?)
}

/// Keeps a version; `false` when there is one with its number.
async fn insert(ready: &Ready, decision: &Decision) -> Result<bool> {
    insert_document(ready, &DecisionDocument::new(decision)?).await
}

async fn insert_document(ready: &Ready, document: &DecisionDocument) -> Result<bool> {
    let decisions = ready.decisions.clone_with_type::<DecisionDocument>();
    keep::insert(&decisions, "keeping a decision", document).await
}

fn of_kind(id: ExperimentId, kind: DecisionKind) -> Document {
    doc! { "experiment_id": uuid(id.as_bytes()), "kind": kind.as_str() }
}

/// The order of the index, backwards.
fn newest_first() -> Document {
    doc! { "experiment_id": -1, "kind": -1, "version": -1 }
}

fn number(version: i64) -> Result<u64, Unreadable> {
    u64::try_from(version).map_err(|_| Unreadable("version of a decision"))
}

// === impl DecisionDocument ===

impl DecisionDocument {
    fn new(decision: &Decision) -> Result<Self, Unreadable> {
        Ok(Self {
            id: ObjectId::new(),
            experiment_id: uuid(decision.experiment_id.as_bytes()),
            kind: decision.kind.as_str().to_owned(),
            version: i64::try_from(decision.version).map_err(|_| Unreadable("version of a decision"))?,
            decided_at: micros(decision.decided_at),
            body: decision.body.as_str().to_owned(),
        })
    }
}

impl TryFrom<DecisionDocument> for Decision {
    type Error = Unreadable;

    fn try_from(document: DecisionDocument) -> Result<Self, Unreadable> {
        Ok(Self {
            experiment_id: ExperimentId::from_bytes(document.experiment_id.bytes()),
            kind: DecisionKind::parse(&document.kind)?,
            version: number(document.version)?,
            body: DecisionBody::parse(document.body)?,
            decided_at: time(document.decided_at)?,
        })
    }
}
