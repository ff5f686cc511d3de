//! KiloGram, sets of attributes, and "overinformative" referring expressions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use nameit_analysis::cohort::{CohortBuilder, Details, Participant};
use nameit_analysis::descriptions::{
    Annotations, Coder, Collector, Judge, Lexicon, Matching, Mention, Object, Rules, Scene,
    StimulusDescriptions, Summary, TypeRule, Verdicts, WordRule, dice, divergence_of_parts, masi,
};
use nameit_analysis::tally::Said;
use serde::Deserialize;

use crate::data::{data, golden};

fn rows<Row: serde::de::DeserializeOwned>(file: &Path) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_path(file).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

// === KiloGram ===

#[derive(Deserialize)]
struct Tangram {
    stimulus: String,
    whole: String,
    parts: String,
}

#[derive(Deserialize)]
struct PublishedDivergence {
    stimulus: String,
    snd: f64,
    pnd: f64,
}

#[test]
fn divergence_of_wholes_and_parts_is_as_published_with_kilogram() {
    let Some(folder) = data("kilogram-dense10") else { return };
    let mut wholes: BTreeMap<String, Collector> = BTreeMap::new();
    let mut parts: BTreeMap<String, Collector> = BTreeMap::new();
    let responses: Vec<Tangram> = rows(&folder.join("responses.tsv"));
    assert_eq!(responses.len(), 741);
    for response in responses {
        let new = || Collector::new(WordRule::English);
        wholes.entry(response.stimulus.clone()).or_insert_with(new).add_whole(&response.whole, 1);
        let names: BTreeMap<String, String> = serde_json::from_str(&response.parts).unwrap();
        parts.entry(response.stimulus).or_insert_with(new).add_parts(names.values().map(String::as_str), 1);
    }
    let published: Vec<PublishedDivergence> = rows(&folder.join("published.tsv"));
    assert_eq!(published.len(), 74);
    for PublishedDivergence { stimulus, snd, pnd } in published {
        let whole = wholes[&stimulus].divergence().divergence.unwrap();
        let part = parts[&stimulus].divergence().divergence.unwrap();
        assert!((whole - snd).abs() < 1e-12, "{stimulus}: SND {whole}, published {snd}");
        assert!((part - pnd).abs() < 1e-12, "{stimulus}: PND {part}, published {pnd}");
    }
}

/// As in an experiment in which each part is a stimulus of its own.
#[test]
fn parts_that_are_stimuli_of_their_own_diverge_as_published_with_kilogram() {
    const PARTS_MAX: usize = 1_000;
    let Some(folder) = data("kilogram-dense10") else { return };
    let published: Vec<PublishedDivergence> = rows(&folder.join("published.tsv"));
    let place = |stimulus: &str| published.iter().position(|known| known.stimulus == stimulus).unwrap();
    let mut builder = CohortBuilder::default();
    let responses: Vec<Tangram> = rows(&folder.join("responses.tsv"));
    for (row, response) in responses.iter().enumerate() {
        let participant = builder.participant(Participant { id: row.to_string(), ..Participant::default() });
        let names: BTreeMap<String, String> = serde_json::from_str(&response.parts).unwrap();
        for (part, name) in names.values().enumerate() {
            let stimulus = (place(&response.stimulus) * PARTS_MAX + part) as u32;
            let details = Details { participant, trial: part as u32, stimulus, ..Details::default() };
            builder.answer(Said::Text(name), details);
        }
    }
    let parts_of = |whole: usize| ((whole * PARTS_MAX) as u32..).take(PARTS_MAX).collect();
    let wholes: Vec<BTreeSet<u32>> = (0..published.len()).map(parts_of).collect();
    let found = divergence_of_parts(WordRule::English, &builder.build(), &wholes);
    for (PublishedDivergence { stimulus, pnd, .. }, found) in published.iter().zip(found) {
        let part = found.divergence.unwrap();
        assert!((part - pnd).abs() < 1e-12, "{stimulus}: PND {part}, published {pnd}");
    }
}

// === golden.json ===

#[derive(Deserialize)]
struct GoldenSets {
    a: BTreeSet<String>,
    b: BTreeSet<String>,
    dice: f64,
    masi: f64,
}

#[test]
fn dice_and_masi_are_as_printed() {
    let Some(printed) = golden("sets") else { return };
    let printed: Vec<GoldenSets> = serde_json::from_value(printed).unwrap();
    assert_eq!(printed.len(), 4);
    for sets in printed {
        assert!((dice(&sets.a, &sets.b) - sets.dice).abs() < f64::EPSILON, "{:?} {:?}", sets.a, sets.b);
        assert!((masi(&sets.a, &sets.b) - sets.masi).abs() < f64::EPSILON, "{:?} {:?}", sets.a, sets.b);
    }
}

// === Degen, Hawkins, Graf, Kreiss & Goodman (2020), experiment 1 ===

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Trial {
    condition: String,
    name_clicked_obj: String,
    target_status_clicked_obj: String,
    alt1_name: String,
    alt2_name: String,
    alt3_name: String,
    alt4_name: String,
    ref_exp: String,
    size_mentioned: String,
    color_mentioned: String,
}

impl Trial {
    /// The scene with the clicked object as its target. Names are `size_colour_type`.
    fn scene(&self) -> Scene {
        let object = |name: &String| -> Object {
            ["size", "colour", "type"].into_iter().zip(name.split('_')).collect()
        };
        let others = [&self.alt1_name, &self.alt2_name, &self.alt3_name, &self.alt4_name];
        Scene {
            target: object(&self.name_clicked_obj),
            distractors: others.into_iter().filter(|name| *name != "undefined").map(object).collect(),
        }
    }

