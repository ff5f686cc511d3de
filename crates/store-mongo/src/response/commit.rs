//! The hot path: a batch of starts, responses and completions.
//!
//! A batch is cut into runs of writes that do not depend on each other (nearly always it is one run), and
//! each run costs the same few round trips however long it is: states of experiments and participations are
//! read, everything is inserted at once, and participations are looked at once more for withdrawals that came
//! in between. Only then is anything acknowledged.

use std::collections::{HashMap, HashSet};

use futures::TryStreamExt as _;
use mongodb::bson::{Document, doc};
use nameit_domain::response::{Recorded, Refusal};
use nameit_domain::{
    ExperimentId, ExperimentState, NewParticipation, ParticipationId, ParticipationState, Response, Timestamp,
};
use nameit_store::participation::Started;
use nameit_store::response::{Committed, Write, Written};
use nameit_store::{Error, Result};

use crate::command;
use crate::database::{ONE_ANSWER, Ready, attempt, run};
use crate::erasure;
use crate::error::{Unreadable, failed};
use crate::participation::document::ParticipationDocument;
use crate::response::complete::{Complete, complete, find_all};
use crate::response::document::ResponseId;
use crate::response::insert::{New, Numbers, Outcome, compare, refused};
use crate::response::known::{Known, Participations};
use crate::response::runs::runs;
use crate::value::{as_uuid, uuid};

/// What one committer needs from batch to batch.
pub(crate) struct Committer {
    pub(crate) numbers: Numbers,
    participations: Participations,
    /// Participations whose responses were inserted, or may have been, and that were not looked at since.
    unsettled: HashMap<ParticipationId, ExperimentId>,
}

/// Unsettled participations at most. What is not remembered here still has the note of its withdrawal.
const UNSETTLED: usize = 64 << 10;

/// An experiment as it was when the run began.
#[derive(Debug, Clone, Copy)]
struct Experiment {
    state: ExperimentState,
    deleted: bool,
    stimulus_count: u32,
}

