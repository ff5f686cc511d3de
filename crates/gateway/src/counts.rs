//! Answers and participations, counted per experiment for operators.
//!
//! A participant's token names the participation, not its experiment, so what is known of that is remembered here,
//! and looked up in passing when it is not: counting makes nobody wait. While nothing is exported, nothing is
//! counted or looked up.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use nameit_domain::{Experiment, ExperimentId, ParticipationId};
use nameit_proto::common::v1::Recorded;
use nameit_proto::storage::v1::GetParticipationRequest;
use nameit_proto::storage::v1::participation_service_client::ParticipationServiceClient;
use nameit_runtime::client::Channel;
use nameit_telemetry::metrics::{self, Counter, Value};
use nameit_telemetry::names;
use tokio::sync::Semaphore;

use crate::clients::call;

static ANSWERS: Counter = Counter::new(&names::ANSWERS);
static PARTICIPATIONS: Counter = Counter::new(&names::PARTICIPATIONS);

/// Participations whose experiment is remembered.
const REMEMBERED_MAX: u64 = 100_000;
/// Experiments that are counted one by one; each is a handful of time series. The rest is counted together.
const EXPERIMENTS_MAX: usize = 200;
/// The name of what is beyond that bound.
const OVERFLOW: &str = "_OTHER";
/// The name of the experiment of a participation that is not known yet.
const UNKNOWN: &str = "unknown";
/// Participations that are looked up at once.
const LOOK_UPS_MAX: usize = 4;

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    /// It is durable now.
    Stored,
    /// It had been durable before.
    Repeated,
    /// Another answer had been durable before.
    Conflict,
    /// It is not taken, and will not be.
    Refused,
    /// It could not be stored at the moment.
    Busy,
}

/// What happened to a participation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// It began.
    Started,
    /// It got its code.
    Completed,
    /// Everything of it was erased.
    Withdrawn,
}

/// Counts. Cloning it is cheap.
#[derive(Clone)]
pub(crate) struct Counts {
    client: ParticipationServiceClient<Channel>,
    experiments: moka::sync::Cache<ParticipationId, ExperimentId>,
    labels: Arc<Mutex<HashMap<ExperimentId, Value>>>,
    look_ups: Arc<Semaphore>,
}

// === impl Outcome ===

impl Outcome {
    const ALL: [Self; 5] = [Self::Stored, Self::Repeated, Self::Conflict, Self::Refused, Self::Busy];

    /// What storage said, by its number on the wire.
    pub(crate) fn of(recorded: i32) -> Self {
        match Recorded::try_from(recorded) {
            Ok(Recorded::Stored) => Self::Stored,
            Ok(Recorded::AlreadyStored) => Self::Repeated,
            Ok(Recorded::DifferentAnswer) => Self::Conflict,
            _ => Self::Refused,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Repeated => "repeated",
            Self::Conflict => "conflict",
            Self::Refused => "refused",
            Self::Busy => "busy",
        }
    }
}

// === impl Event ===

impl Event {
    const ALL: [Self; 3] = [Self::Started, Self::Completed, Self::Withdrawn];

    fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

// === impl Counts ===

impl Counts {
    /// Nothing is counted yet; `client` is asked for what is not known.
    pub(crate) fn new(client: ParticipationServiceClient<Channel>) -> Self {
        Self {
            client,
            experiments: moka::sync::Cache::new(REMEMBERED_MAX),
            labels: Arc::default(),
            look_ups: Arc::new(Semaphore::new(LOOK_UPS_MAX)),
        }
    }

    /// Remembers whose participation it is.
    pub(crate) fn remember(&self, participation: ParticipationId, experiment: &Experiment) {
        if metrics::enabled() {
            self.experiments.insert(participation, experiment.id);
        }
    }

    /// Counts what happened to a participation.
    pub(crate) fn happened(&self, event: Event, participation: ParticipationId) {
        if metrics::enabled() {
            let label = self.label_of(participation);
            PARTICIPATIONS.add(1, &[(names::EXPERIMENT_ID, label), (names::EVENT, event.as_str().into())]);
        }
    }

