//! Stimuli: pictures, colours, questions and targets of a draft.

use bytes::Bytes;
use nameit_domain::colour::Srgb;
use nameit_domain::text::{Question, StimulusKey};
use nameit_domain::{Stimulus, StimulusKind, Target};
use nameit_proto::storage::v1::{DeleteStimulusRequest, GetStimulusRequest, PutStimuliRequest};

use super::edit::Edit;
use super::experiment::{self, require_draft};
use super::{image, manifest};
use crate::access::Owned;
use crate::clients::{call, found};
use crate::error::{Error, Result};
use crate::state::Gateway;

/// What changes in a stimulus.
#[derive(Default)]
pub(crate) struct Change {
    pub(crate) question: Edit<Question>,
    pub(crate) target: Edit<Target>,
}

/// A stimulus after a change, and whether it is new.
pub(crate) struct Put {
    pub(crate) stimulus: Stimulus,
    pub(crate) created: bool,
}

/// All stimuli by ordinal.
pub(crate) async fn list(gateway: &Gateway, owned: &Owned) -> Result<Vec<Stimulus>> {
    Ok(experiment::stimuli(gateway, owned.experiment()).await?.to_vec())
}

/// One stimulus.
pub(crate) async fn get(gateway: &Gateway, owned: &Owned, key: &StimulusKey) -> Result<Stimulus> {
    find(gateway, owned, key).await?.ok_or_else(|| Error::not_found("stimulus"))
}

/// Adds a picture, or replaces the picture of a stimulus that is there. Its question is kept unless another
/// one is given, its target is kept.
pub(crate) async fn put_image(
    gateway: &Gateway,
    owned: &Owned,
    key: StimulusKey,
    question: Option<Question>,
    file: Bytes,
) -> Result<Put> {
    require_draft(owned)?;
    let prepared = gateway.images.prepare(file).await?;
    for version in prepared.versions {
        image::put(gateway, version).await?;
    }
    let before = find(gateway, owned, &key).await?;
    let created = before.is_none();
    let (old_question, target) = match before {
        Some(Stimulus { question, kind: StimulusKind::Image { target, .. }, .. }) => (question, target),
        Some(Stimulus { question, kind: StimulusKind::Colour(_), .. }) => (question, None),
        None => (None, None),
    };
    let stimulus = Stimulus {
        key,
        ordinal: 0,
        question: question.or(old_question),
        kind: StimulusKind::Image { image: prepared.image, target },
    };
    Ok(Put { stimulus: put_one(gateway, owned, stimulus).await?, created })
}

/// Adds a colour, or replaces what a stimulus shows by a colour.
pub(crate) async fn put_colour(
    gateway: &Gateway,
    owned: &Owned,
    key: StimulusKey,
    colour: Srgb,
    question: Edit<Question>,
) -> Result<Put> {
    require_draft(owned)?;
    let before = find(gateway, owned, &key).await?;
    let created = before.is_none();
    let question = question.apply(before.and_then(|before| before.question));
    let stimulus = Stimulus { key, ordinal: 0, question, kind: StimulusKind::Colour(colour) };
    Ok(Put { stimulus: put_one(gateway, owned, stimulus).await?, created })
}

/// Adds or replaces many colours at once, all or none.
pub(crate) async fn put_colours(
    gateway: &Gateway,
    owned: &Owned,
    colours: Vec<(StimulusKey, Srgb)>,
) -> Result<Vec<Stimulus>> {
    require_draft(owned)?;
    let stimuli = colours
        .into_iter()
        .map(|(key, colour)| Stimulus { key, ordinal: 0, question: None, kind: StimulusKind::Colour(colour) })
        .collect();
    put_all(gateway, owned, stimuli).await
}

/// Changes question or target of a stimulus that is there.
pub(crate) async fn change(
    gateway: &Gateway,
    owned: &Owned,
    key: &StimulusKey,
    change: Change,
) -> Result<Stimulus> {
    require_draft(owned)?;
    let mut stimulus = get(gateway, owned, key).await?;
    stimulus.question = change.question.apply(stimulus.question);
    match (&mut stimulus.kind, change.target) {
        (StimulusKind::Image { target, .. }, edit) => *target = edit.apply(target.take()),
        (StimulusKind::Colour(_), Edit::Keep | Edit::Clear) => {}
        (StimulusKind::Colour(_), Edit::Set(_)) => {
            return Err(Error::invalid("target", "a colour has no target; only pictures have"));
        }
    }
    put_one(gateway, owned, stimulus).await
}

/// Removes a stimulus.
pub(crate) async fn delete(gateway: &Gateway, owned: &Owned, key: &StimulusKey) -> Result<()> {
    require_draft(owned)?;
    let request = DeleteStimulusRequest { experiment_id: owned.id().to_string(), key: key.to_string() };
    gateway.clients.stimuli.clone().delete_stimulus(call(request)).await?;
    Ok(())
}

/// Applies a manifest, all or nothing.
pub(crate) async fn apply_manifest(
    gateway: &Gateway,
    owned: &Owned,
    csv: &[u8],
) -> Result<manifest::Applied> {
    require_draft(owned)?;
    let rows = manifest::parse(csv)?;
    let present = list(gateway, owned).await?;
    let (stimuli, applied) = manifest::apply(rows, &present)?;
    put_all(gateway, owned, stimuli).await?;
    Ok(applied)
}

async fn find(gateway: &Gateway, owned: &Owned, key: &StimulusKey) -> Result<Option<Stimulus>> {
    let request = GetStimulusRequest { experiment_id: owned.id().to_string(), key: key.to_string() };
    let answer = found(gateway.clients.stimuli.clone().get_stimulus(call(request)).await)?;
    Ok(answer.and_then(|answer| answer.stimulus).map(Stimulus::try_from).transpose()?)
}

async fn put_one(gateway: &Gateway, owned: &Owned, stimulus: Stimulus) -> Result<Stimulus> {
    let stored = put_all(gateway, owned, vec![stimulus]).await?;
    stored.into_iter().next().ok_or_else(|| Error::internal("storage did not return the stimulus"))
}

async fn put_all(gateway: &Gateway, owned: &Owned, stimuli: Vec<Stimulus>) -> Result<Vec<Stimulus>> {
    let request = PutStimuliRequest {
        experiment_id: owned.id().to_string(),
        stimuli: stimuli.into_iter().map(Into::into).collect(),
    };
    let answer = gateway.clients.stimuli.clone().put_stimuli(call(request)).await?;
    answer.into_inner().stimuli.into_iter().map(|wire| Ok(wire.try_into()?)).collect()
}
