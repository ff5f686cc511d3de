//! How many names, and what coverage, a smaller or larger sample would show.
//!
//! Sources: Hurlbert (1971), The nonconcept of species diversity (rarefaction); Chao & Jost (2012),
//! Coverage-based rarefaction and extrapolation (coverage); Colwell et al. (2012), Models and estimators linking
//! individual-based and sample-based rarefaction, extrapolation and comparison of assemblages (extrapolation);
//! Chao et al. (2014), Rarefaction and extrapolation with Hill numbers (bootstrap). As in the R
//! package iNEXT.

use serde::Serialize;

use super::Frequencies;
use crate::intervals::{Bootstrap, Multinomial, Random, normal_quantile};

mod absence;
mod community;

use absence::absence;
use community::Community;

/// The counts of one stimulus, ready for the question what other sample sizes would show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rarefaction {
    frequencies: Frequencies,
    /// Counts that occur, ascending, each with the number of names that were given so often.
    occurring: Vec<(u64, u64)>,
}

/// Where a point lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Below the size of the sample: expected of a part of the answers, chosen at random.
    Rarefied,
    /// The sample itself.
    Observed,
    /// Beyond: expected of further answers of the same kind.
    Extrapolated,
}

/// One point of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Answers.
    pub m: u64,
    /// Rarefied, observed or extrapolated.
    pub place: Place,
    /// Expected number of names.
    pub types: f64,
    /// Lower end of its interval, at least 0.
    pub types_low: f64,
    /// Upper end.
    pub types_high: f64,
    /// Expected coverage, from 0 to 1.
    pub coverage: f64,
    /// Lower end of its interval, at least 0.
    pub coverage_low: f64,
    /// Upper end, at most 1.
    pub coverage_high: f64,
}

/// A rarefaction and extrapolation curve.
///
/// The intervals are `estimate ± z · s`, where `s` is the standard deviation over samples drawn from a community
/// estimated from the counts, unseen names included: the method of iNEXT. They assume that no participant
/// answered twice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// How the intervals were made.
    #[serde(flatten)]
    pub bootstrap: Bootstrap,
    /// The points, ascending.
    pub points: Vec<CurvePoint>,
}

// === impl Rarefaction ===

impl Rarefaction {
    /// The largest sample whose curve gets intervals by drawing; larger ones have intervals of no width worth
    /// drawing, and drawing them takes long.
    pub const DRAWN_MAX: u64 = 1_000_000;

    /// Of counts in any order; `None` without answers.
    pub fn of(counts: &[u64]) -> Option<Self> {
        let mut sorted: Vec<u64> = counts.iter().copied().filter(|count| *count > 0).collect();
        sorted.sort_unstable();
        Self::of_ascending(&sorted)
    }

