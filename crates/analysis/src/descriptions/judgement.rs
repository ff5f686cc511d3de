//! Whether a description singles out its target, and whether it says more than it must.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::coding::{Matching, Mention};
use super::scene::{Object, Scene};
use super::text::key;

#[cfg(test)]
mod tests;

/// Whether the attribute that says what kind of thing an object is (`type`) counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TypeRule {
    /// It costs nothing: when mentioned it helps to single out the target, yet it is never superfluous. A
    /// description needs a noun anyway (Dale & Reiter 1995, section 3).
    #[default]
    Free,
    /// It is an attribute like any other.
    Counts,
    /// It is left out of everything, as if it had not been annotated.
    Ignored,
}

impl TypeRule {
    /// All of them, the default first.
    pub const ALL: [Self; 3] = [Self::Free, Self::Counts, Self::Ignored];

    /// The word for it in files and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Counts => "counts",
            Self::Ignored => "ignored",
        }
    }
}

/// How descriptions are coded and judged. It stands in each result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Where a word of the lexicon must stand to be found.
    pub matching: Matching,
    /// On: an attribute is mentioned rightly only by a value that the target has. Off: by any of its values, as
    /// Degen et al. (2020) code.
    pub check_values: bool,
    /// Which attribute is the type, in lower case as attributes are kept.
    #[serde(deserialize_with = "keyed")]
    pub type_attribute: String,
    /// Whether it counts.
    pub type_rule: TypeRule,
}

/// What a description is.
///
/// Sources: Dale & Reiter (1995), Computational interpretations of the Gricean maxims, Cognitive Science 19
/// (distinguishing, minimal); Engelhardt, Bailey & Ferreira (2006), Journal of Memory and Language 54 (over- and
/// under-specified).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It mentions no attribute that counts, and does not single out the target.
    NoAttribute,
    /// It names a value that the target does not have, and for that attribute none that it has. Where both are
    /// named (`the red yarn left of the purple yarn`) the other is taken for something else and passed over.
    Wrong,
    /// It is true of the target and of a distractor.
    UnderSpecified,
    /// It singles out the target, and without any one of its attributes it would not.
    Minimal,
    /// It singles out the target, and would without one of its attributes.
    OverSpecified,
}

/// A description judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// What it is.
    pub verdict: Verdict,
    /// True if it is true of the target and of no distractor.
    pub distinguishing: bool,
    /// True if it is distinguishing and none of its attributes can go (locally minimal).
    pub minimal: bool,
    /// True if it is distinguishing and none with fewer attributes exists (of the smallest size). `None` when it
    /// is not distinguishing, or when the target has more than [`Judge::ATTRIBUTES_MAX`] attributes.
    pub smallest: Option<bool>,
    /// Attributes of which a value of the target is named, the type among them unless it is ignored.
    pub right: Vec<String>,
    /// Attributes of which only values are named that the target does not have.
    pub wrong: Vec<String>,
    /// Attributes that are mentioned but not annotated for the target; they are not judged.
    pub not_annotated: Vec<String>,
    /// Attributes each of which could go while the rest would still single out the target.
    pub superfluous: Vec<String>,
    /// Distractors of which the description is true as well.
    pub confusable: u64,
}

/// Judges descriptions of one scene.
///
/// A distractor without an annotation for an attribute counts as not having the value.
#[derive(Debug, Clone)]
pub struct Judge<'scene> {
    scene: &'scene Scene,
    rules: &'scene Rules,
    smallest: Option<u32>,
}

// === impl Rules ===

impl Default for Rules {
    fn default() -> Self {
        Self {
            matching: Matching::default(),
            check_values: true,
            type_attribute: "type".to_owned(),
            type_rule: TypeRule::default(),
        }
    }
}

impl Rules {
    /// True if mentioning the attribute can be superfluous.
    fn counts(&self, attribute: &str) -> bool {
        self.type_rule == TypeRule::Counts || attribute != self.type_attribute
    }

    /// True if the attribute is as good as not there.
    pub(super) fn ignores(&self, attribute: &str) -> bool {
        self.type_rule == TypeRule::Ignored && attribute == self.type_attribute
    }
}

fn keyed<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(key(&String::deserialize(deserializer)?))
}

// === impl Verdict ===

impl Verdict {
    /// All verdicts, from saying too little to saying too much.
    pub const ALL: [Self; 5] =
        [Self::NoAttribute, Self::Wrong, Self::UnderSpecified, Self::Minimal, Self::OverSpecified];

    /// The word for it in files and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoAttribute => "no_attribute",
            Self::Wrong => "wrong",
            Self::UnderSpecified => "under_specified",
            Self::Minimal => "minimal",
            Self::OverSpecified => "over_specified",
        }
    }
}

// === impl Judge ===

impl<'scene> Judge<'scene> {
    /// Up to so many attributes of a target the smallest descriptions are searched for; the search tries all
    /// sets of attributes.
    pub const ATTRIBUTES_MAX: usize = 16;

    /// Prepares the judgement of a scene.
    pub fn new(scene: &'scene Scene, rules: &'scene Rules) -> Self {
        Self { scene, rules, smallest: smallest(scene, rules) }
    }

