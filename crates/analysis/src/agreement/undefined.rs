//! Why a measure of agreement is not defined.

use serde::Serialize;

use super::{Alpha, Kappa};

/// Why a measure of agreement is not defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Undefined {
    /// No unit has two values.
    #[error("no unit has two values, so nothing can be compared")]
    NoPairs,
    /// All compared values are the same: neither observed nor expected disagreement.
    #[error("all compared values are the same, so nothing could have disagreed")]
    NoVariation,
    /// Fleiss' kappa needs the same number of values for every unit.
    #[error("the units have different numbers of values, and Fleiss' kappa needs the same number for each")]
    UnequalUnits,
    /// A number is below 0, where the ratio metric measures from 0.
    #[error("some numbers are below 0, and the metric ratio measures from 0")]
    Negative,
    /// There are more pairs of different numbers than are looked at.
    #[error("there are more different numbers than are compared")]
    TooManyNumbers,
}

// === impl Alpha ===

impl Alpha {
    /// Why there is no alpha; `None` where there is one.
    pub fn undefined(&self) -> Option<Undefined> {
        match self.alpha {
            Some(_) => None,
            None if self.units == 0 => Some(Undefined::NoPairs),
            None => Some(Undefined::NoVariation),
        }
    }
}

// === impl Kappa ===

impl Kappa {
    /// Why there is no kappa; `None` where there is one.
    pub fn undefined(&self) -> Option<Undefined> {
        match (self.kappa, self.values_per_unit) {
            (Some(_), _) => None,
            (None, None) if self.units > 0 => Some(Undefined::UnequalUnits),
            (None, None | Some(..2)) => Some(Undefined::NoPairs),
            (None, Some(2..)) => Some(Undefined::NoVariation),
        }
    }
}
