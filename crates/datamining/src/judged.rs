//! What the stop rule says of every stimulus, kept until the stimulus or the rule changes.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use nameit_analysis::enough::{ExperimentVerdict, StopRule, Verdict};
use nameit_analysis::norms::{NonAnswers, StimulusNorms};

use crate::mined::Mined;

/// The verdicts of one rule.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    rule: Option<StopRule>,
    /// By ordinal, where something changed since the rule is in force.
    verdicts: Vec<Option<Verdict>>,
    sums: Sums,
    /// Of a stimulus without a response.
    of_nothing: Option<Verdict>,
    /// The revision up to which changes were judged.
    seen: u64,
}

/// What [`ExperimentVerdict`] says of some verdicts, kept so that one can be exchanged for another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Sums {
    stimuli: u64,
    enough: u64,
    about_more: u128,
    unknown: u64,
    /// How many need so many more.
    needs: BTreeMap<u64, u64>,
}

// === impl Judged ===

impl Judged {
    /// Judges what changed since the last call; everything when the rule did. `mined` must be refreshed.
    pub fn refresh(&mut self, rule: Option<StopRule>, mined: &Mined) {
        if self.rule != rule {
            let nothing = StimulusNorms::from_counts(Vec::new(), NonAnswers::default(), None);
            let of_nothing = rule.map(|rule| rule.judge(&nothing));
            *self = Self { rule, of_nothing, ..Self::default() };
        }
        let Some(rule) = rule else { return };
        for ordinal in mined.changed_since(self.seen) {
            let Some(norms) = mined.norms(ordinal, 0) else { continue };
            let at = ordinal as usize;
            if at >= self.verdicts.len() {
                self.verdicts.resize(at + 1, None);
            }
            let verdict = rule.judge(&norms);
            let known = &mut self.verdicts[at];
            if known.as_ref() == Some(&verdict) {
                continue;
            }
            self.sums.add(&verdict);
            if let Some(before) = known.replace(verdict) {
                self.sums.remove(&before);
            }
        }
        self.seen = mined.tally().revision();
    }

    /// Forgets everything, for revisions that do not compare with those before.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The rule in force.
    pub fn rule(&self) -> Option<&StopRule> {
        self.rule.as_ref()
    }

    /// What the rule says of a stimulus; `None` without a rule.
    pub fn of(&self, ordinal: u32) -> Option<&Verdict> {
        self.verdicts.get(ordinal as usize).and_then(Option::as_ref).or(self.of_nothing.as_ref())
    }

    /// What it says of an experiment with so many stimuli; `None` without a rule.
    pub fn of_all(&self, stimuli: u32) -> Option<ExperimentVerdict> {
        let of_nothing = self.of_nothing.as_ref()?;
        let mut sums = self.sums.totals();
        let others = u64::from(stimuli).saturating_sub(sums.stimuli);
        sums.stimuli += others;
        sums.enough += others * u64::from(of_nothing.enough);
        match of_nothing.about_more {
            Some(more) if others > 0 => {
                sums.about_more = sums.about_more.saturating_add(more.saturating_mul(others));
                sums.about_more_at_most = sums.about_more_at_most.max(more);
            }
            Some(_) => {}
            None => sums.unknown += others,
        }
        Some(sums)
    }
}

// === impl Sums ===

impl Sums {
    fn add(&mut self, verdict: &Verdict) {
        self.stimuli += 1;
        self.enough += u64::from(verdict.enough);
        match verdict.about_more {
            Some(more) => {
                self.about_more += u128::from(more);
                *self.needs.entry(more).or_default() += 1;
            }
            None => self.unknown += 1,
        }
    }

    fn remove(&mut self, verdict: &Verdict) {
        self.stimuli -= 1;
        self.enough -= u64::from(verdict.enough);
        let Some(more) = verdict.about_more else {
            self.unknown -= 1;
            return;
        };
        self.about_more -= u128::from(more);
        if let Entry::Occupied(mut stimuli) = self.needs.entry(more) {
            *stimuli.get_mut() -= 1;
            if *stimuli.get() == 0 {
                stimuli.remove();
            }
        }
    }

    fn totals(&self) -> ExperimentVerdict {
        ExperimentVerdict {
            stimuli: self.stimuli,
            enough: self.enough,
            about_more: u64::try_from(self.about_more).unwrap_or(u64::MAX),
            about_more_at_most: self.needs.last_key_value().map_or(0, |(more, _)| *more),
            unknown: self.unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use nameit_domain::feed::ResponseColumns;

    use super::*;
    use crate::names::Names;

    #[test]
    fn only_what_changed_is_judged_anew_and_another_rule_judges_all() {
        let mut mined = Mined::new(Names::undecided("en"));
        let add = |mined: &mut Mined, stimulus: u32, text: &str| {
            let mut columns = ResponseColumns::default();
            columns.push(stimulus, ResponseColumns::TEXT, text.as_bytes(), None, None, 0, 1);
            mined.add_columns(&columns).unwrap();
            mined.refresh();
        };
        let rule = |json: &str| Some(serde_json::from_str::<StopRule>(json).unwrap());
        let mut judged = Judged::default();
        add(&mut mined, 1, "cat");
        judged.refresh(None, &mined);
        assert_eq!((judged.of(1), judged.of_all(3)), (None, None));
        judged.refresh(rule(r#"{"min_answers": 2}"#), &mined);
        assert_eq!(judged.of(1).unwrap().about_more, Some(1));
        assert_eq!(judged.of(2).unwrap().about_more, Some(2), "nobody has answered it yet");
        add(&mut mined, 1, "cat");
        judged.refresh(rule(r#"{"min_answers": 2}"#), &mined);
        assert!(judged.of(1).unwrap().enough);
        let all = judged.of_all(3).unwrap();
        assert_eq!((all.stimuli, all.enough, all.about_more, all.about_more_at_most), (3, 1, 4, 2));
        judged.refresh(rule(r#"{"min_answers": 5}"#), &mined);
        assert_eq!(judged.of(1).unwrap().about_more, Some(3));
    }

    #[test]
    fn what_is_said_of_all_is_the_sum_of_what_is_said_of_each() {
        let rule = serde_json::from_str(r#"{"min_answers": 4, "coverage": 0.7}"#).unwrap();
        let mut mined = Mined::new(Names::undecided("en"));
        let mut judged = Judged::default();
        for answer in 0..60u32 {
            let mut columns = ResponseColumns::default();
            let name = format!("name {}", answer * answer % 11);
            columns.push(answer % 7 % 5, ResponseColumns::TEXT, name.as_bytes(), None, None, 0, 1);
            mined.add_columns(&columns).unwrap();
            mined.refresh();
            judged.refresh(Some(rule), &mined);
            let each = (0..6).filter_map(|ordinal| judged.of(ordinal));
            assert_eq!(judged.of_all(6), Some(ExperimentVerdict::of(each)), "after {answer}");
        }
        assert!(judged.of_all(6).is_some_and(|all| all.enough > 0 && all.about_more > 0));
    }
}
