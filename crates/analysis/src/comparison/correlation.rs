//! Correlations with their intervals.

use serde::Serialize;

use crate::intervals::{Interval, LEVEL, normal_quantile};

/// A correlation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Correlation {
    /// The coefficient, from -1 to 1.
    pub r: f64,
    /// How many pairs it is of.
    pub n: u64,
    /// Its 95 % interval; `None` with fewer than four pairs.
    pub interval: Option<Interval>,
}

/// Pearson's product-moment correlation. `None` with fewer than two pairs, or when either side is constant.
///
/// The interval is Fisher's: `tanh(atanh r ± z / √(n - 3))`. Source: Fisher (1921), On the probable error of a
/// coefficient of correlation deduced from a small sample.
pub fn pearson(pairs: &[(f64, f64)]) -> Option<Correlation> {
    let r = product_moment(pairs)?;
    let n = pairs.len();
    Some(Correlation { r, n: n as u64, interval: interval(r, n, 1.0) })
}

/// Spearman's rank correlation: Pearson's of the ranks, equal values sharing their mean rank. `None` as there.
///
/// The interval is `tanh(atanh r ± z √((1 + r²/2) / (n - 3)))`. Source: Bonett & Wright (2000), Sample size
/// requirements for estimating Pearson, Kendall and Spearman correlations, eq. 3.
pub fn spearman(pairs: &[(f64, f64)]) -> Option<Correlation> {
    let (one, other): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let ranked: Vec<(f64, f64)> = ranks(&one).into_iter().zip(ranks(&other)).collect();
    let r = product_moment(&ranked)?;
    let n = pairs.len();
    Some(Correlation { r, n: n as u64, interval: interval(r, n, 1.0 + r * r / 2.0) })
}

fn product_moment(pairs: &[(f64, f64)]) -> Option<f64> {
    if pairs.len() < 2 {
        return None;
    }
    let n = pairs.len() as f64;
    let mean_x = pairs.iter().map(|(x, _)| x).sum::<f64>() / n;
    let mean_y = pairs.iter().map(|(_, y)| y).sum::<f64>() / n;
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        let (x, y) = (x - mean_x, y - mean_y);
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    (xx > 0.0 && yy > 0.0).then(|| (xy / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0))
}

fn interval(r: f64, n: usize, inflation: f64) -> Option<Interval> {
    if n < 4 {
        return None;
    }
    let half = normal_quantile(f64::midpoint(1.0, LEVEL)) * (inflation / (n as f64 - 3.0)).sqrt();
    let center = r.atanh();
    Some(Interval { low: (center - half).tanh(), high: (center + half).tanh() })
}

/// Ranks from 1; equal values share the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for same in order.chunk_by(|a, b| values[*a].total_cmp(&values[*b]).is_eq()) {
        let shared = before as f64 + f64::midpoint(same.len() as f64, 1.0);
        for &at in same {
            ranks[at] = shared;
        }
        before += same.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_values() {
        // R: cor.test(c(1,2,3,4,5), c(2,1,4,3,5)): r = 0.8, interval -0.2796 to 0.9862.
        let pairs = [(1.0, 2.0), (2.0, 1.0), (3.0, 4.0), (4.0, 3.0), (5.0, 5.0)];
        let found = pearson(&pairs).unwrap();
        assert!((found.r - 0.8).abs() < 1e-12);
        let interval = found.interval.unwrap();
        assert!((interval.low - -0.279_637_8).abs() < 1e-4, "{interval:?}");
        assert!((interval.high - 0.986_196_1).abs() < 1e-4, "{interval:?}");
        assert!((spearman(&pairs).unwrap().r - 0.8).abs() < 1e-12);
        // Ties: ranks 1.5 1.5 3 against 1 2 3.
        let tied = spearman(&[(7.0, 1.0), (7.0, 2.0), (9.0, 3.0)]).unwrap();
        assert!((tied.r - 0.75f64.sqrt()).abs() < 1e-12);
        assert_eq!(tied.interval, None);
    }

    #[test]
    fn what_does_not_vary_does_not_correlate() {
        assert_eq!(pearson(&[(1.0, 2.0), (1.0, 3.0)]), None);
        assert_eq!(spearman(&[(1.0, 2.0)]), None);
        let perfect = pearson(&[(1.0, 2.0), (2.0, 4.0), (3.0, 6.0), (4.0, 8.0)]).unwrap();
        assert!((perfect.r - 1.0).abs() < 1e-12);
        assert!(perfect.interval.unwrap().high <= 1.0);
    }

    proptest! {
        #[test]
        fn a_correlation_lies_in_its_interval(
            pairs in prop::collection::vec((-1e3..1e3f64, -1e3..1e3f64), 0..20),
        ) {
            for found in [pearson(&pairs), spearman(&pairs)].into_iter().flatten() {
                prop_assert!((-1.0..=1.0).contains(&found.r));
                if let Some(interval) = found.interval {
                    prop_assert!(interval.low <= found.r + 1e-9 && found.r <= interval.high + 1e-9);
                }
            }
        }
    }
}
