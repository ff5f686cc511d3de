//! What a person decided about names, in a form that can be stored, undone and carried elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::vocabulary::Vocabulary;
use crate::mapping::{self, VariantMapping};
use crate::naming::Naming;
use crate::normalise::Pipeline;

mod carry;
mod operation;
mod review;
#[cfg(test)]
mod tests;

pub use operation::Operation;
pub use review::{Group, Member, Warning};

/// Normalisation steps, merged names and rejected proposals: the body of a stored decision.
///
/// As JSON: `{"steps": ["nfc", …], "merges": {"name": "canonical"}, "rejected": [{"from": …, "to": …}]}`; what
/// is left out takes its default (the standard steps, nothing merged, nothing rejected). Every operation leaves
/// it without circles. It knows nothing of its past: undoing is storing an older version anew.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VariantDecisions {
    /// How raw answers are normalised before names are merged.
    pub steps: Pipeline,
    merges: VariantMapping,
    rejected: BTreeSet<Pair>,
}

/// A name and the name it was proposed to count for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The name.
    pub from: String,
    /// The other name.
    pub to: String,
}

/// Why an operation was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A name is empty.
    #[error("a name may not be empty")]
    Empty,
    /// A name cannot be merged with itself.
    #[error("`{0}` is one name; choose two")]
    Same(String),
    /// The name counts for another one already.
    #[error("`{name}` already counts for `{canonical}`; take it out of that group first")]
    Merged {
        /// The name.
        name: String,
        /// What it counts for.
        canonical: String,
    },
    /// The name is in no group.
    #[error("`{0}` is not merged with any name")]
    NotMerged(String),
    /// The name is the one that others count for.
    #[error("`{0}` is the name of its group; give the group another name first, or dissolve it")]
    Heads(String),
    /// The new name of a group belongs to another group.
    #[error("`{name}` belongs to the group `{canonical}`; merge the two groups instead")]
    Taken {
        /// The new name.
        name: String,
        /// The group it belongs to.
        canonical: String,
    },
    /// A line of an imported file cannot be followed.
    #[error("line {line}: {refusal}")]
    Line {
        /// The line of a CSV file or the entry of a JSON list, from 1.
        line: u64,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// It is no mapping.
    #[error(transparent)]
    Mapping(#[from] mapping::Error),
    /// It is no JSON of decisions.
    #[error("these are no decisions about names: {0}")]
    Json(String),
}

// === Reading ===

impl VariantDecisions {
    /// Steps alone: nothing merged, nothing rejected.
    pub fn new(steps: Pipeline) -> Self {
        Self { steps, ..Self::default() }
    }

    /// Which names count for which.
    pub fn merges(&self) -> &VariantMapping {
        &self.merges
    }

    /// The proposals that were rejected, in their order.
    pub fn rejected(&self) -> impl Iterator<Item = &Pair> {
        self.rejected.iter()
    }

    /// The naming that follows, for answers in a language (a BCP-47 tag). Refused when two names that
    /// normalisation makes one are merged into different names.
    pub fn naming(&self, language: &str) -> Result<Naming, mapping::Error> {
        Naming::new(self.steps.normaliser(language)).with_mapping(&self.merges)
    }

    /// Whether a name counts for another one.
    pub fn is_merged(&self, name: &str) -> bool {
        self.merges.contains(name)
    }

    /// The rejected pairs by the numbers of their names as they count now, in both directions.
    pub(super) fn rejected_numbers(&self, vocabulary: &Vocabulary) -> FxHashSet<(u32, u32)> {
        let number = |name: &str| vocabulary.number(self.merges.canonical(name));
        let mut numbers = FxHashSet::default();
        for Pair { from, to } in &self.rejected {
            if let (Some(from), Some(to)) = (number(from), number(to)) {
                numbers.extend([(from, to), (to, from)]);
            }
        }
        numbers
    }
}

// === Deciding ===

impl VariantDecisions {
    /// Accepts that `from` is a spelling of `to`: its whole group counts for what `to` counts for. Accepting
    /// what already holds changes nothing; a rejection of the pair is taken back.
    pub fn accept(&mut self, from: &str, to: &str) -> Result<(), Refusal> {
        two(from, to)?;
        let target = self.merges.canonical(to).to_owned();
        if self.merges.canonical(from) != target {
            if self.merges.contains(from) {
                return Err(self.merged(from));
            }
            self.point(from, &target);
        }
        self.reconsider(from, to);
        Ok(())
    }

    /// Rejects that `from` is a spelling of `to`, so that it is not proposed again.
    pub fn reject(&mut self, from: &str, to: &str) -> Result<(), Refusal> {
        two(from, to)?;
        self.rejected.insert(Pair { from: from.to_owned(), to: to.to_owned() });
        Ok(())
    }

    /// Takes a rejection back, in whichever direction it was given. Tells whether there was one.
    pub fn reconsider(&mut self, from: &str, to: &str) -> bool {
        let pair = |from: &str, to: &str| Pair { from: from.to_owned(), to: to.to_owned() };
        let there = self.rejected.remove(&pair(from, to));
        self.rejected.remove(&pair(to, from)) || there
    }

    /// Takes a name out of its group; it counts for itself again.
    pub fn split(&mut self, name: &str) -> Result<(), Refusal> {
        if self.merges.pairs_mut().remove(name).is_some() {
            return Ok(());
        }
        let heads = self.merges.iter().any(|(_, canonical)| canonical == name);
        Err(if heads { Refusal::Heads(name.to_owned()) } else { Refusal::NotMerged(name.to_owned()) })
    }

    /// Takes all names out of a group.
    pub fn dissolve(&mut self, canonical: &str) -> Result<(), Refusal> {
        let before = self.merges.len();
        self.merges.pairs_mut().retain(|_, target| target != canonical);
        if self.merges.len() == before { Err(Refusal::NotMerged(canonical.to_owned())) } else { Ok(()) }
    }

    /// Merges names by hand: all of them count for `canonical` from now on. A name that others count for brings
    /// them along; a name that is in another group leaves it.
    pub fn merge<'name>(
        &mut self,
        names: impl IntoIterator<Item = &'name str>,
        canonical: &str,
    ) -> Result<(), Refusal> {
        let names: Vec<&str> = names.into_iter().filter(|name| *name != canonical).collect();
        if canonical.is_empty() || names.iter().any(|name| name.is_empty()) {
            return Err(Refusal::Empty);
        }
        if names.is_empty() {
            return Err(Refusal::Same(canonical.to_owned()));
        }
        self.merges.pairs_mut().remove(canonical);
        for name in names {
            self.point(name, canonical);
            self.reconsider(name, canonical);
        }
        Ok(())
    }

    /// Gives a group another name, one of its members or a new one. A name without a group is renamed alone.
    pub fn rename(&mut self, canonical: &str, new: &str) -> Result<(), Refusal> {
        two(canonical, new)?;
        if self.merges.contains(canonical) {
            return Err(self.merged(canonical));
        }
        let current = self.merges.canonical(new);
        let heads = self.merges.iter().any(|(_, target)| target == new);
        if heads || (current != new && current != canonical) {
            return Err(Refusal::Taken { name: new.to_owned(), canonical: current.to_owned() });
        }
        self.merges.pairs_mut().remove(new);
        self.point(canonical, new);
        Ok(())
    }

    /// Lets a name and all that count for it count for `target`, which counts for itself.
    fn point(&mut self, name: &str, target: &str) {
        let pairs = self.merges.pairs_mut();
        for canonical in pairs.values_mut().filter(|canonical| *canonical == name) {
            target.clone_into(canonical);
        }
        pairs.insert(name.to_owned(), target.to_owned());
    }

    fn merged(&self, name: &str) -> Refusal {
        Refusal::Merged { name: name.to_owned(), canonical: self.merges.canonical(name).to_owned() }
    }

    /// The names of every group, by canonical name.
    fn members(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut members: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, canonical) in self.merges.iter() {
            members.entry(canonical).or_default().push(name);
        }
        members
    }
}

fn two(one: &str, other: &str) -> Result<(), Refusal> {
    if one.is_empty() || other.is_empty() {
        return Err(Refusal::Empty);
    }
    if one == other { Err(Refusal::Same(one.to_owned())) } else { Ok(()) }
}
