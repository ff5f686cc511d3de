//! Descriptions: analysis → wire, and rules wire → analysis.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use nameit_analysis::cohort::Cohort;
use nameit_analysis::descriptions::{
    self as analysis, Annotations, CodedDescription, Divergence, Matching, Mention, Rules, Scene,
    StimulusDescriptions, Summary, TypeRule, Verdicts, WordRule,
};
use nameit_analysis::tally::Tally;
use nameit_domain::Stimulus;
use nameit_proto::datamining::v1::{GetDescriptionsRequest, ListCodedDescriptionsResponse};
use nameit_proto::findings::v1 as wire;
use tonic::Status;

/// Stimuli, and descriptions, in one answer when no number is asked for, and at most.
const LIMIT_DEFAULT: usize = 100;
const LIMIT_MAX: usize = 2000;

/// Coded descriptions that travel in one message.
const CODED_PER_MESSAGE: usize = 512;

/// Remarks in one answer.
const REMARKS_MAX: usize = 50;

/// What was counted, and by what it is to be read.
pub(crate) struct Described {
    pub(crate) tally: Tally,
    pub(crate) stimuli: Arc<[Stimulus]>,
    /// Version of the annotations; 0 while there are none.
    pub(crate) version: u64,
    pub(crate) annotations: Annotations,
    /// Language of the answers, a BCP-47 tag.
    pub(crate) language: Arc<str>,
    /// Who said what.
    pub(crate) who: Who,
}

/// Who said what: needed for the divergence of parts.
pub(crate) enum Who {
    /// No parts are annotated, or they do not matter.
    NotAsked,
    Known(Arc<Cohort>),
    /// More answers than are held at once; what is to be said of that.
    TooMany(String),
}

/// Sums over stimuli.
#[derive(Default)]
struct Sums {
    n: u64,
    words: f64,
    snd: f64,
    snd_stimuli: u64,
    pnd: f64,
    pnd_stimuli: u64,
}

/// All that is told about the descriptions of an experiment.
pub(crate) fn descriptions(described: &Described, request: &GetDescriptionsRequest) -> wire::Descriptions {
    let Described { tally, stimuli, version, annotations, language, who } = described;
    let word_rule = WordRule::for_language(language);
    let parts = match who {
        Who::Known(cohort) => parts(annotations, stimuli, cohort, word_rule),
        Who::NotAsked | Who::TooMany(_) => BTreeMap::new(),
    };
    let too_many = match who {
        Who::TooMany(why) => Some(format!("The divergence of parts is missing: {why}.")),
        Who::NotAsked | Who::Known(_) => None,
    };
    let page = range(request.stimuli_offset, request.stimuli_limit);
    let mut sums = Sums::default();
    let mut specified = Vec::new();
    let (mut listed, mut selected) = (Vec::new(), None);
    for (place, stimulus) in stimuli.iter().enumerate() {
        let key = stimulus.key.as_str();
        let scene = annotations.scenes.get(key);
        let given = tally.raw_counts(place as u32);
        let figures = StimulusDescriptions::of(given, scene, annotations, word_rule);
        let parts = parts.get(&place);
        sums.add(&figures, parts);
        if page.contains(&place) {
            listed.push(described_stimulus(key, place, &figures, parts));
        }
        if request.stimulus.as_deref() == Some(key) {
            let mut found = described_stimulus(key, place, &figures, parts);
            if let (Some(specification), Some(of), Some(scene)) =
                (&mut found.specification, &figures.specification, scene)
            {
                let part = range(request.descriptions_offset, request.descriptions_limit);
                specification.objects = objects(scene);
                specification.descriptions =
                    of.descriptions.iter().skip(part.start).take(part.len()).map(coded).collect();
            }
            selected = Some(found);
        }
        specified.extend(figures.specification.map(|mut specification| {
            // They are not needed for the sums, and may be many.
            specification.descriptions = Vec::new();
            specification
        }));
    }
    let summary = Summary::of(&specified);
    wire::Descriptions {
        version: *version,
        rules: Some(rules(&annotations.rules)),
        stimuli_total: stimuli.len() as u64,
        annotated_stimuli: specified.len() as u64,
        remarks: too_many
            .into_iter()
            .chain(annotations.remarks().iter().map(ToString::to_string))
            .take(REMARKS_MAX)
            .collect(),
        all: Some(specification(&summary.verdicts)),
        by_sufficient: summary.by_sufficient.into_iter().map(group).collect(),
        n: sums.n,
        mean_words: (sums.n > 0).then(|| sums.words / sums.n as f64),
        mean_snd: (sums.snd_stimuli > 0).then(|| sums.snd / sums.snd_stimuli as f64),
        snd_stimuli: sums.snd_stimuli,
        mean_pnd: (sums.pnd_stimuli > 0).then(|| sums.pnd / sums.pnd_stimuli as f64),
        pnd_stimuli: sums.pnd_stimuli,
        mean_dice: summary.overlap.map(|overlap| overlap.dice),
        mean_masi: summary.overlap.map(|overlap| overlap.masi),
        overlap_stimuli: summary.overlap.map_or(0, |overlap| overlap.stimuli),
        word_rule: word_rule.as_str().to_owned(),
        stimuli: listed,
        selected,
    }
}

