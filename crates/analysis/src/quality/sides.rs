//! The experiment's figures with and without the flagged participants.

use serde::Serialize;

use super::view::View;
use crate::norms::{coverage, entropy_bits};

/// So many stimuli are listed that change most.
const CHANGES_MAX: usize = 20;

/// Figures side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sides {
    /// With everybody.
    pub all: Side,
    /// Without the flagged participants.
    pub unflagged: Side,
    /// The stimuli whose H changes most, then agreement, then by ordinal; those that do not change are left out.
    pub changes: Vec<StimulusChange>,
}

/// An experiment's figures over some of its participants.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// Participants with at least one answer.
    pub participants: u64,
    /// Answers that gave a name, over all stimuli.
    pub n: u64,
    /// Trials without a name, over all stimuli.
    pub non_answers: u64,
    /// Distinct names, counted for each stimulus and added up.
    pub types: u64,
    /// Stimuli that were named at least once; the means run over these.
    pub stimuli: u64,
    /// Mean H in bits, see [`entropy_bits`]; `None` without names.
    pub mean_h: Option<f64>,
    /// Mean agreement (modal name over names), from 0 to 1; `None` without names.
    pub mean_agreement: Option<f64>,
    /// Mean sample coverage, see [`coverage`], from 0 to 1; `None` without names.
    pub mean_coverage: Option<f64>,
}

/// What becomes of one stimulus without the flagged participants.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StimulusChange {
    /// The stimulus: its place in the experiment, from 0.
    pub ordinal: u32,
    /// With everybody.
    pub all: StimulusFigures,
    /// Without the flagged participants.
    pub unflagged: StimulusFigures,
}

/// One stimulus over some of the participants.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct StimulusFigures {
    /// Answers that gave a name.
    pub n: u64,
    /// Distinct names.
    pub types: u64,
    /// All modal names, in the order of their Unicode code points.
    pub modal_names: Vec<String>,
    /// Agreement (modal name over names), from 0 to 1; `None` without names.
    pub agreement: Option<f64>,
    /// H in bits; `None` without names.
    pub h: Option<f64>,
    /// Sample coverage, from 0 to 1; `None` without names.
    pub coverage: Option<f64>,
}

pub(super) fn sides(view: &View<'_>, flagged: &[bool]) -> Sides {
    let all = by_stimulus(view, |_| true);
    let unflagged = by_stimulus(view, |person| !flagged[person]);
    let mut changes: Vec<StimulusChange> = (0u32..)
        .zip(all.iter().zip(&unflagged))
        .filter(|(_, (all, unflagged))| all != unflagged)
        .map(|(ordinal, (all, unflagged))| StimulusChange {
            ordinal,
            all: all.clone(),
            unflagged: unflagged.clone(),
        })
        .collect();
    // Ordinals ascend already, and the sort is stable.
    changes.sort_by(|a, b| b.size().partial_cmp(&a.size()).expect("no figure is NaN"));
    changes.truncate(CHANGES_MAX);
    Sides {
        all: side(view, &all, |_| true),
        unflagged: side(view, &unflagged, |person| !flagged[person]),
        changes,
    }
}

fn side(view: &View<'_>, stimuli: &[StimulusFigures], counts: impl Fn(usize) -> bool) -> Side {
    let people = || view.people.iter().enumerate().filter(|(at, _)| counts(*at)).map(|(_, person)| person);
    let named = stimuli.iter().filter(|figures| figures.n > 0).count() as u64;
    let mean = |figure: fn(&StimulusFigures) -> Option<f64>| {
        (named > 0).then(|| stimuli.iter().filter_map(figure).sum::<f64>() / named as f64)
    };
    Side {
        participants: people().filter(|person| !person.answers.is_empty()).count() as u64,
        n: stimuli.iter().map(|figures| figures.n).sum(),
        non_answers: people().flat_map(|person| person.names).filter(|name| name.is_none()).count() as u64,
        types: stimuli.iter().map(|figures| figures.types).sum(),
        stimuli: named,
        mean_h: mean(|figures| figures.h),
        mean_agreement: mean(|figures| figures.agreement),
        mean_coverage: mean(|figures| figures.coverage),
    }
}

fn by_stimulus(view: &View<'_>, counts: impl Fn(usize) -> bool) -> Vec<StimulusFigures> {
    let mut given: Vec<Vec<u32>> = vec![Vec::new(); view.namers.len()];
    for (at, person) in view.people.iter().enumerate() {
        if counts(at) {
            for (answer, name) in person.answers.iter().zip(person.names) {
                given[answer.stimulus as usize].extend(name);
            }
        }
    }
    given.into_iter().map(|names| figures(view, names)).collect()
}

fn figures(view: &View<'_>, mut names: Vec<u32>) -> StimulusFigures {
    names.sort_unstable();
    let counted: Vec<(u32, u64)> =
        names.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64)).collect();
    let counts: Vec<u64> = counted.iter().map(|(_, count)| *count).collect();
    let Some(most) = counts.iter().max() else { return StimulusFigures::default() };
    let modal = counted.iter().filter(|(_, count)| count == most);
    let mut modal_names: Vec<String> = modal.map(|(name, _)| view.named.name(*name).to_owned()).collect();
    modal_names.sort_unstable();
    StimulusFigures {
        n: names.len() as u64,
        types: counts.len() as u64,
        modal_names,
        agreement: Some(*most as f64 / names.len() as f64),
        h: entropy_bits(&counts),
        coverage: coverage(&counts),
    }
}

// === impl StimulusChange ===

impl StimulusChange {
    /// By how much H and the agreement change.
    fn size(&self) -> (f64, f64) {
        let change = |figure: fn(&StimulusFigures) -> Option<f64>| {
            (figure(&self.all).unwrap_or(0.0) - figure(&self.unflagged).unwrap_or(0.0)).abs()
        };
        (change(|figures| figures.h), change(|figures| figures.agreement))
    }
}
