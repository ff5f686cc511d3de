//! The times to the first key of one stimulus, with their median at hand.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};

use crate::norms::QuantilePlace;

/// Counts of times, and a finger near the middle that moves a little with each further time.
#[derive(Debug, Clone, Default)]
pub(super) struct Times {
    counts: BTreeMap<u32, u64>,
    n: u64,
    finger: Finger,
}

/// One of the times with what is around it, so that a median that has not moved is found without a search.
#[derive(Debug, Clone, Copy, Default)]
struct Finger {
    ms: u32,
    /// How many values are below it.
    below: u64,
    /// How many are equal to it; 0 before it first points at one.
    equal: u64,
    /// The next larger time; meaningful when there is one.
    next_ms: Option<u32>,
}

// === impl Times ===

impl Times {
    /// Adds equal times.
    pub(super) fn add(&mut self, ms: u32, count: u64) {
        *self.counts.entry(ms).or_default() += count;
        self.n += count;
        self.finger.note(ms, count);
    }

    /// Moves the finger to the middle, so that the next median is found at once. Costs follow the distinct times
    /// that lie between.
    pub(super) fn settle(&mut self) {
        if let Some(place) = self.middle() {
            self.finger = self.finger_at(place.lower);
        }
    }

    /// The median in milliseconds, [`crate::norms::median_type7`] of the times; `None` without any.
    pub(super) fn median(&self) -> Option<f64> {
        let place = self.middle()?;
        let lower = self.finger_at(place.lower);
        let upper_ms = if lower.reaches(place.upper) { lower.ms } else { lower.next_ms? };
        Some(place.between(f64::from(lower.ms), f64::from(upper_ms)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    fn middle(&self) -> Option<QuantilePlace> {
        QuantilePlace::of(self.n, 0.5)
    }

    /// On the value at this place of the sorted values, from 0; there are more of them.
    fn finger_at(&self, place: u64) -> Finger {
        let mut finger = self.finger;
        if place < finger.below {
            for (&ms, &equal) in self.counts.range(..finger.ms).rev() {
                let below = finger.below - equal;
                finger = Finger { ms, below, equal, next_ms: Some(finger.ms) };
                if below <= place {
                    break;
                }
            }
        } else if !finger.reaches(place) {
            let mut larger = self.counts.range((Excluded(finger.ms), Unbounded)).peekable();
            while let Some((&ms, &equal)) = larger.next() {
                let next_ms = larger.peek().map(|(ms, _)| **ms);
                finger = Finger { ms, below: finger.below + finger.equal, equal, next_ms };
                if finger.reaches(place) {
                    break;
                }
            }
        }
        finger
    }
}

// === impl Finger ===

impl Finger {
    /// Whether the value at a place that is not below it is the one it points at.
    fn reaches(&self, place: u64) -> bool {
        place < self.below + self.equal
    }

    /// More of a time were added.
    fn note(&mut self, ms: u32, count: u64) {
        match ms.cmp(&self.ms) {
            Ordering::Less => self.below += count,
            Ordering::Equal => self.equal += count,
            Ordering::Greater if self.next_ms.is_none_or(|next| ms < next) => self.next_ms = Some(ms),
            Ordering::Greater => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::norms::median_type7;

    proptest! {
        #[test]
        fn the_median_is_that_of_the_histogram_at_any_time(
            added in prop::collection::vec((0u32..40, 1u64..4, any::<bool>()), 0..120),
        ) {
            let mut times = Times::default();
            let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
            for (ms, count, settle) in added {
                times.add(ms, count);
                *counts.entry(ms).or_default() += count;
                if settle {
                    times.settle();
                }
                let histogram: Vec<(u32, u64)> = counts.iter().map(|(ms, count)| (*ms, *count)).collect();
                prop_assert_eq!(times.median().map(f64::to_bits), median_type7(&histogram).map(f64::to_bits));
            }
        }
    }

    #[test]
    fn without_times_there_is_no_median() {
        let mut times = Times::default();
        times.settle();
        assert_eq!((times.median(), times.is_empty()), (None, true));
    }
}
