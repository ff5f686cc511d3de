//! How long descriptions are.

use std::collections::BTreeMap;

use serde::Serialize;

use super::words::length;

/// Lengths in words, see [`length`]: pieces between white space.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Lengths {
    /// Descriptions, empty ones among them.
    pub n: u64,
    /// Arithmetic mean, in words. `None` when `n` = 0.
    pub mean: Option<f64>,
    /// Standard deviation of the sample (n − 1), in words. `None` when `n` < 2.
    pub sd: Option<f64>,
    /// Median, in words: the middle, or the mean of the two middle ones. `None` when `n` = 0.
    pub median: Option<f64>,
    /// The shortest; 0 when `n` = 0.
    pub shortest: u64,
    /// The longest; 0 when `n` = 0.
    pub longest: u64,
}

impl Lengths {
    /// The figures of distinct descriptions with how often each was given, in any order. They are sums of whole
    /// numbers up to the last step, so order and grouping do not change a bit.
    pub fn of<'text>(descriptions: impl IntoIterator<Item = (&'text str, u64)>) -> Self {
        let mut counts: BTreeMap<u64, u128> = BTreeMap::new();
        for (description, count) in descriptions.into_iter().filter(|(_, count)| *count > 0) {
            *counts.entry(length(description)).or_default() += u128::from(count);
        }
        let n: u128 = counts.values().sum();
        let sum = |power: u32| {
            counts
                .iter()
                .map(|(length, count)| u128::from(*length).saturating_pow(power).saturating_mul(*count))
                .fold(0, u128::saturating_add)
        };
        let (total, squares) = (sum(1), sum(2));
        let at = |place: u128| {
            let mut before = 0;
            counts.iter().find_map(|(length, count)| {
                before += count;
                (place < before).then_some(*length as f64)
            })
        };
        let spread = n.saturating_mul(squares).saturating_sub(total.saturating_mul(total));
        Self {
            n: u64::try_from(n).unwrap_or(u64::MAX),
            mean: (n > 0).then(|| total as f64 / n as f64),
            sd: (n > 1).then(|| (spread as f64 / n as f64 / (n - 1) as f64).sqrt()),
            median: at(n.saturating_sub(1) / 2).zip(at(n / 2)).map(|(low, high)| f64::midpoint(low, high)),
            shortest: counts.first_key_value().map_or(0, |(length, _)| *length),
            longest: counts.last_key_value().map_or(0, |(length, _)| *length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lengths;

    #[test]
    fn lengths_are_weighted_by_how_often_a_description_was_given() {
        let lengths = Lengths::of([("red", 2), ("the big red one", 1), ("a  b", 1), ("never", 0)]);
        assert_eq!((lengths.n, lengths.mean, lengths.median), (4, Some(2.0), Some(1.5)));
        assert_eq!((lengths.shortest, lengths.longest), (1, 4));
        assert!((lengths.sd.unwrap() - 2.0_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn few_and_huge_counts_do_no_harm() {
        let none = Lengths::of([]);
        assert_eq!((none.n, none.mean, none.sd, none.median), (0, None, None, None));
        let one = Lengths::of([("red", 1)]);
        assert_eq!((one.mean, one.sd, one.median), (Some(1.0), None, Some(1.0)));
        assert_eq!(Lengths::of([("red", u64::MAX), ("a b", u64::MAX)]).n, u64::MAX);
    }
}