    fn of_ascending(counts: &[u64]) -> Option<Self> {
        let frequencies = Frequencies::of(counts);
        (frequencies.n > 0).then(|| Self {
            frequencies,
            occurring: counts.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64)).collect(),
        })
    }

    /// Answers in the sample.
    pub fn n(&self) -> u64 {
        self.frequencies.n
    }

    /// Expected number of names among `m` answers: 0 for none, `k` at `n`, and never fewer for more answers.
    ///
    /// Up to `n` exactly `E[S_m] = Σ (1 - C(n - n_i, m) / C(n, m))` (Hurlbert 1971; Colwell et al. 2012); beyond,
    /// `k + f_0 (1 - A^(m - n))` with the Chao1 estimate `f_0` of unseen names and the factor `A` of
    /// [`Frequencies::coverage`] (Colwell et al. 2012), to be trusted up to about `2 n`.
    pub fn types_at(&self, m: u64) -> f64 {
        let Frequencies { n, types, .. } = self.frequencies;
        if m < n {
            let absent = |count: u64, names: u64| names as f64 * (1.0 - absence(n, count, m));
            return self.occurring.iter().map(|&(count, names)| absent(count, names)).sum();
        }
        let more = (m - n) as f64;
        let factor = self.frequencies.unseen_factor();
        types as f64 + self.frequencies.unseen() * (1.0 - factor.powf(more))
    }

    /// Expected coverage of `m` answers, from 0 to 1.
    ///
    /// Below `n`: `1 - Σ n_i/n · C(n - n_i, m) / C(n - 1, m)` (Chao & Jost 2012); from `n` on
    /// [`Frequencies::coverage_after`].
    pub fn coverage_at(&self, m: u64) -> f64 {
        let n = self.frequencies.n;
        if m < n {
            let missing: f64 = self
                .occurring
                .iter()
                .map(|&(count, names)| {
                    let share = count as f64 / n as f64;
                    names as f64 * share * absence(n - 1, count - 1, m)
                })
                .sum();
            return (1.0 - missing).clamp(0.0, 1.0);
        }
        self.frequencies.coverage_after(m - n).unwrap_or(0.0)
    }

    /// About `knots` sizes from 1 to `2 n`, half of them up to `n`, as iNEXT spreads them; `n` is among them.
    pub fn sizes(&self, knots: u32) -> Vec<u64> {
        let n = self.frequencies.n;
        let half = u64::from(knots.max(2) / 2);
        let spread = |from: u64, to: u64, parts: u64| {
            (0..parts).map(move |at| {
                let steps = u128::from(parts.max(2) - 1);
                from + (u128::from(to.saturating_sub(from)) * u128::from(at) / steps) as u64
            })
        };
        let mut sizes: Vec<u64> = spread(1, n.saturating_sub(1), half.saturating_sub(1))
            .chain([n])
            .chain(spread(n.saturating_add(1), n.saturating_mul(2), half))
            .filter(|m| *m > 0)
            .collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// The curve at these sizes, with intervals; `key` names the stimulus, so that each has random numbers of its
    /// own. Samples larger than [`Self::DRAWN_MAX`] get intervals without width.
    pub fn curve(&self, sizes: &[u64], key: &str, bootstrap: Bootstrap) -> Curve {
        let bootstrap = bootstrap.bounded();
        let mut sizes = sizes.to_vec();
        sizes.sort_unstable();
        sizes.dedup();
        let mut types = vec![Spread::default(); sizes.len()];
        let mut coverage = vec![Spread::default(); sizes.len()];
        if self.frequencies.n <= Self::DRAWN_MAX {
            let community = Community::of(self.frequencies, &self.occurring);
            let mut random = Random::new(bootstrap.seed, "rarefaction", key);
            for _ in 0..bootstrap.replicates {
                let mut counts = community.draw(&mut random);
                counts.sort_unstable();
                let Some(replicate) = Self::of_ascending(&counts) else { continue };
                for (at, &m) in sizes.iter().enumerate() {
                    types[at].add(replicate.types_at(m));
                    coverage[at].add(replicate.coverage_at(m));
                }
            }
        }
        let z = normal_quantile(f64::midpoint(1.0, bootstrap.level));
        let points = sizes
            .iter()
            .zip(types.iter().zip(&coverage))
            .map(|(&m, (types, coverage))| self.point(m, z * types.sd(), z * coverage.sd()))
            .collect();
        Curve { bootstrap, points }
    }

    fn point(&self, m: u64, types_half: f64, coverage_half: f64) -> CurvePoint {
        let (types, coverage) = (self.types_at(m), self.coverage_at(m));
        let place = match m.cmp(&self.frequencies.n) {
            std::cmp::Ordering::Less => Place::Rarefied,
            std::cmp::Ordering::Equal => Place::Observed,
            std::cmp::Ordering::Greater => Place::Extrapolated,
        };
        CurvePoint {
            m,
            place,
            types,
            types_low: (types - types_half).max(0.0),
            types_high: types + types_half,
            coverage,
            coverage_low: (coverage - coverage_half).max(0.0),
            coverage_high: (coverage + coverage_half).min(1.0),
        }
    }
}

/// The spread of numbers that come one by one: Welford (1962), Note on a method for calculating corrected sums of
/// squares and products.
#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    n: f64,
    mean: f64,
    squares: f64,
}

// === impl Spread ===

impl Spread {
    fn add(&mut self, value: f64) {
        self.n += 1.0;
        let before = value - self.mean;
        self.mean += before / self.n;
        self.squares += before * (value - self.mean);
    }

    /// Standard deviation with `n - 1`; 0 with fewer than two numbers.
    fn sd(&self) -> f64 {
        if self.n < 2.0 { 0.0 } else { (self.squares.max(0.0) / (self.n - 1.0)).sqrt() }
    }
}

#[cfg(test)]
mod tests;