    /// Counts what became of the answers of one message: as few additions as there are different ones.
    pub(crate) fn answered(&self, answers: impl IntoIterator<Item = (ParticipationId, Outcome)>) {
        if !metrics::enabled() {
            return;
        }
        let mut sums: HashMap<(Option<ExperimentId>, Outcome), u64> = HashMap::new();
        for (participation, outcome) in answers {
            let experiment = self.experiment_of(participation);
            *sums.entry((experiment, outcome)).or_default() += 1;
        }
        for ((experiment, outcome), count) in sums {
            let label = experiment.map_or_else(|| UNKNOWN.into(), |experiment| self.label(experiment));
            ANSWERS.add(count, &[(names::EXPERIMENT_ID, label), (names::OUTCOME, outcome.as_str().into())]);
        }
    }

    fn label_of(&self, participation: ParticipationId) -> Value {
        self.experiment_of(participation).map_or_else(|| UNKNOWN.into(), |experiment| self.label(experiment))
    }

    /// The experiment of a participation; if it is not known, it will soon be.
    fn experiment_of(&self, participation: ParticipationId) -> Option<ExperimentId> {
        let known = self.experiments.get(&participation);
        if known.is_none() {
            self.look_up(participation);
        }
        known
    }

    /// Only if there is a place: a few that are counted as unknown are better than many questions.
    fn look_up(&self, participation: ParticipationId) {
        let Ok(place) = Arc::clone(&self.look_ups).try_acquire_owned() else { return };
        let mut counts = self.clone();
        tokio::spawn(async move {
            let request = call(GetParticipationRequest { id: participation.to_string() });
            let found = counts.client.get_participation(request).await;
            let found = found.ok().and_then(|answer| answer.into_inner().participation);
            if let Some(experiment) = found.and_then(|found| ExperimentId::parse(&found.experiment_id).ok()) {
                counts.experiments.insert(participation, experiment);
            }
            drop(place);
        });
    }

    /// The name of an experiment on its figures.
    fn label(&self, experiment: ExperimentId) -> Value {
        let mut labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(label) = labels.get(&experiment) {
            return label.clone();
        }
        if labels.len() >= EXPERIMENTS_MAX {
            return OVERFLOW.into();
        }
        let label = Value::from(experiment.to_string());
        labels.insert(experiment, label.clone());
        drop(labels);
        // From the first moment there are figures to compare with.
        for outcome in Outcome::ALL {
            ANSWERS
                .add(0, &[(names::EXPERIMENT_ID, label.clone()), (names::OUTCOME, outcome.as_str().into())]);
        }
        for event in Event::ALL {
            PARTICIPATIONS
                .add(0, &[(names::EXPERIMENT_ID, label.clone()), (names::EVENT, event.as_str().into())]);
        }
        label
    }
}

#[cfg(test)]
mod tests {
    use nameit_runtime::{Connect, client};

    use super::*;

    #[test]
    fn experiments_are_named_within_a_bound() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _entered = runtime.enter();
        let channel = client::channel(&Connect::Uri("http://127.0.0.1:9".to_owned())).unwrap();
        let counts = Counts::new(ParticipationServiceClient::new(channel));
        let first = ExperimentId::generate();
        assert_eq!(counts.label(first).as_str(), first.to_string());
        for _ in 1..EXPERIMENTS_MAX {
            assert_ne!(counts.label(ExperimentId::generate()).as_str(), OVERFLOW);
        }
        assert_eq!(counts.label(ExperimentId::generate()).as_str(), OVERFLOW);
        assert_eq!(counts.label(first).as_str(), first.to_string(), "who is named stays named");
    }

    #[test]
    fn every_word_of_storage_is_an_outcome() {
        for (recorded, outcome) in [
            (Recorded::Stored, Outcome::Stored),
            (Recorded::AlreadyStored, Outcome::Repeated),
            (Recorded::DifferentAnswer, Outcome::Conflict),
            (Recorded::Withdrawn, Outcome::Refused),
            (Recorded::UnknownTrial, Outcome::Refused),
        ] {
            assert_eq!(Outcome::of(recorded as i32), outcome);
        }
    }
}
