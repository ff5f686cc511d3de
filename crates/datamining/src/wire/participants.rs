//! Flags of quality → wire.

use std::cmp::Reverse;

use nameit_analysis::quality::{
    CohortFigure, Judged, Kind, Level, Limits, ParticipantQuality, QualityReport, Side, StimulusFigures,
};
use nameit_proto::findings::v1 as wire;

/// Which participants are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    All,
    /// With a flag that counts.
    Flagged,
    /// With a flag or a note, whether or not it counts.
    Striking,
}

/// A part of the participants.
pub(crate) struct Page {
    pub(crate) show: Show,
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

// === impl Show ===

impl Show {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        match word {
            "" | "all" => Some(Self::All),
            "flagged" => Some(Self::Flagged),
            "striking" => Some(Self::Striking),
            _ => None,
        }
    }

    fn lets_through(self, person: &ParticipantQuality) -> bool {
        match self {
            Self::All => true,
            Self::Flagged => person.flagged,
            Self::Striking => is_striking(person),
        }
    }
}

/// Places in [`QualityReport::participants`]: who has most flags that count comes first, then by all flags and by
/// notes; equal ones by id.
pub(crate) fn ranked(report: &QualityReport, show: Show) -> Vec<usize> {
    let people = report.participants.iter().enumerate();
    let mut order: Vec<usize> =
        people.filter(|(_, person)| show.lets_through(person)).map(|(at, _)| at).collect();
    order.sort_by_cached_key(|at| {
        let person = &report.participants[*at];
        let counted = person.flags().filter(|figure| report.counted.counts(figure.kind)).count();
        Reverse((counted, person.flags().count(), at_level(person, Level::Note)))
    });
    order
}

/// The report with a part of the participants; `key` names stimuli.
pub(crate) fn participants(
    report: &QualityReport,
    page: &Page,
    key: impl Fn(u32) -> String,
) -> wire::Participants {
    let order = ranked(report, page.show);
    let shown = order.iter().skip(page.offset).take(page.limit);
    let noted = report.participants.iter().filter(|person| !person.flagged && is_striking(person));
    let changes = report.sides.changes.iter().map(|change| wire::QualityChange {
        stimulus: key(change.ordinal),
        ordinal: change.ordinal,
        all: Some(stimulus(&change.all)),
        unflagged: Some(stimulus(&change.unflagged)),
    });
    wire::Participants {
        counted: report.counted.kinds().iter().map(|kind| kind.as_str().to_owned()).collect(),
        total: report.participants.len() as u64,
        flagged: report.flagged,
        noted: noted.count() as u64,
        cohort: report.cohort.iter().map(|figure| cohort_figure(report, figure)).collect(),
        all: Some(side(&report.sides.all)),
        unflagged: Some(side(&report.sides.unflagged)),
        changes: changes.collect(),
        participants_total: order.len() as u64,
        participants: shown.map(|at| participant(&report.participants[*at])).collect(),
        limits: Some(limits(&report.limits)),
    }
}

/// One participant.
pub(crate) fn participant(person: &ParticipantQuality) -> wire::ParticipantQuality {
    wire::ParticipantQuality {
        participant: person.participant.clone(),
        trials: person.trials,
        n: person.n,
        completed: person.completed,
        flagged: person.flagged,
        figures: person.figures.iter().map(figure).collect(),
    }
}

fn is_striking(person: &ParticipantQuality) -> bool {
    person.flags().next().is_some() || at_level(person, Level::Note) > 0
}

fn at_level(person: &ParticipantQuality, level: Level) -> usize {
    person.figures.iter().filter(|figure| figure.level == level).count()
}

fn figure(judged: &Judged) -> wire::QualityFigure {
    wire::QualityFigure {
        kind: judged.kind.as_str().to_owned(),
        value: judged.value,
        basis: judged.basis,
        level: judged.level.as_str().to_owned(),
        explanation: judged.explanation.clone(),
        other: judged.other.clone(),
    }
}

fn cohort_figure(report: &QualityReport, figure: &CohortFigure) -> wire::CohortFigure {
    let kind = figure.kind;
    wire::CohortFigure {
        kind: kind.as_str().to_owned(),
        label: kind.label().to_owned(),
        unit: kind.unit().as_str().to_owned(),
        striking: kind.striking().to_owned(),
        circumstance: kind.is_circumstance(),
        counted: report.counted.counts(kind),
        participants: figure.participants,
        median: figure.median,
        q1: figure.q1,
        q3: figure.q3,
        threshold: figure.threshold,
        reason: figure.reason.clone(),
        flags: people_with(report, kind, Level::Flag),
        notes: people_with(report, kind, Level::Note),
    }
}

fn people_with(report: &QualityReport, kind: Kind, level: Level) -> u64 {
    let has = |figure: &Judged| figure.kind == kind && figure.level == level;
    report.participants.iter().filter(|person| person.figures.iter().any(has)).count() as u64
}

fn side(side: &Side) -> wire::QualitySide {
    wire::QualitySide {
        participants: side.participants,
        n: side.n,
        non_answers: side.non_answers,
        types: side.types,
        stimuli: side.stimuli,
        mean_h: side.mean_h,
        mean_agreement: side.mean_agreement,
        mean_coverage: side.mean_coverage,
    }
}

