//! Norms as they are stored, checked when they are read.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Error, ReferenceItem, ReferenceNorms, check_h};

/// A [`ReferenceItem`] that nobody has looked at yet.
#[derive(Deserialize)]
pub(super) struct Item {
    names: BTreeMap<String, f64>,
    counted: bool,
    #[serde(default)]
    h: Option<f64>,
}

impl TryFrom<BTreeMap<String, Item>> for ReferenceNorms {
    type Error = Error;

    fn try_from(items: BTreeMap<String, Item>) -> Result<Self, Error> {
        let checked = |(stimulus, item): (String, Item)| match item.check(&stimulus) {
            Ok(item) => Ok((stimulus, item)),
            Err(problem) => Err(Error::Item { stimulus, problem }),
        };
        Ok(Self { items: items.into_iter().map(checked).collect::<Result<_, Error>>()? })
    }
}

impl From<ReferenceNorms> for BTreeMap<String, ReferenceItem> {
    fn from(norms: ReferenceNorms) -> Self {
        norms.items
    }
}

impl Item {
    fn check(self, stimulus: &str) -> Result<ReferenceItem, String> {
        let Self { names, counted, h } = self;
        if stimulus.trim().is_empty() {
            return Err("the key of the stimulus is empty".to_owned());
        }
        for (name, &weight) in &names {
            if name.trim().is_empty() {
                return Err("a name is empty".to_owned());
            }
            let is_right = if counted {
                (0.0..=u64::MAX as f64).contains(&weight) && weight.fract() == 0.0
            } else {
                (0.0..=1.0).contains(&weight)
            };
            if !is_right {
                let right = if counted {
                    "count; with `counted: true` give a whole number from 0"
                } else {
                    "share; with `counted: false` give a number from 0 to 1"
                };
                return Err(format!("{weight} of `{name}` is no {right}"));
            }
        }
        h.map_or(Ok(()), check_h)?;
        Ok(ReferenceItem { names, counted, h })
    }
}
