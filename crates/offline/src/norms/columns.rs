//! Which column means what.

use anyhow::bail;

use super::args::Args;
use crate::answers::{COUNT, NON_ANSWER, RESPONSE, STIMULUS};
use crate::input::header::{column, guess, needed_column};

const FIRST_KEY: [&str; 1] = ["first_key_ms"];
const SUBMITTED: [&str; 1] = ["submitted_ms"];

/// The places of the columns in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) stimulus: usize,
    pub(super) response: usize,
    pub(super) participant: Option<usize>,
    pub(super) count: Option<usize>,
    pub(super) non_answer: Option<usize>,
    pub(super) first_key: Option<usize>,
    pub(super) submitted: Option<usize>,
}

impl Columns {
    /// Finds the columns that were named, and guesses the others where there is a guess.
    pub(super) fn find(args: &Args, header: &[String]) -> anyhow::Result<Self> {
        let optional =
            |flag, named: Option<&String>, usual| column(flag, named.map(String::as_str), usual, header);
        let needed = |flag, named: Option<&String>, usual| {
            needed_column(flag, named.map(String::as_str), usual, header)
        };
        let columns = Self {
            stimulus: needed("stimulus", args.stimulus.as_ref(), &STIMULUS)?,
            response: needed("response", args.response.as_ref(), &RESPONSE)?,
            participant: optional("participant", args.participant.as_ref(), &[])?,
            count: optional("count", args.count.as_ref(), &[])?,
            non_answer: optional("non-answer", args.non_answer.as_ref(), &NON_ANSWER)?,
            first_key: optional("first-key", args.first_key.as_ref(), &FIRST_KEY)?,
            submitted: optional("submitted", args.submitted.as_ref(), &SUBMITTED)?,
        };
        if args.trim.needs_participants() && columns.participant.is_none() {
            bail!(
                "the trimming rule {} looks at each participant; name their column by --participant",
                args.trim
            );
        }
        if args.trim.needs_participants() && columns.count.is_some() {
            bail!("the trimming rule {} needs one row for each answer, not counts", args.trim);
        }
        if columns.stimulus == columns.response {
            bail!("stimulus and response are the same column `{}`", header[columns.stimulus]);
        }
        Ok(columns)
    }

    /// Whether more than counts is known of the answers.
    pub(super) fn have_details(&self) -> bool {
        self.participant.is_some() || self.have_times()
    }

    /// Whether a row is one answer of which nothing but the text is known.
    pub(super) fn have_texts_alone(&self) -> bool {
        self.count.is_none() && self.non_answer.is_none() && !self.have_details()
    }

    /// Whether there are response times.
    pub(super) fn have_times(&self) -> bool {
        self.first_key.is_some() || self.submitted.is_some()
    }

    /// The choice in words, with a hint when a column looks like counts and is not used.
    pub(super) fn describe(&self, header: &[String]) -> String {
        let mut parts = vec![
            format!("stimulus in `{}`", header[self.stimulus]),
            format!("response in `{}`", header[self.response]),
        ];
        for (meaning, column) in [
            ("participant", self.participant),
            ("count", self.count),
            ("non-answers", self.non_answer),
            ("first key", self.first_key),
            ("submission", self.submitted),
        ] {
            parts.extend(column.map(|column| format!("{meaning} in `{}`", header[column])));
        }
        if self.count.is_none()
            && let Some(column) = guess(&COUNT, header)
        {
            let name = &header[column];
            parts.push(format!("each row is one response (else say --count {name})"));
        }
        parts.join(", ")
    }
}
