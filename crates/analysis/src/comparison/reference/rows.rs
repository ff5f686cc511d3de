//! Published norms as rows again.

use super::{ReferenceItem, ReferenceNorms};

/// One name of one stimulus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReferenceRow<'norms> {
    /// Key of the stimulus.
    pub stimulus: &'norms str,
    /// The name.
    pub name: &'norms str,
    /// How many people gave it; `None` where shares are published.
    pub count: Option<f64>,
    /// The share of those who gave it, from 0 to 1; `None` when nobody is counted at the stimulus.
    pub agreement: Option<f64>,
    /// H of the stimulus in bits, as published.
    pub h: Option<f64>,
}

// === impl ReferenceNorms ===

impl ReferenceNorms {
    /// All rows, by stimulus and name.
    pub fn rows(&self) -> impl Iterator<Item = ReferenceRow<'_>> {
        self.items.iter().flat_map(|(stimulus, item)| {
            let all = item.total();
            item.names.iter().map(move |(name, weight)| ReferenceRow {
                stimulus,
                name,
                count: item.counted.then_some(*weight),
                agreement: (all > 0.0).then(|| weight / all),
                h: item.h,
            })
        })
    }
}

// === impl ReferenceItem ===

impl ReferenceItem {
    /// The names with their shares, from 0 to 1; none when nobody is counted.
    pub fn shares(&self) -> impl Iterator<Item = (&str, f64)> {
        let all = self.total();
        let names = self.names.iter().filter(move |_| all > 0.0);
        names.map(move |(name, weight)| (name.as_str(), weight / all))
    }

    /// What the weights are shares of: all counts together, or 1.
    fn total(&self) -> f64 {
        if self.counted { self.names.values().sum() } else { 1.0 }
    }
}
