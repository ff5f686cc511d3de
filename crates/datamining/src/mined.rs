//! What is known of one experiment: tally, norms, cursor. Pure: no waiting, no network.

use nameit_analysis::norms::StimulusNorms;
use nameit_analysis::tally::{Observation, Said, Tally};
use nameit_domain::NonAnswer;
use nameit_domain::feed::{FeedCursor, GroupedCounts, ResponseColumns};
use nameit_domain::participation::ParticipationTotals;
use nameit_domain::stimulus::STIMULI_MAX;

use crate::changes::{ChangeLog, ProgressLog};
use crate::names::Names;

/// One experiment as mined so far.
#[derive(Debug, Clone)]
pub struct Mined {
    names: Names,
    tally: Tally,
    cursor: FeedCursor,
    participations: ParticipationTotals,
    /// Stimuli with the tally's revision at which they changed last.
    changed: ChangeLog,
    progress: ProgressLog,
}

/// Something in the feed that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the feed names stimulus {ordinal}, but an experiment has at most {STIMULI_MAX}")]
pub struct ImpossibleStimulus {
    ordinal: u32,
}

// === impl Mined ===

impl Mined {
    /// Nothing known yet; names will be made as it was decided.
    pub fn new(names: Names) -> Self {
        Self {
            tally: Tally::new(names.naming.clone()),
            names,
            cursor: FeedCursor::default(),
            participations: ParticipationTotals::default(),
            changed: ChangeLog::default(),
            progress: ProgressLog::default(),
        }
    }

    /// Adds responses.
    pub fn add_columns(&mut self, columns: &ResponseColumns) -> Result<(), ImpossibleStimulus> {
        check(columns.stimulus.iter().copied())?;
        for index in 0..columns.len() {
            let said = match columns.kind[index] {
                ResponseColumns::DONT_KNOW => Said::NonAnswer(NonAnswer::DontKnow),
                ResponseColumns::SKIPPED => Said::NonAnswer(NonAnswer::Skipped),
                _ => Said::Text(columns.text_at(index)),
            };
            let first_key_ms = columns.first_key_ms[index];
            self.tally.add(Observation {
                stimulus: columns.stimulus[index],
                said,
                first_key_ms: (first_key_ms != ResponseColumns::NO_TIME).then_some(first_key_ms),
                submitted_at_ms: Some(columns.received_at_ms[index]),
            });
            self.progress.touch(columns.received_at_ms[index], self.tally.progress());
        }
        Ok(())
    }

    /// Adds grouped counts.
    pub fn add_grouped(&mut self, grouped: &GroupedCounts) -> Result<(), ImpossibleStimulus> {
        check(grouped.names.iter().map(|(stimulus, ..)| *stimulus))?;
        check(grouped.first_key_ms.iter().map(|(stimulus, ..)| *stimulus))?;
        for (stimulus, kind, text, count) in &grouped.names {
            let mut non_answers = |reason| self.tally.add_non_answers(*stimulus, reason, *count);
            match *kind {
                ResponseColumns::DONT_KNOW => non_answers(NonAnswer::DontKnow),
                ResponseColumns::SKIPPED => non_answers(NonAnswer::Skipped),
                _ => self.tally.add_grouped(*stimulus, text, *count),
            }
        }
        for (stimulus, ms, count) in &grouped.first_key_ms {
            self.tally.add_first_keys(*stimulus, *ms, *count);
        }
        for (minute, count) in &grouped.received_at_minute {
            let at_ms = minute.saturating_mul(60_000);
            self.tally.add_progress(at_ms, *count);
            self.progress.touch(at_ms, self.tally.progress());
        }
        Ok(())
    }

    /// Counts by a later decision about names from now on, what was added before included; gives whether it is
    /// later than the one in force.
    pub fn decide(&mut self, names: &Names) -> bool {
        let is_later = names.version > self.names.version;
        if is_later {
            self.tally.rename(names.naming.clone());
            self.names = names.clone();
        }
        is_later
    }

    /// The decision about names that is in force.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Notes how far the feed was read.
    pub fn set_cursor(&mut self, cursor: FeedCursor) {
        self.cursor = cursor;
    }

    /// Notes how many participations there are, unless later totals are known already; gives whether that
    /// changed anything.
    pub fn note_participations(&mut self, participations: ParticipationTotals) -> bool {
        let is_later = participations.is_later_than(&self.participations);
        if is_later {
            self.participations = participations;
        }
        is_later
    }

    /// How far the feed was read.
    pub fn cursor(&self) -> &FeedCursor {
        &self.cursor
    }

    /// Participations by state.
    pub fn participations(&self) -> ParticipationTotals {
        self.participations
    }

    /// The tally.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Brings the figures of every stimulus that changed since the last call up to date. Costs follow what changed.
    pub fn refresh(&mut self) {
        let changed = self.tally.refresh();
        let revision = self.tally.revision();
        for ordinal in changed {
            self.changed.note(ordinal, revision);
        }
        self.progress.refresh(revision, self.tally.progress());
    }

    /// Norms of a stimulus with at most so many names; `None` beyond the last stimulus with responses.
    pub fn norms(&self, ordinal: u32, names_limit: usize) -> Option<StimulusNorms> {
        (ordinal < self.tally.stimuli()).then(|| self.tally.norms_with(ordinal, names_limit))
    }

    /// Norms by ordinal with all names, as a copy that can be looked through while answers go on arriving; they end
    /// with the last stimulus with responses.
    pub fn all_norms(&self) -> Vec<StimulusNorms> {
        (0..self.tally.stimuli()).map(|ordinal| self.tally.norms(ordinal)).collect()
    }

