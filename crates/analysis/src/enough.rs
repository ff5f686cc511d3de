//! Whether there are enough answers: a rule that the researcher sets for all stimuli of an experiment, ideally
//! before the first answer, and what it says of each stimulus now.
//!
//! No single number is right for every study, so a rule is made of conditions, each optional: a stimulus has
//! enough answers when it meets all that are set. Everything is computed from the norms of the stimulus, in
//! constant time, so the verdict follows the answers live.

use serde::Serialize;

use crate::intervals::{LEVEL, normal_quantile, wilson};
use crate::norms::{StimulusNorms, second_order};

mod rule;

pub use rule::{Condition, Conditions, InvalidStopRule, StopRule};

/// What a rule says of one stimulus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether all conditions are met.
    pub enough: bool,
    /// About how many more answers that give a name until they are: 0 when they are met, `None` when there are
    /// too few answers to tell, or when no number of answers would do.
    pub about_more: Option<u64>,
    /// The conditions that are not met, in the order of [`Conditions`].
    pub unmet: Vec<Condition>,
}

/// What a rule says of an experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ExperimentVerdict {
    /// Stimuli that were judged.
    pub stimuli: u64,
    /// Stimuli with enough answers.
    pub enough: u64,
    /// About how many more answers all stimuli together need, as far as it can be told.
    pub about_more: u64,
    /// The same of the one that needs most: as many more participants, where each sees every stimulus.
    pub about_more_at_most: u64,
    /// Stimuli without enough answers of which it cannot be told.
    pub unknown: u64,
}

// === impl StopRule ===

impl StopRule {
    /// Judges one stimulus. One without answers does not have enough.
    pub fn judge(&self, norms: &StimulusNorms) -> Verdict {
        let mut unmet = Vec::new();
        let mut about_more = Some(0);
        for (condition, met, more) in self.findings(norms) {
            if !met {
                unmet.push(condition);
                about_more = about_more.zip(more).map(|(most, more): (u64, u64)| most.max(more));
            }
        }
        Verdict { enough: unmet.is_empty(), about_more, unmet }
    }

    /// Each condition that is set with whether it is met, and about how many more answers it takes.
    fn findings(&self, norms: &StimulusNorms) -> Vec<(Condition, bool, Option<u64>)> {
        let Conditions { min_answers, coverage, max_next_new, h_half_width, agreement_half_width } =
            *self.conditions();
        let frequencies = norms.frequencies();
        let mut findings = Vec::new();
        if let Some(least) = min_answers {
            let more = least.saturating_sub(norms.n);
            findings.push((Condition::MinAnswers, more == 0, Some(more)));
        }
        if let Some(target) = coverage {
            // One answer has a coverage of 1 by the formula and says nothing.
            let met = norms.n >= 2 && norms.coverage.is_some_and(|coverage| coverage >= target);
            findings.push((Condition::Coverage, met, frequencies.answers_to_coverage(target)));
        }
        if let Some(most) = max_next_new {
            let met = norms.next_new.is_some_and(|next_new| next_new <= most);
            findings.push((Condition::MaxNextNew, met, frequencies.answers_to_next_new(most)));
        }
        if let Some(most) = h_half_width {
            let met = norms.n >= 2 && h_half_width_of(norms).is_some_and(|half| half <= most);
            findings.push((Condition::HHalfWidth, met, answers_to_h_half_width(norms, most)));
        }
        if let Some(most) = agreement_half_width {
            let met = agreement_half_width_of(norms).is_some_and(|half| half <= most);
            findings.push((Condition::AgreementHalfWidth, met, answers_to_agreement_half_width(norms, most)));
        }
        findings
    }
}

// === impl ExperimentVerdict ===

impl ExperimentVerdict {
    /// Sums up the verdicts of all stimuli.
    pub fn of<'verdicts>(verdicts: impl IntoIterator<Item = &'verdicts Verdict>) -> Self {
        let mut all = Self::default();
        for verdict in verdicts {
            all.stimuli += 1;
            all.enough += u64::from(verdict.enough);
            match verdict.about_more {
                Some(more) => {
                    all.about_more = all.about_more.saturating_add(more);
                    all.about_more_at_most = all.about_more_at_most.max(more);
                }
                None => all.unknown += 1,
            }
        }
        all
    }
}

/// Half the width of the interval `H ± z · standard error` in bits, at the level [`LEVEL`], with the standard
/// error of [`crate::norms::entropy_standard_error`]. `None` without answers.
pub fn h_half_width_of(norms: &StimulusNorms) -> Option<f64> {
    Some(z() * norms.h_se?)
}

/// Half the width of Wilson's interval of name agreement, at the level [`LEVEL`]. `None` without answers.
pub fn agreement_half_width_of(norms: &StimulusNorms) -> Option<f64> {
    wilson(norms.modal_count, norms.n, LEVEL).map(|interval| (interval.high - interval.low) / 2.0)
}

/// The variance of H is `v/n + c/n²`; the number of answers at which `z √(v/n + c/n²)` falls to `target` when
/// neither `v` nor the number of names changes.
fn answers_to_h_half_width(norms: &StimulusNorms, target: f64) -> Option<u64> {
    let n = norms.n as f64;
    let variance = norms.h_se?.powi(2);
    if norms.n < 2 {
        return None;
    }
    let second = second_order(norms.types);
    let first = (variance * n - second / n).max(0.0);
    let ratio = (z() / target).powi(2);
    let wanted = f64::midpoint(ratio * first, ((ratio * first).powi(2) + 4.0 * ratio * second).sqrt());
    further(wanted, norms.n)
}

/// The number of answers at which half of Wilson's interval falls to `target` when agreement stays as it is:
/// `z √(p (1-p) n + z²/4) = target (n + z²)`, solved for `n`.
fn answers_to_agreement_half_width(norms: &StimulusNorms, target: f64) -> Option<u64> {
    let agreement = norms.agreement?;
    let z_squared = z().powi(2);
    let target_squared = target * target;
    // Of target² n² + linear n + constant = 0 the larger root.
    let linear = z_squared * (2.0 * target_squared - agreement * (1.0 - agreement));
    let constant = z_squared * z_squared * (target_squared - 0.25);
    let under_root = linear * linear - 4.0 * target_squared * constant;
    let wanted = (-linear + under_root.max(0.0).sqrt()) / (2.0 * target_squared);
    further(wanted, norms.n)
}

/// How many more than `n` answers it takes to have `wanted`; at least 1, since it is asked when there are too few.
fn further(wanted: f64, n: u64) -> Option<u64> {
    let more = (wanted - n as f64).ceil().max(1.0);
    (more < 2.0f64.powi(53)).then_some(more as u64)
}

fn z() -> f64 {
    normal_quantile(f64::midpoint(1.0, LEVEL))
}

#[cfg(test)]
mod tests;
