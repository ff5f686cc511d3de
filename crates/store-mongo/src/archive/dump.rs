//! The dump. There is no snapshot of a whole database, so the order of reading makes it consistent.
//!
//! Experiments are listed before researchers are read, so every owner is there. Of an experiment, first its
//! own document is read; a draft has no participations, whatever it becomes meanwhile. Then its
//! participations: one that is completed has all its responses by then. Then the responses, up to the end
//! that the feed has by then; those of participations that began later are passed over. At last it is seen
//! who withdrew meanwhile.

use std::collections::{HashMap, HashSet};

use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use mongodb::Cursor;
use mongodb::bson::{Document, doc};
use nameit_domain::{
    Experiment, ExperimentId, ExperimentState, ParticipationId, ParticipationState, ResearcherId, Response,
    Stimulus,
};
use nameit_store::archive::{ArchivedExperiment, ArchivedResponse, Record, SigningKey};
use nameit_store::{Error, Result};
use serde::de::DeserializeOwned;

use super::history;
use crate::command;
use crate::database::{Database, Ready, run};
use crate::error::Unreadable;
use crate::experiment::{ExperimentDocument, LOOKS};
use crate::participation::document::ParticipationDocument;
use crate::response::{Merged, Stored, writers};
use crate::value::{as_uuid, time, uuid};
use crate::{decision, experiment, image, researcher, session, stimulus, system, visit};

const CONTEXT: &str = "reading everything";

/// Responses that are read at once.
const BATCH: usize = 1_024;

/// Everything in the database.
pub(super) fn dump(database: Database) -> BoxStream<'static, Result<Record>> {
    let records = async_stream::try_stream! {
        let ready = database.ready().await?;
        let experiments = experiment_ids(ready).await?;
        if let Some(key) = system::stored_signing_key(ready).await? {
            yield Record::SigningKey(SigningKey(key));
        }
        let mut researchers: HashSet<ResearcherId> = HashSet::new();
        let mut accounts = all(&ready.researchers).await?;
        while let Some(document) = next(&mut accounts).await? {
            let credentials = researcher::read(document)?;
            researchers.insert(credentials.researcher.id);
            yield Record::Researcher(credentials);
        }
        let mut sessions = all(&ready.sessions).await?;
        while let Some(document) = next(&mut sessions).await? {
            let session = session::read(document)?;
            if researchers.contains(&session.researcher_id) {
                yield Record::Session(session);
            }
        }
        for id in experiments {
            let mut records = everything_of(ready, id);
            while let Some(record) = records.try_next().await? {
                yield record;
            }
        }
        // An image is stored before the stimulus that refers to it, so none is missing.
        let mut images = run(command::images(CONTEXT, "find"), ready.images.find(doc! {}).sort(doc! { "_id": 1 })).await?;
        while let Some(file) = next(&mut images).await? {
            yield Record::Image(image::read(ready, file).await?);
        }
    };
    records.boxed()
}

/// An experiment with all that belongs to it.
fn everything_of(ready: &Ready, id: ExperimentId) -> BoxStream<'_, Result<Record>> {
    let records = async_stream::try_stream! {
        let (read, stimuli) = with_stimuli(ready, id).await?;
        let state = read.state()?;
        let deleted_at = read.deleted_at.map(time).transpose()?;
        let experiment = Experiment { stimulus_count: 0, ..Experiment::try_from(read)? };
        yield Record::Experiment(ArchivedExperiment { experiment, deleted_at });
        for stimulus in stimuli {
            yield Record::Stimulus { experiment_id: id, stimulus };
        }
        let mut withdrawn_at = Vec::new();
        if state != ExperimentState::Draft {
            let mut states: HashMap<ParticipationId, ParticipationState> = HashMap::new();
            let of_experiment = doc! { "experiment_id": uuid(id.as_bytes()) };
            let mut found = participations(ready, of_experiment).await?;
            while let Some(participation) = next(&mut found).await? {
                states.insert(participation.id(), participation.state()?);
                yield Record::Participation(participation.into_domain(Vec::new())?);
            }
            // The writers as they are now: one that came later wrote what is passed over anyway.
            let writers = writers(&stored(ready, id).await?)?.into_keys().collect();
            let mut responses = Merged::open(ready, id, writers).await?;
            loop {
                let batch = responses.batch(BATCH).await?;
                if batch.is_empty() {
                    break;
                }
                for document in batch {
                    let response = archived(Stored(&document))?;
                    let participation = states.get(&response.response.participation_id);
                    if participation.is_some_and(|state| *state != ParticipationState::Withdrawn) {
                        yield Record::Response(response);
                    }
                }
            }
            for (id, at) in withdrawn(ready, id).await? {
                withdrawn_at.extend(at);
                if states.get(&id).is_some_and(|state| *state != ParticipationState::Withdrawn) {
                    yield Record::Withdrawal(id);
                }
            }
        }
        for entry in history::trail(&stored(ready, id).await?, id, withdrawn_at)? {
            yield Record::Audit(entry);
        }
        let mut decisions = decision::all(ready, id).await?;
        while let Some(document) = next(&mut decisions).await? {
            yield Record::Decision(decision::read(document)?);
        }
        for visits in visit::all(ready, id).await? {
            yield Record::Visits(visits);
        }
    };
    records.boxed()
}

