//! All figures of the descriptions of one stimulus, and of an experiment.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::annotations::Annotations;
use super::coding::{Coder, Mention};
use super::divergence::Divergence;
use super::judgement::{Judge, Judgement};
use super::lengths::Lengths;
use super::overlap::{Overlap, mean_over_pairs};
use super::rate::Verdicts;
use super::scene::Scene;
use super::words::{WordRule, length};

/// A description with how often it was given and how it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodedDescription {
    /// The description as it was typed.
    pub description: String,
    /// How many participants gave it.
    pub count: u64,
    /// Its length in words, see [`length`].
    pub words: u64,
    /// The attributes that it mentions.
    pub mentions: Vec<Mention>,
    /// What it is.
    pub judgement: Judgement,
}

/// How many participants mention an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttributeUse {
    /// The attribute.
    pub attribute: String,
    /// Descriptions that name a value of it that the target has.
    pub right: u64,
    /// Descriptions that name only other values of it.
    pub wrong: u64,
    /// Descriptions that mention it though it is not annotated for the target.
    pub not_annotated: u64,
}

/// What the descriptions of an annotated stimulus specify.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Specification {
    /// Attributes each of which singles out the target alone; see [`Judge::sufficient`].
    pub sufficient: Vec<String>,
    /// Whether any description can single out the target; see [`Judge::possible`].
    pub possible: bool,
    /// The size of the smallest description; see [`Judge::smallest_size`].
    pub smallest_size: Option<u32>,
    /// Descriptions by what they are.
    pub verdicts: Verdicts,
    /// Agreement of the sets of attributes that participants mention, rightly or wrongly, the type among them
    /// unless it is ignored. `None` for fewer than two descriptions.
    pub overlap: Option<Overlap>,
    /// How often each attribute is mentioned, in order of their code points.
    pub attributes: Vec<AttributeUse>,
    /// The distinct descriptions, the most frequent first, equal counts in order of their code points.
    pub descriptions: Vec<CodedDescription>,
}

/// The figures of one stimulus.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StimulusDescriptions {
    /// Lengths in words.
    pub lengths: Lengths,
    /// Shape naming divergence, SND.
    pub divergence: Divergence,
    /// What they specify; `None` when the stimulus has no scene.
    pub specification: Option<Specification>,
}

/// Verdicts of the stimuli in which the same attributes suffice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BySufficient {
    /// Attributes each of which suffices alone; empty where none does.
    pub sufficient: Vec<String>,
    /// Stimuli.
    pub stimuli: u64,
    /// Their verdicts together.
    pub verdicts: Verdicts,
}

/// Agreement between participants, averaged over stimuli.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MeanOverlap {
    /// Stimuli that the means are over: those with two or more descriptions.
    pub stimuli: u64,
    /// Mean over stimuli of [`Overlap::dice`], from 0 to 1.
    pub dice: f64,
    /// Mean over stimuli of [`Overlap::masi`], from 0 to 1.
    pub masi: f64,
}

/// The figures of all annotated stimuli together.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Summary {
    /// Verdicts of all of them.
    pub verdicts: Verdicts,
    /// How much participants agree; each stimulus counts the same. `None` when none has two descriptions.
    pub overlap: Option<MeanOverlap>,
    /// The same by which attributes suffice, in order of their code points.
    pub by_sufficient: Vec<BySufficient>,
}

// === impl StimulusDescriptions ===

impl StimulusDescriptions {
    /// Computes all figures from distinct descriptions with how often each was given, in any order. Texts of
    /// white space alone, and counts of 0, are passed over.
    pub fn of<'text>(
        descriptions: impl IntoIterator<Item = (&'text str, u64)>,
        scene: Option<&Scene>,
        annotations: &Annotations,
        words: WordRule,
    ) -> Self {
        let mut given: BTreeMap<&str, u64> = BTreeMap::new();
        for (description, count) in descriptions {
            if count > 0 && !description.trim().is_empty() {
                let all = given.entry(description).or_default();
                *all = all.saturating_add(count);
            }
        }
        let given: Vec<(&str, u64)> = given.into_iter().collect();
        Self {
            lengths: Lengths::of(given.iter().copied()),
            divergence: Divergence::of_wholes(words, given.iter().copied()),
            specification: scene.map(|scene| Specification::of(given, scene, annotations)),
        }
    }
}

// === impl Specification ===

