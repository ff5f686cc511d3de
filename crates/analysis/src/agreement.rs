//! Agreement between coders, or between participants: Krippendorff's alpha and Fleiss' kappa.
//!
//! Both see a table of *units* (things that were judged) and the values that each of them got. Sums are grouped
//! so that neither the order of the units nor that of the values leaves a trace in the last digit.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

mod alpha;
mod kappa;
mod names;
mod numbers;
mod undefined;

pub use alpha::{alpha, alpha_interval};
pub use kappa::fleiss_kappa;
pub use names::{NameAgreement, name_agreement};
pub use numbers::{MetricAgreement, NumberAgreement, number_agreement};
pub use undefined::Undefined;

/// How far two values are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// The same or not: names, categories.
    #[default]
    Nominal,
    /// Ranks: what counts is how many values lie between.
    Ordinal,
    /// Differences: dates, temperatures in degrees Celsius.
    Interval,
    /// Proportions: counts, times; values of at least 0.
    Ratio,
}

/// The values that each unit got, from whomever. Which coder gave which value does not matter to either measure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Units {
    /// Distinct values, ascending by [`Value`].
    values: Vec<Value>,
    /// Per unit the places of its values in `values`, with how often each was given.
    units: Vec<Vec<(u32, u64)>>,
}

/// One judgement.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number; needed by every metric but the nominal one.
    Number(f64),
    /// A category.
    Word(String),
}

/// A value that a metric cannot measure.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Unfit {
    /// A word where a number is needed.
    #[error("`{word}` is not a number, which the metric {metric} needs", metric = .metric.as_str())]
    Word {
        /// The word.
        word: String,
        /// The metric.
        metric: Metric,
    },
    /// A negative number under the ratio metric.
    #[error("{number} is below 0, and the metric ratio measures from 0")]
    Negative {
        /// The number.
        number: f64,
    },
}

/// The metric is none of the four.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no metric; choose nominal, ordinal, interval or ratio")]
pub struct UnknownMetric(String);

/// Krippendorff's alpha, and what it was computed from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alpha {
    /// How values were compared.
    pub metric: Metric,
    /// `1 - observed / expected` disagreement: 1 for perfect agreement, 0 for agreement as by chance, below 0 for
    /// less. `None` when no unit has two values, or when all compared values are the same: then nothing could have
    /// disagreed.
    pub alpha: Option<f64>,
    /// Units with at least two values; only these can be compared.
    pub units: u64,
    /// Values of these units.
    pub values: u64,
    /// Units with a single value, which are left out.
    pub unpaired_units: u64,
}

/// Fleiss' kappa, and what it was computed from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kappa {
    /// `(P̄ - P_e) / (1 - P_e)`; `None` unless every unit has the same number of values, at least two, and not all
    /// values are the same.
    pub kappa: Option<f64>,
    /// Units.
    pub units: u64,
    /// Values per unit, where that is the same for all.
    pub values_per_unit: Option<u64>,
    /// `P̄`: mean share of agreeing pairs within a unit.
    pub observed: Option<f64>,
    /// `P_e`: agreement to be expected by chance.
    pub expected: Option<f64>,
}

// === impl Metric ===

impl Metric {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Nominal, Self::Ordinal, Self::Interval, Self::Ratio];

    /// The word for it on the command line and in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Interval => "interval",
            Self::Ratio => "ratio",
        }
    }
}

impl FromStr for Metric {
    type Err = UnknownMetric;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|metric| metric.as_str() == word)
            .ok_or_else(|| UnknownMetric(word.to_owned()))
    }
}

// === impl Value ===

impl Value {
    /// A number where the text is one, else a word.
    pub fn parse(text: &str) -> Self {
        match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Self::Number(number),
            _ => Self::Word(text.to_owned()),
        }
    }

    /// The order in which values are held: numbers ascending, then words.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            // Minus zero is zero.
            (Self::Number(one), Self::Number(other)) => (one + 0.0).total_cmp(&(other + 0.0)),
            (Self::Word(one), Self::Word(other)) => one.cmp(other),
            (Self::Number(_), Self::Word(_)) => std::cmp::Ordering::Less,
            (Self::Word(_), Self::Number(_)) => std::cmp::Ordering::Greater,
        }
    }
}

// === impl Units ===

impl Units {
    /// Takes the units with their values; missing values are simply not there.
    pub fn new(units: impl IntoIterator<Item = Vec<Value>>) -> Self {
        let once = |unit: Vec<Value>| unit.into_iter().map(|value| (value, 1)).collect();
        Self::from_counted(units.into_iter().map(once))
    }

    /// Takes the units with their values, each with how often it was given. A value may come several times.
    pub fn from_counted(units: impl IntoIterator<Item = Vec<(Value, u64)>>) -> Self {
        let units: Vec<Vec<(Value, u64)>> = units.into_iter().collect();
        let mut values: Vec<Value> = units.iter().flatten().map(|(value, _)| value.clone()).collect();
        values.sort_by(Value::order);
        values.dedup_by(|one, other| one.order(other).is_eq());
        let place = |value: &Value| {
            values.binary_search_by(|held| held.order(value)).expect("every value was collected before")
                as u32
        };
        let units = units
            .iter()
            .map(|unit| {
                let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
                for (value, count) in unit.iter().filter(|(_, count)| *count > 0) {
                    *counts.entry(place(value)).or_default() += count;
                }
                counts.into_iter().collect()
            })
            .collect();
        Self { values, units }
    }

    /// Takes categories as numbers from 0, with how often each unit got each of them.
    pub fn from_counts(units: impl IntoIterator<Item = Vec<(u32, u64)>>) -> Self {
        let mut units: Vec<Vec<(u32, u64)>> = units.into_iter().collect();
        for unit in &mut units {
            unit.retain(|(_, count)| *count > 0);
            unit.sort_unstable();
        }
        let categories = units.iter().flatten().map(|(category, _)| category + 1).max().unwrap_or(0);
        Self { values: (0..categories).map(|category| Value::Number(f64::from(category))).collect(), units }
    }

    /// The values as numbers, for a metric that calculates with them.
    fn numbers(&self, metric: Metric) -> Result<Vec<f64>, Unfit> {
        let number = |value: &Value| match value {
            Value::Word(word) => Err(Unfit::Word { word: word.clone(), metric }),
            Value::Number(number) if metric == Metric::Ratio && *number < 0.0 => {
                Err(Unfit::Negative { number: *number })
            }
            Value::Number(number) => Ok(*number),
        };
        self.values.iter().map(number).collect()
    }

    /// Pairs of different values, within units and over all: what a metric that measures distances looks at.
    fn pairs(&self) -> u64 {
        let pairs = |values: usize| values as u64 * (values as u64).saturating_sub(1) / 2;
        self.units.iter().map(|unit| pairs(unit.len())).sum::<u64>() + pairs(self.values.len())
    }

    /// How many values a unit got.
    fn size(unit: &[(u32, u64)]) -> u64 {
        unit.iter().map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests;
