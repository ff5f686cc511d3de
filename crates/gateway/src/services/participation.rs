//! Participations: begin, resume, answer, complete, withdraw.

use std::sync::Arc;

use nameit_domain::response::{Recorded, Refusal, Timing};
use nameit_domain::text::Slug;
use nameit_domain::{
    Answer, Experiment, ExperimentState, NewParticipation, Participation, ParticipationId,
    ParticipationState, Response, Stimulus,
};
use nameit_proto::common::v1 as common;
use nameit_proto::storage::v1::{
    Complete, GetParticipationRequest, Start, WithdrawRequest, start_outcome, write, written,
};
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use subtle::ConstantTimeEq as _;

use super::experiment::{for_participants, stimuli};
use crate::access::{Owned, Participant};
use crate::cache::Key;
use crate::clients::{call, found};
use crate::counts::Event;
use crate::error::{Error, ErrorCode, Result};
use crate::state::Gateway;
use crate::{random, token};

/// Pairs of URL parameters or of the environment.
const PAIRS_MAX: usize = 40;
/// Characters of a pair's name.
const NAME_MAX_CHARS: usize = 100;
/// Characters of a pair's value.
const VALUE_MAX_CHARS: usize = 500;

/// What a participant's browser sends to begin; sending it is the consent.
#[derive(Default)]
pub(crate) struct Arrival {
    pub(crate) code: Option<String>,
    pub(crate) url_parameters: Vec<(String, String)>,
    pub(crate) environment: Vec<(String, String)>,
}

/// One person's run as their browser needs it.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// Empty in a preview.
    pub(crate) participation_id: String,
    /// Empty in a preview.
    pub(crate) token: String,
    pub(crate) experiment: Arc<Experiment>,
    pub(crate) stimuli: Arc<[Stimulus]>,
    /// Ordinals of the stimuli in the order of the trials.
    pub(crate) trial_order: Vec<u32>,
    /// Trials that are answered already.
    pub(crate) answered: Vec<u32>,
    pub(crate) completed: bool,
    pub(crate) completion_code: Option<String>,
}

// === impl Run ===

impl Run {
    /// The stimuli in the order of the trials.
    pub(crate) fn trials(&self) -> impl Iterator<Item = (u32, &Stimulus)> {
        let ordered = self.trial_order.iter().filter_map(|ordinal| {
            // Ordinals of a published experiment have no gaps; those of a draft may.
            let direct = self.stimuli.get(*ordinal as usize).filter(|stimulus| stimulus.ordinal == *ordinal);
            direct.or_else(|| self.stimuli.iter().find(|stimulus| stimulus.ordinal == *ordinal))
        });
        (0..).zip(ordered)
    }
}

/// The experiment behind a participant's link.
pub(crate) async fn experiment(gateway: &Gateway, slug: &str) -> Result<Arc<Experiment>> {
    let slug = Slug::parse(slug).map_err(|_| Error::not_found("experiment; check the link"))?;
    for_participants(gateway, Key::Slug(slug)).await
}

/// Begins a participation.
pub(crate) async fn start(gateway: &Gateway, slug: &str, arrival: Arrival) -> Result<Run> {
    let experiment = experiment(gateway, slug).await?;
    require_open(experiment.state)?;
    check_code(gateway, &experiment, arrival.code.as_deref())?;
    let url_parameters = check_pairs("url_parameters", arrival.url_parameters)?;
    let environment = check_pairs("environment", arrival.environment)?;
    let stimuli = stimuli(gateway, &experiment).await?;
    let id = ParticipationId::generate();
    let trial_order = shuffled(id, &stimuli);
    let start = NewParticipation {
        id,
        experiment_id: experiment.id,
        trial_order: trial_order.clone(),
        url_parameters,
        environment,
    };
    match gateway.ingest.write(write::Write::Start(Start::from(start))).await? {
        written::Written::Start(outcome) => match outcome.outcome() {
            start_outcome::Outcome::Started => {}
            start_outcome::Outcome::UnknownExperiment => {
                return Err(Error::not_found("experiment; check the link"));
            }
            start_outcome::Outcome::NotOpen => {
                gateway.caches.forget(&experiment).await;
                require_open(ExperimentState::try_from(outcome.state())?)?;
                return Err(Error::internal("storage finds an open experiment not open"));
            }
            start_outcome::Outcome::WrongTrialOrder | start_outcome::Outcome::Unspecified => {
                gateway.caches.stimuli.invalidate(&experiment.id).await;
                return Err(Error::internal("storage does not accept the order of the trials"));
            }
        },
        _ => return Err(Error::internal("storage answered a start with something else")),
    }
    gateway.counts.remember(id, &experiment);
    gateway.counts.happened(Event::Started, id);
    Ok(Run {
        participation_id: id.to_string(),
        token: token::issue(&gateway.signing, id)?,
        experiment,
        stimuli,
        trial_order,
        answered: Vec::new(),
        completed: false,
        completion_code: None,
    })
}

