//! Own norms beside published ones: do people say the same, and where do they not?

use serde::Serialize;

use crate::intervals::Interval;
use crate::naming::Naming;
use crate::norms::StimulusNorms;

mod correlation;
mod divergence;
mod names;
mod reference;

pub use correlation::{Correlation, pearson, spearman};
pub use divergence::jensen_shannon_bits;
pub use names::{NameShares, side_by_side};
pub use reference::columns;
pub use reference::{
    BETWEEN_TIED, Error, ReferenceBuilder, ReferenceItem, ReferenceNorms, ReferenceRow, Weight,
};

use crate::intervals::{LEVEL, wilson};

/// Two sets of norms, compared over the stimuli that both have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Stimuli that both have, with answers in both.
    pub stimuli: u64,
    /// Stimuli that only the own norms have.
    pub only_here: u64,
    /// Stimuli that only the published norms have.
    pub only_in_reference: u64,
    /// Stimuli where a modal name here is a modal name there.
    pub modal_matches: u64,
    /// Share of these among `stimuli`, from 0 to 1; `None` without stimuli.
    pub modal_match: Option<f64>,
    /// Wilson's interval of that share.
    pub modal_match_interval: Option<Interval>,
    /// Pearson's correlation of H, over the stimuli where both have it.
    pub h_pearson: Option<Correlation>,
    /// Spearman's rank correlation of H.
    pub h_spearman: Option<Correlation>,
    /// Mean of H here minus H there, in bits.
    pub h_difference: Option<f64>,
    /// Pearson's correlation of name agreement.
    pub agreement_pearson: Option<Correlation>,
    /// Spearman's rank correlation of name agreement.
    pub agreement_spearman: Option<Correlation>,
    /// Mean of agreement here minus agreement there, from -1 to 1.
    pub agreement_difference: Option<f64>,
    /// Every stimulus that both have, the most divergent first: by `divergence`, where the published names do not
    /// allow that by the difference in agreement, then by key.
    pub rows: Vec<StimulusComparison>,
}

/// One stimulus, here and there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StimulusComparison {
    /// Its key.
    pub stimulus: String,
    /// Valid answers here.
    pub n: u64,
    /// Modal names here, all that tie.
    pub modal_names: Vec<String>,
    /// Modal names there, all that tie.
    pub reference_modal_names: Vec<String>,
    /// Whether a modal name here is one there.
    pub modal_match: bool,
    /// Share of the modal name here, from 0 to 1.
    pub agreement: f64,
    /// Share of the modal name there, from 0 to 1; `None` where it is not published.
    pub reference_agreement: Option<f64>,
    /// H here, in bits.
    pub h: f64,
    /// H there, in bits: published, or computed where all names are; else `None`.
    pub reference_h: Option<f64>,
    /// Jensen-Shannon divergence of the two distributions of names in bits, from 0 (equal) to 1 (no name in
    /// common); `None` where not all names are published.
    pub divergence: Option<f64>,
}

/// Compares own norms, given by stimulus key, with published ones. Published names go through the same naming as
/// the answers did, so that spelling does not make a difference. The order of the stimuli leaves no trace.
pub fn compare<'norms>(
    own: impl IntoIterator<Item = (&'norms str, &'norms StimulusNorms)>,
    reference: &ReferenceNorms,
    naming: &Naming,
) -> Comparison {
    let mut rows = Vec::new();
    let (mut here, mut met) = (0u64, 0u64);
    for (stimulus, norms) in own {
        if norms.n == 0 {
            continue;
        }
        here += 1;
        if let Some(item) = reference.get(stimulus) {
            met += 1;
            rows.extend(row(stimulus, norms, &item.named(naming)));
        }
    }
    rows.sort_by(|a, b| {
        let difference = |row: &StimulusComparison| {
            row.reference_agreement.map_or(-1.0, |reference| (row.agreement - reference).abs())
        };
        let divergence = |row: &StimulusComparison| row.divergence.unwrap_or(-1.0);
        divergence(b)
            .total_cmp(&divergence(a))
            .then_with(|| difference(b).total_cmp(&difference(a)))
            .then_with(|| a.stimulus.cmp(&b.stimulus))
    });
    summary(rows, here - met, reference.len() as u64 - met)
}

fn row(stimulus: &str, norms: &StimulusNorms, item: &ReferenceItem) -> Option<StimulusComparison> {
    let reference_modal_names = item.modal_names();
    if reference_modal_names.is_empty() {
        return None;
    }
    let modal_match = norms.modal_names.iter().any(|name| reference_modal_names.contains(name));
    let own = norms.names.iter().map(|entry| (entry.name.as_str(), entry.count as f64));
    Some(StimulusComparison {
        stimulus: stimulus.to_owned(),
        n: norms.n,
        modal_names: norms.modal_names.clone(),
        reference_modal_names,
        modal_match,
        agreement: norms.agreement?,
        reference_agreement: item.agreement(),
        h: norms.h?,
        reference_h: item.h(),
        divergence: item.all_names().and_then(|names| jensen_shannon_bits(own, names)),
    })
}

fn summary(rows: Vec<StimulusComparison>, only_here: u64, only_in_reference: u64) -> Comparison {
    // In the order of the keys, so that sums have the same bits however the rows are sorted.
    let mut by_key: Vec<&StimulusComparison> = rows.iter().collect();
    by_key.sort_by(|a, b| a.stimulus.cmp(&b.stimulus));
    let h: Vec<(f64, f64)> = by_key.iter().filter_map(|row| Some((row.h, row.reference_h?))).collect();
    let agreement: Vec<(f64, f64)> =
        by_key.iter().filter_map(|row| Some((row.agreement, row.reference_agreement?))).collect();
    let stimuli = rows.len() as u64;
    let modal_matches = rows.iter().filter(|row| row.modal_match).count() as u64;
    Comparison {
        stimuli,
        only_here,
        only_in_reference,
        modal_matches,
        modal_match: (stimuli > 0).then(|| modal_matches as f64 / stimuli as f64),
        modal_match_interval: wilson(modal_matches, stimuli, LEVEL),
        h_pearson: pearson(&h),
        h_spearman: spearman(&h),
        h_difference: mean_difference(&h),
        agreement_pearson: pearson(&agreement),
        agreement_spearman: spearman(&agreement),
        agreement_difference: mean_difference(&agreement),
        rows,
    }
}

fn mean_difference(pairs: &[(f64, f64)]) -> Option<f64> {
    let sum: f64 = pairs.iter().map(|(here, there)| here - there).sum();
    (!pairs.is_empty()).then(|| sum / pairs.len() as f64)
}

#[cfg(test)]
mod tests;
