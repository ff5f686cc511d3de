//! Samples of the page of the comparison.

use nameit_domain::experiment::ExperimentState;
use nameit_proto::findings::v1 as findings;

use super::Pages;
use super::things::{HOSTILE, experiment, site};
use crate::services::comparison::scatter;
use crate::views::Section;
use crate::views::comparison::{ComparisonPage, Said};
use crate::views::plot::Figure;

pub(super) fn pages(pages: &mut Pages) {
    pages.add("comparison-empty", &page(findings::Comparison::default()));
    pages.add("comparison", &page(found()));
    let apart = findings::Comparison {
        version: 2,
        reference_stimuli: 3,
        only_in_reference: 3,
        unknown_stimuli: 3,
        unknown: vec![HOSTILE.to_owned()],
        ..findings::Comparison::default()
    };
    let problem = Said::Problem(HOSTILE.to_owned());
    pages.add("comparison-apart", &ComparisonPage { said: problem, ..page(apart.clone()) });
    let note = Said::Note("Saved. 24,000 stimuli not in this experiment left out.".to_owned());
    pages.add("comparison-left-out", &ComparisonPage { said: note, ..page(apart) });
}

fn page(found: findings::Comparison) -> ComparisonPage {
    ComparisonPage {
        site: site(Section::Experiments),
        experiment: experiment("Objects in the kitchen", ExperimentState::Published),
        plot: (!found.points.is_empty())
            .then(|| Figure::new(&scatter(&found), "/api/v1/experiments/1/comparison", "")),
        found,
        page: 2,
        said: Said::Nothing,
    }
}

fn found() -> findings::Comparison {
    let correlation = findings::Correlation { r: 0.81, n: 60, low: Some(0.52), high: Some(0.93) };
    let name = |name: &str, share, reference_share| findings::NameShares {
        name: name.to_owned(),
        count: 12,
        share,
        reference_share,
    };
    let row = |stimulus: &str, ordinal, divergence: Option<f64>| findings::StimulusComparison {
        stimulus: stimulus.to_owned(),
        ordinal,
        n: 35,
        modal_names: vec![HOSTILE.to_owned()],
        reference_modal_names: vec!["mug".to_owned(), HOSTILE.to_owned()],
        modal_match: divergence.is_none(),
        agreement: 0.6,
        reference_agreement: Some(0.9),
        h: 1.2,
        reference_h: divergence,
        divergence,
        names: vec![
            name("mug", 0.2, Some(0.9)),
            name(HOSTILE, 0.6, Some(0.0)),
            name("cup", 0.1, None),
            name("beaker", 0.05, Some(0.02)),
            name("glass", 0.03, Some(0.02)),
            name("pot", 0.02, Some(0.02)),
        ],
        types: 14,
    };
    let point = |at: u32| findings::ComparisonPoint {
        stimulus: if at == 0 { HOSTILE.to_owned() } else { format!("kitchen-{at:02}") },
        h: f64::from(at % 7) / 2.0,
        reference_h: f64::from(at % 5) / 2.0,
    };
    findings::Comparison {
        version: 3,
        reference_stimuli: 80,
        stimuli: 60,
        only_here: 4,
        only_in_reference: 19,
        unknown_stimuli: 12,
        unknown: vec!["old-cup".to_owned(), HOSTILE.to_owned()],
        unnamed_stimuli: 1,
        modal_matches: 48,
        modal_match: Some(0.8),
        modal_match_low: Some(0.682),
        modal_match_high: Some(0.882),
        h_pearson: Some(correlation),
        h_spearman: Some(correlation),
        h_difference: Some(-0.214),
        agreement_pearson: Some(correlation),
        agreement_spearman: None,
        agreement_difference: Some(0.034),
        rows: vec![row("kitchen-01", 0, Some(0.42)), row(HOSTILE, 1, None)],
        points: (0..60).map(point).collect(),
    }
}
