//! Quantiles of a histogram.

/// The quantile at `share` (0.5 for the median, 0.25 and 0.75 for the quartiles) of values given as
/// (value, how often), ascending by value; in the unit of the values. `None` without values; a `share` beyond
/// 0 to 1 counts as the nearer end.
///
/// Type 7 of Hyndman & Fan (1996), Sample quantiles in statistical packages: the default of R and numpy. It lies
/// at the place `(n - 1) · share` of the sorted values, counted from 0, between two values in proportion.
pub fn quantile_type7(histogram: &[(u32, u64)], share: f64) -> Option<f64> {
    let n: u64 = histogram.iter().map(|(_, times)| times).sum();
    let place = QuantilePlace::of(n, share)?;
    Some(place.between(value_at(histogram, place.lower), value_at(histogram, place.upper)))
}

/// Where a quantile lies among sorted values: between two of them, in proportion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct QuantilePlace {
    /// The place of the value below, from 0.
    pub(crate) lower: u64,
    /// The place of the value above: the next one, or the same at the end.
    pub(crate) upper: u64,
    /// How far it is from the one to the other, from 0 to 1.
    between: f64,
}

// === impl QuantilePlace ===

impl QuantilePlace {
    /// Among `n` values; `None` without any.
    pub(crate) fn of(n: u64, share: f64) -> Option<Self> {
        let last = n.checked_sub(1)?;
        let place = share.clamp(0.0, 1.0) * last as f64;
        let lower = (place.floor() as u64).min(last);
        Some(Self { lower, upper: (lower + 1).min(last), between: place - lower as f64 })
    }

    /// The quantile, when these are the two values.
    pub(crate) fn between(self, lower: f64, upper: f64) -> f64 {
        lower + self.between * (upper - lower)
    }
}

/// The median: [`quantile_type7`] at 0.5, the mean of the two middle values.
pub fn median_type7(histogram: &[(u32, u64)]) -> Option<f64> {
    quantile_type7(histogram, 0.5)
}

/// The value at a place of the sorted values, from 0.
fn value_at(histogram: &[(u32, u64)], place: u64) -> f64 {
    let mut passed = 0;
    for &(value, times) in histogram {
        passed += times;
        if place < passed {
            return f64::from(value);
        }
    }
    unreachable!("the place is smaller than the number of values")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_or_the_mean_of_the_two_middle_values() {
        assert_eq!(median_type7(&[]), None);
        assert_eq!(median_type7(&[(500, 1)]), Some(500.0));
        assert_eq!(median_type7(&[(500, 1), (601, 1)]), Some(550.5));
        assert_eq!(median_type7(&[(500, 2), (601, 1)]), Some(500.0));
        assert_eq!(median_type7(&[(1, 3), (2, 0), (9, 3)]), Some(5.0));
    }

    #[test]
    fn quartiles_are_those_of_another_program() {
        // Python's statistics.quantiles(method="inclusive").
        let histogram = [(310, 1), (402, 2), (515, 1), (777, 1), (1200, 1)];
        for (share, expected) in [(0.25, 402.0), (0.75, 711.5), (0.9, 988.5), (0.0, 310.0), (1.0, 1200.0)] {
            assert_eq!(quantile_type7(&histogram, share), Some(expected), "{share}");
        }
    }
}
