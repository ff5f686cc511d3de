//! Krippendorff's alpha.

use std::collections::BTreeMap;

use super::{Alpha, Metric, Unfit, Units};
use crate::intervals::{Bootstrap, Interval, Multinomial, Random};

/// Krippendorff's alpha: `1 - D_o / D_e`, the disagreement that was observed within units over the one to be
/// expected between any two values.
///
/// Any number of values per unit, missing ones included; units with one value are left out. Source: Krippendorff
/// (2011), Computing Krippendorff's alpha-reliability: with `o_ck` the coincidences (pairs `c`-`k` within units,
/// each pair of a unit of `m` values weighing `1/(m-1)`), `n_c` their row sums and `n` their total,
/// `alpha = 1 - (n-1) Σ o_ck δ²_ck / Σ n_c n_k δ²_ck`, both sums over `c < k`. The metrics: nominal `δ² = 1`;
/// ordinal `(Σ_{g=c}^{k} n_g - (n_c + n_k)/2)²`; interval `(c - k)²`; ratio `((c - k)/(c + k))²`.
///
/// # Errors
/// [`Unfit`] when the metric cannot measure a value that is compared.
pub fn alpha(units: &Units, metric: Metric) -> Result<Alpha, Unfit> {
    let compared = Compared::new(units, metric)?;
    let once = vec![1; compared.units.len()];
    Ok(Alpha {
        metric,
        alpha: compared.alpha(&once),
        units: compared.units.len() as u64,
        values: compared.totals(&once).iter().sum(),
        unpaired_units: units.units.iter().filter(|unit| Units::size(unit) == 1).count() as u64,
    })
}

/// Percentile interval of alpha for other units of the same kind: whole units are drawn with replacement, as they
/// are what a figure over units is generalised to. Replicates in which alpha is not defined are left out; `None`
/// where alpha is not defined, and with a single unit, of which every replicate would be the same.
///
/// A bootstrap of units in the sense of Zapf et al. (2016), Measuring inter-rater reliability for nominal data,
/// not Krippendorff's own algorithm, which resamples disagreements as if they were independent.
///
/// # Errors
/// [`Unfit`] when the metric cannot measure a value that is compared.
pub fn alpha_interval(
    units: &Units,
    metric: Metric,
    bootstrap: Bootstrap,
) -> Result<Option<Interval>, Unfit> {
    let bootstrap = bootstrap.bounded();
    let compared = Compared::new(units, metric)?;
    let count = compared.units.len();
    if count < 2 || compared.alpha(&vec![1; count]).is_none() {
        return Ok(None);
    }
    let draws = Multinomial::new((0..count).map(|_| 1));
    let mut random = Random::new(bootstrap.seed, "alpha over units", metric.as_str());
    let mut times = vec![0; count];
    let mut replicates: Vec<f64> = (0..bootstrap.replicates)
        .filter_map(|_| {
            draws.draw(&mut random, count as u64, &mut times);
            compared.alpha(&times)
        })
        .collect();
    Ok(bootstrap.percentile(&mut replicates))
}

/// The units that can be compared, in an order of their own.
struct Compared<'units> {
    units: Vec<&'units [(u32, u64)]>,
    values: usize,
    numbers: Vec<f64>,
    metric: Metric,
}

// === impl Compared ===

impl<'units> Compared<'units> {
    fn new(units: &'units Units, metric: Metric) -> Result<Self, Unfit> {
        let numbers = if metric == Metric::Nominal { Vec::new() } else { units.numbers(metric)? };
        let mut compared: Vec<&[(u32, u64)]> =
            units.units.iter().map(Vec::as_slice).filter(|unit| Units::size(unit) > 1).collect();
        compared.sort_unstable();
        Ok(Self { units: compared, values: units.values.len(), numbers, metric })
    }

    /// Alpha when each unit stands for so many.
    fn alpha(&self, times: &[u64]) -> Option<f64> {
        let totals = self.totals(times);
        let values: u64 = totals.iter().sum();
        let (observed, expected) = match self.metric {
            Metric::Nominal => self.nominal(times, &totals),
            _ => self.by_distance(times, &totals),
        };
        (expected > 0.0).then(|| 1.0 - (values - 1) as f64 * (observed / expected))
    }

