//! Figures beside thresholds.

use super::duplicate::{self, Twin};
use super::figure::Figure;
use super::gibberish::Gibberish;
use super::kind::{Kind, Tail};
use super::sides::sides;
use super::threshold::Spread;
use super::view::View;
use super::{CohortFigure, Counted, Judged, Level, Limits, ParticipantQuality, QualityReport, words};
use crate::cohort::{Cohort, Named};

pub(super) fn report(cohort: &Cohort, named: &Named, limits: &Limits, counted: &Counted) -> QualityReport {
    let view = View::new(cohort, named);
    let gibberish = Gibberish::of(&view, limits);
    let twins = duplicate::twins(&view, limits);
    let of_kind = |kind| -> Vec<Figure> {
        let twin = |twin: &Option<Twin>| {
            twin.map_or(Figure::default(), |twin| Figure { value: Some(twin.share), basis: twin.shared })
        };
        if kind == Kind::Duplicate {
            return twins.iter().map(twin).collect();
        }
        view.people.iter().map(|person| Figure::of(kind, &view, person, &gibberish, limits)).collect()
    };
    let figures: Vec<(Kind, Vec<Figure>)> = Kind::ALL.iter().map(|kind| (*kind, of_kind(*kind))).collect();
    let of_cohort: Vec<CohortFigure> = figures
        .iter()
        .map(|(kind, figures)| match kind {
            Kind::Duplicate => duplicates_of_cohort(&view, limits),
            _ => cohort_figure(*kind, figures, limits),
        })
        .collect();
    let participants: Vec<ParticipantQuality> = cohort
        .participants()
        .iter()
        .enumerate()
        .map(|(at, participant)| {
            let judged = figures.iter().zip(&of_cohort).map(|((kind, figures), of_cohort)| match kind {
                Kind::Duplicate => judge_twin(twins[at].as_ref(), of_cohort, cohort, limits),
                _ => judge(figures[at], of_cohort, limits),
            });
            let figures = weigh(judged.collect());
            ParticipantQuality {
                participant: participant.id.clone(),
                trials: view.people[at].answers.len() as u64,
                n: view.people[at].names.iter().flatten().count() as u64,
                completed: participant.completed_at_ms.is_some(),
                flagged: figures
                    .iter()
                    .any(|figure| figure.level == Level::Flag && counted.counts(figure.kind)),
                figures,
            }
        })
        .collect();
    let flagged: Vec<bool> = participants.iter().map(|participant| participant.flagged).collect();
    QualityReport {
        limits: limits.clone(),
        counted: counted.clone(),
        cohort: of_cohort,
        flagged: flagged.iter().filter(|flagged| **flagged).count() as u64,
        sides: sides(&view, &flagged),
        participants,
    }
}

fn cohort_figure(kind: Kind, figures: &[Figure], limits: &Limits) -> CohortFigure {
    let enough = figures.iter().filter(|figure| figure.basis >= limits.min_answers);
    let values: Vec<f64> = enough.filter_map(|figure| figure.value).collect();
    let reason = too_few(values.len(), limits);
    let spread = Spread::of(&values);
    CohortFigure {
        kind,
        participants: values.len() as u64,
        median: spread.map(|spread| spread.median),
        q1: spread.map(|spread| spread.q1),
        q3: spread.map(|spread| spread.q3),
        threshold: spread
            .filter(|_| reason.is_none())
            .map(|spread| threshold(kind, &spread, &values, limits)),
        reason,
    }
}

fn too_few(participants: usize, limits: &Limits) -> Option<String> {
    let least = limits.min_participants;
    (participants < least as usize).then(|| words::too_few_participants(participants, least))
}

