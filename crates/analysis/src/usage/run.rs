//! How far each participant came.

use super::{Surroundings, UNDER_WAY_MS};
use crate::cohort::{Cohort, Participant};

/// One participant's way through the experiment.
pub(super) struct Run<'a> {
    pub(super) participant: &'a Participant,
    pub(super) completed: bool,
    /// Not completed, and heard of a short while ago.
    pub(super) under_way: bool,
    /// Trials behind them: one more than the last trial that was answered.
    pub(super) passed: u32,
    /// Trials in all; at least `passed`.
    pub(super) trials: u32,
    /// Answers.
    pub(super) answers: u64,
    /// From consent to completion, if completed and known.
    pub(super) duration_ms: Option<i64>,
}

pub(super) fn runs(cohort: &Cohort, surroundings: Surroundings) -> Vec<Run<'_>> {
    (0u32..)
        .zip(cohort.participants())
        .map(|(at, participant)| run(cohort, at, participant, surroundings))
        .collect()
}

fn run<'a>(cohort: &'a Cohort, at: u32, participant: &'a Participant, surroundings: Surroundings) -> Run<'a> {
    let answers = cohort.answers_of(at);
    let completed = participant.completed_at_ms.is_some();
    let passed = answers.last().map_or(0, |answer| answer.trial.saturating_add(1));
    let last_sign_ms =
        answers.iter().filter_map(|answer| answer.received_at_ms).max().max(participant.started_at_ms);
    let silent_ms = last_sign_ms.map(|last| surroundings.now_ms.saturating_sub(last));
    let trials = if participant.trials > 0 { participant.trials } else { surroundings.trials };
    let span = |began: i64, ended: i64| ended.checked_sub(began).filter(|ms| *ms >= 0);
    Run {
        participant,
        completed,
        under_way: !completed && silent_ms.is_some_and(|silent| silent < UNDER_WAY_MS),
        passed,
        trials: trials.max(passed),
        answers: answers.len() as u64,
        duration_ms: participant
            .started_at_ms
            .zip(participant.completed_at_ms)
            .and_then(|(began, ended)| span(began, ended)),
    }
}
