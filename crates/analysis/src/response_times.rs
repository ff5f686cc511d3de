//! How long people took: to the first key and to the submission, over all answers that gave a name and over those
//! that gave a modal name, as the Multilingual Picture-Naming Database (MWPND) publishes them.
//!
//! Which times count: only those of answers that gave a name, only above 0 (a time of 0 is an error of the
//! machine), and only what the [`Trimming`] rule keeps. The rule is a value with a printed form and stands in each
//! result, because papers differ in it and figures without it cannot be compared.

use serde::{Deserialize, Serialize};

use crate::cohort::{Cohort, Named};

mod bins;
mod summary;
mod trimming;

pub use bins::{TimeBin, time_bins};
pub use summary::TimeSummary;
pub use trimming::{InvalidTrimming, Limits, NeedsParticipants, Trimming};

/// What was timed, from the moment the stimulus was painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// To the first key.
    FirstKey,
    /// To the submission of the answer.
    Submitted,
}

/// The times of one answer that gave a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimedAnswer {
    /// Who, as a number.
    pub participant: u32,
    /// To what: its place in the experiment, from 0.
    pub stimulus: u32,
    /// Whether the name is a modal name of the stimulus.
    pub modal: bool,
    /// Milliseconds to the first key, if measured.
    pub first_key_ms: Option<u32>,
    /// Milliseconds to the submission, if measured.
    pub submitted_ms: Option<u32>,
}

/// The response times of one stimulus.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResponseTimes {
    /// Which times were left out.
    pub trimming: Trimming,
    /// To the first key.
    pub first_key: MeasureTimes,
    /// To the submission.
    pub submitted: MeasureTimes,
}

/// The times of one measure.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct MeasureTimes {
    /// Of all answers that gave a name.
    pub all: TimeSummary,
    /// Of those that gave a modal name, whichever of several.
    pub modal: TimeSummary,
}

/// The times of a cohort's answers that gave a name, in the order of the cohort.
pub fn timed_answers(cohort: &Cohort, named: &Named) -> Vec<TimedAnswer> {
    let modal = modal_names(cohort, named);
    cohort
        .answers()
        .iter()
        .zip(named.answers())
        .filter_map(|(answer, name)| {
            Some(TimedAnswer {
                participant: answer.participant,
                stimulus: answer.stimulus,
                modal: modal.binary_search(&(answer.stimulus, (*name)?)).is_ok(),
                first_key_ms: answer.first_key_ms,
                submitted_ms: answer.submitted_ms,
            })
        })
        .collect()
}

/// The response times of the stimuli 0 to `stimuli - 1`. The order of the answers does not matter; answers to
/// other stimuli only count for the limits of who gave them.
pub fn by_stimulus(answers: &[TimedAnswer], stimuli: u32, trimming: &Trimming) -> Vec<ResponseTimes> {
    let first_key = summaries(answers, stimuli, Measure::FirstKey, trimming);
    let submitted = summaries(answers, stimuli, Measure::Submitted, trimming);
    first_key
        .into_iter()
        .zip(submitted)
        .map(|(first_key, submitted)| ResponseTimes { trimming: *trimming, first_key, submitted })
        .collect()
}

/// For each answer whether its time was measured and is kept: `None` without a time above 0.
pub fn kept(answers: &[TimedAnswer], measure: Measure, trimming: &Trimming) -> Vec<Option<bool>> {
    let mut timed: Vec<(u32, u32)> =
        answers.iter().filter_map(|answer| Some((answer.participant, answer.time(measure)?))).collect();
    timed.sort_unstable();
    let limits: Vec<(u32, Limits)> = timed
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| {
            let times: Vec<u32> = same.iter().map(|(_, ms)| *ms).collect();
            (same[0].0, trimming.limits(&times))
        })
        .collect();
    answers
        .iter()
        .map(|answer| {
            let ms = answer.time(measure)?;
            let at = limits
                .binary_search_by_key(&answer.participant, |(participant, _)| *participant)
                .expect("whoever has a time has limits");
            Some(limits[at].1.keep(ms))
        })
        .collect()
}

fn summaries(
    answers: &[TimedAnswer],
    stimuli: u32,
    measure: Measure,
    trimming: &Trimming,
) -> Vec<MeasureTimes> {
    let kept = kept(answers, measure, trimming);
    let mut rows: Vec<(u32, u32, bool, bool)> = answers
        .iter()
        .zip(kept)
        .filter_map(|(answer, kept)| Some((answer.stimulus, answer.time(measure)?, kept?, answer.modal)))
        .filter(|(stimulus, ..)| *stimulus < stimuli)
        .collect();
    rows.sort_unstable();
    let mut summaries = vec![MeasureTimes::default(); stimuli as usize];
    for same in rows.chunk_by(|a, b| a.0 == b.0) {
        let of = |wanted: &dyn Fn(bool) -> bool| {
            let times: Vec<(u32, bool)> = same
                .iter()
                .filter(|(.., modal)| wanted(*modal))
                .map(|(_, ms, kept, _)| (*ms, *kept))
                .collect();
            let histogram: Vec<(u32, u64)> = times
                .chunk_by(|a, b| a.0 == b.0)
                .map(|equal| (equal[0].0, equal.iter().filter(|(_, kept)| *kept).count() as u64))
                .collect();
            let trimmed = times.iter().filter(|(_, kept)| !kept).count() as u64;
            TimeSummary::of_kept(&histogram, trimmed)
        };
        summaries[same[0].0 as usize] = MeasureTimes { all: of(&|_| true), modal: of(&|modal| modal) };
    }
    summaries
}

