//! Experiments: made, changed, published, paused, closed, copied, thrown away and taken back.

use std::sync::Arc;

use nameit_domain::text::{ConsentText, Language, Question, Slug, Title};
use nameit_domain::{Access, Experiment, ExperimentId, ExperimentState, NewExperiment, Stimulus, Timestamp};
use nameit_proto::convert::required_timestamp;
use nameit_proto::{common::v1 as common, storage::v1 as storage};

use crate::access::{Actor, Owned};
use crate::cache::{self, Key};
use crate::clients::{call, found};
use crate::error::{Error, ErrorCode, Result};
use crate::random;
use crate::state::Gateway;

/// What changes in a draft; `None` leaves a field as it is.
#[derive(Default)]
pub(crate) struct Change {
    pub(crate) title: Option<Title>,
    pub(crate) question: Option<Question>,
    pub(crate) language: Option<Language>,
    pub(crate) consent_text: Option<ConsentText>,
    pub(crate) access: Option<Access>,
}

/// An experiment in the trash.
pub(crate) struct Deleted {
    pub(crate) experiment: Experiment,
    pub(crate) deleted_at: Timestamp,
}

/// Makes a draft.
pub(crate) async fn create(gateway: &Gateway, actor: &Actor, new: NewExperiment) -> Result<Experiment> {
    let now = gateway.clock.now();
    let experiment = Experiment {
        id: ExperimentId::generate(),
        owner: actor.researcher.id,
        title: new.title,
        question: new.question,
        language: new.language,
        consent_text: new.consent_text,
        access: new.access,
        state: ExperimentState::Draft,
        slug: Slug::parse(&random::slug())?,
        version: 1,
        previous_version: None,
        stimulus_count: 0,
        created_at: now,
        updated_at: now,
        published_at: None,
    };
    let request = storage::CreateExperimentRequest { experiment: Some(experiment.clone().into()) };
    gateway.clients.experiments.clone().create_experiment(call(request)).await?;
    Ok(experiment)
}

/// The actor's experiments, most recently changed first.
pub(crate) async fn list(gateway: &Gateway, actor: &Actor) -> Result<Vec<Experiment>> {
    let of = storage::list_experiments_request::Of::Owner(actor.researcher.id.to_string());
    list_of(gateway, of).await
}

/// Published experiments that are open to anyone, newest first.
pub(crate) async fn public(gateway: &Gateway, limit: u32) -> Result<Vec<Experiment>> {
    list_of(gateway, storage::list_experiments_request::Of::PublicLimit(limit)).await
}

/// The actor's trash, most recently deleted first.
pub(crate) async fn trash(gateway: &Gateway, actor: &Actor) -> Result<Vec<Deleted>> {
    let request = storage::ListDeletedExperimentsRequest { owner: actor.researcher.id.to_string() };
    let answer = gateway.clients.experiments.clone().list_deleted_experiments(call(request)).await?;
    let deleted = answer.into_inner().experiments.into_iter();
    deleted
        .map(|deleted| {
            let deleted_at = required_timestamp("deleted_at", deleted.deleted_at)?;
            Ok(Deleted { experiment: sent(deleted.experiment)?, deleted_at })
        })
        .collect()
}

/// Changes a draft.
pub(crate) async fn update(gateway: &Gateway, owned: Owned, change: Change) -> Result<Experiment> {
    require_draft(&owned)?;
    let mut experiment = owned.into_experiment();
    if let Some(title) = change.title {
        experiment.title = title;
    }
    if let Some(question) = change.question {
        experiment.question = question;
    }
    if let Some(language) = change.language {
        experiment.language = language;
    }
    if let Some(consent_text) = change.consent_text {
        experiment.consent_text = consent_text;
    }
    if let Some(access) = change.access {
        experiment.access = access;
    }
    experiment.updated_at = gateway.clock.now();
    let request = storage::UpdateExperimentRequest { experiment: Some(experiment.clone().into()) };
    gateway.clients.experiments.clone().update_experiment(call(request)).await?;
    gateway.caches.forget(&experiment).await;
    Ok(experiment)
}

/// Moves an experiment to another state: publish, pause, close.
pub(crate) async fn set_state(
    gateway: &Gateway,
    owned: &Owned,
    state: ExperimentState,
) -> Result<Experiment> {
    let state = common::ExperimentState::from(state).into();
    let request = storage::SetExperimentStateRequest { id: owned.id().to_string(), state };
    let answer = gateway.clients.experiments.clone().set_experiment_state(call(request)).await?;
    gateway.caches.forget(owned.experiment()).await;
    sent(answer.into_inner().experiment)
}

