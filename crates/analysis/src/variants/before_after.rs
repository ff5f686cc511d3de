//! What a naming does to the figures.

use serde::Serialize;

use crate::naming::Naming;
use crate::norms::{coverage, entropy_bits};
use crate::tally::Tally;

/// The figures of one stimulus, or of all answers together, under one naming.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Answers that gave a name.
    pub n: u64,
    /// Distinct names.
    pub types: u64,
    /// Names that were given once.
    pub singletons: u64,
    /// The most frequent name, the first by code points of tied ones; `None` without answers.
    pub modal_name: Option<String>,
    /// Share of `n` with the modal name, from 0 to 1; `None` without answers.
    pub agreement: Option<f64>,
    /// H in bits ([`entropy_bits`]); `None` without answers.
    pub h: Option<f64>,
    /// Sample coverage ([`coverage`]), from 0 to 1; `None` without answers.
    pub coverage: Option<f64>,
}

/// Figures over the stimuli of an experiment under one naming.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overall {
    /// Answers that gave a name.
    pub n: u64,
    /// Distinct names over all stimuli.
    pub types: u64,
    /// Names that were given once over all stimuli.
    pub singletons: u64,
    /// Coverage of all answers pooled over the stimuli, from 0 to 1; `None` without answers.
    pub coverage: Option<f64>,
    /// Mean over the stimuli with answers of their number of types; `None` without any.
    pub mean_types: Option<f64>,
    /// Mean over the stimuli with answers of H in bits; `None` without any.
    pub mean_h: Option<f64>,
    /// Mean over the stimuli with answers of agreement, from 0 to 1; `None` without any.
    pub mean_agreement: Option<f64>,
    /// Mean over the stimuli with answers of coverage, from 0 to 1; `None` without any.
    pub mean_coverage: Option<f64>,
}

/// One stimulus under two namings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The stimulus: its place in the experiment, from 0.
    pub ordinal: u32,
    /// Under the first naming.
    pub before: Figures,
    /// Under the second naming.
    pub after: Figures,
}

/// An experiment under two namings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BeforeAfter {
    /// Under the first naming.
    pub before: Overall,
    /// Under the second naming.
    pub after: Overall,
    /// How many stimuli have other figures.
    pub changed: u64,
    /// Those that change most: by the change of H, then by that of agreement, then in their order.
    pub changes: Vec<Change>,
}

/// Compares the figures of a tally under two namings; lists at most `limit` stimuli.
pub fn before_after(tally: &Tally, before: &Naming, after: &Naming, limit: usize) -> BeforeAfter {
    let (before, after) = (tally.under(before), tally.under(after));
    let mut sums = (Sums::default(), Sums::default());
    let mut changes = Vec::new();
    for ordinal in 0..tally.stimuli() {
        let (counts_before, counts_after) = (before.name_counts(ordinal), after.name_counts(ordinal));
        let change = Change { ordinal, before: figures(&counts_before), after: figures(&counts_after) };
        sums.0.add(&counts_before, &change.before);
        sums.1.add(&counts_after, &change.after);
        if change.before != change.after {
            changes.push(change);
        }
    }
    let changed = changes.len() as u64;
    changes.sort_by(|one, other| other.size().partial_cmp(&one.size()).unwrap_or(std::cmp::Ordering::Equal));
    changes.truncate(limit);
    BeforeAfter { before: sums.0.overall(), after: sums.1.overall(), changed, changes }
}

fn figures(names: &[(&str, u64)]) -> Figures {
    let counts: Vec<u64> = names.iter().map(|(_, count)| *count).collect();
    let n: u64 = counts.iter().sum();
    let modal = names.iter().min_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(other.0)));
    Figures {
        n,
        types: counts.len() as u64,
        singletons: counts.iter().filter(|count| **count == 1).count() as u64,
        modal_name: modal.map(|(name, _)| (*name).to_owned()),
        agreement: modal.map(|(_, count)| *count as f64 / n as f64),
        h: entropy_bits(&counts),
        coverage: coverage(&counts),
    }
}

impl Change {
    fn size(&self) -> (f64, f64) {
        let difference = |before: Option<f64>, after: Option<f64>| {
            (after.unwrap_or_default() - before.unwrap_or_default()).abs()
        };
        (difference(self.before.h, self.after.h), difference(self.before.agreement, self.after.agreement))
    }
}

/// Sums over the stimuli, in their order.
#[derive(Debug, Default)]
struct Sums<'names> {
    pooled: std::collections::BTreeMap<&'names str, u64>,
    stimuli: u64,
    n: u64,
    types: u64,
    h: f64,
    agreement: f64,
    coverage: f64,
}

impl<'names> Sums<'names> {
    fn add(&mut self, names: &[(&'names str, u64)], figures: &Figures) {
        if figures.n == 0 {
            return;
        }
        for &(name, count) in names {
            *self.pooled.entry(name).or_default() += count;
        }
        self.stimuli += 1;
        self.n += figures.n;
        self.types += figures.types;
        self.h += figures.h.unwrap_or_default();
        self.agreement += figures.agreement.unwrap_or_default();
        self.coverage += figures.coverage.unwrap_or_default();
    }

    fn overall(&self) -> Overall {
        let counts: Vec<u64> = self.pooled.values().copied().collect();
        let mean = |sum: f64| (self.stimuli > 0).then(|| sum / self.stimuli as f64);
        Overall {
            n: self.n,
            types: counts.len() as u64,
            singletons: counts.iter().filter(|count| **count == 1).count() as u64,
            coverage: coverage(&counts),
            mean_types: mean(self.types as f64),
            mean_h: mean(self.h),
            mean_agreement: mean(self.agreement),
            mean_coverage: mean(self.coverage),
        }
    }
}
