//! What is known of one experiment: tally, norms, cursor. Pure: no waiting, no network.

use nameit_analysis::norms::StimulusNorms;
use nameit_analysis::tally::{Observation, Said, Tally};
use nameit_domain::NonAnswer;
use nameit_domain::feed::{FeedCursor, GroupedCounts, ResponseColumns};
use nameit_domain::participation::ParticipationTotals;
use nameit_domain::stimulus::STIMULI_MAX;

/// One experiment as mined so far.
#[derive(Debug, Clone)]
pub struct Mined {
    tally: Tally,
    cursor: FeedCursor,
    participations: ParticipationTotals,
    /// Norms by ordinal, each with the tally's revision that it was computed from.
    norms: Vec<(u64, StimulusNorms)>,
    responses: u64,
    non_answers: u64,
}

/// Something in the feed that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the feed names stimulus {ordinal}, but an experiment has at most {STIMULI_MAX}")]
pub struct ImpossibleStimulus {
    ordinal: u32,
}

// === impl Mined ===

impl Mined {
    /// Nothing known yet; names will be made by the tally's naming.
    pub fn new(tally: Tally) -> Self {
        Self {
            tally,
            cursor: FeedCursor::default(),
            participations: ParticipationTotals::default(),
            norms: Vec::new(),
            responses: 0,
            non_answers: 0,
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
            self.tally.add_progress(minute.saturating_mul(60_000), *count);
        }
        Ok(())
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

    /// Computes the norms of every stimulus that changed since the last call. Costs follow what changed.
    pub fn refresh(&mut self) {
        let known = self.norms.len() as u32;
        for ordinal in known..self.tally.stimuli() {
            self.norms.push((0, self.tally.norms(ordinal)));
            let (_, fresh) = &self.norms[ordinal as usize];
            self.responses += fresh.n + fresh.non_answers;
            self.non_answers += fresh.non_answers;
            self.norms[ordinal as usize].0 = self.tally.revision_of(ordinal);
        }
        for ordinal in 0..known {
            let revision = self.tally.revision_of(ordinal);
            let (computed_at, norms) = &mut self.norms[ordinal as usize];
            if *computed_at != revision {
                let fresh = self.tally.norms(ordinal);
                self.responses = self.responses + fresh.n + fresh.non_answers - norms.n - norms.non_answers;
                self.non_answers = self.non_answers + fresh.non_answers - norms.non_answers;
                (*computed_at, *norms) = (revision, fresh);
            }
        }
    }

    /// Norms as of the last [`Mined::refresh`]; `None` for a stimulus without responses.
    pub fn norms(&self, ordinal: u32) -> Option<&StimulusNorms> {
        self.norms.get(ordinal as usize).map(|(_, norms)| norms)
    }

    /// Ordinals of stimuli whose norms were computed from a tally later than `revision`.
    pub fn changed_since(&self, revision: u64) -> Vec<u32> {
        (0..).zip(&self.norms).filter(|(_, (at, _))| *at > revision).map(|(ordinal, _)| ordinal).collect()
    }

    /// All responses, non-answers included, as of the last [`Mined::refresh`].
    pub fn responses(&self) -> u64 {
        self.responses
    }

    /// All trials without a name, as of the last [`Mined::refresh`].
    pub fn non_answers(&self) -> u64 {
        self.non_answers
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
    use nameit_analysis::normalise::{Normalisation, Normaliser};

    use super::*;

    fn mined() -> Mined {
        Mined::new(Tally::new(Normaliser::new(Normalisation::Standard, "en")))
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
            assert_eq!(live.norms(ordinal), batch.norms(ordinal), "stimulus {ordinal}");
        }
        assert_eq!((live.responses(), live.non_answers()), (7, 2), "`?` is no name, but a response");
        assert_eq!((batch.responses(), batch.non_answers()), (7, 2));
        assert_eq!(live.norms(0).unwrap().modal_names, ["cat"]);
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
        assert_eq!(by_columns.norms(0), by_groups.norms(0));
        assert_eq!(by_columns.norms(1), by_groups.norms(1));
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
    fn an_impossible_stimulus_is_refused_and_changes_nothing() {
        let mut mined = mined();
        assert!(mined.add_columns(&columns(&[(0, "cat"), (u32::MAX, "dog")])).is_err());
        mined.refresh();
        assert_eq!(mined.responses(), 0);
    }
}
