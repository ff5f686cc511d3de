//! How many answers came when, in bounded memory.

use std::collections::BTreeMap;

use serde::Serialize;

const MINUTE_MS: i64 = 60_000;

/// At most so many buckets are kept. When there would be more, all become twice as wide.
pub const MAX_BUCKETS: usize = 1024;

/// Answers per stretch of time. Stretches are `2^coarseness` minutes long and begin at multiples of their
/// length since 1970, so the result depends on the set of times alone, not on their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    coarseness: u32,
    buckets: BTreeMap<i64, u64>,
}

/// One stretch of time with its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ProgressPoint {
    /// Where the stretch begins, in milliseconds since 1970 (UTC).
    pub start_ms: i64,
    /// How long it is, in milliseconds.
    pub width_ms: i64,
    /// Answers within it.
    pub answers: u64,
    /// Answers up to its end.
    pub cumulative: u64,
}

impl Progress {
    /// Counts answers that came at one time, given in milliseconds since 1970.
    pub fn add(&mut self, at_ms: i64, count: u64) {
        let bucket = self.bucket_of(at_ms);
        *self.buckets.entry(bucket).or_default() += count;
        while self.buckets.len() > MAX_BUCKETS {
            self.coarsen();
        }
    }

    /// The stretches that hold answers, in order of time.
    pub fn points(&self) -> Vec<ProgressPoint> {
        let mut cumulative = 0;
        self.buckets
            .iter()
            .map(|(&bucket, &answers)| {
                cumulative += answers;
                ProgressPoint {
                    start_ms: (bucket << self.coarseness) * MINUTE_MS,
                    width_ms: self.width_ms(),
                    answers,
                    cumulative,
                }
            })
            .collect()
    }

    /// How long a stretch is now, in milliseconds.
    pub fn width_ms(&self) -> i64 {
        MINUTE_MS << self.coarseness
    }

    /// Where the stretch begins now that a time lies in, both in milliseconds since 1970.
    pub fn start_of(&self, at_ms: i64) -> i64 {
        (self.bucket_of(at_ms) << self.coarseness) * MINUTE_MS
    }

    /// Answers within the stretch that a time lies in.
    pub fn answers_at(&self, at_ms: i64) -> u64 {
        self.buckets.get(&self.bucket_of(at_ms)).copied().unwrap_or(0)
    }

    fn bucket_of(&self, at_ms: i64) -> i64 {
        at_ms.div_euclid(MINUTE_MS) >> self.coarseness
    }

    fn coarsen(&mut self) {
        self.coarseness += 1;
        for (bucket, answers) in std::mem::take(&mut self.buckets) {
            *self.buckets.entry(bucket >> 1).or_default() += answers;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn minutes_are_added_up() {
        let mut progress = Progress::default();
        for at_ms in [0, 59_999, 60_000, 180_000, -1] {
            progress.add(at_ms, 1);
        }
        let points = progress.points();
        let seen: Vec<_> =
            points.iter().map(|point| (point.start_ms, point.answers, point.cumulative)).collect();
        assert_eq!(seen, [(-60_000, 1, 1), (0, 2, 3), (60_000, 1, 4), (180_000, 1, 5)]);
    }

    #[test]
    fn memory_is_bounded_and_nothing_is_lost() {
        let mut progress = Progress::default();
        for minute in 0..10_000 {
            progress.add(minute * MINUTE_MS, 2);
        }
        let points = progress.points();
        assert!(points.len() <= MAX_BUCKETS && points.len() > MAX_BUCKETS / 2);
        assert_eq!(points.last().unwrap().cumulative, 20_000);
        assert!(points.iter().all(|point| point.width_ms == 16 * MINUTE_MS));
        assert!(points.iter().all(|point| point.start_ms % point.width_ms == 0));
        assert_eq!(progress.width_ms(), 16 * MINUTE_MS);
        assert_eq!(progress.start_of(100 * MINUTE_MS + 7), 96 * MINUTE_MS);
        assert_eq!((progress.answers_at(100 * MINUTE_MS), progress.answers_at(-1)), (32, 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn order_and_grouping_do_not_matter(
            times in prop::collection::vec(-4_000_000_000_000i64..4_000_000_000_000, 0..3000).prop_shuffle(),
        ) {
            let mut one_by_one = Progress::default();
            for &at_ms in &times {
                one_by_one.add(at_ms, 1);
            }
            let mut sorted = times;
            sorted.sort_unstable();
            let mut grouped = Progress::default();
            for same in sorted.chunk_by(|a, b| a == b) {
                grouped.add(same[0], same.len() as u64);
            }
            prop_assert_eq!(one_by_one, grouped);
        }
    }
}
