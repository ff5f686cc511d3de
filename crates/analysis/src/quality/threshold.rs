//! From where on a value is far from those of the cohort.
//!
//! Two published rules must both say so: Tukey's outer fence (1977, Exploratory Data Analysis, ch. 2: beyond a
//! quartile by three interquartile ranges, "far out") and the modified z score of Iglewicz & Hoaglin (1993, How
//! to Detect and Handle Outliers, pp. 11–13: |z| > 3.5 with z = 0.6745 (x − median) / MAD). Where more than half
//! of the values are equal, the MAD is 0; then, as they advise, the mean absolute deviation stands in, with z =
//! (x − median) / (1.253314 · MeanAD). Both rules are robust as long as fewer than a quarter of the cohort is
//! striking in the same direction.

use super::limits::Limits;
use crate::intervals::quantile_of_sorted;

/// Where the values of a cohort lie. Quantiles are of type 7 (Hyndman & Fan 1996), the default of R and numpy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) q1: f64,
    pub(super) median: f64,
    pub(super) q3: f64,
    /// One standard deviation's worth of distance, estimated robustly.
    scale: f64,
}

/// For a normal distribution: standard deviation over median absolute deviation, 1 / 0.6745.
const MAD_TO_SD: f64 = 1.482_602_218_505_602;
/// For a normal distribution: standard deviation over mean absolute deviation, sqrt(π / 2).
const MEAN_AD_TO_SD: f64 = 1.253_314_137_315_500_1;

// === impl Spread ===

impl Spread {
    /// Of finite values in any order; `None` without values.
    pub(super) fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let median = quantile_of_sorted(&sorted, 0.5)?;
        let mut deviations: Vec<f64> = sorted.iter().map(|value| (value - median).abs()).collect();
        deviations.sort_unstable_by(f64::total_cmp);
        let mad = quantile_of_sorted(&deviations, 0.5)?;
        let mean_ad = deviations.iter().sum::<f64>() / deviations.len() as f64;
        let scale = if mad > 0.0 { mad * MAD_TO_SD } else { mean_ad * MEAN_AD_TO_SD };
        Some(Self {
            q1: quantile_of_sorted(&sorted, 0.25)?,
            median,
            q3: quantile_of_sorted(&sorted, 0.75)?,
            scale,
        })
    }

    /// A value above this is far above the others by both rules, and above `floor`.
    pub(super) fn above(&self, floor: f64, limits: &Limits) -> f64 {
        let fence = self.q3 + limits.iqr_widths * (self.q3 - self.q1);
        let outlying = self.median + limits.mad_z * self.scale;
        fence.max(outlying).max(floor)
    }

    /// A value below this is far below the others by both rules, and below `ceiling`.
    pub(super) fn below(&self, ceiling: f64, limits: &Limits) -> f64 {
        let fence = self.q1 - limits.iqr_widths * (self.q3 - self.q1);
        let outlying = self.median - limits.mad_z * self.scale;
        fence.min(outlying).min(ceiling)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_rules_must_say_far_out_and_the_floor_as_well() {
        let limits = Limits::default();
        // 1 … 9: quartiles 3 and 7, median 5, MAD 2: fence 7 + 3 · 4 = 19, z rule 5 + 3.5 · 2.9652 = 15.378.
        let nine: Vec<f64> = (1..=9).map(f64::from).collect();
        let spread = Spread::of(&nine).unwrap();
        assert_eq!((spread.q1, spread.median, spread.q3), (3.0, 5.0, 7.0));
        assert!((spread.above(0.0, &limits) - 19.0).abs() < 1e-12);
        assert!((spread.above(25.0, &limits) - 25.0).abs() < 1e-12);
        assert!((spread.below(0.0, &limits) + 9.0).abs() < 1e-12);
    }

    #[test]
    fn where_most_are_equal_the_mean_deviation_stands_in() {
        // Nine of ten paste nothing, one pastes everything: 0 + 3.5 · 1.2533 · 0.1 = 0.43866.
        let mut values = vec![0.0; 9];
        values.push(1.0);
        let spread = Spread::of(&values).unwrap();
        assert!((spread.above(0.0, &Limits::default()) - 0.438_66).abs() < 1e-5);
        // All equal: nobody is above, whatever the floor.
        let same = Spread::of(&[2.0; 20]).unwrap();
        assert!(same.above(0.0, &Limits::default()) >= 2.0);
    }

    proptest! {
        #[test]
        fn fewer_than_a_quarter_of_a_cohort_are_ever_above(
            values in prop::collection::vec(0.0f64..100.0, 1..200).prop_shuffle(),
        ) {
            let threshold = Spread::of(&values).unwrap().above(0.0, &Limits::default());
            let above = values.iter().filter(|value| **value > threshold).count();
            prop_assert!(above * 4 <= values.len());
        }
    }
}
