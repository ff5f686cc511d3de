//! Participations: looking at one, and withdrawing.

pub(crate) mod document;
mod list;

use async_trait::async_trait;
use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use mongodb::bson::doc;
use nameit_domain::participation::ListedParticipation;
use nameit_domain::{ExperimentId, Participation, ParticipationId, ParticipationState, Timestamp};
use nameit_store::{ParticipationStore, Result};

use crate::MongoStore;
use crate::command;
use crate::database::{Ready, run};
use crate::erasure;
use crate::participation::document::ParticipationDocument;
use crate::response::document::{Stored, of_participation};
use crate::value::uuid;

#[async_trait]
impl ParticipationStore for MongoStore {
    async fn participation(&self, id: ParticipationId) -> Result<Option<Participation>> {
        let ready = self.database.ready().await?;
        let Some(found) = find(ready, id).await? else { return Ok(None) };
        let answered = match found.state()? {
            ParticipationState::Withdrawn => Vec::new(),
            ParticipationState::Started | ParticipationState::Completed => answered(ready, id).await?,
        };
        Ok(Some(found.into_domain(answered)?))
    }

    fn participations(
        &self,
        experiment_id: ExperimentId,
    ) -> BoxStream<'static, Result<Vec<ListedParticipation>>> {
        list::participations(self.database.clone(), experiment_id)
    }

    async fn withdraw(&self, id: ParticipationId, now: Timestamp) -> Result<()> {
        let ready = self.database.ready().await?;
        erasure::withdraw(ready, id, now).await
    }
}

/// The participation with this id, withdrawn ones included.
pub(crate) async fn find(ready: &Ready, id: ParticipationId) -> Result<Option<ParticipationDocument>> {
    let participations = ready.participations.clone_with_type::<ParticipationDocument>();
    run(
        command::find("reading a participation", &participations),
        participations.find_one(doc! { "_id": uuid(id.as_bytes()) }),
    )
    .await
}

/// The trials that have a response, ascending.
pub(crate) async fn answered(ready: &Ready, id: ParticipationId) -> Result<Vec<u32>> {
    let context = "reading the answered trials of a participation";
    let query = ready.responses.find(of_participation(id)).projection(doc! { "_id": 1 }).batch_size(10_000);
    let mut cursor = run(command::find(context, &ready.responses), query).await?;
    let mut trials = Vec::new();
    while let Some(response) = run(context, cursor.try_next()).await? {
        trials.push(Stored(&response).id()?.trial());
    }
    trials.sort_unstable();
    Ok(trials)
}
