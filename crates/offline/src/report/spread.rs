//! How a figure is spread over the stimuli.

/// What papers report of a figure over all stimuli. `None` where there are no values (or one, for the SD).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Spread {
    /// Stimuli where the figure is defined.
    pub(crate) n: u64,
    /// Arithmetic mean.
    pub(crate) mean: Option<f64>,
    /// Standard deviation with `n - 1`.
    pub(crate) sd: Option<f64>,
    /// The smallest.
    pub(crate) least: Option<f64>,
    /// First quartile, median, third quartile; type 7 of Hyndman & Fan (1996): the default of R and numpy.
    pub(crate) quartiles: Option<[f64; 3]>,
    /// The largest.
    pub(crate) most: Option<f64>,
}

impl Spread {
    /// Of values in any order; it leaves no trace.
    pub(crate) fn of(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let n = values.len();
        let Some((least, most)) = values.first().copied().zip(values.last().copied()) else {
            return Self::default();
        };
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        Self {
            n: n as u64,
            mean: Some(mean),
            sd: (n > 1).then(|| (squares / (n - 1) as f64).sqrt()),
            least: Some(least),
            quartiles: Some([0.25, 0.5, 0.75].map(|share| quantile(&values, share))),
            most: Some(most),
        }
    }
}

/// The quantile of sorted values, of which there is at least one.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len() - 1) as f64 * share;
    let below = place.floor();
    let low = sorted[below as usize];
    let high = sorted[(below as usize + 1).min(sorted.len() - 1)];
    low + (high - low) * (place - below)
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn it_is_what_r_prints() {
        // summary(c(3, 1, 4, 1, 5, 9)); sd(c(3, 1, 4, 1, 5, 9))
        let spread = Spread::of(vec![3.0, 1.0, 4.0, 1.0, 5.0, 9.0]);
        assert_eq!((spread.n, spread.least, spread.most), (6, Some(1.0), Some(9.0)));
        assert_eq!(spread.quartiles, Some([1.5, 3.5, 4.75]));
        assert!((spread.mean.unwrap() - 3.833_333_333).abs() < 1e-9);
        assert!((spread.sd.unwrap() - 2.994_439_291).abs() < 1e-9);
    }

    #[test]
    fn one_value_has_no_deviation_and_none_has_nothing() {
        let one = Spread::of(vec![2.0]);
        assert_eq!((one.mean, one.sd, one.quartiles), (Some(2.0), None, Some([2.0; 3])));
        assert_eq!(Spread::of(Vec::new()), Spread::default());
    }
}
