//! Agreement of participants on names: stimuli are the units, names the values.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Metric, Undefined, Units, alpha, alpha_interval, fleiss_kappa};
use crate::intervals::{Bootstrap, Interval};
use crate::norms::{StimulusNorms, simpson_unbiased};

/// How far people agree on names, over all stimuli.
///
/// Free naming has no fixed set of categories, so alpha depends on normalisation and on how alike the stimuli are;
/// read it beside the observed agreement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NameAgreement {
    /// Stimuli with at least two answers; only these can be compared.
    pub stimuli: u64,
    /// Answers to these stimuli.
    pub answers: u64,
    /// Stimuli with a single answer, which are left out.
    pub unpaired_stimuli: u64,
    /// Distinct names among the compared answers.
    pub types: u64,
    /// Krippendorff's alpha for nominal data, see [`alpha()`].
    pub alpha: Option<f64>,
    /// Why there is no alpha.
    pub alpha_undefined: Option<Undefined>,
    /// Percentile interval of alpha, see [`alpha_interval`].
    pub alpha_interval: Option<Interval>,
    /// Fleiss' kappa, see [`fleiss_kappa`].
    pub kappa: Option<f64>,
    /// Why there is no kappa.
    pub kappa_undefined: Option<Undefined>,
    /// Answers per stimulus, where that is the same for all stimuli with answers.
    pub answers_per_stimulus: Option<u64>,
    /// Fewest and most answers to one of the compared stimuli; `None` without any.
    pub answers_range: Option<(u64, u64)>,
    /// Mean over stimuli of the chance that two answers to one stimulus agree (unbiased Simpson index).
    pub observed_agreement: Option<f64>,
    /// Chance that two answers agree whichever stimuli they belong to (unbiased Simpson index of all answers).
    pub expected_agreement: Option<f64>,
    /// How the interval was made.
    pub bootstrap: Bootstrap,
}

/// The agreement on the names of stimuli; non-answers are left out. The order of the stimuli leaves no trace.
pub fn name_agreement<'norms>(
    stimuli: impl IntoIterator<Item = &'norms StimulusNorms>,
    bootstrap: Bootstrap,
) -> NameAgreement {
    let stimuli: Vec<&StimulusNorms> = stimuli.into_iter().collect();
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in stimuli.iter().flat_map(|norms| &norms.names) {
        numbers.insert(&entry.name, 0);
    }
    for (at, number) in (0..).zip(numbers.values_mut()) {
        *number = at;
    }
    let units =
        Units::from_counts(stimuli.iter().map(|norms| {
            norms.names.iter().map(|entry| (numbers[entry.name.as_str()], entry.count)).collect()
        }));
    let found = alpha(&units, Metric::Nominal).expect("every value fits the nominal metric");
    let interval =
        alpha_interval(&units, Metric::Nominal, bootstrap).expect("every value fits the nominal metric");
    let kappa = fleiss_kappa(&units);
    let compared: Vec<&StimulusNorms> = stimuli.into_iter().filter(|norms| norms.n > 1).collect();
    let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in compared.iter().flat_map(|norms| &norms.names) {
        *totals.entry(&entry.name).or_default() += entry.count;
    }
    let counts: Vec<u64> = totals.values().copied().collect();
    NameAgreement {
        stimuli: found.units,
        answers: found.values,
        unpaired_stimuli: found.unpaired_units,
        types: totals.len() as u64,
        alpha: found.alpha,
        alpha_undefined: found.undefined(),
        alpha_interval: interval,
        kappa: kappa.kappa,
        kappa_undefined: kappa.undefined(),
        answers_per_stimulus: kappa.values_per_unit,
        answers_range: range(compared.iter().map(|norms| norms.n)),
        observed_agreement: mean(compared.iter().filter_map(|norms| norms.simpson)),
        expected_agreement: simpson_unbiased(&counts),
        bootstrap: bootstrap.bounded(),
    }
}

/// The least and the largest value; `None` without values.
fn range(values: impl Iterator<Item = u64>) -> Option<(u64, u64)> {
    values.map(|value| (value, value)).reduce(|range, (value, _)| (range.0.min(value), range.1.max(value)))
}

/// The mean, summed in ascending order; `None` without values.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
