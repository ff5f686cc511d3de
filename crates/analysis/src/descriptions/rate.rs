//! How many descriptions say more than they must, and of how many that is said.

use std::ops::AddAssign;

use serde::Serialize;

use super::judgement::{Judgement, Verdict};
use crate::intervals::{Interval, LEVEL, wilson};

/// Trials by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Verdicts {
    /// Trials in which the listener took something else than the target; they are not judged.
    pub wrong_referent: u64,
    /// See [`Verdict::NoAttribute`].
    pub no_attribute: u64,
    /// See [`Verdict::Wrong`].
    pub wrong: u64,
    /// See [`Verdict::UnderSpecified`].
    pub under_specified: u64,
    /// See [`Verdict::Minimal`].
    pub minimal: u64,
    /// See [`Verdict::OverSpecified`].
    pub over_specified: u64,
    /// Those among the distinguishing ones than which none has fewer attributes ([`Judgement::smallest`]).
    pub smallest: u64,
}

/// The over-specification rate with all that it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OverSpecification {
    /// Over-specified ÷ distinguishing descriptions, from 0 to 1. `None` when the denominator is 0.
    pub rate: Option<f64>,
    /// Wilson's 95 % interval of the rate.
    pub interval: Option<Interval>,
    /// Over-specified descriptions, the numerator.
    pub over_specified: u64,
    /// Distinguishing descriptions, the denominator.
    pub distinguishing: u64,
    /// All trials, those that were dropped among them.
    pub trials: u64,
    /// Dropped because the listener took something else.
    pub dropped_wrong_referent: u64,
    /// Dropped because no attribute that counts was mentioned.
    pub dropped_no_attribute: u64,
    /// Dropped because a value was named that the target does not have.
    pub dropped_wrong: u64,
    /// Dropped because the description was true of a distractor, too.
    pub dropped_under_specified: u64,
}

// === impl Verdicts ===

impl Verdicts {
    /// Counts a judgement that holds for `count` trials.
    pub fn add(&mut self, judgement: &Judgement, count: u64) {
        let place = match judgement.verdict {
            Verdict::NoAttribute => &mut self.no_attribute,
            Verdict::Wrong => &mut self.wrong,
            Verdict::UnderSpecified => &mut self.under_specified,
            Verdict::Minimal => &mut self.minimal,
            Verdict::OverSpecified => &mut self.over_specified,
        };
        *place = place.saturating_add(count);
        if judgement.smallest == Some(true) {
            self.smallest = self.smallest.saturating_add(count);
        }
    }

    /// Counts trials in which the listener took something else than the target.
    pub fn add_wrong_referent(&mut self, count: u64) {
        self.wrong_referent = self.wrong_referent.saturating_add(count);
    }

    /// Descriptions that single out the target.
    pub fn distinguishing(&self) -> u64 {
        self.minimal.saturating_add(self.over_specified)
    }

    /// All trials.
    pub fn trials(&self) -> u64 {
        [self.wrong_referent, self.no_attribute, self.wrong, self.under_specified]
            .into_iter()
            .fold(self.distinguishing(), u64::saturating_add)
    }

    /// The over-specification rate: over-specified ÷ distinguishing. Trials with a wrong referent and
    /// descriptions that mention no attribute, name a wrong value or are under-specified are dropped, as Degen
    /// et al. (2020) do; how many of each stands in the result.
    pub fn over_specification(&self) -> OverSpecification {
        let distinguishing = self.distinguishing();
        OverSpecification {
            rate: (distinguishing > 0).then(|| self.over_specified as f64 / distinguishing as f64),
            interval: wilson(self.over_specified, distinguishing, LEVEL),
            over_specified: self.over_specified,
            distinguishing,
            trials: self.trials(),
            dropped_wrong_referent: self.wrong_referent,
            dropped_no_attribute: self.no_attribute,
            dropped_wrong: self.wrong,
            dropped_under_specified: self.under_specified,
        }
    }
}

impl AddAssign for Verdicts {
    fn add_assign(&mut self, other: Self) {
        for (mine, theirs) in [
            (&mut self.wrong_referent, other.wrong_referent),
            (&mut self.no_attribute, other.no_attribute),
            (&mut self.wrong, other.wrong),
            (&mut self.under_specified, other.under_specified),
            (&mut self.minimal, other.minimal),
            (&mut self.over_specified, other.over_specified),
            (&mut self.smallest, other.smallest),
        ] {
            *mine = mine.saturating_add(theirs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdicts;

    #[test]
    fn the_denominator_is_what_singles_out_and_the_rest_is_told() {
        let verdicts = Verdicts {
            wrong_referent: 1,
            no_attribute: 2,
            wrong: 3,
            under_specified: 4,
            minimal: 30,
            over_specified: 10,
            smallest: 30,
        };
        let rate = verdicts.over_specification();
        assert_eq!((rate.over_specified, rate.distinguishing, rate.trials), (10, 40, 50));
        assert_eq!(rate.rate, Some(0.25));
        let interval = rate.interval.unwrap();
        assert!((interval.low - 0.141_871).abs() < 1e-6 && (interval.high - 0.401_940).abs() < 1e-6);
        let mut twice = verdicts;
        twice += verdicts;
        assert_eq!((twice.trials(), twice.smallest), (100, 60));
        twice += Verdicts { minimal: u64::MAX, ..Verdicts::default() };
        assert_eq!(twice.trials(), u64::MAX);
    }

    #[test]
    fn without_a_distinguishing_description_there_is_no_rate() {
        let rate = Verdicts { under_specified: 3, ..Verdicts::default() }.over_specification();
        assert_eq!((rate.rate, rate.interval, rate.trials), (None, None, 3));
    }
}
