//! The figures of one replicate.

use super::{Bootstrap, Interval, Intervals, Resampled};
use crate::norms::{Sums, agreement, miller_madow};

/// The figures of all replicates so far.
#[derive(Debug)]
pub(super) struct Figures {
    h: Vec<f64>,
    h_miller_madow: Vec<f64>,
    agreement: Vec<f64>,
    types: Vec<f64>,
    simpson: Vec<f64>,
    replicates: usize,
}

// === impl Figures ===

impl Figures {
    pub(super) fn with_capacity(replicates: u32) -> Self {
        let figures = || Vec::with_capacity(replicates as usize);
        Self {
            h: figures(),
            h_miller_madow: figures(),
            agreement: figures(),
            types: figures(),
            simpson: figures(),
            replicates: 0,
        }
    }

    /// Adds the replicate with these counts, which it sorts; zeros are names that were not drawn.
    pub(super) fn add(&mut self, counts: &mut [u64]) {
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let types = counts.partition_point(|count| *count > 0);
        let counts = &counts[..types];
        self.replicates += 1;
        let sums = Sums::of(counts);
        let n = sums.frequencies().n;
        let Some(h) = sums.h() else { return };
        self.h.push(h);
        self.h_miller_madow.extend(miller_madow(h, types as u64, n));
        self.agreement.extend(agreement(counts[0], n));
        self.types.push(types as f64);
        self.simpson.extend(sums.simpson());
    }

    /// The intervals; `None` when a replicate had no answer at all.
    pub(super) fn intervals(
        mut self,
        bootstrap: Bootstrap,
        resampled: Resampled,
        units: u64,
    ) -> Option<Intervals> {
        let whole = |figures: &mut Vec<f64>| -> Option<Interval> {
            (figures.len() == self.replicates).then(|| bootstrap.percentile(figures)).flatten()
        };
        Some(Intervals {
            h: whole(&mut self.h)?,
            h_miller_madow: whole(&mut self.h_miller_madow)?,
            agreement: whole(&mut self.agreement)?,
            types: whole(&mut self.types)?,
            simpson: whole(&mut self.simpson),
            bootstrap,
            resampled,
            units,
        })
    }
}
