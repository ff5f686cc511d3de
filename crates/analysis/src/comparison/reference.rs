//! Published norms, as far as they are published.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::naming::Naming;

pub mod columns;
mod parse;
mod rows;

pub use rows::ReferenceRow;
mod stored;

/// Shares of all names may add up to this much more or less than 1, for they are rounded where they are printed.
const ROUNDING: f64 = 0.015;

/// What stands between names in one cell that tie for the most frequent, as NameIT writes them itself.
pub const BETWEEN_TIED: &str = " | ";

/// Published norms by stimulus key.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, stored::Item>", into = "BTreeMap<String, ReferenceItem>")]
pub struct ReferenceNorms {
    items: BTreeMap<String, ReferenceItem>,
}

/// What is published about one stimulus.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ReferenceItem {
    /// Names with their counts or with their shares from 0 to 1, whichever `counted` says.
    names: BTreeMap<String, f64>,
    /// Whether the weights are counts.
    counted: bool,
    /// H as published.
    #[serde(skip_serializing_if = "Option::is_none")]
    h: Option<f64>,
}

/// How often a name was given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Weight {
    /// So many people.
    Count(u64),
    /// Such a share of the people, from 0 to 1, or up to 100 when the table is in percent.
    Share(f64),
}

/// Why something is no table of norms.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A column is missing.
    #[error("there is no column `{0}`; give stimulus, name and either count or agreement")]
    Column(&'static str),
    /// A line of the table cannot be read.
    #[error("line {line}: {problem}")]
    Line {
        /// Line in the file, from 1.
        line: u64,
        /// What is wrong there.
        problem: String,
    },
    /// What is stored of a stimulus cannot be.
    #[error("`{stimulus}`: {problem}")]
    Item {
        /// Key of the stimulus.
        stimulus: String,
        /// What is wrong there, and what would be right.
        problem: String,
    },
    /// There is no row.
    #[error("the table has no rows; give one for each name of each stimulus, or one for each stimulus")]
    Empty,
}

/// Collects [`ReferenceNorms`] row by row.
#[derive(Debug, Clone, Default)]
pub struct ReferenceBuilder {
    norms: ReferenceNorms,
    /// Some share is above 1, so all of them are in percent.
    percent: bool,
}

// === impl ReferenceBuilder ===

impl ReferenceBuilder {
    /// Adds a row. A name that comes twice for a stimulus adds up. A cell with a share may hold several names that tie,
    /// with [`BETWEEN_TIED`] between them: each has that share.
    ///
    /// # Errors
    /// What is wrong with the row, in words: a text that is empty, a share below 0 or above 100, an H below 0,
    /// counts and shares for one stimulus.
    pub fn add(&mut self, stimulus: &str, name: &str, weight: Weight, h: Option<f64>) -> Result<(), String> {
        if stimulus.trim().is_empty() {
            return Err("the stimulus is empty".to_owned());
        }
        if name.trim().is_empty() {
            return Err("the name is empty".to_owned());
        }
        let (amount, counted) = match weight {
            Weight::Count(count) => (count as f64, true),
            Weight::Share(share) if (0.0..=100.0).contains(&share) => (share, false),
            Weight::Share(share) => {
                return Err(format!("{share} is no agreement; give a share from 0 to 1 or a percentage"));
            }
        };
        h.map_or(Ok(()), check_h)?;
        self.percent |= !counted && amount > 1.0;
        let item = self.norms.items.entry(stimulus.to_owned()).or_default();
        if !item.names.is_empty() && item.counted != counted {
            return Err("this stimulus has counts in some rows and shares in others".to_owned());
        }
        item.counted = counted;
        let names = if counted { vec![name] } else { name.split(BETWEEN_TIED).collect() };
        for name in names.into_iter().filter(|name| !name.trim().is_empty()) {
            *item.names.entry(name.to_owned()).or_default() += amount;
        }
        item.h = item.h.or(h);
        Ok(())
    }

