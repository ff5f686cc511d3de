//! The feed: an experiment's responses in an exact, resumable order, for mining and export.
//!
//! Each storage process is a *writer* with its own id; its single committer numbers what it writes.
//! A [`FeedCursor`] says how far a reader has come with each writer, so it stays exact with several
//! storage processes on one database and needs no change stream.

use std::collections::BTreeMap;

use crate::decision::DecisionKind;
use crate::participation::ParticipationTotals;
use crate::response::Timing;
use crate::text::StimulusKey;
use crate::{Answer, ExperimentId, NonAnswer, ParticipationId, Timestamp};

/// How far a reader of one experiment's feed has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedCursor {
    /// Counts the erasures (withdrawals) of the experiment. A reader whose epoch is older must begin
    /// again, because what it has seen contains erased responses.
    pub epoch: u64,
    /// Writer → last sequence number that was read.
    pub positions: BTreeMap<String, u64>,
}

/// Responses as columns: one entry per response in each column, in feed order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResponseColumns {
    /// Ordinal of the stimulus.
    pub stimulus: Vec<u32>,
    /// [`ResponseColumns::TEXT`], [`ResponseColumns::DONT_KNOW`] or [`ResponseColumns::SKIPPED`].
    pub kind: Vec<u8>,
    /// The raw texts, one after the other (UTF-8).
    pub text: Vec<u8>,
    /// Where each raw text ends in `text`; the next begins there. A non-answer has an empty text.
    pub text_end: Vec<u32>,
    /// Milliseconds to the first key, or [`ResponseColumns::NO_TIME`].
    pub first_key_ms: Vec<u32>,
    /// Milliseconds to the submission, or [`ResponseColumns::NO_TIME`].
    pub submitted_ms: Vec<u32>,
    /// When storage took the response, in milliseconds since 1970.
    pub received_at_ms: Vec<i64>,
    /// A number for the participation, stable within the database.
    pub participation: Vec<u64>,
}

/// Responses with all that is known of each, for those who need to know which came from one person. The
/// participations are listed once per piece, so that a reader looks each up once and not for every response.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DetailedColumns {
    /// What every feed tells.
    pub responses: ResponseColumns,
    /// Place of the trial in its participation, from 0.
    pub trial: Vec<u32>,
    /// How often text was deleted or replaced.
    pub edits: Vec<u32>,
    /// 1 where text was pasted, else 0.
    pub pasted: Vec<u8>,
    /// How often the page lost the focus.
    pub focus_losses: Vec<u32>,
    /// Whose: the place in `participants`.
    pub participant: Vec<u32>,
    /// The participations of this piece, each once.
    pub participants: Vec<ParticipationId>,
}

/// Grouped counts: the other form of a snapshot, where the engine counts cheaper than it scans.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupedCounts {
    /// (stimulus ordinal, kind, raw text, count)
    pub names: Vec<(u32, u8, String, u64)>,
    /// (stimulus ordinal, milliseconds to the first key, count), valid answers only.
    pub first_key_ms: Vec<(u32, u32, u64)>,
    /// (minutes since 1970, count)
    pub received_at_minute: Vec<(i64, u64)>,
}

/// A piece of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedPart {
    /// Forget everything: what follows is a snapshot from the beginning.
    Restart,
    /// Counts of a snapshot; to be added.
    Grouped(GroupedCounts),
    /// Responses; to be added.
    Columns(ResponseColumns),
}

/// A piece of the feed and where the reader stands after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedChunk {
    /// The piece.
    pub part: FeedPart,
    /// Where to resume after it.
    pub cursor: FeedCursor,
}

/// A piece of all responses with their details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DetailedPart {
    /// Forget everything: what follows begins again.
    Restart,
    /// Responses; to be added.
    Columns(Box<DetailedColumns>),
}

/// A piece of all responses, and where the reader stands after it: the cursor is one of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailedChunk {
    /// The piece.
    pub part: DetailedPart,
    /// Where to resume after it.
    pub cursor: FeedCursor,
}