impl Specification {
    fn of(given: Vec<(&str, u64)>, scene: &Scene, annotations: &Annotations) -> Self {
        let rules = &annotations.rules;
        let coder = Coder::new(&annotations.lexicon, scene, rules.matching);
        let judge = Judge::new(scene, rules);
        let mut verdicts = Verdicts::default();
        let mut sets: BTreeMap<BTreeSet<String>, u64> = BTreeMap::new();
        let mut uses: BTreeMap<String, [u64; 3]> = BTreeMap::new();
        let mut descriptions = Vec::with_capacity(given.len());
        for (description, count) in given {
            let mentions = coder.code(description);
            let judgement = judge.judge(&mentions);
            verdicts.add(&judgement, count);
            let kinds = [&judgement.right, &judgement.wrong, &judgement.not_annotated];
            for (kind, attributes) in kinds.into_iter().enumerate() {
                for attribute in attributes {
                    let place = &mut uses.entry(attribute.clone()).or_default()[kind];
                    *place = place.saturating_add(count);
                }
            }
            let set: BTreeSet<String> = kinds.into_iter().flatten().cloned().collect();
            let all = sets.entry(set).or_default();
            *all = all.saturating_add(count);
            let words = length(description);
            descriptions.push(CodedDescription {
                description: description.to_owned(),
                count,
                words,
                mentions,
                judgement,
            });
        }
        // The sort is stable, and they come in order of their code points.
        descriptions.sort_by_key(|coded| std::cmp::Reverse(coded.count));
        Self {
            sufficient: judge.sufficient().into_iter().map(str::to_owned).collect(),
            possible: judge.possible(),
            smallest_size: judge.smallest_size(),
            verdicts,
            overlap: mean_over_pairs(&sets),
            attributes: uses
                .into_iter()
                .map(|(attribute, [right, wrong, not_annotated])| AttributeUse {
                    attribute,
                    right,
                    wrong,
                    not_annotated,
                })
                .collect(),
            descriptions,
        }
    }
}

// === impl Summary ===

impl Summary {
    /// Adds up what the stimuli specify.
    pub fn of<'all>(specifications: impl IntoIterator<Item = &'all Specification>) -> Self {
        let mut verdicts = Verdicts::default();
        let mut groups: BTreeMap<Vec<String>, (u64, Verdicts)> = BTreeMap::new();
        let mut sums = MeanOverlap { stimuli: 0, dice: 0.0, masi: 0.0 };
        for specification in specifications {
            verdicts += specification.verdicts;
            if let Some(overlap) = specification.overlap {
                sums.stimuli += 1;
                sums.dice += overlap.dice;
                sums.masi += overlap.masi;
            }
            let (stimuli, group) = groups.entry(specification.sufficient.clone()).or_default();
            *stimuli += 1;
            *group += specification.verdicts;
        }
        let by_sufficient = groups
            .into_iter()
            .map(|(sufficient, (stimuli, verdicts))| BySufficient { sufficient, stimuli, verdicts })
            .collect();
        let n = sums.stimuli as f64;
        let overlap = (sums.stimuli > 0).then(|| MeanOverlap {
            stimuli: sums.stimuli,
            dice: sums.dice / n,
            masi: sums.masi / n,
        });
        Self { verdicts, overlap, by_sufficient }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptions::scene::Object;

    fn scene() -> Scene {
        Scene {
            target: Object::from_iter([("colour", "red"), ("size", "big")]),
            distractors: vec![Object::from_iter([("colour", "blue"), ("size", "big")])],
        }
    }

    #[test]
    fn all_figures_of_a_stimulus_come_together() {
        let scene = scene();
        let given =
            [("the red one", 2), ("big red", 1), ("big", 1), ("blue", 1), ("that", 1), (" ", 4), ("x", 0)];
        let report =
            StimulusDescriptions::of(given, Some(&scene), &Annotations::default(), WordRule::English);
        assert_eq!((report.lengths.n, report.divergence.n, report.divergence.without_words), (6, 6, 1));
        let specification = report.specification.unwrap();
        assert_eq!(specification.sufficient, ["colour"]);
        assert_eq!(
            specification.verdicts,
            Verdicts {
                wrong_referent: 0,
                no_attribute: 1,
                wrong: 1,
                under_specified: 1,
                minimal: 2,
                over_specified: 1,
                smallest: 2
            }
        );
        assert_eq!(specification.overlap.unwrap().pairs, 15);
        let colour = &specification.attributes[0];
        assert_eq!((colour.attribute.as_str(), colour.right, colour.wrong), ("colour", 3, 1));
        let order: Vec<&str> =
            specification.descriptions.iter().map(|coded| coded.description.as_str()).collect();
        assert_eq!(order, ["the red one", "big", "big red", "blue", "that"]);
        let summary = Summary::of([&specification, &specification]);
        assert_eq!((summary.by_sufficient.len(), summary.by_sufficient[0].stimuli), (1, 2));
        assert_eq!(summary.verdicts.trials(), 12);
        let (one, mean) = (specification.overlap.unwrap(), summary.overlap.unwrap());
        assert_eq!((mean.stimuli, mean.dice, mean.masi), (2, one.dice, one.masi));
        assert_eq!(Summary::of([]), Summary::default());
    }

    #[test]
    fn without_a_scene_length_and_divergence_remain() {
        let report = StimulusDescriptions::of([("dog", 1)], None, &Annotations::default(), WordRule::English);
        assert_eq!((report.lengths.mean, report.divergence.divergence), (Some(1.0), None));
        assert!(report.specification.is_none());
    }
}