/// Where a participation stands, with all its trials: for a reload.
pub(crate) async fn resume(gateway: &Gateway, participant: Participant) -> Result<Run> {
    let request = GetParticipationRequest { id: participant.id.to_string() };
    let answer = found(gateway.clients.participations.clone().get_participation(call(request)).await)?;
    let participation =
        answer.and_then(|answer| answer.participation).map(Participation::try_from).transpose()?;
    let participation = participation.ok_or_else(|| Error::not_found("participation"))?;
    if participation.state == ParticipationState::Withdrawn {
        return Err(refusal(Refusal::Withdrawn));
    }
    let experiment = for_participants(gateway, Key::Id(participation.experiment_id)).await?;
    gateway.counts.remember(participant.id, &experiment);
    let stimuli = stimuli(gateway, &experiment).await?;
    Ok(Run {
        participation_id: participant.id.to_string(),
        token: token::issue(&gateway.signing, participant.id)?,
        experiment,
        stimuli,
        trial_order: participation.trial_order,
        answered: participation.answered,
        completed: participation.state == ParticipationState::Completed,
        completion_code: participation.completion_code,
    })
}

/// The trials of an experiment in their order, for its researcher; nothing is stored.
pub(crate) async fn preview(gateway: &Gateway, owned: &Owned) -> Result<Run> {
    let stimuli = stimuli(gateway, owned.experiment()).await?;
    Ok(Run {
        participation_id: String::new(),
        token: String::new(),
        experiment: Arc::new(owned.experiment().clone()),
        trial_order: stimuli.iter().map(|stimulus| stimulus.ordinal).collect(),
        stimuli,
        answered: Vec::new(),
        completed: false,
        completion_code: None,
    })
}

/// Makes an answer durable. `Ok` is said only when it is.
pub(crate) async fn respond(
    gateway: &Gateway,
    participant: Participant,
    trial: u32,
    answer: Answer,
    timing: Timing,
) -> Result<Recorded> {
    let response = Response { participation_id: participant.id, trial, answer, timing };
    let written = gateway.ingest.write(write::Write::Record(response.into())).await?;
    let written::Written::Record(number) = written else {
        return Err(Error::internal("storage answered a response with something else"));
    };
    let recorded = common::Recorded::try_from(number).map_err(|_| Error::internal("an unknown outcome"))?;
    match Recorded::try_from(recorded)? {
        Recorded::Refused(reason) => Err(refusal(reason)),
        recorded => Ok(recorded),
    }
}

/// Completes a participation whose answers are all durable, and gives its code: the same at each call.
pub(crate) async fn complete(gateway: &Gateway, participant: Participant) -> Result<String> {
    let complete =
        Complete { participation_id: participant.id.to_string(), completion_code: random::completion_code() };
    let written = gateway.ingest.write(write::Write::Complete(complete)).await?;
    let written::Written::Complete(outcome) = written else {
        return Err(Error::internal("storage answered a completion with something else"));
    };
    match outcome.completion_code {
        Some(code) => {
            gateway.counts.happened(Event::Completed, participant.id);
            Ok(code)
        }
        // The token proves that there was such a participation.
        None if outcome.missing.is_empty() => Err(refusal(Refusal::Withdrawn)),
        None => {
            let count = outcome.missing.len();
            let first: Vec<String> = outcome.missing.iter().take(20).map(ToString::to_string).collect();
            let dots = if count > first.len() { ", …" } else { "" };
            let message = format!("{count} trials have no answer yet: {}{dots}", first.join(", "));
            let mut error = Error::new(ErrorCode::Conflict, message);
            error.missing = outcome.missing;
            Err(error)
        }
    }
}