/// Puts an experiment into the trash.
pub(crate) async fn delete(gateway: &Gateway, owned: &Owned) -> Result<()> {
    let request = storage::DeleteExperimentRequest { id: owned.id().to_string() };
    gateway.clients.experiments.clone().delete_experiment(call(request)).await?;
    gateway.caches.forget(owned.experiment()).await;
    Ok(())
}

/// Takes an experiment out of the actor's trash.
pub(crate) async fn restore(gateway: &Gateway, actor: &Actor, id: ExperimentId) -> Result<Experiment> {
    if !trash(gateway, actor).await?.iter().any(|deleted| deleted.experiment.id == id) {
        return Err(Error::not_found("experiment in the trash"));
    }
    let request = storage::RestoreExperimentRequest { id: id.to_string() };
    let answer = gateway.clients.experiments.clone().restore_experiment(call(request)).await?;
    let experiment = sent(answer.into_inner().experiment)?;
    gateway.caches.forget(&experiment).await;
    Ok(experiment)
}

/// Copies an experiment with its stimuli as the draft of its next version.
pub(crate) async fn new_version(gateway: &Gateway, owned: Owned) -> Result<Experiment> {
    let original = owned.into_experiment();
    let now = gateway.clock.now();
    let copy = Experiment {
        id: ExperimentId::generate(),
        state: ExperimentState::Draft,
        slug: Slug::parse(&random::slug())?,
        version: original.version + 1,
        previous_version: Some(original.id),
        created_at: now,
        updated_at: now,
        published_at: None,
        ..original.clone()
    };
    let request = storage::CopyExperimentRequest {
        original_id: original.id.to_string(),
        copy: Some(copy.clone().into()),
    };
    gateway.clients.experiments.clone().copy_experiment(call(request)).await?;
    Ok(copy)
}

/// An experiment as participants see it, from a short-lived cache. Drafts are not theirs to see.
pub(crate) async fn for_participants(gateway: &Gateway, key: Key) -> Result<Arc<Experiment>> {
    let load = async {
        let wire_key = match &key {
            Key::Slug(slug) => storage::get_experiment_request::Key::Slug(slug.as_str().to_owned()),
            Key::Id(id) => storage::get_experiment_request::Key::Id(id.to_string()),
        };
        let request = storage::GetExperimentRequest { key: Some(wire_key) };
        let answer = found(gateway.clients.experiments.clone().get_experiment(call(request)).await)?;
        let answer = answer.ok_or_else(|| Error::not_found("experiment; check the link"))?;
        sent(answer.experiment).map(Arc::new)
    };
    let found = gateway.caches.experiments.entry(key.clone()).or_try_insert_with(load).await;
    cache::count("experiments", found.as_ref().is_ok_and(|entry| !entry.is_fresh()));
    found.map(moka::Entry::into_value).map_err(|error: Arc<Error>| again(&error))
}

/// The stimuli of an experiment by ordinal; those of a frozen one come from a cache.
pub(crate) async fn stimuli(gateway: &Gateway, experiment: &Experiment) -> Result<Arc<[Stimulus]>> {
    let load = async {
        let request = storage::ListStimuliRequest { experiment_id: experiment.id.to_string() };
        let answer = gateway.clients.stimuli.clone().list_stimuli(call(request)).await?;
        let stimuli = answer.into_inner().stimuli.into_iter().map(Stimulus::try_from);
        Ok::<Arc<[Stimulus]>, Error>(stimuli.collect::<Result<Vec<_>, _>>()?.into())
    };
    if experiment.state == ExperimentState::Draft {
        return load.await;
    }
    let found = gateway.caches.stimuli.entry(experiment.id).or_try_insert_with(load).await;
    cache::count("stimuli", found.as_ref().is_ok_and(|entry| !entry.is_fresh()));
    found.map(moka::Entry::into_value).map_err(|error: Arc<Error>| again(&error))
}

/// Refuses changes of what participants may have seen already.
pub(crate) fn require_draft(owned: &Owned) -> Result<()> {
    if owned.experiment().state == ExperimentState::Draft {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::Conflict,
        "this experiment is published and therefore frozen; make a new version to change it",
    ))
}

async fn list_of(gateway: &Gateway, of: storage::list_experiments_request::Of) -> Result<Vec<Experiment>> {
    let request = storage::ListExperimentsRequest { of: Some(of) };
    let answer = gateway.clients.experiments.clone().list_experiments(call(request)).await?;
    answer.into_inner().experiments.into_iter().map(|wire| Ok(wire.try_into()?)).collect()
}

fn sent(experiment: Option<common::Experiment>) -> Result<Experiment> {
    Ok(nameit_proto::convert::required("experiment", experiment)?.try_into()?)
}

/// The error of one load for each of those who waited for it.
fn again(error: &Arc<Error>) -> Error {
    let again = Error::new(error.code, error.message.clone());
    match &error.source {
        Some(_) => again.with_source(Arc::clone(error)),
        None => again,
    }
}