/// A run that is being applied.
struct Run<'a> {
    experiments: HashMap<ExperimentId, Experiment>,
    written: Vec<Option<Written>>,
    /// Positions of writes that wait for something.
    begin: Vec<(usize, &'a NewParticipation, Box<[u16]>)>,
    insert: Vec<(usize, New<'a>)>,
    /// Repeats, and responses to experiments that take nothing new: only what is stored is confirmed.
    compare: Vec<(usize, &'a Response)>,
    complete: Vec<(usize, Complete<'a>)>,
}

// === impl Committer ===

impl Committer {
    pub(crate) fn new() -> Self {
        Self { numbers: Numbers::new(), participations: Participations::new(), unsettled: HashMap::new() }
    }

    pub(crate) async fn commit(
        &mut self,
        ready: &Ready,
        writes: &[Write],
        now: Timestamp,
    ) -> Result<Committed> {
        let mut committed = Committed { written: Vec::with_capacity(writes.len()), changed: Vec::new() };
        self.participations.forget_surplus();
        for writes in runs(writes) {
            self.apply(ready, writes, now, &mut committed).await?;
        }
        committed.changed.sort_unstable();
        committed.changed.dedup();
        Ok(committed)
    }

    async fn apply(
        &mut self,
        ready: &Ready,
        writes: &[Write],
        now: Timestamp,
        committed: &mut Committed,
    ) -> Result<()> {
        let mut run = self.plan(ready, writes, now).await?;
        let new: Vec<New<'_>> = run.insert.iter().map(|(_, new)| *new).collect();
        for New { response, experiment_id, .. } in &new {
            if self.unsettled.len() < UNSETTLED {
                self.unsettled.insert(response.participation_id, *experiment_id);
            }
        }
        let completes: Vec<Complete<'_>> = run.complete.iter().map(|(_, complete)| *complete).collect();
        let (began, outcomes, stored, completed) = tokio::try_join!(
            begin(ready, &run.begin, now),
            self.numbers.insert(ready, &new),
            compare(ready, run.compare.iter().map(|(_, response)| *response)),
            complete(ready, &completes, now),
        )?;
        for (position, (index, start, order)) in std::mem::take(&mut run.begin).into_iter().enumerate() {
            if began.contains(&position) {
                self.participations.remember(start.id, Known::new(start.experiment_id, order));
                committed.changed.push(start.experiment_id);
            }
            run.written[index] = Some(Written::Start(Started::Started));
        }
        let withdrawn = self.settle(ready).await?;
        for ((index, new), outcome) in run.insert.iter().zip(outcomes) {
            let recorded = if withdrawn.contains(&new.response.participation_id) {
                Recorded::Refused(Refusal::Withdrawn)
            } else {
                recorded(outcome)
            };
            if outcome == Outcome::Inserted {
                committed.changed.push(new.experiment_id);
            }
            if let Some(known) = self.participations.get(new.response.participation_id) {
                known.set_answered(new.response.trial);
            }
            run.written[*index] = Some(Written::Record(recorded));
        }
        for (index, response) in &run.compare {
            let known = self.participations.get(response.participation_id);
            let recorded = match stored.get(&ResponseId::of(response)) {
                Some(outcome) => recorded(*outcome),
                None if known.is_some_and(|known| known.is_answered(response.trial)) => {
                    return Err(Unreadable("response that was stored").into());
                }
                None => Recorded::Refused(Refusal::Closed),
            };
            run.written[*index] = Some(Written::Record(recorded));
        }
        for ((index, _), completed) in run.complete.iter().zip(completed) {
            committed.changed.extend(completed.changed);
            run.written[*index] = Some(Written::Complete(completed.completion));
        }
        committed.written.extend(run.written.into_iter().flatten());
        Ok(())
    }

    /// Decides what to do with each write by what is known and stored now.
    async fn plan<'a>(&mut self, ready: &Ready, writes: &'a [Write], now: Timestamp) -> Result<Run<'a>> {
        self.get_to_know(ready, writes).await?;
        let experiments = experiments(ready, self.experiments_of(writes)).await?;
        let mut run = Run {
            experiments,
            written: Vec::with_capacity(writes.len()),
            begin: Vec::new(),
            insert: Vec::new(),
            compare: Vec::new(),
            complete: Vec::new(),
        };
        for (index, write) in writes.iter().enumerate() {
            let decided = match write {
                Write::Start(start) => self.start(&mut run, index, start).map(Written::Start),
                Write::Record(response) => self.record(&mut run, index, response, now)?.map(Written::Record),
                Write::Complete { participation_id, completion_code } => {
                    run.complete.push((index, Complete { id: *participation_id, code: completion_code }));
                    None
                }
            };
            run.written.push(decided);
        }
        Ok(run)
    }

    fn start<'a>(&mut self, run: &mut Run<'a>, index: usize, start: &'a NewParticipation) -> Option<Started> {
        if self.participations.get(start.id).is_some() {
            return Some(Started::Started);
        }
        let experiment = match run.experiments.get(&start.experiment_id) {
            Some(experiment) if !experiment.deleted => experiment,
            Some(_) | None => return Some(Started::UnknownExperiment),
        };
        if !experiment.state.admits() {
            return Some(Started::NotOpen(experiment.state));
        }
        let Some(order) = start.packed_order(experiment.stimulus_count) else {
            return Some(Started::WrongTrialOrder);
        };
        run.begin.push((index, start, order));
        None
    }

    fn record<'a>(
        &mut self,
        run: &mut Run<'a>,
        index: usize,
        response: &'a Response,
        received_at: Timestamp,
    ) -> Result<Option<Recorded>> {
        let Some(known) = self.participations.get(response.participation_id) else {
            return Ok(Some(Recorded::Refused(Refusal::UnknownParticipation)));
        };
        if known.withdrawn {
            return Ok(Some(Recorded::Refused(Refusal::Withdrawn)));
        }
        let Some(&ordinal) = known.order.get(response.trial as usize) else {
            return Ok(Some(Recorded::Refused(Refusal::UnknownTrial)));
        };
        let experiment_id = known.experiment_id;
        let experiment = run.experiments.get(&experiment_id);
        let experiment = experiment.ok_or(Unreadable("experiment of a participation"))?;
        let closed = experiment.deleted || !experiment.state.takes_responses();
        if closed || known.is_answered(response.trial) {
            run.compare.push((index, response));
        } else {
            run.insert
                .push((index, New { experiment_id, stimulus: u32::from(ordinal), received_at, response }));
        }
        Ok(None)
    }

    /// Looks up the participations that are not known yet.
    async fn get_to_know(&mut self, ready: &Ready, writes: &[Write]) -> Result<()> {
        let mut unknown: HashSet<ParticipationId> = HashSet::new();
        for write in writes {
            let id = match write {
                Write::Start(start) => start.id,
                Write::Record(response) => response.participation_id,
                Write::Complete { .. } => continue,
            };
            if self.participations.get(id).is_none() {
                unknown.insert(id);
            }
        }
        for (id, found) in find_all(ready, unknown.into_iter()).await? {
            let mut known = Known::new(found.experiment_id(), found.order()?);
            known.withdrawn = found.state()? == ParticipationState::Withdrawn;
            self.participations.remember(id, known);
        }
        Ok(())
    }

    fn experiments_of(&mut self, writes: &[Write]) -> HashSet<ExperimentId> {
        let experiments = writes.iter().filter_map(|write| match write {
            Write::Start(start) => Some(start.experiment_id),
            Write::Record(response) => {
                self.participations.get(response.participation_id).map(|known| known.experiment_id)
            }
            Write::Complete { .. } => None,
        });
        experiments.collect()
    }

    /// Looks for participations that were withdrawn while their responses were being inserted, by this batch
    /// or by earlier ones that failed, and erases what was inserted of them. Gives them.
    pub(crate) async fn settle(&mut self, ready: &Ready) -> Result<HashSet<ParticipationId>> {
        if self.unsettled.is_empty() {
            return Ok(HashSet::new());
        }
        let context = "looking for withdrawals";
        let ids: Vec<_> = self.unsettled.keys().map(|id| uuid(id.as_bytes())).collect();
        let withdrawn = doc! { "_id": { "$in": ids }, "state": ParticipationState::Withdrawn.as_str() };
        let query = ready.participations.find(withdrawn).projection(doc! { "_id": 1 }).batch_size(ONE_ANSWER);
        let found: Vec<Document> =
            run(command::find(context, &ready.participations), async { query.await?.try_collect().await })
                .await?;
        let mut withdrawn = HashSet::with_capacity(found.len());
        for found in found {
            let id = found.get("_id").and_then(as_uuid).ok_or(Unreadable("id of a participation"))?;
            let id = ParticipationId::from_bytes(id.bytes());
            if let Some(experiment_id) = self.unsettled.get(&id) {
                erasure::erase(ready, id, *experiment_id).await?;
            }
            if let Some(known) = self.participations.get(id) {
                known.withdrawn = true;
            }
            withdrawn.insert(id);
        }
        self.unsettled.clear();
        Ok(withdrawn)
    }
}

