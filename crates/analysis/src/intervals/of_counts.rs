//! Bootstrap from counts alone.

use super::figures::Figures;
use super::{Bootstrap, Intervals, Multinomial, Random, Resampled};
use crate::norms::total;

/// Stimuli with more answers get no bootstrap: their intervals are narrower than anybody needs, and each
/// replicate costs time in proportion to the answers.
pub const ANSWERS_MAX: u64 = 10_000_000;

/// Intervals for a stimulus to which each participant gave at most one answer, from the counts of its names in
/// any order; `key` names the stimulus, so that each has random numbers of its own.
///
/// Participants drawn with replacement bring their one answer with them, so each replicate is `n` draws from the
/// names with their shares as probabilities. `None` without answers, or with more than [`ANSWERS_MAX`].
pub fn of_counts(counts: &[u64], key: &str, bootstrap: Bootstrap) -> Option<Intervals> {
    let bootstrap = bootstrap.bounded();
    let n = total(counts);
    if n == 0 || n > ANSWERS_MAX {
        return None;
    }
    let mut sorted: Vec<u64> = counts.iter().copied().filter(|count| *count > 0).collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let names = Multinomial::new(sorted.iter().copied());
    let mut random = Random::new(bootstrap.seed, "intervals", key);
    let mut figures = Figures::with_capacity(bootstrap.replicates);
    let mut replicate = vec![0; sorted.len()];
    for _ in 0..bootstrap.replicates {
        names.draw(&mut random, n, &mut replicate);
        figures.add(&mut replicate);
    }
    figures.intervals(bootstrap, Resampled::Counts, n)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::norms::{entropy_bits, entropy_standard_error};

    fn few() -> Bootstrap {
        Bootstrap { replicates: 50, ..Bootstrap::default() }
    }

    #[test]
    fn the_width_is_what_theory_expects_where_theory_holds() {
        // Many answers, few names: H is nearly normal with the standard error of Hutcheson.
        let counts = [5000, 3000, 1500, 500];
        let intervals = of_counts(&counts, "large", Bootstrap::default()).unwrap();
        let h = entropy_bits(&counts).unwrap();
        let half = 1.96 * entropy_standard_error(&counts).unwrap();
        assert!((intervals.h.low - (h - half)).abs() < 0.1 * half, "{:?} around {h} ± {half}", intervals.h);
        assert!((intervals.h.high - (h + half)).abs() < 0.1 * half, "{:?} around {h} ± {half}", intervals.h);
        let half = 1.96 * (0.25f64 / 10_000.0).sqrt();
        assert!((intervals.agreement.high - 0.5 - half).abs() < 0.1 * half);
    }

    #[test]
    fn one_name_has_no_spread_and_nothing_no_interval() {
        let one = of_counts(&[12], "one", few()).unwrap();
        assert_eq!((one.h.low, one.h.high, one.types.low, one.agreement.low), (0.0, 0.0, 1.0, 1.0));
        assert_eq!(one.simpson.map(|simpson| simpson.low), Some(1.0));
        assert_eq!((one.units, one.resampled), (12, Resampled::Counts));
        assert_eq!(of_counts(&[], "none", few()), None);
        assert_eq!(of_counts(&[0, 0], "none", few()), None);
        assert_eq!(of_counts(&[u64::MAX, 7], "huge", few()), None);
        assert_eq!(of_counts(&[1], "single", few()).unwrap().simpson, None);
    }

    #[test]
    fn seed_and_key_make_the_stream() {
        let counts = [9, 5, 2, 1, 1, 1];
        let first = of_counts(&counts, "a", few());
        assert_eq!(first, of_counts(&counts, "a", few()));
        assert_ne!(first, of_counts(&counts, "b", few()));
        assert_ne!(first, of_counts(&counts, "a", Bootstrap { seed: 1, ..few() }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn order_does_not_matter_and_ends_are_in_range(
            counts in prop::collection::vec(0u64..40, 1..20).prop_shuffle(),
        ) {
            let intervals = of_counts(&counts, "some", few());
            let mut sorted = counts.clone();
            sorted.sort_unstable();
            prop_assert_eq!(&intervals, &of_counts(&sorted, "some", few()));
            prop_assert_eq!(intervals.is_none(), counts.iter().sum::<u64>() == 0);
            if let Some(intervals) = intervals {
                let types = counts.iter().filter(|count| **count > 0).count() as f64;
                prop_assert!(intervals.h.low >= 0.0 && intervals.h.low <= intervals.h.high);
                prop_assert!(intervals.h.high <= types.log2() + 1e-12);
                prop_assert!(intervals.types.low >= 1.0 && intervals.types.high <= types);
                prop_assert!(intervals.agreement.low > 0.0 && intervals.agreement.high <= 1.0);
            }
        }
    }
}
