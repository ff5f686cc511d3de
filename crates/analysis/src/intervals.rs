//! How sure a figure is: intervals.
//!
//! Three kinds, each where it belongs. A share (name agreement) has the interval of Wilson, [`wilson()`]. A figure
//! without a formula of its own (H, types, Simpson) has a bootstrap, [`of_counts()`] or [`of_participants()`]. A mean
//! over stimuli has a bootstrap over participants, [`SetMeans`], or over stimuli, [`mean_over_stimuli`].
//!
//! **What is resampled** is who the figure is generalised to: participants. Where each participant gave at most
//! one answer to a stimulus, drawing participants with replacement *is* drawing from the counts of the names
//! (a multinomial), so counts suffice. Where somebody gave several, participants are drawn whole, with all they
//! said (a cluster bootstrap); drawing single answers would make the interval too narrow.
//!
//! **The same everywhere**: draws are made by integers alone from a stream of its own per stimulus, so replicates
//! depend neither on the machine nor on threads or order. Seed and number of replicates stand in each result.
//!
//! Sources: Efron & Tibshirani (1993), An introduction to the bootstrap (percentile interval);
//! Davison & Hinkley (1997), Bootstrap methods and their application (clusters).

use serde::{Deserialize, Serialize};

mod figures;
mod multinomial;
mod normal;
mod of_cohort;
mod of_counts;
mod of_participants;
mod random;
mod set_means;
mod wilson;

pub use normal::normal_quantile;
pub use of_cohort::{of_cohort, set_answers};
pub use of_counts::{ANSWERS_MAX, of_counts};
pub use of_participants::of_participants;
pub use set_means::{MeanInterval, SetAnswer, SetMeans, mean_over_stimuli};
pub use wilson::wilson;

pub(crate) use multinomial::Multinomial;
pub(crate) use random::Random;

/// The level of intervals for which none is named.
pub const LEVEL: f64 = 0.95;

/// From where to where.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end, at least `low`.
    pub high: f64,
}

/// How a bootstrap is made. It stands in each result, so that the result can be had again.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bootstrap {
    /// How many replicates are drawn, `B`; at least 1000 for 95 %, 10 000 for 99 %.
    pub replicates: u32,
    /// What the random numbers begin with.
    pub seed: u64,
    /// Share of the replicates within the interval, between 0 and 1.
    pub level: f64,
}

/// What was drawn with replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resampled {
    /// Participants by way of the counts: each gave at most one answer.
    Counts,
    /// Participants with all that they said.
    Participants,
}

/// Bootstrap intervals of the figures of one stimulus. Non-answers are left out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Intervals {
    /// How it was made.
    #[serde(flatten)]
    pub bootstrap: Bootstrap,
    /// What was resampled.
    pub resampled: Resampled,
    /// How many of these there were: answers of `Counts`, participants of `Participants`.
    pub units: u64,
    /// Of H in bits, as counted. Replicates hold fewer names than the sample, so the interval lies low and need
    /// not hold H itself; `h_miller_madow` corrects most of it.
    pub h: Interval,
    /// Of H in bits with the correction of Miller and Madow.
    pub h_miller_madow: Interval,
    /// Of the share of the modal name, from 0 to 1. Beside it stands Wilson's interval, which is to be preferred
    /// near 0 and 1.
    pub agreement: Interval,
    /// Of the number of names. No replicate holds more names than the sample, so the upper end is at most `k`.
    pub types: Interval,
    /// Of the unbiased Simpson index; `None` when the sample or a replicate has less than two answers.
    pub simpson: Option<Interval>,
}

// === impl Resampled ===

impl Resampled {
    /// The word for it in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Participants => "participants",
        }
    }
}

// === impl Bootstrap ===

impl Default for Bootstrap {
    fn default() -> Self {
        Self { replicates: 1000, seed: 20_250_401, level: LEVEL }
    }
}

impl Bootstrap {
    /// The largest number of replicates that is made.
    pub const REPLICATES_MAX: u32 = 100_000;

    /// The same held within what can be computed: 1 to [`Self::REPLICATES_MAX`] replicates, a level strictly
    /// between 0 and 1 (else [`LEVEL`]).
    #[must_use]
    pub fn bounded(self) -> Self {
        let level = if self.level > 0.0 && self.level < 1.0 { self.level } else { LEVEL };
        Self { replicates: self.replicates.clamp(1, Self::REPLICATES_MAX), level, ..self }
    }

    /// The percentile interval of replicates, which it sorts: their quantiles (type 7) at `(1 - level) / 2` and
    /// `(1 + level) / 2`. `None` without replicates.
    pub(crate) fn percentile(&self, replicates: &mut [f64]) -> Option<Interval> {
        replicates.sort_unstable_by(f64::total_cmp);
        let tail = (1.0 - self.level) / 2.0;
        Some(Interval {
            low: quantile_of_sorted(replicates, tail)?,
            high: quantile_of_sorted(replicates, 1.0 - tail)?,
        })
    }
}

/// The quantile of values in ascending order, type 7 of Hyndman & Fan (1996); `None` without values.
pub(crate) fn quantile_of_sorted(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = (place.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let part = place - below as f64;
    Some(sorted[below] + part * (sorted[above] - sorted[below]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_type_7() {
        // Python's statistics.quantiles(method="inclusive").
        let sorted = [1.0, 2.0, 4.0, 8.0];
        for (share, expected) in [(0.0, 1.0), (0.25, 1.75), (0.5, 3.0), (0.9, 6.8), (1.0, 8.0)] {
            assert!((quantile_of_sorted(&sorted, share).unwrap() - expected).abs() < 1e-12, "{share}");
        }
        assert_eq!(quantile_of_sorted(&[], 0.5), None);
        assert_eq!(quantile_of_sorted(&[3.0], 0.9), Some(3.0));
    }

    #[test]
    fn what_cannot_be_computed_is_bounded() {
        let odd = Bootstrap { replicates: 0, seed: 7, level: f64::NAN }.bounded();
        assert_eq!((odd.replicates, odd.seed, odd.level), (1, 7, LEVEL));
        let many = Bootstrap { replicates: u32::MAX, seed: 7, level: 0.99 }.bounded();
        assert_eq!((many.replicates, many.level), (Bootstrap::REPLICATES_MAX, 0.99));
    }
}
