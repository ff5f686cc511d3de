//! The figures of one participant, before anybody judges them.

use super::Limits;
use super::gibberish::Gibberish;
use super::kind::Kind;
use super::runs::runs;
use super::view::{Person, View};
use crate::cohort::AnswerText;
use crate::intervals::quantile_of_sorted;

/// A figure and how many answers it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Figure {
    pub(super) value: Option<f64>,
    pub(super) basis: u32,
}

// === impl Figure ===

impl Figure {
    fn new(value: f64, basis: usize) -> Self {
        Self { value: (basis > 0).then_some(value), basis: basis as u32 }
    }

    fn share(part: usize, whole: usize) -> Self {
        Self::new(part as f64 / whole as f64, whole)
    }

    /// The figure of one kind for one participant; duplicates are found elsewhere.
    pub(super) fn of(
        kind: Kind,
        view: &View<'_>,
        person: &Person<'_>,
        gibberish: &Gibberish,
        limits: &Limits,
    ) -> Self {
        match kind {
            Kind::MedianTime => median_time(person),
            Kind::FastTrials => {
                let times = times(person);
                let fast = times.iter().filter(|time| **time < f64::from(limits.fast_trial_ms)).count();
                Self::share(fast, times.len())
            }
            Kind::LongestRun => run(person, |runs| f64::from(runs.longest)),
            Kind::MeanRun => run(person, |runs| runs.mean),
            Kind::RareNames => {
                let known: Vec<_> = with_others(view, person, limits).collect();
                let rare = known.iter().filter(|pair| view.givers(**pair) == 1).count();
                Self::share(rare, known.len())
            }
            Kind::Gibberish => {
                let names: Vec<u32> = person.names.iter().copied().flatten().collect();
                Self::share(names.iter().filter(|name| gibberish.is(**name)).count(), names.len())
            }
            Kind::NonAnswers => {
                let without = person.names.iter().filter(|name| name.is_none()).count();
                Self::share(without, person.names.len())
            }
            Kind::Agreement => agreement(view, person, limits),
            Kind::Duplicate => Self::default(),
            Kind::Pasted => {
                let typed = person.answers.iter().filter(|answer| is_text(answer.said));
                let (pasted, typed) = typed
                    .fold((0, 0), |(pasted, typed), answer| (pasted + usize::from(answer.pasted), typed + 1));
                Self::share(pasted, typed)
            }
            Kind::FocusLosses => {
                let losses: f64 = person.answers.iter().map(|answer| f64::from(answer.focus_losses)).sum();
                Self::new(losses / person.answers.len() as f64, person.answers.len())
            }
        }
    }
}

fn is_text(said: AnswerText) -> bool {
    matches!(said, AnswerText::Text(_))
}

/// Until each answer began, ascending. A pasted answer says nothing about how fast somebody is.
fn times(person: &Person<'_>) -> Vec<f64> {
    let mut times: Vec<f64> = person
        .answers
        .iter()
        .filter(|answer| !answer.pasted)
        .filter_map(|answer| answer.first_key_ms.or(answer.submitted_ms))
        .map(f64::from)
        .collect();
    times.sort_unstable_by(f64::total_cmp);
    times
}

fn median_time(person: &Person<'_>) -> Figure {
    let times = times(person);
    Figure { value: quantile_of_sorted(&times, 0.5), basis: times.len() as u32 }
}

fn run(person: &Person<'_>, figure: impl Fn(super::Runs) -> f64) -> Figure {
    let names = person.names.iter().flatten().count();
    Figure { value: runs(person.names.iter().flatten()).map(figure), basis: names as u32 }
}

/// Names for stimuli that enough others named.
fn with_others<'a>(
    view: &'a View<'_>,
    person: &'a Person<'_>,
    limits: &'a Limits,
) -> impl Iterator<Item = (u32, u32)> + 'a {
    let enough = |pair: &&(u32, u32)| view.namers[pair.0 as usize] > limits.min_others;
    person.pairs.iter().filter(enough).copied()
}

fn agreement(view: &View<'_>, person: &Person<'_>, limits: &Limits) -> Figure {
    let mut sum = 0.0;
    let mut basis = 0;
    for pair in with_others(view, person, limits) {
        let others = view.namers[pair.0 as usize] - 1;
        if others > 0 {
            sum += f64::from(view.givers(pair) - 1) / f64::from(others);
            basis += 1;
        }
    }
    Figure::new(sum / f64::from(basis), basis as usize)
}
