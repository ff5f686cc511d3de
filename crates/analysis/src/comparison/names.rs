//! What was said of one stimulus here and there, name by name.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ReferenceItem;
use crate::norms::StimulusNorms;

/// A name with its share on both sides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NameShares {
    /// The name.
    pub name: String,
    /// How many answers gave it here.
    pub count: u64,
    /// Their share among the valid answers here, from 0 to 1.
    pub share: f64,
    /// The share there, from 0 to 1; `None` where it is not published.
    pub reference_share: Option<f64>,
}

/// Both distributions of names beside each other: by the larger of both shares, the largest first, then by name.
/// `item` is named as the answers are, see [`ReferenceItem::named`].
pub fn side_by_side(norms: &StimulusNorms, item: &ReferenceItem) -> Vec<NameShares> {
    // What a complete list does not hold was given by nobody.
    let elsewhere = item.all_names().is_some().then_some(0.0);
    let own = norms.names.iter().map(|entry| (entry.name.as_str(), (entry.count, elsewhere)));
    let mut names: BTreeMap<&str, (u64, Option<f64>)> = own.collect();
    for (name, share) in item.shares() {
        names.entry(name).or_insert((0, None)).1 = Some(share);
    }
    let mut names: Vec<NameShares> = names
        .into_iter()
        .map(|(name, (count, reference_share))| NameShares {
            name: name.to_owned(),
            count,
            share: if count == 0 { 0.0 } else { count as f64 / norms.n as f64 },
            reference_share,
        })
        .collect();
    let larger = |name: &NameShares| name.share.max(name.reference_share.unwrap_or(0.0));
    // They are in the order of the names already, which a stable sort keeps for equal shares.
    names.sort_by(|a, b| larger(b).total_cmp(&larger(a)));
    names
}