/// Where an experiment's feed stands now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedHead {
    /// The cursor of a reader that has read everything.
    pub cursor: FeedCursor,
    /// Participations by state.
    pub totals: ParticipationTotals,
    /// The latest version of every kind of decision that was ever taken.
    pub decisions: BTreeMap<DecisionKind, u64>,
}

/// One response as it is exported, with what belongs to its participation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// The experiment.
    pub experiment_id: ExperimentId,
    /// Whose.
    pub participation_id: ParticipationId,
    /// Whether that participation was completed.
    pub completed: bool,
    /// The code that completing it gave, so that a researcher can check the codes that people hand in.
    pub completion_code: Option<String>,
    /// When that participation began.
    pub started_at: Timestamp,
    /// Parameters of the link that it came by.
    pub url_parameters: Vec<(String, String)>,
    /// Place of the trial in the participation, from 0.
    pub trial: u32,
    /// What was shown.
    pub stimulus: StimulusKey,
    /// Its place within the experiment.
    pub ordinal: u32,
    /// What was said.
    pub answer: Answer,
    /// How it came about.
    pub timing: Timing,
    /// When storage took it.
    pub received_at: Timestamp,
}

/// Why columns do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("response columns do not fit together: {0}")]
pub struct BrokenColumns(pub &'static str);

// === impl FeedCursor ===

impl FeedCursor {
    /// Whether a reader at `self` has read everything that a reader at `other` has, as far as it still
    /// exists: a newer epoch was read from the beginning, without what was erased.
    pub fn covers(&self, other: &Self) -> bool {
        self.epoch >= other.epoch
            && other
                .positions
                .iter()
                .all(|(writer, sequence)| self.positions.get(writer).is_some_and(|mine| mine >= sequence))
    }
}

// === impl ResponseColumns ===

impl ResponseColumns {
    /// Kind of a response with a text.
    pub const TEXT: u8 = 0;
    /// Kind of the non-answer "I don't know".
    pub const DONT_KNOW: u8 = 1;
    /// Kind of the non-answer "skipped".
    pub const SKIPPED: u8 = 2;
    /// Stands for a time that was not measured.
    pub const NO_TIME: u32 = u32::MAX;

    /// How many responses there are.
    pub fn len(&self) -> usize {
        self.stimulus.len()
    }

    /// Whether there is no response.
    pub fn is_empty(&self) -> bool {
        self.stimulus.is_empty()
    }

    /// Appends one response. `text` is empty unless `kind` is [`Self::TEXT`].
    #[expect(clippy::too_many_arguments, reason = "one argument per column")]
    pub fn push(
        &mut self,
        stimulus: u32,
        kind: u8,
        text: &[u8],
        first_key_ms: Option<u32>,
        submitted_ms: Option<u32>,
        received_at_ms: i64,
        participation: u64,
    ) {
        self.stimulus.push(stimulus);
        self.kind.push(kind);
        self.text.extend_from_slice(text);
        self.text_end.push(u32::try_from(self.text.len()).expect("a chunk is far smaller than 4 GiB"));
        self.first_key_ms.push(first_key_ms.unwrap_or(Self::NO_TIME));
        self.submitted_ms.push(submitted_ms.unwrap_or(Self::NO_TIME));
        self.received_at_ms.push(received_at_ms);
        self.participation.push(participation);
    }

    /// Checks that all columns have one length, that the text ends ascend within valid UTF-8, and that
    /// every kind is known. After this, [`Self::text_at`] cannot fail.
    pub fn check(&self) -> Result<(), BrokenColumns> {
        let length = self.len();
        let lengths = [
            self.kind.len(),
            self.text_end.len(),
            self.first_key_ms.len(),
            self.submitted_ms.len(),
            self.received_at_ms.len(),
            self.participation.len(),
        ];
        if lengths.iter().any(|other| *other != length) {
            return Err(BrokenColumns("columns differ in length"));
        }
        if self.kind.iter().any(|kind| *kind > Self::SKIPPED) {
            return Err(BrokenColumns("unknown kind of response"));
        }
        let text = std::str::from_utf8(&self.text).map_err(|_| BrokenColumns("text is not UTF-8"))?;
        let mut start = 0;
        for end in self.text_end.iter().map(|end| *end as usize) {
            if end < start || !text.is_char_boundary(end) {
                return Err(BrokenColumns("text ends do not ascend"));
            }
            start = end;
        }
        if start == text.len() { Ok(()) } else { Err(BrokenColumns("text goes on after the last end")) }
    }

    /// The raw text of a response (empty for a non-answer). Columns must have passed [`Self::check`].
    pub fn text_at(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.text_end[index - 1] as usize };
        let end = self.text_end[index] as usize;
        std::str::from_utf8(&self.text[start..end]).unwrap_or_default()
    }

    /// The kind that stands for an answer.
    pub fn kind_of(answer: &Answer) -> u8 {
        match answer {
            Answer::Text(_) => Self::TEXT,
            Answer::NonAnswer(NonAnswer::DontKnow) => Self::DONT_KNOW,
            Answer::NonAnswer(NonAnswer::Skipped) => Self::SKIPPED,
        }
    }
}

