//! Intervals of means over stimuli.

use serde::Serialize;

use super::{Bootstrap, Interval, Multinomial, Random};
use crate::norms::{Sums, agreement};

/// One answer that gave a name, as far as means over stimuli look at it. All three are numbers that stand for
/// themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetAnswer {
    /// Who.
    pub participant: u32,
    /// To what.
    pub stimulus: u32,
    /// The name.
    pub name: u32,
}

/// A mean with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MeanInterval {
    /// The mean of the sample itself; the interval need not lie around it.
    pub mean: f64,
    /// From where to where.
    #[serde(flatten)]
    pub interval: Interval,
}

/// Means over all stimuli that have the figure, with intervals by resampling participants with all that they
/// said: how sure the means are for *these stimuli* and other people.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SetMeans {
    /// How it was made.
    #[serde(flatten)]
    pub bootstrap: Bootstrap,
    /// Participants with an answer.
    pub participants: u64,
    /// Stimuli with an answer.
    pub stimuli: u64,
    /// Mean H in bits.
    pub h: MeanInterval,
    /// Mean name agreement over answers that gave a name, from 0 to 1.
    pub agreement: MeanInterval,
    /// Mean number of names.
    pub types: MeanInterval,
    /// Mean unbiased Simpson index over stimuli with at least two answers; `None` when there is none.
    pub simpson: Option<MeanInterval>,
}

// === impl SetMeans ===

impl SetMeans {
    /// Of all answers, in any order. `None` without answers.
    ///
    /// Each replicate draws as many participants as there are, with replacement, and computes every stimulus
    /// anew; a stimulus that nobody drawn had seen is left out of that replicate's mean. Costs time in proportion
    /// to answers × replicates.
    pub fn of(answers: &[SetAnswer], bootstrap: Bootstrap) -> Option<Self> {
        let bootstrap = bootstrap.bounded();
        let set = Set::of(answers)?;
        let mut counts = vec![0; set.pair_of_answer.iter().max().map_or(0, |last| last + 1)];
        let people = set.answers_end.len();
        let sample = set.means(&vec![1; people], &mut counts)?;
        let participants = Multinomial::new((0..people).map(|_| 1));
        let mut random = Random::new(bootstrap.seed, "set means", "");
        let mut times = vec![0; people];
        let mut replicates: [Vec<f64>; 4] = Default::default();
        for _ in 0..bootstrap.replicates {
            participants.draw(&mut random, people as u64, &mut times);
            let means = set.means(&times, &mut counts)?;
            for (figures, mean) in replicates.iter_mut().zip(means.all()) {
                figures.extend(mean);
            }
        }
        let [mut h, mut agreement, mut types, mut simpson] = replicates;
        let around = |mean: Option<f64>, replicates: &mut Vec<f64>| {
            Some(MeanInterval { mean: mean?, interval: bootstrap.percentile(replicates)? })
        };
        Some(Self {
            participants: people as u64,
            stimuli: set.pairs_end.len() as u64,
            h: around(Some(sample.h), &mut h)?,
            agreement: around(Some(sample.agreement), &mut agreement)?,
            types: around(Some(sample.types), &mut types)?,
            simpson: around(sample.simpson, &mut simpson),
            bootstrap,
        })
    }
}

/// A mean over stimuli with an interval by resampling the *stimuli*: how sure it is for these people and other
/// stimuli of the kind. `None` without values or with one that is not a number.
pub fn mean_over_stimuli(values: &[f64], bootstrap: Bootstrap) -> Option<MeanInterval> {
    if values.is_empty() || values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let bootstrap = bootstrap.bounded();
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let stimuli = Multinomial::new(sorted.iter().map(|_| 1));
    let mut random = Random::new(bootstrap.seed, "mean over stimuli", "");
    let mut times = vec![0; sorted.len()];
    let mut replicates = Vec::with_capacity(bootstrap.replicates as usize);
    for _ in 0..bootstrap.replicates {
        stimuli.draw(&mut random, sorted.len() as u64, &mut times);
        let sum: f64 = sorted.iter().zip(&times).map(|(value, times)| value * *times as f64).sum();
        replicates.push(sum / n);
    }
    let mean = sorted.iter().sum::<f64>() / n;
    Some(MeanInterval { mean, interval: bootstrap.percentile(&mut replicates)? })
}

/// Answers arranged for counting again and again.
#[derive(Debug)]
struct Set {
    /// Answers by participant; each is the number of a pair of stimulus and name.
    pair_of_answer: Vec<usize>,
    /// Where the answers of each participant end.
    answers_end: Vec<usize>,
    /// Where the pairs of each stimulus end.
    pairs_end: Vec<usize>,
}

/// The means of one replicate.
#[derive(Debug, Clone, Copy)]
struct Means {
    h: f64,
    agreement: f64,
    types: f64,
    simpson: Option<f64>,
}

// === impl Set ===

