//! What is known besides counts, where it was noted: who gave which answer, and how long it took.

use super::Counts;
use super::counter::UNKNOWN;
use super::counts::Stimulus;
use super::names::{Meaning, meaning};
use super::shard::Detail;
use crate::intervals::{ANSWERS_MAX, Bootstrap, Intervals, of_counts, of_participants};
use crate::norms::{median_type7, total};
use crate::response_times::{
    Limits, Measure, MeasureTimes, NeedsParticipants, ResponseTimes, TimeSummary, Trimming,
};

/// A trimming rule with the limits that follow from it, for everybody or for each participant.
#[derive(Debug)]
pub struct TimeLimits {
    trimming: Trimming,
    /// By participant, or a single one for everybody.
    first_key: Vec<Limits>,
    submitted: Vec<Limits>,
}

// === impl TimeLimits ===

impl TimeLimits {
    /// The limits that `trimming` sets to the times of these counts. Refused when it looks at participants and none
    /// were noted.
    pub fn new(counts: &Counts, trimming: Trimming) -> Result<Self, NeedsParticipants> {
        if !trimming.needs_participants() || counts.participants() == 0 {
            let limits = vec![trimming.limits_without_participants()?];
            return Ok(Self { trimming, first_key: limits.clone(), submitted: limits });
        }
        let by_participant = |measure| {
            let mut times: Vec<Vec<u32>> = vec![Vec::new(); counts.participants()];
            for detail in counts.details().filter(|detail| detail.is_named()) {
                if let (Some(ms), Some(times)) =
                    (detail.time(measure), times.get_mut(detail.participant as usize))
                {
                    times.extend(std::iter::repeat_n(ms, detail.count as usize));
                }
            }
            times
                .into_iter()
                .map(|mut times| {
                    times.sort_unstable();
                    trimming.limits(&times)
                })
                .collect()
        };
        let (first_key, submitted) = (by_participant(Measure::FirstKey), by_participant(Measure::Submitted));
        Ok(Self { trimming, first_key, submitted })
    }

    fn keep(&self, detail: &Detail, measure: Measure, ms: u32) -> bool {
        let limits = match measure {
            Measure::FirstKey => &self.first_key,
            Measure::Submitted => &self.submitted,
        };
        limits.get(detail.participant as usize).or(limits.first()).is_none_or(|limits| limits.keep(ms))
    }
}

// === impl Detail ===

impl Detail {
    fn is_named(&self) -> bool {
        matches!(meaning(self.name), Meaning::Name(_))
    }

    fn time(&self, measure: Measure) -> Option<u32> {
        let ms = match measure {
            Measure::FirstKey => self.first_key_ms,
            Measure::Submitted => self.submitted_ms,
        };
        (ms != UNKNOWN && ms > 0).then_some(ms)
    }
}

// === impl Stimulus ===

impl Stimulus<'_> {
    /// Distinct participants, non-answers included.
    pub fn participants(self) -> u64 {
        let mut participants: Vec<u32> = self.details().iter().map(|detail| detail.participant).collect();
        participants.sort_unstable();
        participants.dedup();
        participants.iter().filter(|participant| **participant != UNKNOWN).count() as u64
    }

    /// Bootstrap intervals: over participants where they were noted, else over the counts, which takes everybody to
    /// have given one answer. `None` without answers, or with more than [`ANSWERS_MAX`].
    pub fn intervals(self, bootstrap: Bootstrap) -> Option<Intervals> {
        let counts: Vec<u64> = self.names().map(|(_, count)| count).collect();
        let are_known = self.details().iter().any(|detail| detail.participant != UNKNOWN);
        if !are_known || total(&counts) > ANSWERS_MAX {
            return of_counts(&counts, self.key(), bootstrap);
        }
        let named = self.details().iter().filter(|detail| detail.is_named());
        let answers: Vec<(u32, u32)> = named
            .flat_map(|detail| std::iter::repeat_n((detail.participant, detail.name), detail.count as usize))
            .collect();
        of_participants(&answers, self.key(), bootstrap)
    }

    /// Median time to the first key of typed answers, in milliseconds; `None` when none was measured.
    pub fn median_first_key_ms(self) -> Option<f64> {
        median_type7(&histogram(
            self.details().iter().filter_map(|detail| Some((detail.time(Measure::FirstKey)?, detail.count))),
        ))
    }

    /// The response times of answers that gave a name.
    pub fn response_times(self, limits: &TimeLimits) -> ResponseTimes {
        let modal: Vec<u32> = self.modal_numbers();
        let of = |measure| {
            let summary = |wanted: &dyn Fn(&Detail) -> bool| {
                let timed = self.details().iter().filter(|detail| detail.is_named() && wanted(detail));
                let timed = timed.filter_map(|detail| Some((detail, detail.time(measure)?)));
                let (kept, left_out): (Vec<_>, Vec<_>) =
                    timed.partition(|(detail, ms)| limits.keep(detail, measure, *ms));
                let times = histogram(kept.into_iter().map(|(detail, ms)| (ms, detail.count)));
                let n_trimmed = left_out.into_iter().map(|(detail, _)| detail.count).sum();
                let summary = TimeSummary::of_histogram(&times, &Trimming::default())
                    .expect("leaving nothing out needs no participants");
                TimeSummary { n_trimmed, ..summary }
            };
            MeasureTimes { all: summary(&|_| true), modal: summary(&|detail| modal.contains(&detail.name)) }
        };
        ResponseTimes {
            trimming: limits.trimming,
            first_key: of(Measure::FirstKey),
            submitted: of(Measure::Submitted),
        }
    }
}

/// Times with how often they came, ascending.
fn histogram(times: impl Iterator<Item = (u32, u64)>) -> Vec<(u32, u64)> {
    let mut histogram: Vec<(u32, u64)> = times.collect();
    histogram.sort_unstable();
    histogram.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0 };
        same
    });
    histogram
}