    /// The norms. Shares are taken as percentages when any is above 1.
    pub fn build(mut self) -> ReferenceNorms {
        if self.percent {
            for item in self.norms.items.values_mut().filter(|item| !item.counted) {
                for share in item.names.values_mut() {
                    *share /= 100.0;
                }
            }
        }
        self.norms
    }
}

fn check_h(h: f64) -> Result<(), String> {
    if h >= 0.0 && h.is_finite() { Ok(()) } else { Err(format!("{h} is no H; it is at least 0 bits")) }
}

// === impl ReferenceNorms ===

impl ReferenceNorms {
    /// Reads a table: CSV or tab-separated, with a header that names the columns `stimulus`, `name`, either
    /// `count` or `agreement` (a share from 0 to 1, or in percent), and `h` if there is one. One row for each name
    /// of each stimulus, or only the modal name with its agreement.
    pub fn parse_csv(text: &str) -> Result<Self, Error> {
        parse::norms(text)
    }

    /// What is published about a stimulus.
    pub fn get(&self, stimulus: &str) -> Option<&ReferenceItem> {
        self.items.get(stimulus)
    }

    /// The keys of the stimuli, in order.
    pub fn stimuli(&self) -> impl Iterator<Item = &str> {
        self.items.keys().map(String::as_str)
    }

    /// Leaves out the stimuli whose keys are not wanted.
    pub fn retain(&mut self, mut wanted: impl FnMut(&str) -> bool) {
        self.items.retain(|stimulus, _| wanted(stimulus));
    }

    /// How many stimuli there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no stimulus.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

// === impl ReferenceItem ===

impl ReferenceItem {
    /// The same with names as answers are named. What normalisation leaves nothing of is dropped. A published H
    /// stays where no two names became one.
    #[must_use]
    pub fn named(&self, naming: &Naming) -> Self {
        let mut names: BTreeMap<String, f64> = BTreeMap::new();
        for (raw, weight) in &self.names {
            if let Some(name) = naming.name(raw) {
                *names.entry(name.into_owned()).or_default() += weight;
            }
        }
        let h = if names.len() == self.names.len() { self.h } else { None };
        Self { names, counted: self.counted, h }
    }

    /// All names that tie for the most frequent, in the order of their code points.
    pub fn modal_names(&self) -> Vec<String> {
        let most = self.names.values().fold(0.0, |most: f64, weight| most.max(*weight));
        let modal = |(_, weight): &(&String, &f64)| **weight >= most && most > 0.0;
        self.names.iter().filter(modal).map(|(name, _)| name.clone()).collect()
    }

    /// Share of the modal name, from 0 to 1; `None` without names.
    pub fn agreement(&self) -> Option<f64> {
        let most = self.names.values().fold(0.0, |most: f64, weight| most.max(*weight));
        let all = if self.counted { self.names.values().sum() } else { 1.0 };
        (most > 0.0).then(|| most / all)
    }

    /// H in bits: as published, else computed where all names are known, else `None`.
    pub fn h(&self) -> Option<f64> {
        self.h.or_else(|| {
            let mut weights: Vec<f64> = self.all_names()?.map(|(_, weight)| weight).collect();
            weights.sort_unstable_by(|a, b| b.total_cmp(a));
            let all: f64 = weights.iter().sum();
            let bits = |weight: &f64| weight / all * (all / weight).log2();
            Some(weights.iter().filter(|weight| **weight > 0.0).map(bits).sum::<f64>().max(0.0))
        })
    }

    /// All names with their weights, or `None` where the rest of them is not published.
    pub fn all_names(&self) -> Option<impl Iterator<Item = (&str, f64)>> {
        let all: f64 = self.names.values().sum();
        let is_whole = if self.counted { all > 0.0 } else { (all - 1.0).abs() <= ROUNDING };
        is_whole.then(|| self.names.iter().map(|(name, weight)| (name.as_str(), *weight)))
    }
}
