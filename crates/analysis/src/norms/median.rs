//! The median of a histogram.

/// Median of values given as (value, how often) in ascending order of the values; `None` without values.
///
/// Type 7 of Hyndman & Fan (1996), Sample quantiles in statistical packages, which for the median is the mean
/// of the two middle values: the default of R and numpy.
pub fn median_type7(histogram: &[(u32, u64)]) -> Option<f64> {
    let n: u64 = histogram.iter().map(|(_, times)| times).sum();
    if n == 0 {
        return None;
    }
    let lower = value_at(histogram, (n - 1) / 2);
    let upper = value_at(histogram, n / 2);
    Some(f64::midpoint(lower, upper))
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
    use super::median_type7;

    #[test]
    fn the_middle_or_the_mean_of_the_two_middle_values() {
        assert_eq!(median_type7(&[]), None);
        assert_eq!(median_type7(&[(500, 1)]), Some(500.0));
        assert_eq!(median_type7(&[(500, 1), (601, 1)]), Some(550.5));
        assert_eq!(median_type7(&[(500, 2), (601, 1)]), Some(500.0));
        assert_eq!(median_type7(&[(1, 3), (2, 0), (9, 3)]), Some(5.0));
    }
}