/// How the descriptions of the first annotated stimulus at `place` or after it were read, in messages, and the place
/// to go on at; `None` when there is none.
pub(crate) fn coded_from(
    described: &Described,
    place: usize,
) -> Option<(Vec<ListCodedDescriptionsResponse>, usize)> {
    let Described { tally, stimuli, version, annotations, language, .. } = described;
    let word_rule = WordRule::for_language(language);
    let (place, stimulus, scene) = stimuli.iter().enumerate().skip(place).find_map(|(place, stimulus)| {
        Some((place, stimulus, annotations.scenes.get(stimulus.key.as_str())?))
    })?;
    let given = tally.raw_counts(place as u32);
    let figures = StimulusDescriptions::of(given, Some(scene), annotations, word_rule);
    let read = figures.specification.map(|specification| specification.descriptions).unwrap_or_default();
    let messages = read.chunks(CODED_PER_MESSAGE).map(|part| ListCodedDescriptionsResponse {
        version: *version,
        stimulus: stimulus.key.as_str().to_owned(),
        descriptions: part.iter().map(coded).collect(),
    });
    Some((messages.collect(), place + 1))
}

/// By place of the whole: the keys of its parts, and their divergence. Keys that the experiment does not have are
/// passed over; they were refused when the annotations were taken.
fn parts<'annotations>(
    annotations: &'annotations Annotations,
    stimuli: &[Stimulus],
    cohort: &Cohort,
    word_rule: WordRule,
) -> BTreeMap<usize, (&'annotations BTreeSet<String>, Divergence)> {
    let places: HashMap<&str, usize> =
        stimuli.iter().enumerate().map(|(place, stimulus)| (stimulus.key.as_str(), place)).collect();
    let place = |key: &String| places.get(key.as_str()).copied();
    let (wholes, ordinals): (Vec<_>, Vec<BTreeSet<u32>>) = annotations
        .parts
        .iter()
        .filter_map(|(whole, parts)| {
            let ordinals = parts.iter().filter_map(place).map(|place| place as u32).collect();
            Some(((place(whole)?, parts), ordinals))
        })
        .unzip();
    let divergences = analysis::divergence_of_parts(word_rule, cohort, &ordinals);
    wholes
        .into_iter()
        .zip(divergences)
        .map(|((place, parts), divergence)| (place, (parts, divergence)))
        .collect()
}

/// Rules as a person gives them.
pub(crate) fn rules_decided(rules: wire::DescriptionRules) -> Result<Rules, Status> {
    let wire::DescriptionRules { matching, check_values, type_attribute, type_rule } = rules;
    let unknown = |what: &str| Status::invalid_argument(what.to_owned());
    let type_attribute = type_attribute.trim().to_lowercase();
    Ok(Rules {
        matching: Matching::ALL
            .into_iter()
            .find(|known| known.as_str() == matching)
            .ok_or_else(|| unknown("`matching` has to be word or substring"))?,
        check_values,
        type_attribute,
        type_rule: TypeRule::ALL
            .into_iter()
            .find(|known| known.as_str() == type_rule)
            .ok_or_else(|| unknown("`type_rule` has to be free, counts or ignored"))?,
    })
}

fn range(offset: u32, limit: u32) -> std::ops::Range<usize> {
    let limit = if limit == 0 { LIMIT_DEFAULT } else { (limit as usize).min(LIMIT_MAX) };
    let offset = offset as usize;
    offset..offset + limit
}

fn described_stimulus(
    key: &str,
    place: usize,
    figures: &StimulusDescriptions,
    parts: Option<&(&BTreeSet<String>, Divergence)>,
) -> wire::DescribedStimulus {
    let lengths = figures.lengths;
    wire::DescribedStimulus {
        stimulus: key.to_owned(),
        ordinal: place as u32,
        n: lengths.n,
        mean_words: lengths.mean,
        sd_words: lengths.sd,
        median_words: lengths.median,
        shortest_words: lengths.shortest,
        longest_words: lengths.longest,
        snd: figures.divergence.divergence,
        without_words: figures.divergence.without_words,
        specification: figures.specification.as_ref().map(stimulus_specification),
        parts: parts.map(|(stimuli, divergence)| wire::PartNames {
            stimuli: stimuli.iter().cloned().collect(),
            parts_n: divergence.n,
            parts_without_words: divergence.without_words,
            pnd: divergence.divergence,
        }),
    }
}