    /// How often each value was given.
    fn totals(&self, times: &[u64]) -> Vec<u64> {
        let mut totals = vec![0; self.values];
        for (unit, times) in self.units.iter().zip(times).filter(|(_, times)| **times > 0) {
            for (value, count) in *unit {
                totals[*value as usize] += count * times;
            }
        }
        totals
    }

    /// `Σ o_ck` and `Σ n_c n_k` over `c ≠ k`, from sums of squares: no pair of values is looked at.
    fn nominal(&self, times: &[u64], totals: &[u64]) -> (f64, f64) {
        // Pairs of different values by the size of their unit: whole numbers, so the order of the units is gone.
        let mut differing: BTreeMap<u64, u128> = BTreeMap::new();
        for (unit, times) in self.units.iter().zip(times).filter(|(_, times)| **times > 0) {
            let size = Units::size(unit);
            let same: u128 = unit.iter().map(|(_, count)| square(*count)).sum();
            *differing.entry(size).or_default() += u128::from(*times) * (square(size) - same);
        }
        let observed = differing.iter().map(|(size, pairs)| *pairs as f64 / (size - 1) as f64).sum();
        let same: u128 = totals.iter().map(|total| square(*total)).sum();
        (observed, (square(totals.iter().sum()) - same) as f64)
    }

    /// `Σ o_ck δ²_ck` and `Σ n_c n_k δ²_ck` over `c ≠ k`.
    fn by_distance(&self, times: &[u64], totals: &[u64]) -> (f64, f64) {
        let distance = distances(&self.numbers, totals, self.metric);
        let mut pairs: BTreeMap<(u32, u32, u64), u128> = BTreeMap::new();
        for (unit, times) in self.units.iter().zip(times).filter(|(_, times)| **times > 0) {
            let size = Units::size(unit);
            for (at, (low, some)) in unit.iter().enumerate() {
                for (high, others) in &unit[at + 1..] {
                    let both = 2 * u128::from(*some) * u128::from(*others) * u128::from(*times);
                    *pairs.entry((*low, *high, size)).or_default() += both;
                }
            }
        }
        let observed = pairs
            .iter()
            .map(|((low, high, size), pairs)| {
                *pairs as f64 / (size - 1) as f64 * distance(*low as usize, *high as usize)
            })
            .sum();
        let given: Vec<usize> = (0..totals.len()).filter(|value| totals[*value] > 0).collect();
        let mut expected = 0.0;
        for (at, &low) in given.iter().enumerate() {
            for &high in &given[at + 1..] {
                expected += 2.0 * totals[low] as f64 * totals[high] as f64 * distance(low, high);
            }
        }
        (observed, expected)
    }
}

/// `δ²` of two values, by their places.
type Distance<'a> = Box<dyn Fn(usize, usize) -> f64 + 'a>;

fn distances<'a>(numbers: &'a [f64], totals: &'a [u64], metric: Metric) -> Distance<'a> {
    match metric {
        Metric::Nominal => Box::new(|_, _| 1.0),
        Metric::Ordinal => {
            // up_to[g]: values before g.
            let mut up_to = vec![0u64];
            for total in totals {
                up_to.push(up_to[up_to.len() - 1] + total);
            }
            Box::new(move |low, high| {
                let between = (up_to[high + 1] - up_to[low]) as f64;
                let ends = (totals[low] + totals[high]) as f64 / 2.0;
                (between - ends).powi(2)
            })
        }
        Metric::Interval => Box::new(|low, high| (numbers[high] - numbers[low]).powi(2)),
        Metric::Ratio => Box::new(|low, high| {
            let sum = numbers[high] + numbers[low];
            if sum > 0.0 { ((numbers[high] - numbers[low]) / sum).powi(2) } else { 0.0 }
        }),
    }
}

fn square(number: u64) -> u128 {
    u128::from(number) * u128::from(number)
}
