//! Figures of a set of times.

use serde::Serialize;

use super::{NeedsParticipants, Trimming};
use crate::norms::quantile_type7;

/// Figures of times in milliseconds. Where there is no time, all but the numbers of times are `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct TimeSummary {
    /// Times that the figures are of.
    pub n: u64,
    /// Times that the trimming rule left out.
    pub n_trimmed: u64,
    /// Arithmetic mean.
    pub mean_ms: Option<f64>,
    /// Standard deviation with `n - 1`; `None` also when `n` = 1.
    pub sd_ms: Option<f64>,
    /// Median.
    pub median_ms: Option<f64>,
    /// Lower quartile, type 7 of Hyndman & Fan (1996): the default of R and numpy.
    pub q1_ms: Option<f64>,
    /// Upper quartile, likewise.
    pub q3_ms: Option<f64>,
    /// Geometric mean, `exp(mean ln t)`: the mean on the logarithmic scale, on which times are about symmetric.
    pub geometric_mean_ms: Option<f64>,
    /// Shortest.
    pub min_ms: Option<u32>,
    /// Longest.
    pub max_ms: Option<u32>,
}

// === impl TimeSummary ===

impl TimeSummary {
    /// Of times given as (milliseconds, how often), in any order. Times of 0 are errors of the machine and left
    /// out. Refused when the rule needs to know whose the times are.
    pub fn of_histogram(times: &[(u32, u64)], trimming: &Trimming) -> Result<Self, NeedsParticipants> {
        let limits = trimming.limits_without_participants()?;
        let mut sorted: Vec<(u32, u64)> =
            times.iter().copied().filter(|(ms, count)| *ms > 0 && *count > 0).collect();
        sorted.sort_unstable();
        let all: u64 = sorted.iter().map(|(_, count)| count).sum();
        sorted.retain(|(ms, _)| limits.keep(*ms));
        let kept: u64 = sorted.iter().map(|(_, count)| count).sum();
        Ok(Self::of_kept(&sorted, all - kept))
    }

    /// Of times that are kept, ascending, as (milliseconds, how often); counts of 0 are no times. Sums are of
    /// whole numbers, or run in ascending order, so the figures do not depend on the order of the answers.
    pub(super) fn of_kept(sorted: &[(u32, u64)], n_trimmed: u64) -> Self {
        let present: Vec<(u32, u64)> = sorted.iter().copied().filter(|(_, count)| *count > 0).collect();
        let n: u64 = present.iter().map(|(_, count)| count).sum();
        let (Some((min, _)), Some((max, _))) = (present.first(), present.last()) else {
            return Self { n_trimmed, ..Self::default() };
        };
        let logarithms: f64 = present.iter().map(|(ms, count)| *count as f64 * f64::from(*ms).ln()).sum();
        let (mean, sd) = mean_and_sd(&present);
        Self {
            n,
            n_trimmed,
            mean_ms: Some(mean),
            sd_ms: sd,
            median_ms: quantile_type7(&present, 0.5),
            q1_ms: quantile_type7(&present, 0.25),
            q3_ms: quantile_type7(&present, 0.75),
            // Held between the extremes against rounding.
            geometric_mean_ms: Some((logarithms / n as f64).exp().clamp(f64::from(*min), f64::from(*max))),
            min_ms: Some(*min),
            max_ms: Some(*max),
        }
    }
}

/// Mean and standard deviation (with `n - 1`; `None` for a single value) of a histogram that is not empty. The
/// sums are exact.
pub(super) fn mean_and_sd(histogram: &[(u32, u64)]) -> (f64, Option<f64>) {
    let (mut n, mut sum, mut squares) = (0u128, 0u128, 0u128);
    for &(value, count) in histogram {
        let (value, count) = (u128::from(value), u128::from(count));
        n += count;
        sum = sum.saturating_add(value * count);
        squares = squares.saturating_add(value * value * count);
    }
    let mean = sum as f64 / n as f64;
    if n < 2 {
        return (mean, None);
    }
    // n Σx² - (Σx)² is exact unless there are more than 10^9 times; then the squares around the mean serve.
    let spread = match (n.checked_mul(squares), sum.checked_mul(sum)) {
        (Some(squares), Some(square)) => squares.saturating_sub(square) as f64 / n as f64,
        _ => histogram.iter().map(|(value, count)| (f64::from(*value) - mean).powi(2) * *count as f64).sum(),
    };
    (mean, Some((spread / (n - 1) as f64).sqrt()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn summary(times: &[(u32, u64)], rule: &str) -> TimeSummary {
        TimeSummary::of_histogram(times, &rule.parse().unwrap()).unwrap()
    }

    #[test]
    fn figures_are_those_of_another_program() {
        // Python's statistics: mean, stdev, median, quantiles(method="inclusive"), geometric_mean.
        let figures = summary(&[(402, 2), (310, 1), (515, 1), (1200, 1), (777, 1)], "none");
        let close = |value: Option<f64>, expected: f64| (value.unwrap() - expected).abs() < 1e-9;
        assert_eq!((figures.n, figures.min_ms, figures.max_ms), (6, Some(310), Some(1200)));
        assert!(close(figures.mean_ms, 601.0), "{figures:?}");
        assert!(close(figures.sd_ms, 334.979_402_351_846_1), "{figures:?}");
        assert!(close(figures.median_ms, 458.5), "{figures:?}");
        assert!(close(figures.q1_ms, 402.0) && close(figures.q3_ms, 711.5), "{figures:?}");
        assert!(close(figures.geometric_mean_ms, 537.283_968_560_812_9), "{figures:?}");
    }

    #[test]
    fn zero_is_no_time_and_limits_are_counted() {
        let figures = summary(&[(0, 4), (150, 2), (200, 1), (3000, 1), (3001, 5)], "min:200,max:3000");
        assert_eq!((figures.n, figures.n_trimmed, figures.mean_ms), (2, 7, Some(1600.0)));
        let none = summary(&[(0, 4), (150, 2)], "min:200");
        assert_eq!((none.n, none.n_trimmed, none.median_ms, none.sd_ms), (0, 2, None, None));
        assert_eq!(summary(&[(5, 1)], "none").sd_ms, None);
        let needs = TimeSummary::of_histogram(&[(5, 1)], &"sd:2.5".parse().unwrap());
        assert!(needs.unwrap_err().to_string().contains("sd:2.5"));
    }

    #[test]
    fn sums_beyond_all_measure_do_not_overflow() {
        let figures = summary(&[(u32::MAX, u64::from(u32::MAX)), (1, u64::from(u32::MAX))], "none");
        assert!((figures.mean_ms.unwrap() / 2f64.powi(31) - 1.0).abs() < 1e-9);
        assert!((figures.sd_ms.unwrap() / 2f64.powi(31) - 1.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn the_figures_are_in_order(times in prop::collection::vec((1u32..100_000, 1u64..5), 1..40)) {
            let figures = summary(&times, "none");
            let (min, max) = (f64::from(figures.min_ms.unwrap()), f64::from(figures.max_ms.unwrap()));
            let quartiles = [figures.q1_ms.unwrap(), figures.median_ms.unwrap(), figures.q3_ms.unwrap()];
            prop_assert!(min <= quartiles[0] && quartiles.is_sorted() && quartiles[2] <= max);
            prop_assert!(figures.geometric_mean_ms.unwrap() <= figures.mean_ms.unwrap() + 1e-6);
            let reversed: Vec<(u32, u64)> = times.into_iter().rev().collect();
            prop_assert_eq!(figures, summary(&reversed, "none"));
        }
    }
}