/// Without objects and descriptions.
fn stimulus_specification(of: &analysis::Specification) -> wire::StimulusSpecification {
    let attribute = |used: &analysis::AttributeUse| wire::AttributeUse {
        attribute: used.attribute.clone(),
        right: used.right,
        wrong: used.wrong,
        not_annotated: used.not_annotated,
    };
    wire::StimulusSpecification {
        sufficient: of.sufficient.clone(),
        possible: of.possible,
        smallest_size: of.smallest_size,
        counts: Some(specification(&of.verdicts)),
        pairs: of.overlap.map(|overlap| overlap.pairs),
        dice: of.overlap.map(|overlap| overlap.dice),
        masi: of.overlap.map(|overlap| overlap.masi),
        attributes: of.attributes.iter().map(attribute).collect(),
        objects: Vec::new(),
        descriptions: Vec::new(),
        descriptions_total: of.descriptions.len() as u64,
    }
}

fn specification(verdicts: &Verdicts) -> wire::Specification {
    let rate = verdicts.over_specification();
    wire::Specification {
        trials: rate.trials,
        no_attribute: verdicts.no_attribute,
        wrong: verdicts.wrong,
        under_specified: verdicts.under_specified,
        minimal: verdicts.minimal,
        over_specified: verdicts.over_specified,
        distinguishing: rate.distinguishing,
        smallest: verdicts.smallest,
        rate: rate.rate,
        rate_low: rate.interval.map(|interval| interval.low),
        rate_high: rate.interval.map(|interval| interval.high),
    }
}

fn group(group: analysis::BySufficient) -> wire::SufficientGroup {
    wire::SufficientGroup {
        sufficient: group.sufficient,
        stimuli: group.stimuli,
        specification: Some(specification(&group.verdicts)),
    }
}

fn rules(rules: &Rules) -> wire::DescriptionRules {
    wire::DescriptionRules {
        matching: rules.matching.as_str().to_owned(),
        check_values: rules.check_values,
        type_attribute: rules.type_attribute.clone(),
        type_rule: rules.type_rule.as_str().to_owned(),
    }
}

fn objects(scene: &Scene) -> Vec<wire::SceneObject> {
    let roles = std::iter::once("target").chain(std::iter::repeat("distractor"));
    let object = |(object, role): (&analysis::Object, &str)| wire::SceneObject {
        role: role.to_owned(),
        attributes: object
            .attributes()
            .map(|(attribute, values)| wire::ObjectAttribute {
                attribute: attribute.to_owned(),
                values: values.iter().cloned().collect(),
            })
            .collect(),
    };
    scene.objects().zip(roles).map(object).collect()
}

fn coded(coded: &CodedDescription) -> wire::CodedDescription {
    let judgement = &coded.judgement;
    let reading = |mention: &Mention| {
        let among = |attributes: &[String]| attributes.contains(&mention.attribute);
        if among(&judgement.right) {
            "right"
        } else if among(&judgement.wrong) {
            "wrong"
        } else if among(&judgement.not_annotated) {
            "not_annotated"
        } else {
            "ignored"
        }
    };
    wire::CodedDescription {
        description: coded.description.clone(),
        count: coded.count,
        words: coded.words,
        mentions: coded
            .mentions
            .iter()
            .map(|mention| wire::AttributeMention {
                attribute: mention.attribute.clone(),
                values: mention.values.clone(),
                words: mention.words.clone(),
                reading: reading(mention).to_owned(),
            })
            .collect(),
        verdict: judgement.verdict.as_str().to_owned(),
        distinguishing: judgement.distinguishing,
        smallest: judgement.smallest,
        superfluous: judgement.superfluous.clone(),
        confusable: judgement.confusable,
    }
}

// === impl Sums ===

impl Sums {
    fn add(&mut self, figures: &StimulusDescriptions, parts: Option<&(&BTreeSet<String>, Divergence)>) {
        self.n += figures.lengths.n;
        self.words += figures.lengths.mean.unwrap_or(0.0) * figures.lengths.n as f64;
        if let Some(snd) = figures.divergence.divergence {
            self.snd += snd;
            self.snd_stimuli += 1;
        }
        if let Some(pnd) = parts.and_then(|(_, divergence)| divergence.divergence) {
            self.pnd += pnd;
            self.pnd_stimuli += 1;
        }
    }
}