// === impl DetailedColumns ===

impl DetailedColumns {
    /// How many responses there are.
    pub fn len(&self) -> usize {
        self.responses.len()
    }

    /// Whether there is no response.
    pub fn is_empty(&self) -> bool {
        self.responses.is_empty()
    }

    /// Checks that all columns have one length and refer to participations that are listed.
    pub fn check(&self) -> Result<(), BrokenColumns> {
        self.responses.check()?;
        let lengths = [
            self.trial.len(),
            self.edits.len(),
            self.pasted.len(),
            self.focus_losses.len(),
            self.participant.len(),
        ];
        if lengths.iter().any(|other| *other != self.len()) {
            return Err(BrokenColumns("columns differ in length"));
        }
        if self.pasted.iter().any(|pasted| *pasted > 1) {
            return Err(BrokenColumns("pasted is neither 0 nor 1"));
        }
        if self.participant.iter().any(|place| *place as usize >= self.participants.len()) {
            return Err(BrokenColumns("a response is of nobody"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_belong_to_a_response_of_somebody() {
        let mut columns = DetailedColumns::default();
        columns.responses.push(3, ResponseColumns::TEXT, b"red", Some(800), None, 5, 1);
        assert!(columns.check().is_err(), "the details are missing");
        columns.trial.push(0);
        columns.edits.push(2);
        columns.pasted.push(1);
        columns.focus_losses.push(0);
        columns.participant.push(0);
        assert!(columns.check().is_err(), "nobody is listed");
        columns.participants.push(ParticipationId::generate());
        assert_eq!(columns.check(), Ok(()));
        columns.pasted[0] = 2;
        assert!(columns.check().is_err(), "more than pasted");
    }

    #[test]
    fn columns_give_back_what_was_pushed() {
        let mut columns = ResponseColumns::default();
        columns.push(3, ResponseColumns::TEXT, "grün".as_bytes(), Some(800), None, 5, 1);
        columns.push(4, ResponseColumns::DONT_KNOW, b"", None, None, 6, 1);
        columns.push(5, ResponseColumns::TEXT, "红".as_bytes(), None, None, 7, 2);
        assert_eq!(columns.check(), Ok(()));
        assert_eq!([columns.text_at(0), columns.text_at(1), columns.text_at(2)], ["grün", "", "红"]);
        columns.text_end[0] = 3;
        assert!(columns.check().is_err(), "an end within a character is refused");
    }

    #[test]
    fn a_cursor_covers_what_it_has_passed() {
        let at =
            |epoch, sequence| FeedCursor { epoch, positions: BTreeMap::from([("a".to_owned(), sequence)]) };
        assert!(at(0, 5).covers(&at(0, 4)) && at(0, 5).covers(&FeedCursor::default()));
        assert!(!at(0, 3).covers(&at(0, 4)));
        assert!(!at(0, 5).covers(&at(1, 5)), "an erasure lies between them");
    }
}