impl Set {
    fn of(answers: &[SetAnswer]) -> Option<Self> {
        let mut pairs: Vec<(u32, u32)> =
            answers.iter().map(|answer| (answer.stimulus, answer.name)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        if pairs.is_empty() {
            return None;
        }
        let mut sorted = answers.to_vec();
        sorted.sort_unstable();
        let pair_of_answer = sorted
            .iter()
            .map(|answer| {
                pairs
                    .binary_search(&(answer.stimulus, answer.name))
                    .expect("the pairs are those of the answers")
            })
            .collect();
        Some(Self {
            pair_of_answer,
            answers_end: ends(&sorted, |answer| answer.participant),
            pairs_end: ends(&pairs, |pair| pair.0),
        })
    }

    /// The means when each participant stands for so many; `None` when nobody does.
    fn means(&self, times: &[u64], counts: &mut [u64]) -> Option<Means> {
        counts.fill(0);
        let mut from = 0;
        for (&end, &times) in self.answers_end.iter().zip(times) {
            if times > 0 {
                for &pair in &self.pair_of_answer[from..end] {
                    counts[pair] += times;
                }
            }
            from = end;
        }
        let (mut h, mut agreed, mut types, mut simpson) = (0.0, 0.0, 0.0, 0.0);
        let (mut stimuli, mut with_simpson) = (0u64, 0u64);
        let mut from = 0;
        for &end in &self.pairs_end {
            let counts = &mut counts[from..end];
            from = end;
            counts.sort_unstable_by(|a, b| b.cmp(a));
            let counts = &counts[..counts.partition_point(|count| *count > 0)];
            let sums = Sums::of(counts);
            let Some(bits) = sums.h() else { continue };
            stimuli += 1;
            h += bits;
            agreed += agreement(counts[0], sums.frequencies().n).unwrap_or(0.0);
            types += counts.len() as f64;
            if let Some(figure) = sums.simpson() {
                with_simpson += 1;
                simpson += figure;
            }
        }
        let all = stimuli as f64;
        (stimuli > 0).then(|| Means {
            h: h / all,
            agreement: agreed / all,
            types: types / all,
            simpson: (with_simpson > 0).then(|| simpson / with_simpson as f64),
        })
    }
}

impl Means {
    fn all(self) -> [Option<f64>; 4] {
        [Some(self.h), Some(self.agreement), Some(self.types), self.simpson]
    }
}

/// Where each stretch of equal keys ends.
fn ends<T>(sorted: &[T], key: impl Fn(&T) -> u32) -> Vec<usize> {
    let mut end = 0;
    sorted
        .chunk_by(|a, b| key(a) == key(b))
        .map(|same| {
            end += same.len();
            end
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(rows: &[(u32, u32, u32)]) -> Vec<SetAnswer> {
        rows.iter().map(|&(participant, stimulus, name)| SetAnswer { participant, stimulus, name }).collect()
    }

    #[test]
    fn means_of_the_sample_are_plain_means() {
        let answers = answers(&[(1, 0, 5), (2, 0, 5), (1, 7, 5), (2, 7, 6), (3, 9, 1)]);
        let means = SetMeans::of(&answers, Bootstrap::default()).unwrap();
        assert_eq!((means.participants, means.stimuli), (3, 3));
        // H is 0, 1 and 0; agreement 1, 1/2 and 1; one answer alone has no Simpson index.
        assert!((means.h.mean - 1.0 / 3.0).abs() < 1e-15);
        assert!((means.agreement.mean - 2.5 / 3.0).abs() < 1e-15);
        assert!((means.types.mean - 4.0 / 3.0).abs() < 1e-15);
        assert_eq!(means.simpson.map(|simpson| simpson.mean), Some(0.5));
        assert!(means.h.interval.low <= means.h.interval.high);
        assert_eq!(SetMeans::of(&[], Bootstrap::default()), None);
    }

    #[test]
    fn order_does_not_matter_and_the_seed_does() {
        let mut rows =
            answers(&[(1, 0, 5), (2, 0, 5), (1, 7, 5), (2, 7, 6), (3, 7, 6), (3, 0, 8), (4, 7, 9)]);
        let bootstrap = Bootstrap { replicates: 300, ..Bootstrap::default() };
        let means = SetMeans::of(&rows, bootstrap);
        rows.reverse();
        assert_eq!(SetMeans::of(&rows, bootstrap), means);
        assert_ne!(SetMeans::of(&rows, Bootstrap { seed: 3, ..bootstrap }), means);
    }

    #[test]
    fn over_stimuli_the_width_is_that_of_a_mean() {
        let values: Vec<f64> = (0..400).map(|at| f64::from(at % 20)).collect();
        let mean = mean_over_stimuli(&values, Bootstrap::default()).unwrap();
        assert!((mean.mean - 9.5).abs() < 1e-12);
        // SD of 0..19 is 5.766; 1.96 · 5.766 / 20 = 0.565.
        assert!((mean.interval.high - 9.5 - 0.565).abs() < 0.06, "{mean:?}");
        assert!((9.5 - mean.interval.low - 0.565).abs() < 0.06, "{mean:?}");
        assert_eq!(mean_over_stimuli(&[], Bootstrap::default()), None);
        assert_eq!(mean_over_stimuli(&[1.0, f64::NAN], Bootstrap::default()), None);
    }
}