fn recorded(outcome: Outcome) -> Recorded {
    match outcome {
        Outcome::Inserted => Recorded::Stored,
        Outcome::Same => Recorded::AlreadyStored,
        Outcome::Different => Recorded::Refused(Refusal::DifferentAnswer),
        Outcome::Erased => Recorded::Refused(Refusal::Withdrawn),
    }
}

/// Inserts participations durably; gives the positions of those that had not begun already.
async fn begin(
    ready: &Ready,
    begin: &[(usize, &NewParticipation, Box<[u16]>)],
    now: Timestamp,
) -> Result<HashSet<usize>> {
    if begin.is_empty() {
        return Ok(HashSet::new());
    }
    let documents: Vec<_> =
        begin.iter().map(|(_, start, order)| ParticipationDocument::begin(start, order, now)).collect();
    let participations = ready.participations.clone_with_type::<ParticipationDocument>();
    let inserted = attempt(
        command::insert("beginning participations", &participations).of(documents.len()),
        participations.insert_many(documents).ordered(false),
    )
    .await?;
    let refused = refused(inserted).map_err(|error| failed("beginning participations", error))?;
    // What stands in the way began by an earlier call; it counts when a majority has it.
    let earlier = find_all(ready, refused.iter().map(|position| begin[*position].1.id)).await?;
    if refused.iter().any(|position| !earlier.contains_key(&begin[*position].1.id)) {
        return Err(Error::Unavailable("a participation is just being stored by another call".into()));
    }
    Ok((0..begin.len()).filter(|position| !refused.contains(position)).collect())
}

/// States of experiments, those in the trash included.
async fn experiments(ready: &Ready, ids: HashSet<ExperimentId>) -> Result<HashMap<ExperimentId, Experiment>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let context = "reading the states of experiments";
    let these: Vec<_> = ids.iter().map(|id| uuid(id.as_bytes())).collect();
    let query = ready
        .experiments
        .find(doc! { "_id": { "$in": these } })
        .projection(doc! { "state": 1, "deleted_at": 1, "stimulus_count": 1 })
        .batch_size(ONE_ANSWER);
    let mut cursor = run(command::find(context, &ready.experiments), query).await?;
    let mut found = HashMap::with_capacity(ids.len());
    while let Some(document) = run(context, cursor.try_next()).await? {
        let (id, experiment) = read_experiment(&document).ok_or(Unreadable("experiment"))?;
        found.insert(id, experiment);
    }
    Ok(found)
}

fn read_experiment(document: &Document) -> Option<(ExperimentId, Experiment)> {
    let id = ExperimentId::from_bytes(as_uuid(document.get("_id")?)?.bytes());
    let experiment = Experiment {
        state: ExperimentState::parse(document.get_str("state").ok()?).ok()?,
        deleted: document.get_i64("deleted_at").is_ok(),
        stimulus_count: u32::try_from(document.get_i32("stimulus_count").ok()?).ok()?,
    };
    Some((id, experiment))
}
