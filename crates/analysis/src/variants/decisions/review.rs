//! Decisions beside the answers they are about.

use serde::Serialize;

use super::VariantDecisions;
use crate::variants::letters::joined;
use crate::variants::vocabulary::Vocabulary;

/// Names given at least so often are no slips of a few people.
const FREQUENT: u64 = 5;

/// Names that count as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The name they count for.
    pub canonical: String,
    /// Answers of the whole group.
    pub count: u64,
    /// Answers with the canonical name itself; 0 when nobody gave it.
    pub canonical_count: u64,
    /// The other names, the most frequent first.
    pub members: Vec<Member>,
}

/// A name within a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The name.
    pub name: String,
    /// Answers with it.
    pub count: u64,
}

/// Something that was decided and is worth a second look. Nothing is refused for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// Both names are frequent, so the one is hardly a misspelling of the other.
    #[error("`{name}` ({count} answers) and `{canonical}` ({canonical_count} answers) are both frequent")]
    BothFrequent {
        /// The merged name.
        name: String,
        /// Answers with it.
        count: u64,
        /// The name it counts for.
        canonical: String,
        /// Answers with that.
        canonical_count: u64,
    },
    /// Nobody gave this name, or normalisation spells it differently.
    #[error("`{name}` was given by nobody, or the steps of normalisation spell it differently")]
    NeverGiven {
        /// The merged name.
        name: String,
    },
}

impl VariantDecisions {
    /// The groups with their counts, the most frequent first. `vocabulary` holds the names as the steps alone
    /// make them, before any merging.
    pub fn groups(&self, vocabulary: &Vocabulary) -> Vec<Group> {
        let group = |(canonical, names): (&str, Vec<&str>)| {
            let canonical_count = vocabulary.count(canonical);
            let mut members: Vec<Member> = names
                .into_iter()
                .map(|name| Member { name: name.to_owned(), count: vocabulary.count(name) })
                .collect();
            members.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
            let merged = members.iter().fold(0u64, |sum, member| sum.saturating_add(member.count));
            Group {
                canonical: canonical.to_owned(),
                count: merged.saturating_add(canonical_count),
                canonical_count,
                members,
            }
        };
        let mut groups: Vec<Group> = self.members().into_iter().map(group).collect();
        groups.sort_by(|one, other| {
            other.count.cmp(&one.count).then_with(|| one.canonical.cmp(&other.canonical))
        });
        groups
    }

    /// What is worth a second look, in the order of the names. `vocabulary` as for [`Self::groups`].
    ///
    /// Two names are both frequent when the rarer was given at least 5 times and at least a quarter as often as
    /// the other; names that differ in spaces and hyphens alone are not warned of.
    pub fn warnings(&self, vocabulary: &Vocabulary) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for (name, canonical) in self.merges.iter() {
            let (count, canonical_count) = (vocabulary.count(name), vocabulary.count(canonical));
            let (fewer, more) = (count.min(canonical_count), count.max(canonical_count));
            if count == 0 {
                warnings.push(Warning::NeverGiven { name: name.to_owned() });
            } else if fewer >= FREQUENT && fewer >= more / 4 && joined(name) != joined(canonical) {
                let (name, canonical) = (name.to_owned(), canonical.to_owned());
                warnings.push(Warning::BothFrequent { name, count, canonical, canonical_count });
            }
        }
        warnings
    }
}
