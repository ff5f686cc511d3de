//! Participations: one person's run through an experiment.

use crate::{ExperimentId, Invalid, ParticipationId, Timestamp};

/// A participation. Holds nothing that names a person and no address of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participation {
    /// The participation's id; random.
    pub id: ParticipationId,
    /// What it is a run through.
    pub experiment_id: ExperimentId,
    /// The ordinals of the stimuli in the order of the trials: `trial_order[3]` is shown fourth.
    pub trial_order: Vec<u32>,
    /// Trials that are answered already, ascending.
    pub answered: Vec<u32>,
    /// Where it stands.
    pub state: ParticipationState,
    /// Given when every answer was durable.
    pub completion_code: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was completed.
    pub completed_at: Option<Timestamp>,
    /// Parameters of the link as they came, for recruitment services (for example `PROLIFIC_PID`).
    pub url_parameters: Vec<(String, String)>,
    /// What the browser said about itself (language, time zone, window, touch), without any address.
    pub environment: Vec<(String, String)>,
}

/// A participation as lists have it: what is needed to tell who took part, without the order of the trials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedParticipation {
    /// The participation's id; random.
    pub id: ParticipationId,
    /// Where it stands.
    pub state: ParticipationState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was completed.
    pub completed_at: Option<Timestamp>,
    /// Parameters of the link as they came.
    pub url_parameters: Vec<(String, String)>,
    /// What the browser said about itself, without any address.
    pub environment: Vec<(String, String)>,
    /// How many trials it has, answered or not.
    pub trial_count: u32,
}

/// A participation that is about to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewParticipation {
    /// Id chosen by the gateway, so that a retry does not begin a second one.
    pub id: ParticipationId,
    /// What it is a run through.
    pub experiment_id: ExperimentId,
    /// The ordinals of the stimuli in the order of the trials.
    pub trial_order: Vec<u32>,
    /// Parameters of the link as they came.
    pub url_parameters: Vec<(String, String)>,
    /// What the browser said about itself.
    pub environment: Vec<(String, String)>,
}

/// Where a participation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParticipationState {
    /// Under way.
    Started,
    /// Every trial answered, code given.
    Completed,
    /// Withdrawn by the participant; its responses are erased.
    Withdrawn,
}

/// How many participations an experiment has, by state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ParticipationTotals {
    /// All that began and were not withdrawn, completed ones included.
    pub started: u64,
    /// Those with a completion code.
    pub completed: u64,
    /// Those that were withdrawn.
    pub withdrawn: u64,
}

/// A trial order in the form in which stores keep it, if it names each of `0..stimulus_count` once.
pub fn pack_order(trial_order: &[u32], stimulus_count: u32) -> Option<Box<[u16]>> {
    if trial_order.len() != stimulus_count as usize {
        return None;
    }
    let mut seen = vec![false; trial_order.len()];
    let packed = trial_order.iter().map(|&ordinal| {
        let seen = seen.get_mut(ordinal as usize)?;
        let first = !std::mem::replace(seen, true);
        u16::try_from(ordinal).ok().filter(|_| first)
    });
    packed.collect()
}

// === impl NewParticipation ===

impl NewParticipation {
    /// The trial order in the form in which stores keep it, if it names each of `0..stimulus_count` once.
    pub fn packed_order(&self, stimulus_count: u32) -> Option<Box<[u16]>> {
        pack_order(&self.trial_order, stimulus_count)
    }
}

// === impl ParticipationTotals ===

impl ParticipationTotals {
    /// Whether these were counted after `other`, of the same experiment: every start, every withdrawal and
    /// every completion makes totals later than they were.
    pub fn is_later_than(&self, other: &Self) -> bool {
        let order = |totals: &Self| (totals.started + totals.withdrawn, totals.withdrawn, totals.completed);
        order(self) > order(other)
    }
}

// === impl ParticipationState ===

impl ParticipationState {
    /// The word used on the wire and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "started" => Ok(Self::Started),
            "completed" => Ok(Self::Completed),
            "withdrawn" => Ok(Self::Withdrawn),
            _ => Err(Invalid::new("state", "must be `started`, `completed` or `withdrawn`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_happens_makes_totals_later() {
        let totals = |started, completed, withdrawn| ParticipationTotals { started, completed, withdrawn };
        // Two start, one completes, the other withdraws, and then the one that had completed.
        let story = [
            totals(0, 0, 0),
            totals(1, 0, 0),
            totals(2, 0, 0),
            totals(2, 1, 0),
            totals(1, 1, 1),
            totals(0, 0, 2),
        ];
        for (at, now) in story.iter().enumerate() {
            assert!(story[..at].iter().all(|before| now.is_later_than(before) && !before.is_later_than(now)));
            assert!(!now.is_later_than(now));
        }
    }
}