    /// Stimuli that changed after the tally was at `revision`, in their order, as of the last [`Mined::refresh`].
    pub fn changed_since(&self, revision: u64) -> Vec<u32> {
        self.changed.since(revision)
    }

    /// Where the stretches of progress begin that changed after the tally was at `revision`, in milliseconds since
    /// 1970, as of the last [`Mined::refresh`]; `None` when all may have.
    pub fn progress_since(&self, revision: u64) -> Option<Vec<i64>> {
        self.progress.since(revision)
    }
}

fn check(mut ordinals: impl Iterator<Item = u32>) -> Result<(), ImpossibleStimulus> {
    match ordinals.find(|ordinal| *ordinal as usize >= STIMULI_MAX) {
        Some(ordinal) => Err(ImpossibleStimulus { ordinal }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mined() -> Mined {
        Mined::new(Names::undecided("en"))
    }

    fn all(mined: &Mined, ordinal: u32) -> StimulusNorms {
        mined.norms(ordinal, usize::MAX).unwrap()
    }

    fn counted(mined: &Mined) -> (u64, u64) {
        (mined.tally().responses(), mined.tally().non_answers())
    }

    fn columns(answers: &[(u32, &str)]) -> ResponseColumns {
        let mut columns = ResponseColumns::default();
        for (at, (stimulus, text)) in answers.iter().enumerate() {
            let kind = if text.is_empty() { ResponseColumns::DONT_KNOW } else { ResponseColumns::TEXT };
            let first_key_ms = 500 + at as u32 * 7;
            columns.push(*stimulus, kind, text.as_bytes(), Some(first_key_ms), None, at as i64 * 60_000, 1);
        }
        columns
    }

    #[test]
    fn answer_by_answer_equals_all_at_once() {
        let answers = [(0, "a cat"), (1, "dog"), (0, "Cat"), (3, ""), (0, "kitten"), (1, "?"), (1, "Dog.")];
        let mut live = mined();
        for answer in answers {
            live.add_columns(&columns(&[answer])).unwrap();
            live.refresh();
        }
        let mut batch = mined();
        for (at, answer) in answers.iter().enumerate() {
            let mut one = columns(&[*answer]);
            one.received_at_ms[0] = at as i64 * 60_000;
            batch.add_columns(&one).unwrap();
        }
        batch.refresh();
        for ordinal in 0..4 {
            assert_eq!(all(&live, ordinal), all(&batch, ordinal), "stimulus {ordinal}");
        }
        assert_eq!(counted(&live), (7, 2), "`?` is no name, but a response");
        assert_eq!(counted(&batch), (7, 2));
        assert_eq!(all(&live, 0).modal_names, ["cat"]);
    }

    #[test]
    fn grouped_counts_and_columns_agree() {
        let answers = columns(&[(0, "red"), (0, "red"), (0, "crimson"), (1, "")]);
        let mut by_columns = mined();
        by_columns.add_columns(&answers).unwrap();
        let mut by_groups = mined();
        by_groups
            .add_grouped(&GroupedCounts {
                names: vec![
                    (0, ResponseColumns::TEXT, "crimson".to_owned(), 1),
                    (0, ResponseColumns::TEXT, "red".to_owned(), 2),
                    (1, ResponseColumns::DONT_KNOW, String::new(), 1),
                ],
                first_key_ms: vec![(0, 500, 1), (0, 507, 1), (0, 514, 1)],
                received_at_minute: vec![(0, 1), (1, 1), (2, 1), (3, 1)],
            })
            .unwrap();
        by_columns.refresh();
        by_groups.refresh();
        assert_eq!(all(&by_columns, 0), all(&by_groups, 0));
        assert_eq!(all(&by_columns, 1), all(&by_groups, 1));
        assert_eq!(by_columns.tally().progress(), by_groups.tally().progress());
    }

    #[test]
    fn only_what_changed_is_computed_anew() {
        let mut mined = mined();
        mined.add_columns(&columns(&[(0, "cat"), (1, "dog")])).unwrap();
        mined.refresh();
        let before = mined.tally().revision();
        mined.add_columns(&columns(&[(1, "wolf")])).unwrap();
        mined.refresh();
        assert_eq!(mined.changed_since(before), [1]);
    }

    #[test]
    fn a_later_decision_counts_for_what_was_added_before_and_an_earlier_one_for_nothing() {
        let mut mined = mined();
        mined.add_columns(&columns(&[(0, "telly"), (0, "TV"), (1, "dog")])).unwrap();
        mined.refresh();
        let before = mined.tally().revision();
        let body = r#"{"merges": {"telly": "tv"}}"#;
        let names = Names::decided(2, body, "en").unwrap();
        assert!(mined.decide(&names));
        mined.refresh();
        assert_eq!(all(&mined, 0).modal_names, ["tv"]);
        assert_eq!((all(&mined, 0).types, counted(&mined)), (1, (3, 0)));
        assert_eq!(mined.changed_since(before), [0, 1]);
        assert!(!mined.decide(&Names::decided(1, "{}", "en").unwrap()));
        assert_eq!(mined.names().version, 2);
        assert!(Names::decided(3, r#"{"merges": {"a": "b", "b": "a"}}"#, "en").is_err());
    }

    #[test]
    fn an_impossible_stimulus_is_refused_and_changes_nothing() {
        let mut mined = mined();
        assert!(mined.add_columns(&columns(&[(0, "cat"), (u32::MAX, "dog")])).is_err());
        mined.refresh();
        assert_eq!((counted(&mined), mined.norms(0, 1)), ((0, 0), None));
    }
}