fn threshold(kind: Kind, spread: &Spread, values: &[f64], limits: &Limits) -> f64 {
    match kind {
        // Times are skewed to the right and about symmetric on a log scale.
        Kind::MedianTime => {
            let logs: Vec<f64> = values.iter().map(|value| value.max(1.0).ln()).collect();
            let ceiling = spread.median.max(1.0).ln() + limits.median_time_ratio.ln();
            let below = Spread::of(&logs).map_or(ceiling, |logs| logs.below(ceiling, limits));
            below.exp().max(limits.median_time_ms)
        }
        Kind::Agreement => spread.below(spread.median - limits.agreement_drop, limits),
        Kind::FastTrials => spread.above(limits.fast_trials_floor, limits),
        Kind::LongestRun => spread.above(limits.longest_run_floor, limits),
        Kind::MeanRun => spread.above(limits.mean_run_floor, limits),
        Kind::RareNames => spread.above(limits.rare_names_floor, limits),
        Kind::Gibberish => spread.above(limits.gibberish_floor, limits),
        Kind::NonAnswers => spread.above(limits.non_answers_floor, limits),
        Kind::Pasted => spread.above(limits.pasted_floor, limits),
        Kind::FocusLosses => spread.above(limits.focus_losses_floor, limits),
        Kind::Duplicate => limits.duplicate_share,
    }
}

fn duplicates_of_cohort(view: &View<'_>, limits: &Limits) -> CohortFigure {
    let comparable = view.people.iter().filter(|person| person.pairs.len() >= limits.min_answers as usize);
    let comparable = comparable.count();
    let chances: Vec<f64> = duplicate::match_chances(view).into_iter().flatten().collect();
    let reason = too_few(comparable, limits);
    CohortFigure {
        kind: Kind::Duplicate,
        participants: comparable as u64,
        median: (!chances.is_empty()).then(|| chances.iter().sum::<f64>() / chances.len() as f64),
        q1: None,
        q3: None,
        threshold: reason.is_none().then_some(limits.duplicate_share),
        reason,
    }
}

fn judge(figure: Figure, of_cohort: &CohortFigure, limits: &Limits) -> Judged {
    let kind = of_cohort.kind;
    let unjudged = |explanation| (Level::Unjudged, explanation);
    let (level, explanation) = match (figure.value, of_cohort.threshold) {
        (None, _) => unjudged(words::nothing(kind)),
        (Some(_), _) if figure.basis < limits.min_answers => {
            unjudged(words::too_few_answers(kind, figure.basis, limits.min_answers))
        }
        (Some(_), None) => unjudged(of_cohort.reason.clone().unwrap_or_default()),
        (Some(value), Some(threshold)) => {
            let striking = match kind.tail() {
                Tail::High => value > threshold,
                Tail::Low => value < threshold,
            };
            let level = match (striking, kind.is_circumstance()) {
                (false, _) => Level::Usual,
                (true, true) => Level::Note,
                (true, false) => Level::Flag,
            };
            (level, words::figure(kind, value, of_cohort.median, threshold))
        }
    };
    judged(kind, figure, of_cohort, level, explanation)
}

fn judge_twin(twin: Option<&Twin>, of_cohort: &CohortFigure, cohort: &Cohort, limits: &Limits) -> Judged {
    let Some(twin) = twin else {
        let (level, explanation) = match &of_cohort.reason {
            Some(reason) => (Level::Unjudged, reason.clone()),
            None => (Level::Usual, words::no_twin(limits)),
        };
        return judged(Kind::Duplicate, Figure::default(), of_cohort, level, explanation);
    };
    let figure = Figure { value: Some(twin.share), basis: twin.shared };
    let (level, explanation) = match &of_cohort.reason {
        Some(reason) => (Level::Unjudged, reason.clone()),
        None if twin.chance < limits.duplicate_chance => (Level::Flag, words::twin(twin)),
        None => (Level::Usual, words::coincidence(twin)),
    };
    let other = Some(cohort.participants()[twin.other as usize].id.clone());
    Judged { other, ..judged(Kind::Duplicate, figure, of_cohort, level, explanation) }
}

fn judged(kind: Kind, figure: Figure, of_cohort: &CohortFigure, level: Level, explanation: String) -> Judged {
    Judged {
        kind,
        value: figure.value,
        basis: u64::from(figure.basis),
        cohort_median: of_cohort.median,
        threshold: of_cohort.threshold,
        level,
        explanation,
        other: None,
    }
}

/// Circumstances become flags beside a flag that rests on the answers; alone they get a word of caution.
fn weigh(mut figures: Vec<Judged>) -> Vec<Judged> {
    let flagged = figures.iter().any(|figure| figure.level == Level::Flag);
    for figure in figures.iter_mut().filter(|figure| figure.level == Level::Note) {
        if flagged {
            figure.level = Level::Flag;
        } else {
            figure.explanation.push_str(words::CIRCUMSTANCE);
        }
    }
    figures
}
