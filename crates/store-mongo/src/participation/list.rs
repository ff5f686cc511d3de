//! All participations of an experiment.

use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use mongodb::bson::{Uuid, doc};
use nameit_domain::participation::ListedParticipation;
use nameit_domain::{ExperimentId, ParticipationId, ParticipationState};
use nameit_store::Result;
use serde::Deserialize;

use crate::command;
use crate::database::{Database, run};
use crate::error::Unreadable;
use crate::experiment;
use crate::value::{Pair, from_pairs, time, uuid};

/// Participations in one batch at most.
const BATCH: u32 = 2_048;

/// What is read of a participation.
#[derive(Deserialize)]
struct ListedDocument {
    #[serde(rename = "_id")]
    id: Uuid,
    state: String,
    started_at: i64,
    completed_at: Option<i64>,
    #[serde(default)]
    url_parameters: Vec<Pair>,
    #[serde(default)]
    environment: Vec<Pair>,
}

/// The participations that were not withdrawn, by their ids: whatever becomes of them meanwhile, that stays.
pub(super) fn participations(
    database: Database,
    id: ExperimentId,
) -> BoxStream<'static, Result<Vec<ListedParticipation>>> {
    let batches = async_stream::try_stream! {
        let ready = database.ready().await?;
        let experiment = experiment::existing(ready, id).await?;
        // Each has a trial for every stimulus.
        let trial_count = u32::try_from(experiment.stimulus_count).map_err(|_| Unreadable("number of stimuli"))?;
        let context = "listing participations";
        let participations = ready.participations.clone_with_type::<ListedDocument>();
        let query = participations
            .find(doc! { "experiment_id": uuid(id.as_bytes()) })
            .sort(doc! { "experiment_id": 1, "_id": 1 })
            .projection(doc! { "trial_order": 0, "completion_code": 0 })
            .batch_size(BATCH);
        let mut found = run(command::find(context, &participations), query).await?;
        let mut batch = Vec::new();
        while let Some(document) = run(context, found.try_next()).await? {
            let listed = document.into_domain(trial_count)?;
            if listed.state != ParticipationState::Withdrawn {
                batch.push(listed);
            }
            if batch.len() == BATCH as usize {
                yield std::mem::take(&mut batch);
            }
        }
        if !batch.is_empty() {
            yield batch;
        }
    };
    batches.boxed()
}

// === impl ListedDocument ===

impl ListedDocument {
    fn into_domain(self, trial_count: u32) -> Result<ListedParticipation, Unreadable> {
        Ok(ListedParticipation {
            id: ParticipationId::from_bytes(self.id.bytes()),
            state: ParticipationState::parse(&self.state)
                .map_err(|_| Unreadable("state of a participation"))?,
            started_at: time(self.started_at)?,
            completed_at: self.completed_at.map(time).transpose()?,
            url_parameters: from_pairs(self.url_parameters),
            environment: from_pairs(self.environment),
            trial_count,
        })
    }
}
