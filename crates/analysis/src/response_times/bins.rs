//! The distribution of times, for drawing.

use serde::Serialize;

use super::{Measure, TimedAnswer, Trimming, kept};

/// How many times fell between two moments.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TimeBin {
    /// The shortest time that counts here, in milliseconds.
    pub from_ms: f64,
    /// The shortest time that counts in the next bin; in the last one the longest of all.
    pub to_ms: f64,
    /// Times of all answers that gave a name.
    pub all: u64,
    /// Those among them that gave a modal name.
    pub modal: u64,
}

/// The kept times of one stimulus in bins of equal ratio, since times are about symmetric on the logarithmic scale:
/// as many bins as the square root of the number of times, 8 to 40; one when all times are equal; none without
/// times. `answers` are those of all stimuli, which the trimming rule looks at.
pub fn time_bins(
    answers: &[TimedAnswer],
    stimulus: u32,
    measure: Measure,
    trimming: &Trimming,
) -> Vec<TimeBin> {
    let times: Vec<(u32, bool)> = answers
        .iter()
        .zip(kept(answers, measure, trimming))
        .filter(|(answer, kept)| answer.stimulus == stimulus && *kept == Some(true))
        .filter_map(|(answer, _)| Some((answer.time(measure)?, answer.modal)))
        .collect();
    let Some(shortest) = times.iter().map(|(ms, _)| *ms).min() else { return Vec::new() };
    let longest = times.iter().map(|(ms, _)| *ms).max().unwrap_or(shortest);
    let count = if shortest == longest { 1 } else { ((times.len() as f64).sqrt() as usize).clamp(8, 40) };
    let ratio = f64::from(longest) / f64::from(shortest);
    let edge = |at: usize| f64::from(shortest) * ratio.powf(at as f64 / count as f64);
    let mut bins: Vec<TimeBin> =
        (0..count).map(|at| TimeBin { from_ms: edge(at), to_ms: edge(at + 1), all: 0, modal: 0 }).collect();
    for (ms, modal) in times {
        let at = bins.partition_point(|bin| bin.from_ms <= f64::from(ms)).saturating_sub(1);
        bins[at].all += 1;
        bins[at].modal += u64::from(modal);
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(stimulus: u32, ms: u32, modal: bool) -> TimedAnswer {
        TimedAnswer { participant: ms, stimulus, modal, first_key_ms: Some(ms), submitted_ms: None }
    }

    #[test]
    fn every_kept_time_is_in_one_bin() {
        let answers: Vec<TimedAnswer> =
            (0..400).map(|at| answer(at % 2, 200 + at * 7, at % 3 == 0)).collect();
        let bins = time_bins(&answers, 0, Measure::FirstKey, &"min:300".parse().unwrap());
        let kept = answers.iter().filter(|answer| answer.stimulus == 0 && answer.first_key_ms >= Some(300));
        assert_eq!(bins.iter().map(|bin| bin.all).sum::<u64>(), kept.clone().count() as u64);
        let modal = kept.filter(|answer| answer.modal).count() as u64;
        assert_eq!(bins.iter().map(|bin| bin.modal).sum::<u64>(), modal);
        assert_eq!(bins.len(), 13);
        assert!(bins.windows(2).all(|pair| (pair[0].to_ms - pair[1].from_ms).abs() < 1e-9));
    }

    #[test]
    fn no_times_no_bins_and_equal_times_one() {
        let rule = Trimming::default();
        assert_eq!(time_bins(&[], 0, Measure::FirstKey, &rule), []);
        assert_eq!(time_bins(&[answer(0, 500, true)], 0, Measure::Submitted, &rule), []);
        let one = time_bins(&[answer(0, 500, true), answer(0, 500, false)], 0, Measure::FirstKey, &rule);
        assert_eq!(one, [TimeBin { from_ms: 500.0, to_ms: 500.0, all: 2, modal: 1 }]);
    }
}