/// Erases everything that came from the participant.
pub(crate) async fn withdraw(gateway: &Gateway, participant: Participant) -> Result<()> {
    let request = WithdrawRequest { id: participant.id.to_string() };
    gateway.clients.participations.clone().withdraw(call(request)).await?;
    gateway.counts.happened(Event::Withdrawn, participant.id);
    Ok(())
}

fn require_open(state: ExperimentState) -> Result<()> {
    let message = match state {
        ExperimentState::Published => return Ok(()),
        ExperimentState::Draft => "this experiment is not published yet",
        ExperimentState::Paused => "this experiment is paused; try again later",
        ExperimentState::Closed => "this experiment is closed; thank you for your interest",
    };
    Err(Error::new(ErrorCode::Conflict, message))
}

fn check_code(gateway: &Gateway, experiment: &Experiment, given: Option<&str>) -> Result<()> {
    let Some(code) = experiment.access.code() else { return Ok(()) };
    let throttle = &gateway.throttles.wrong_codes;
    throttle.check(experiment.slug.as_str())?;
    let given = given.unwrap_or_default().trim();
    let message = if given.is_empty() {
        "this experiment needs an access code; ask the researcher for it"
    } else if code.as_str().as_bytes().ct_eq(given.as_bytes()).into() {
        return Ok(());
    } else {
        throttle.count(experiment.slug.as_str())?;
        "this access code is wrong; check it, capital letters count"
    };
    Err(Error::new(ErrorCode::PermissionDenied, message).with_field("code"))
}

fn check_pairs(field: &'static str, pairs: Vec<(String, String)>) -> Result<Vec<(String, String)>> {
    if pairs.len() > PAIRS_MAX {
        return Err(Error::invalid(
            field,
            format!("{field} has {} pairs; at most {PAIRS_MAX} are kept", pairs.len()),
        ));
    }
    for (name, value) in &pairs {
        if name.is_empty() || name.chars().count() > NAME_MAX_CHARS || value.chars().count() > VALUE_MAX_CHARS
        {
            let message = format!(
                "{field}: names have 1 to {NAME_MAX_CHARS} characters, values at most {VALUE_MAX_CHARS}"
            );
            return Err(Error::invalid(field, message));
        }
    }
    Ok(pairs)
}

/// The ordinals in a random order that the participation's id decides.
fn shuffled(id: ParticipationId, stimuli: &[Stimulus]) -> Vec<u32> {
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(id.as_bytes());
    let mut order: Vec<u32> = stimuli.iter().map(|stimulus| stimulus.ordinal).collect();
    order.shuffle(&mut rand::rngs::StdRng::from_seed(seed));
    order
}

fn refusal(reason: Refusal) -> Error {
    let code = match reason {
        Refusal::UnknownParticipation | Refusal::UnknownTrial => ErrorCode::NotFound,
        Refusal::DifferentAnswer | Refusal::Completed => ErrorCode::Conflict,
        Refusal::Withdrawn | Refusal::Closed => ErrorCode::Gone,
    };
    Error::new(code, reason.message())
}

#[cfg(test)]
mod tests {
    use nameit_domain::StimulusKind;
    use nameit_domain::colour::Srgb;
    use nameit_domain::text::StimulusKey;

    use super::*;

    #[test]
    fn each_participation_has_its_own_order() {
        let stimuli: Vec<Stimulus> = (0..50)
            .map(|ordinal| Stimulus {
                key: StimulusKey::parse(&format!("s{ordinal}")).unwrap(),
                ordinal,
                question: None,
                kind: StimulusKind::Colour(Srgb { red: 1, green: 2, blue: 3 }),
            })
            .collect();
        let (first, second) = (ParticipationId::generate(), ParticipationId::generate());
        let order = shuffled(first, &stimuli);
        assert_eq!(order, shuffled(first, &stimuli), "the id decides");
        assert_ne!(order, shuffled(second, &stimuli));
        let mut sorted = order;
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>(), "every stimulus once");
    }

    #[test]
    fn parameters_are_bounded() {
        let pair = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        assert!(check_pairs("url_parameters", pair("PROLIFIC_PID", "5f")).is_ok());
        assert!(check_pairs("url_parameters", pair("", "5f")).is_err());
        assert!(check_pairs("url_parameters", pair("a", &"x".repeat(501))).is_err());
        assert!(check_pairs("url_parameters", vec![("a".to_owned(), "b".to_owned()); 41]).is_err());
    }
}