/// An experiment, in the trash or not, and the stimuli that it had at that time.
async fn with_stimuli(ready: &Ready, id: ExperimentId) -> Result<(ExperimentDocument, Vec<Stimulus>)> {
    for _ in 0..LOOKS {
        let seen = experiment::find_any(ready, id).await?.ok_or(Unreadable("experiment"))?;
        if let Some(stimuli) = stimulus::of(ready, &seen).await? {
            return Ok((seen, stimuli));
        }
    }
    Err(Error::Internal { context: CONTEXT, source: Box::new(Unreadable("page of stimuli")) })
}

/// An experiment as it is stored now, with its history and the writers of its feed.
async fn stored(ready: &Ready, id: ExperimentId) -> Result<Document> {
    let found = ready.experiments.find_one(doc! { "_id": uuid(id.as_bytes()) });
    Ok(run(command::find(CONTEXT, &ready.experiments), found).await?.ok_or(Unreadable("experiment"))?)
}

async fn experiment_ids(ready: &Ready) -> Result<Vec<ExperimentId>> {
    let query = ready.experiments.find(doc! {}).sort(doc! { "_id": 1 }).projection(doc! { "_id": 1 });
    let found: Vec<Document> =
        run(command::find(CONTEXT, &ready.experiments), async { query.await?.try_collect().await }).await?;
    let ids = found.iter().map(|document| {
        let id = document.get("_id").and_then(as_uuid);
        id.map(|id| ExperimentId::from_bytes(id.bytes())).ok_or(Unreadable("id of an experiment"))
    });
    Ok(ids.collect::<Result<_, _>>()?)
}

/// The withdrawn participations of an experiment, and when they were withdrawn where that happened here.
async fn withdrawn(ready: &Ready, id: ExperimentId) -> Result<Vec<(ParticipationId, Option<i64>)>> {
    let state = ParticipationState::Withdrawn.as_str();
    let these = doc! { "experiment_id": uuid(id.as_bytes()), "state": state };
    let cursor = participations(ready, these).await?;
    let found: Vec<ParticipationDocument> = run(CONTEXT, cursor.try_collect()).await?;
    Ok(found.iter().map(|participation| (participation.id(), participation.withdrawn_at)).collect())
}

/// Participations of one experiment in an order that no change of theirs touches: in the order in which they
/// are stored, or in that of their states, one that changes meanwhile can come twice or not at all.
async fn participations(ready: &Ready, these: Document) -> Result<Cursor<ParticipationDocument>> {
    let participations = ready.participations.clone_with_type::<ParticipationDocument>();
    let query = participations.find(these).sort(doc! { "experiment_id": 1, "_id": 1 });
    run(command::find(CONTEXT, &participations), query).await
}

async fn all(collection: &mongodb::Collection<Document>) -> Result<Cursor<Document>> {
    run(command::find(CONTEXT, collection), collection.find(doc! {}).sort(doc! { "_id": 1 })).await
}

async fn next<T: DeserializeOwned>(cursor: &mut Cursor<T>) -> Result<Option<T>> {
    run(CONTEXT, cursor.try_next()).await
}

fn archived(stored: Stored<'_>) -> Result<ArchivedResponse, Unreadable> {
    let id = stored.id()?;
    let response = Response {
        participation_id: id.participation_id(),
        trial: id.trial(),
        answer: stored.answer()?,
        timing: stored.timing()?,
    };
    Ok(ArchivedResponse { response, received_at: time(stored.received_at_micros()?)? })
}
