//! The load: records of one batch, kind by kind as they stand there, each harmless when repeated.

use std::collections::HashMap;

use mongodb::bson::{Document, doc};
use nameit_domain::{
    ExperimentId, NewParticipation, Participation, ParticipationId, ParticipationState, Stimulus,
};
use nameit_store::archive::{ArchivedExperiment, ArchivedResponse, AuditEntry, Record};
use nameit_store::{Error, Result};

use super::history;
use crate::command;
use crate::database::{Ready, attempt, run};
use crate::error::{Unreadable, failed};
use crate::participation::document::ParticipationDocument;
use crate::response::{New, Numbers, find_all, refused};
use crate::value::uuid;
use crate::{decision, erasure, experiment, image, researcher, session, stimulus, system, visit};

/// Records of one kind that follow each other, gathered so that they are stored at once.
#[derive(Default)]
struct Gathered {
    stimuli: Vec<(ExperimentId, Stimulus)>,
    participations: Vec<Participation>,
    responses: Vec<ArchivedResponse>,
    entries: Vec<AuditEntry>,
}

/// Adds the records in order.
pub(super) async fn load(ready: &Ready, numbers: &mut Numbers, records: Vec<Record>) -> Result<()> {
    let mut gathered = Gathered::default();
    for record in records {
        if !gathered.takes(&record) {
            std::mem::take(&mut gathered).store(ready, numbers).await?;
        }
        match record {
            Record::SigningKey(key) => system::replace_signing_key(ready, key.0).await?,
            Record::Researcher(credentials) => researcher::load(ready, &credentials).await?,
            Record::Session(session) => session::load(ready, &session).await?,
            Record::Experiment(ArchivedExperiment { experiment, deleted_at }) => {
                experiment::load(ready, &experiment, deleted_at).await?;
            }
            Record::Stimulus { experiment_id, stimulus } => gathered.stimuli.push((experiment_id, stimulus)),
            Record::Participation(participation) => gathered.participations.push(participation),
            Record::Response(response) => gathered.responses.push(response),
            Record::Audit(entry) => gathered.entries.push(entry),
            Record::Decision(decision) => decision::load(ready, &decision).await?,
            Record::Visits(visits) => visit::load(ready, &visits).await?,
            Record::Image(image) => image::put(ready, &image).await?,
            Record::Withdrawal(id) => erasure::load(ready, id).await?,
        }
    }
    gathered.store(ready, numbers).await
}

// === impl Gathered ===

impl Gathered {
    /// Whether the record is of the kind that is being gathered, or nothing is.
    fn takes(&self, record: &Record) -> bool {
        let Self { stimuli, participations, responses, entries } = self;
        let empty = [stimuli.is_empty(), participations.is_empty(), responses.is_empty(), entries.is_empty()];
        let own = match record {
            Record::Stimulus { .. } => 0,
            Record::Participation(_) => 1,
            Record::Response(_) => 2,
            Record::Audit(_) => 3,
            _ => return empty == [true; 4],
        };
        empty.iter().enumerate().all(|(kind, empty)| kind == own || *empty)
    }

    async fn store(self, ready: &Ready, numbers: &mut Numbers) -> Result<()> {
        for (experiment_id, stimuli) in by_experiment(self.stimuli) {
            stimulus::load(ready, experiment_id, stimuli).await?;
        }
        load_participations(ready, self.participations).await?;
        load_responses(ready, numbers, &self.responses).await?;
        let entries = self.entries.into_iter().map(|entry| (entry.experiment_id, entry)).collect();
        for (experiment_id, entries) in by_experiment(entries) {
            load_entries(ready, experiment_id, &entries).await?;
        }
        Ok(())
    }
}

/// Things with the experiment that they belong to, experiment by experiment in the order in which they came.
fn by_experiment<T>(things: Vec<(ExperimentId, T)>) -> Vec<(ExperimentId, Vec<T>)> {
    let mut groups: Vec<(ExperimentId, Vec<T>)> = Vec::new();
    for (id, thing) in things {
        match groups.last_mut() {
            Some((last, group)) if *last == id => group.push(thing),
            _ => groups.push((id, vec![thing])),
        }
    }
    groups
}