    /// The labels that people checked by hand, as mentions of the target's own values.
    fn labelled(&self) -> Vec<Mention> {
        let scene = self.scene();
        [("colour", &self.color_mentioned), ("size", &self.size_mentioned)]
            .into_iter()
            .filter(|(_, mentioned)| *mentioned == "TRUE")
            .map(|(attribute, _)| Mention {
                attribute: attribute.to_owned(),
                values: scene.target.values(attribute).unwrap().iter().cloned().collect(),
                words: Vec::new(),
            })
            .collect()
    }

    fn wrong_referent(&self) -> bool {
        self.target_status_clicked_obj != "target"
    }
}

fn trials() -> Option<Vec<Trial>> {
    let trials: Vec<Trial> = rows(&data("overinformative-exp1")?.join("trials.tsv"));
    assert_eq!(trials.len(), 2171);
    Some(trials)
}

#[test]
fn the_hand_checked_labels_give_the_published_number_of_trials_and_the_rates() {
    let Some(trials) = trials() else { return };
    let rules = Rules::default();
    let mut all = Verdicts::default();
    let mut by_sufficient: BTreeMap<&str, Verdicts> = BTreeMap::new();
    for trial in &trials {
        if trial.wrong_referent() {
            all.add_wrong_referent(1);
            continue;
        }
        let scene = trial.scene();
        let judge = Judge::new(&scene, &rules);
        let judgement = judge.judge(&trial.labelled());
        all.add(&judgement, 1);
        // The scenes agree with the names of the conditions: one attribute suffices, the other does not.
        let sufficient = if trial.condition.starts_with("size") { "size" } else { "colour" };
        assert_eq!(judge.sufficient(), [sufficient], "{}", trial.condition);
        by_sufficient.entry(sufficient).or_default().add(&judgement, 1);
    }
    let rate = all.over_specification();
    assert_eq!((rate.trials, rate.distinguishing), (2171, 2076));
    assert_eq!((rate.dropped_wrong_referent, rate.dropped_no_attribute), (33, 49));
    assert_eq!((rate.dropped_wrong, rate.dropped_under_specified), (0, 13));
    // Minimal descriptions are of the smallest size here, because one attribute always suffices.
    assert_eq!((rate.over_specified, all.smallest), (506, 1570));

    // Colour is added where size would do far more often than size where colour would do.
    let (size, colour) = (by_sufficient["size"], by_sufficient["colour"]);
    assert_eq!((size.over_specified, size.distinguishing()), (445, 1039));
    assert_eq!((colour.over_specified, colour.distinguishing()), (61, 1037));
    let size = size.over_specification();
    assert!((size.rate.unwrap() - 0.428_296_438_883_541).abs() < 1e-12);
    let interval = size.interval.unwrap();
    assert!(
        (interval.low - 0.398_527).abs() < 1e-6 && (interval.high - 0.458_595).abs() < 1e-6,
        "{interval:?}"
    );
    assert!((colour.over_specification().rate.unwrap() - 0.058_823_529_411_764).abs() < 1e-12);
}

/// How many trials a lexicon codes as the people did: colour, size.
fn coded_as_labelled(trials: &[Trial], lexicon: &Lexicon, matching: Matching) -> (usize, usize) {
    // No scene: what is checked is whether the attribute is mentioned at all.
    let coder = Coder::new(lexicon, &Scene::default(), matching);
    let agree = |attribute: &str, label: fn(&Trial) -> &String| {
        let mentions =
            |trial: &Trial| coder.code(&trial.ref_exp).iter().any(|found| found.attribute == attribute);
        trials.iter().filter(|trial| mentions(trial) == (label(trial) == "TRUE")).count()
    };
    (agree("colour", |trial| &trial.color_mentioned), agree("size", |trial| &trial.size_mentioned))
}

/// The published program looks for its words inside words; people then corrected what it found (misspellings,
/// `darkest`, `lg`). The file has the corrected labels, so the rest of 54 and 31 trials is the people's work.
#[test]
fn automatic_coding_agrees_with_the_hand_checked_labels_as_far_as_the_published_program_does() {
    let Some(trials) = trials() else { return };
    let published = Lexicon::degen_et_al();
    assert_eq!(coded_as_labelled(&trials, &published, Matching::Substring), (2117, 2140));
    assert_eq!(coded_as_labelled(&trials, &published, Matching::Word), (2098, 2137));
    let english = Lexicon::english();
    assert_eq!(coded_as_labelled(&trials, &english, Matching::Word), (2105, 2138));
    assert_eq!(coded_as_labelled(&trials, &english, Matching::Substring), (2123, 2141));
}

#[test]
fn automatic_coding_alone_gives_nearly_the_rates_of_the_labels() {
    let Some(trials) = trials() else { return };
    let annotations = Annotations {
        lexicon: Lexicon::degen_et_al(),
        rules: Rules {
            matching: Matching::Substring,
            check_values: false,
            type_rule: TypeRule::Ignored,
            ..Rules::default()
        },
        ..Annotations::default()
    };
    let specifications: Vec<_> = trials
        .iter()
        .filter(|trial| !trial.wrong_referent())
        .map(|trial| {
            let given = [(trial.ref_exp.as_str(), 1)];
            StimulusDescriptions::of(given, Some(&trial.scene()), &annotations, WordRule::English)
                .specification
                .unwrap()
        })
        .collect();
    let summary = Summary::of(&specifications);
    let rates: Vec<(String, u64, u64, u64)> = summary
        .by_sufficient
        .iter()
        .map(|group| {
            let verdicts = group.verdicts;
            (group.sufficient.join(" "), group.stimuli, verdicts.over_specified, verdicts.distinguishing())
        })
        .collect();
    assert_eq!(rates, [("colour".to_owned(), 1081, 52, 997), ("size".to_owned(), 1057, 416, 1014)]);
}
