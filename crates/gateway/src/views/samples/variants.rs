//! Samples of the page of spelling variants.

use nameit_domain::DecisionVersion;
use nameit_domain::experiment::ExperimentState;
use nameit_proto::findings::v1 as findings;

use super::Pages;
use super::things::{HOSTILE, experiment, site, timestamp};
use crate::views::Section;
use crate::views::variants::{Query, Typed, VariantsPage};

pub(super) fn pages(pages: &mut Pages) {
    pages
        .add("variants-empty", &page(findings::Variants { steps: steps(), ..findings::Variants::default() }));
    pages.add("variants", &page(decided()));
    let filtered = VariantsPage {
        query: Query { text: HOSTILE.to_owned(), min_score: 85, page: 2, groups_page: 3 },
        problem: Some(HOSTILE.to_owned()),
        typed: Typed { names: HOSTILE.to_owned(), canonical: HOSTILE.to_owned() },
        ..page(findings::Variants { proposals: Vec::new(), groups: Vec::new(), ..decided() })
    };
    pages.add("variants-filtered", &filtered);
}

fn page(found: findings::Variants) -> VariantsPage {
    let version = |version| DecisionVersion { version, decided_at: timestamp("2026-11-23T06:00:00Z") };
    VariantsPage {
        site: site(Section::Experiments),
        experiment: experiment("Objects in the kitchen", ExperimentState::Published),
        history: (1..=found.version).rev().map(version).collect(),
        found,
        query: Query::read(|_| String::new()),
        problem: None,
        typed: Typed::default(),
    }
}

fn steps() -> Vec<findings::NormalisationStep> {
    let step = |name: &str, on| findings::NormalisationStep {
        name: name.to_owned(),
        label: HOSTILE.to_owned(),
        explanation: HOSTILE.to_owned(),
        example_before: " dog ".to_owned(),
        example_after: "dog".to_owned(),
        on,
    };
    vec![step("trim", true), step("join_words", false)]
}

fn decided() -> findings::Variants {
    let proposal = |from: &str, to: &str| findings::VariantProposal {
        from: from.to_owned(),
        to: to.to_owned(),
        from_count: 2,
        to_count: 14_675,
        distance: 1.5,
        reasons: vec!["transposed_letters".to_owned(), "neighbouring_key".to_owned()],
        from_stimuli: 2,
        to_stimuli: 1_200,
        shared_stimuli: 1,
        shared_count: 1,
        stimuli: vec!["cup".to_owned(), HOSTILE.to_owned()],
        ordinals: vec![0, 1],
        alternatives: vec![HOSTILE.to_owned()],
        score: 0.873,
    };
    let figures = findings::VariantFigures {
        n: 28_000,
        types: 8_341,
        singletons: 4_618,
        coverage: Some(0.992_94),
        mean_types: Some(5.5),
        mean_h: Some(1.23),
        mean_agreement: Some(0.71),
        mean_coverage: Some(0.9),
    };
    let member = |name: &str| findings::VariantMember { name: name.to_owned(), count: 1 };
    let change = findings::VariantChange {
        stimulus: HOSTILE.to_owned(),
        modal_name_before: Some(HOSTILE.to_owned()),
        modal_name_after: Some("shirt".to_owned()),
        types_before: 9,
        types_after: 7,
        ..findings::VariantChange::default()
    };
    findings::Variants {
        version: 3,
        steps: steps(),
        normalisation: Some("standard".to_owned()),
        names: 8_000,
        proposals: vec![proposal("shrit", "shirt"), proposal(HOSTILE, HOSTILE)],
        proposals_total: 120,
        groups: vec![findings::VariantGroup {
            canonical: HOSTILE.to_owned(),
            count: 1_200,
            canonical_count: 1_198,
            members: vec![member("a"), member(HOSTILE)],
        }],
        groups_total: 70,
        rejected: vec![findings::RejectedVariant { from: HOSTILE.to_owned(), to: HOSTILE.to_owned() }],
        warnings: vec![HOSTILE.to_owned()],
        typed: Some(figures),
        normalised: Some(figures),
        merged: Some(figures),
        changed_stimuli: 1,
        changes: vec![change],
    }
}
