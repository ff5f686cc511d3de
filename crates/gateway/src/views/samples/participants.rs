//! Samples of the page of participants.

use nameit_domain::experiment::ExperimentState;
use nameit_proto::findings::v1 as findings;

use super::Pages;
use super::things::{HOSTILE, experiment, site};
use crate::services::participants::KINDS;
use crate::views::Section;
use crate::views::participants::{ParticipantsPage, Query};

pub(super) fn pages(pages: &mut Pages) {
    pages.add("participants-empty", &page(findings::Participants::default(), ""));
    pages.add("participants", &page(found(true), ""));
    pages.add("participants-few", &page(found(false), "chosen=1&count=gibberish"));
    let nobody = findings::Participants { participants: Vec::new(), ..found(true) };
    pages.add("participants-filtered", &page(nobody, "chosen=1&show=flagged&page=3"));
}

fn page(found: findings::Participants, query: &str) -> ParticipantsPage {
    ParticipantsPage {
        site: site(Section::Experiments),
        experiment: experiment("Objects in the kitchen", ExperimentState::Published),
        found,
        query: Query::read(query),
    }
}

fn found(judged: bool) -> findings::Participants {
    let side = |participants| findings::QualitySide {
        participants,
        n: participants * 24,
        non_answers: participants,
        types: 2 * participants,
        stimuli: 24,
        mean_h: Some(1.53),
        mean_agreement: Some(0.618),
        mean_coverage: Some(0.93),
    };
    let stimulus = |modal_names: &[&str]| findings::QualityStimulus {
        n: 1_204,
        types: 12,
        modal_names: modal_names.iter().map(|name| (*name).to_owned()).collect(),
        agreement: Some(0.5),
        h: Some(2.1),
        coverage: Some(0.9),
    };
    findings::Participants {
        counted: KINDS[..8].iter().map(|kind| (*kind).to_owned()).collect(),
        total: 1_204,
        flagged: 2,
        noted: 1,
        cohort: KINDS.map(|kind| cohort_figure(kind, judged)).to_vec(),
        all: Some(side(1_204)),
        unflagged: Some(side(1_202)),
        changes: vec![findings::QualityChange {
            stimulus: HOSTILE.to_owned(),
            ordinal: 3,
            all: Some(stimulus(&[HOSTILE, "cup"])),
            unflagged: Some(stimulus(&["cup"])),
        }],
        participants_total: 120,
        participants: [("flag", 0), ("note", 9), ("unjudged", 2)]
            .map(|(level, at)| person(at, level, judged))
            .to_vec(),
        limits: Some(findings::QualityLimits { min_participants: 10, ..findings::QualityLimits::default() }),
    }
}

fn cohort_figure(kind: &str, judged: bool) -> findings::CohortFigure {
    let circumstance = matches!(kind, "pasted" | "focus_losses");
    findings::CohortFigure {
        kind: kind.to_owned(),
        label: kind.replace('_', " "),
        unit: if kind == "median_time" { "ms" } else { "share" }.to_owned(),
        striking: if kind == "agreement" { "below" } else { "above" }.to_owned(),
        circumstance,
        counted: kind != "duplicate" && !circumstance,
        participants: 1_200,
        median: Some(0.25),
        q1: (kind != "duplicate").then_some(0.2),
        q3: (kind != "duplicate").then_some(0.3),
        threshold: judged.then_some(0.6),
        reason: (!judged).then(|| HOSTILE.to_owned()),
        flags: 2,
        notes: 1,
    }
}

fn person(at: usize, level: &str, judged: bool) -> findings::ParticipantQuality {
    let figure = |(place, kind): (usize, &str)| findings::QualityFigure {
        kind: kind.to_owned(),
        value: (place != 4).then_some(0.75),
        basis: 24,
        level: if judged && place == at { level } else { "usual" }.to_owned(),
        explanation: HOSTILE.to_owned(),
        other: (kind == "duplicate").then(|| "018f3c1e-7b1a-7c3d-9e2f-0a1b2c3d4e5f".to_owned()),
    };
    findings::ParticipantQuality {
        participant: format!("018f3c1e-7b1a-7c3d-9e2f-0a1b2c3d4e{at:02}"),
        trials: 24,
        n: 23,
        completed: at > 0,
        flagged: judged && level == "flag",
        figures: KINDS.into_iter().enumerate().map(figure).collect(),
    }
}