/// Pairs of stimulus and modal name, in order; all names that tie.
fn modal_names(cohort: &Cohort, named: &Named) -> Vec<(u32, u32)> {
    let mut said: Vec<(u32, u32)> = cohort
        .answers()
        .iter()
        .zip(named.answers())
        .filter_map(|(answer, name)| Some((answer.stimulus, (*name)?)))
        .collect();
    said.sort_unstable();
    let counted: Vec<((u32, u32), usize)> =
        said.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect();
    let mut modal = Vec::new();
    for names in counted.chunk_by(|a, b| a.0.0 == b.0.0) {
        let most = names.iter().map(|(_, count)| *count).max();
        modal.extend(names.iter().filter(|(_, count)| Some(*count) == most).map(|(pair, _)| *pair));
    }
    modal
}

// === impl TimedAnswer ===

impl TimedAnswer {
    /// The time in milliseconds; `None` when it was not measured or is 0.
    pub fn time(&self, measure: Measure) -> Option<u32> {
        let ms = match measure {
            Measure::FirstKey => self.first_key_ms,
            Measure::Submitted => self.submitted_ms,
        };
        ms.filter(|ms| *ms > 0)
    }
}

#[cfg(test)]
mod tests {
    use nameit_domain::NonAnswer;

    use super::*;
    use crate::cohort::{CohortBuilder, Details, Participant};
    use crate::naming::Naming;
    use crate::normalise::{Normalisation, Normaliser};
    use crate::tally::Said;

    fn answer(participant: u32, stimulus: u32, ms: u32, modal: bool) -> TimedAnswer {
        TimedAnswer {
            participant,
            stimulus,
            modal,
            first_key_ms: Some(ms),
            submitted_ms: ms.checked_mul(2).filter(|_| ms != 900),
        }
    }

    #[test]
    fn each_measure_has_its_own_times_for_all_and_for_modal_names() {
        let answers = [
            answer(1, 0, 400, true),
            answer(2, 0, 0, true),
            answer(2, 0, 900, false),
            answer(1, 1, 700, true),
        ];
        let times = by_stimulus(&answers, 3, &Trimming::default());
        let first = &times[0].first_key;
        assert_eq!((first.all.n, first.all.mean_ms, first.modal.n), (2, Some(650.0), 1));
        assert_eq!((times[0].submitted.all.n, times[0].submitted.all.mean_ms), (1, Some(800.0)));
        assert_eq!(times[1].first_key.all.median_ms, Some(700.0));
        assert_eq!((times[2].first_key.all.n, times[2].first_key.all.mean_ms), (0, None));
    }

    #[test]
    fn limits_are_those_of_the_person() {
        // A slow person's ordinary time is an outlier of a quick one; 1000 of the quick one goes, not the other.
        let mut answers: Vec<TimedAnswer> = (0..20).map(|at| answer(1, at, 400 + at, true)).collect();
        answers.push(answer(1, 0, 1000, true));
        answers.extend((0..20).map(|at| answer(2, at, 1000 + at, true)));
        for rule in ["sd:2.5", "mad:3.5"] {
            let times = by_stimulus(&answers, 1, &rule.parse().unwrap());
            assert_eq!((times[0].first_key.all.n, times[0].first_key.all.n_trimmed), (2, 1), "{rule}");
            assert_eq!(times[0].first_key.all.max_ms, Some(1000), "{rule}");
            assert_eq!(times[0].trimming.to_string(), rule);
        }
        let mut reversed = answers.clone();
        reversed.reverse();
        let rule = "min:200,sd:2".parse().unwrap();
        assert_eq!(by_stimulus(&answers, 20, &rule), by_stimulus(&reversed, 20, &rule));
    }

    #[test]
    fn a_cohort_tells_who_gave_a_modal_name() {
        let mut builder = CohortBuilder::default();
        let said = ["cat", "cat", "dog", "dog", "bird"].map(Said::Text);
        for (at, said) in (0u32..).zip(said.into_iter().chain([Said::NonAnswer(NonAnswer::DontKnow)])) {
            let participant =
                builder.participant(Participant { id: format!("p{at}"), ..Participant::default() });
            let first_key_ms = Some(500 + at);
            builder.answer(said, Details { participant, first_key_ms, ..Details::default() });
        }
        let cohort = builder.build();
        let named = cohort.named(&Naming::new(Normaliser::new(Normalisation::Standard, "en")));
        let timed = timed_answers(&cohort, &named);
        assert_eq!(
            timed.iter().map(|answer| answer.modal).collect::<Vec<_>>(),
            [true, true, true, true, false]
        );
        let times = by_stimulus(&timed, 1, &Trimming::default());
        assert_eq!((times[0].first_key.all.n, times[0].first_key.modal.n), (5, 4));
        assert_eq!(times[0].submitted.all.n, 0);
    }
}