async fn load_participations(ready: &Ready, participations: Vec<Participation>) -> Result<()> {
    if participations.is_empty() {
        return Ok(());
    }
    let mut stimulus_counts: HashMap<ExperimentId, u32> = HashMap::new();
    let mut documents = Vec::with_capacity(participations.len());
    for participation in participations {
        let id = participation.experiment_id;
        let stimulus_count = match stimulus_counts.get(&id) {
            Some(count) => *count,
            None => *stimulus_counts.entry(id).or_insert(experiment::stimulus_count(ready, id).await?),
        };
        documents.push(participation_document(participation, stimulus_count)?);
    }
    let collection = ready.participations.clone_with_type::<ParticipationDocument>();
    let inserted = attempt(
        command::insert("loading participations", &collection).of(documents.len()),
        collection.insert_many(documents).ordered(false),
    )
    .await?;
    refused(inserted).map_err(|error| failed("loading participations", error))?;
    Ok(())
}

fn participation_document(loaded: Participation, stimulus_count: u32) -> Result<ParticipationDocument> {
    let Participation { state, completion_code, started_at, completed_at, .. } = loaded;
    let begun = NewParticipation {
        id: loaded.id,
        experiment_id: loaded.experiment_id,
        trial_order: loaded.trial_order,
        url_parameters: loaded.url_parameters,
        environment: loaded.environment,
    };
    let order = begun.packed_order(stimulus_count).ok_or_else(|| {
        Error::conflict("the trial order of a participation does not name each stimulus once")
    })?;
    let document = ParticipationDocument::begin(&begun, &order, started_at);
    Ok(document.gone_on(state, completion_code, completed_at))
}

async fn load_responses(ready: &Ready, numbers: &mut Numbers, responses: &[ArchivedResponse]) -> Result<()> {
    if responses.is_empty() {
        return Ok(());
    }
    let mut ids: Vec<ParticipationId> =
        responses.iter().map(|archived| archived.response.participation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut known = HashMap::with_capacity(ids.len());
    for (id, found) in find_all(ready, ids.into_iter()).await? {
        known.insert(id, (found.experiment_id(), found.state()?, found.order()?));
    }
    let mut new = Vec::with_capacity(responses.len());
    for ArchivedResponse { response, received_at } in responses {
        let Some((experiment_id, state, order)) = known.get(&response.participation_id) else {
            return Err(Error::NotFound { what: "participation" });
        };
        let Some(&ordinal) = order.get(response.trial as usize) else {
            return Err(Error::conflict("a response is to a trial that its participation does not have"));
        };
        if *state != ParticipationState::Withdrawn {
            let (experiment_id, stimulus) = (*experiment_id, u32::from(ordinal));
            new.push(New { experiment_id, stimulus, received_at: *received_at, response });
        }
    }
    // What stands there already stays as it is, whatever the outcome says.
    numbers.insert(ready, &new).await?;
    Ok(())
}

async fn load_entries(ready: &Ready, id: ExperimentId, entries: &[AuditEntry]) -> Result<()> {
    let context = "loading an audit trail";
    let this = doc! { "_id": uuid(id.as_bytes()) };
    let found = ready.experiments.find_one(this.clone()).projection(doc! { "history": 1 });
    let found = run(command::find(context, &ready.experiments), found)
        .await?
        .ok_or(Error::NotFound { what: "experiment" })?;
    let mut length = found.get_array("history").map_err(|_| Unreadable("history of an experiment"))?.len();
    let mut new: Vec<Document> = Vec::new();
    for entry in entries {
        let place = entry.place as usize;
        if place > length {
            return Err(Error::conflict("an audit trail has a gap"));
        }
        if place == length {
            new.push(history::entry(entry));
            length += 1;
        }
    }
    if !new.is_empty() {
        let push = doc! { "$push": { "history": { "$each": new } } };
        run(command::update(context, &ready.experiments), ready.experiments.update_one(this, push)).await?;
    }
    Ok(())
}