    /// The size of the smallest set of attributes that singles out the target, the type not counted where it is
    /// free. `None` when there is none, because a distractor has all that the target has, and when the target
    /// has more than [`Judge::ATTRIBUTES_MAX`] attributes.
    pub fn smallest_size(&self) -> Option<u32> {
        self.smallest
    }

    /// True if some description singles out the target: no distractor has all that the target has.
    pub fn possible(&self) -> bool {
        self.scene.distractors.iter().all(|distractor| {
            self.scene.target.attributes().any(|(attribute, values)| {
                !self.rules.ignores(attribute) && rules_out(distractor, attribute, values)
            })
        })
    }

    /// The attributes each of which singles out the target alone (with the type, where that is free).
    pub fn sufficient(&self) -> Vec<&'scene str> {
        let target = &self.scene.target;
        let kind = (self.rules.type_rule == TypeRule::Free).then_some(self.rules.type_attribute.as_str());
        target
            .attributes()
            .filter(|(attribute, _)| self.rules.counts(attribute) && !self.rules.ignores(attribute))
            .filter(|(attribute, values)| {
                self.scene.distractors.iter().all(|distractor| {
                    rules_out(distractor, attribute, values)
                        || kind.is_some_and(|kind| {
                            target.values(kind).is_some_and(|values| rules_out(distractor, kind, values))
                        })
                })
            })
            .map(|(attribute, _)| attribute)
            .collect()
    }

    /// Judges a description by what it mentions.
    pub fn judge(&self, mentions: &[Mention]) -> Judgement {
        let target = &self.scene.target;
        let (mut right, mut wrong, mut not_annotated) = (Vec::new(), Vec::new(), Vec::new());
        for mention in mentions.iter().filter(|mention| !self.rules.ignores(&mention.attribute)) {
            let Some(values) = target.values(&mention.attribute) else {
                not_annotated.push(mention.attribute.clone());
                continue;
            };
            let named: BTreeSet<String> = if self.rules.check_values {
                values.iter().filter(|value| mention.values.contains(value)).cloned().collect()
            } else {
                values.clone()
            };
            if named.is_empty() {
                wrong.push(mention.attribute.clone());
            } else {
                right.push((mention.attribute.as_str(), named));
            }
        }
        let true_of_target = wrong.is_empty();
        let mut needed = vec![false; right.len()];
        let mut confusable = 0;
        for distractor in &self.scene.distractors {
            let mut ruling_out = right
                .iter()
                .enumerate()
                .filter(|(_, (attribute, values))| rules_out(distractor, attribute, values))
                .map(|(index, _)| index);
            match (ruling_out.next(), ruling_out.next()) {
                (None, _) => confusable += 1,
                (Some(only), None) => needed[only] = true,
                (Some(_), Some(_)) => {}
            }
        }
        let counting = right.iter().filter(|(attribute, _)| self.rules.counts(attribute)).count();
        let distinguishing = true_of_target && confusable == 0 && !right.is_empty();
        let superfluous: Vec<String> = right
            .iter()
            .zip(needed)
            .filter(|((attribute, _), needed)| distinguishing && !needed && self.rules.counts(attribute))
            .map(|((attribute, _), _)| (*attribute).to_owned())
            .collect();
        let verdict = match (true_of_target, distinguishing) {
            (false, _) => Verdict::Wrong,
            (true, true) if superfluous.is_empty() => Verdict::Minimal,
            (true, true) => Verdict::OverSpecified,
            (true, false) if counting == 0 => Verdict::NoAttribute,
            (true, false) => Verdict::UnderSpecified,
        };
        Judgement {
            verdict,
            distinguishing,
            minimal: verdict == Verdict::Minimal,
            smallest: self.smallest.filter(|_| distinguishing).map(|size| counting == size as usize),
            right: right.into_iter().map(|(attribute, _)| attribute.to_owned()).collect(),
            wrong,
            not_annotated,
            superfluous,
            confusable,
        }
    }
}

/// True if an object with all these values cannot be the distractor.
fn rules_out(distractor: &Object, attribute: &str, values: &BTreeSet<String>) -> bool {
    values.iter().any(|value| !distractor.has(attribute, value))
}

/// The size of the smallest distinguishing set, by trying all.
fn smallest(scene: &Scene, rules: &Rules) -> Option<u32> {
    let target = &scene.target;
    let counting: Vec<(&str, &BTreeSet<String>)> = target
        .attributes()
        .filter(|(attribute, _)| rules.counts(attribute) && !rules.ignores(attribute))
        .collect();
    if counting.len() > Judge::ATTRIBUTES_MAX {
        return None;
    }
    let free = (rules.type_rule == TypeRule::Free).then_some(rules.type_attribute.as_str());
    let kind = free.and_then(|kind| Some((kind, target.values(kind)?)));
    let masks: BTreeSet<u32> = scene
        .distractors
        .iter()
        .filter(|distractor| !kind.is_some_and(|(kind, values)| rules_out(distractor, kind, values)))
        .map(|distractor| {
            let ruling_out = counting.iter().enumerate();
            ruling_out
                .filter(|(_, (attribute, values))| rules_out(distractor, attribute, values))
                .fold(0, |mask, (bit, _)| mask | 1 << bit)
        })
        .collect();
    (0..1u32 << counting.len())
        .filter(|set| masks.iter().all(|mask| mask & set != 0))
        .map(u32::count_ones)
        .min()
}