fn stimulus(figures: &StimulusFigures) -> wire::QualityStimulus {
    wire::QualityStimulus {
        n: figures.n,
        types: figures.types,
        modal_names: figures.modal_names.clone(),
        agreement: figures.agreement,
        h: figures.h,
        coverage: figures.coverage,
    }
}

fn limits(limits: &Limits) -> wire::QualityLimits {
    wire::QualityLimits {
        min_participants: limits.min_participants,
        min_answers: limits.min_answers,
        min_others: limits.min_others,
        min_lexicon: limits.min_lexicon,
        iqr_widths: limits.iqr_widths,
        mad_z: limits.mad_z,
        fast_trial_ms: limits.fast_trial_ms,
        median_time_ms: limits.median_time_ms,
        median_time_ratio: limits.median_time_ratio,
        fast_trials_floor: limits.fast_trials_floor,
        longest_run_floor: limits.longest_run_floor,
        mean_run_floor: limits.mean_run_floor,
        rare_names_floor: limits.rare_names_floor,
        gibberish_floor: limits.gibberish_floor,
        non_answers_floor: limits.non_answers_floor,
        agreement_drop: limits.agreement_drop,
        duplicate_share: limits.duplicate_share,
        duplicate_chance: limits.duplicate_chance,
        pasted_floor: limits.pasted_floor,
        focus_losses_floor: limits.focus_losses_floor,
    }
}

#[cfg(test)]
mod tests {
    use nameit_analysis::cohort::{CohortBuilder, Details, Participant};
    use nameit_analysis::quality::{self, Counted};
    use nameit_analysis::tally::Said;

    use super::*;
    use crate::names::Names;

    /// Fifteen people choose between two names of each of twelve things; one pastes, another says one word only.
    fn report(counted: &Counted) -> QualityReport {
        let mut builder = CohortBuilder::default();
        for person in 0..15_u32 {
            let id = format!("p{person:02}");
            let number = builder.participant(Participant { id, ..Participant::default() });
            for stimulus in 0..12 {
                // Scattered, so that no two people say the same throughout.
                let choice = ((person * 31 + stimulus * 17 + 1).wrapping_mul(2_654_435_761) >> 16) % 2;
                let text = if person == 9 { "thing".to_owned() } else { format!("name {stimulus} {choice}") };
                let details = Details {
                    participant: number,
                    trial: stimulus,
                    stimulus,
                    first_key_ms: Some(700 + person),
                    pasted: person == 4,
                    ..Details::default()
                };
                builder.answer(Said::Text(&text), details);
            }
        }
        let cohort = builder.build();
        let named = cohort.named(&Names::undecided("en").naming);
        quality::report(&cohort, &named, &Limits::default(), counted)
    }

    fn page(show: Show, offset: usize, limit: usize) -> Page {
        Page { show, offset, limit }
    }

    #[test]
    fn who_is_striking_comes_first_and_parts_fit_together() {
        let report = report(&"longest_run,agreement".parse().unwrap());
        let all = participants(&report, &page(Show::All, 0, 100), |ordinal| format!("key-{ordinal}"));
        assert_eq!((all.total, all.flagged, all.noted, all.participants_total), (15, 1, 1, 15));
        let ids: Vec<&str> = all.participants.iter().map(|person| person.participant.as_str()).collect();
        assert_eq!(&ids[..4], ["p09", "p04", "p00", "p01"]);
        assert_eq!(all.counted, ["longest_run", "agreement"]);
        let run = all.cohort.iter().find(|figure| figure.kind == "longest_run").unwrap();
        assert_eq!(
            (run.flags, run.counted, run.unit.as_str(), run.striking.as_str()),
            (1, true, "answers", "above")
        );
        let pasted = all.cohort.iter().find(|figure| figure.kind == "pasted").unwrap();
        assert_eq!((pasted.flags, pasted.notes, pasted.circumstance), (0, 1, true));
        assert_eq!(all.changes[0].stimulus, format!("key-{}", all.changes[0].ordinal));
        assert_eq!(all.unflagged.unwrap().participants, 14);

        let parts: Vec<String> = [0, 6, 12, 18]
            .into_iter()
            .flat_map(|offset| {
                participants(&report, &page(Show::All, offset, 6), |_| String::new()).participants
            })
            .map(|person| person.participant)
            .collect();
        assert_eq!(parts, ids);
        let only = |show| participants(&report, &page(show, 0, 100), |_| String::new()).participants;
        assert_eq!((only(Show::Flagged).len(), only(Show::Striking).len()), (1, 2));
        assert_eq!(Show::parse("nobody"), None);
    }

    #[test]
    fn nobody_at_all_is_no_error() {
        let cohort = CohortBuilder::default().build();
        let named = cohort.named(&Names::undecided("en").naming);
        let report = quality::report(&cohort, &named, &Limits::default(), &Counted::default());
        let found = participants(&report, &page(Show::All, 0, 100), |_| String::new());
        assert_eq!((found.total, found.cohort.len(), found.all.unwrap().mean_h), (0, 11, None));
    }
}
