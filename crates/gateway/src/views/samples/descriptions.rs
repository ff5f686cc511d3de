//! Samples of the page of descriptions.

use nameit_domain::DecisionVersion;
use nameit_domain::experiment::ExperimentState;
use nameit_proto::findings::v1 as findings;

use super::Pages;
use super::things::{HOSTILE, experiment, site, timestamp};
use crate::views::Section;
use crate::views::descriptions::{DescriptionsPage, Query};

pub(super) fn pages(pages: &mut Pages) {
    let nothing = findings::Descriptions { rules: Some(rules()), ..findings::Descriptions::default() };
    pages.add("descriptions-empty", &page(nothing.clone()));
    let plain = findings::Descriptions {
        n: 120,
        mean_words: Some(2.5),
        mean_snd: Some(0.84),
        snd_stimuli: 1,
        mean_pnd: Some(0.61),
        pnd_stimuli: 1,
        word_rule: "plain".to_owned(),
        stimuli_total: 1,
        stimuli: vec![stimulus(HOSTILE, None)],
        ..nothing
    };
    pages.add("descriptions-plain", &page(plain.clone()));
    let annotated = findings::Descriptions {
        version: 3,
        annotated_stimuli: 2,
        stimuli_total: 120,
        remarks: vec![HOSTILE.to_owned()],
        all: Some(counts()),
        mean_dice: Some(0.81),
        mean_masi: Some(0.7),
        overlap_stimuli: 2,
        by_sufficient: vec![
            group(&["colour"]),
            group(&[HOSTILE, "size"]),
            findings::SufficientGroup::default(),
        ],
        stimuli: vec![stimulus("cups", Some(specification())), stimulus(HOSTILE, None)],
        ..plain
    };
    let problem = DescriptionsPage { problem: Some(HOSTILE.to_owned()), ..page(annotated.clone()) };
    pages.add("descriptions", &problem);
    for (name, selected) in [
        ("descriptions-stimulus", stimulus(HOSTILE, Some(specification()))),
        ("descriptions-stimulus-plain", stimulus("cups", None)),
    ] {
        let query = Query { stimulus: Some(selected.stimulus.clone()), ..Query::read(|_| String::new()) };
        let found = findings::Descriptions { selected: Some(selected), ..annotated.clone() };
        pages.add(name, &DescriptionsPage { query, ..page(found) });
    }
}

fn page(found: findings::Descriptions) -> DescriptionsPage {
    let version = |version| DecisionVersion { version, decided_at: timestamp("2026-11-23T06:00:00Z") };
    DescriptionsPage {
        site: site(Section::Experiments),
        experiment: experiment("Objects in the kitchen", ExperimentState::Published),
        history: (1..=found.version).rev().map(version).collect(),
        found,
        query: Query::read(|_| String::new()),
        lexicon: format!("colour,red,red\n{HOSTILE}"),
        problem: None,
    }
}

fn rules() -> findings::DescriptionRules {
    findings::DescriptionRules {
        matching: "word".to_owned(),
        check_values: true,
        type_attribute: HOSTILE.to_owned(),
        type_rule: "free".to_owned(),
    }
}

fn counts() -> findings::Specification {
    findings::Specification {
        trials: 2_138,
        no_attribute: 49,
        wrong: 2,
        under_specified: 13,
        minimal: 1_570,
        over_specified: 504,
        distinguishing: 2_074,
        smallest: 1_570,
        rate: Some(0.243),
        rate_low: Some(0.225),
        rate_high: Some(0.262),
    }
}

fn group(sufficient: &[&str]) -> findings::SufficientGroup {
    findings::SufficientGroup {
        sufficient: sufficient.iter().map(ToString::to_string).collect(),
        stimuli: 1,
        specification: Some(counts()),
    }
}

fn stimulus(
    key: &str,
    specification: Option<findings::StimulusSpecification>,
) -> findings::DescribedStimulus {
    findings::DescribedStimulus {
        stimulus: key.to_owned(),
        ordinal: 0,
        n: 60,
        mean_words: Some(2.4),
        sd_words: Some(1.1),
        median_words: Some(2.0),
        shortest_words: 1,
        longest_words: 9,
        snd: Some(0.84),
        without_words: 2,
        specification,
        parts: Some(findings::PartNames {
            stimuli: vec![HOSTILE.to_owned(), "wing".to_owned()],
            parts_n: 58,
            parts_without_words: 1,
            pnd: Some(0.61),
        }),
    }
}

fn specification() -> findings::StimulusSpecification {
    let object = |role: &str, value: &str| findings::SceneObject {
        role: role.to_owned(),
        attributes: vec![findings::ObjectAttribute {
            attribute: "colour".to_owned(),
            values: vec![value.to_owned()],
        }],
    };
    let mention = |attribute: &str, reading: &str| findings::AttributeMention {
        attribute: attribute.to_owned(),
        values: vec!["red".to_owned()],
        words: vec![HOSTILE.to_owned()],
        reading: reading.to_owned(),
    };
    let coded = |description: &str, verdict: &str| findings::CodedDescription {
        description: description.to_owned(),
        count: 12,
        words: 2,
        mentions: vec![
            mention("colour", "right"),
            mention(HOSTILE, "wrong"),
            mention("material", "not_annotated"),
            mention("type", "ignored"),
        ],
        verdict: verdict.to_owned(),
        distinguishing: verdict == "minimal",
        smallest: Some(false),
        superfluous: vec!["size".to_owned()],
        confusable: 2,
    };
    findings::StimulusSpecification {
        sufficient: vec!["colour".to_owned()],
        possible: true,
        smallest_size: Some(1),
        counts: Some(counts()),
        pairs: Some(1_770),
        dice: Some(0.81),
        masi: Some(0.7),
        attributes: vec![findings::AttributeUse {
            attribute: HOSTILE.to_owned(),
            right: 40,
            wrong: 2,
            not_annotated: 0,
        }],
        objects: vec![object("target", HOSTILE), object("distractor", "blue")],
        descriptions: vec![
            coded(HOSTILE, "over_specified"),
            coded("the red one", "minimal"),
            findings::CodedDescription { mentions: Vec::new(), ..coded("that", "no_attribute") },
        ],
        descriptions_total: 60,
    }
}
