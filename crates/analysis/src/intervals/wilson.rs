//! The interval of a share.

use super::{Interval, normal_quantile};

/// The score interval of `successes` out of `trials`, within 0 to 1 and around `successes / trials`. `None`
/// without trials, with more successes than trials, or when `level` is not strictly between 0 and 1.
///
/// Source: Wilson (1927), Probable inference, the law of succession, and statistical inference; without
/// continuity correction, as Brown, Cai & DasGupta (2001), Interval estimation for a binomial proportion,
/// recommend. Unlike the interval of Wald it holds its level near 0 and 1, where name agreement often is.
pub fn wilson(successes: u64, trials: u64, level: f64) -> Option<Interval> {
    if trials == 0 || successes > trials || !(level > 0.0 && level < 1.0) {
        return None;
    }
    let z = normal_quantile(f64::midpoint(1.0, level));
    let (n, share) = (trials as f64, successes as f64 / trials as f64);
    let z_squared = z * z;
    let middle = (share + z_squared / (2.0 * n)) / (1.0 + z_squared / n);
    let half = z / (1.0 + z_squared / n) * (share * (1.0 - share) / n + z_squared / (4.0 * n * n)).sqrt();
    // The ends hold the share itself exactly; `min` and `max` only undo rounding.
    Some(Interval { low: (middle - half).clamp(0.0, share), high: (middle + half).clamp(share, 1.0) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_published_interval_comes_out() {
        // Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3.
        for (successes, trials, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let interval = wilson(successes, trials, 0.95).unwrap();
            assert!((interval.low - low).abs() < 0.000_05, "{successes}/{trials}: {interval:?}");
            assert!((interval.high - high).abs() < 0.000_05, "{successes}/{trials}: {interval:?}");
        }
    }

    #[test]
    fn what_is_no_share_has_no_interval() {
        assert_eq!(wilson(0, 0, 0.95), None);
        assert_eq!(wilson(3, 2, 0.95), None);
        assert_eq!(wilson(1, 2, 1.0), None);
        assert_eq!(wilson(1, 2, f64::NAN), None);
        let huge = wilson(u64::MAX, u64::MAX, 0.95).unwrap();
        assert!(huge.low > 0.999_999 && huge.high >= 1.0);
    }

    proptest! {
        #[test]
        fn it_lies_within_0_and_1_around_the_share(
            trials in 1u64..1_000_000, part in 0.0f64..=1.0, level in 0.01f64..0.999,
        ) {
            let successes = (part * trials as f64) as u64;
            let share = successes as f64 / trials as f64;
            let Interval { low, high } = wilson(successes, trials, level).unwrap();
            prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0);
            let mirrored = wilson(trials - successes, trials, level).unwrap();
            prop_assert!((mirrored.low - (1.0 - high)).abs() < 1e-12);
        }
    }
}
