//! Rows into counts of distinct pairs of stimulus and text, by several threads.

use nameit_analysis::bulk::{Bulk, Counter, Counts, Said, Text};
use nameit_analysis::naming::Naming;
use nameit_domain::NonAnswer;

use crate::answers::{COUNT, MAX_ANSWERS, count as parse_count, kind_of};
use crate::input::block::Block;
use crate::input::blocks::Blocks;
use crate::input::header::guess;
use crate::threads;

/// The places of the columns that most commands read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) stimulus: usize,
    pub(crate) response: usize,
    pub(crate) count: Option<usize>,
    pub(crate) non_answer: Option<usize>,
}

/// All rows of a file.
pub(crate) struct Pairs {
    pub(crate) counts: Counts,
    /// The file in words: its name, how many rows it has, how it is written.
    pub(crate) file: String,
}

/// What one thread has read.
struct Read<'bulk> {
    counter: Counter<'bulk>,
    rows: u64,
    answers: u64,
}

/// Counts all rows by `naming`. What a row is about says `stimulus`.
pub(crate) fn count(
    blocks: Blocks,
    threads: usize,
    naming: Naming,
    places: Places,
    stimulus: impl for<'block> Fn(&'block Block) -> anyhow::Result<Text<'block>> + Sync,
) -> anyhow::Result<Pairs> {
    let bulk = Bulk::new(naming);
    let state = || Read { counter: bulk.counter(), rows: 0, answers: 0 };
    let (blocks, states) = threads::read(blocks, places.readers(threads), state, |block, read| {
        while block.advance()? {
            read.rows += 1;
            let (stimulus, count) = (stimulus(block)?, places.count(block)?);
            read.answers += count;
            places.check_sum(block, read.answers)?;
            let place = block.start(places.stimulus);
            read.counter.note(block.text(), place, &stimulus, &places.said(block), count, None);
        }
        read.counter.count(block.text(), block.number());
        Ok(())
    })?;
    let rows: u64 = states.iter().map(|read| read.rows).sum();
    let file = described(&blocks, rows);
    drop(states);
    Ok(Pairs { counts: bulk.finish(threads), file })
}

/// A file in words: its name, how many rows it has, how it is written.
pub(crate) fn described(blocks: &Blocks, rows: u64) -> String {
    format!("{}: {rows} rows, {}", blocks.name(), blocks.assumptions())
}

// === impl Places ===

impl Places {
    /// How many threads can read: which row makes the sum of counts too large is known only to who reads all rows
    /// before it.
    pub(crate) fn readers(self, threads: usize) -> usize {
        if self.count.is_some() { 1 } else { threads }
    }

    /// Refuses the current row when so many answers are more than can be counted.
    pub(crate) fn check_sum(self, block: &Block, answers: u64) -> anyhow::Result<()> {
        if answers <= MAX_ANSWERS {
            return Ok(());
        }
        let column = self.count.unwrap_or(self.response);
        Err(block.refusal(column, "the counts add up to more than 2^53"))
    }

    /// The current row's stimulus, which may not be empty.
    pub(crate) fn stimulus(self, block: &Block) -> anyhow::Result<Text<'_>> {
        let stimulus = block.text_of(self.stimulus);
        if stimulus.is_empty() {
            return Err(block.refusal(self.stimulus, "empty; a row needs a stimulus"));
        }
        Ok(stimulus)
    }

    /// For how many answers the current row stands.
    pub(crate) fn count(self, block: &Block) -> anyhow::Result<u64> {
        self.count.map_or(Ok(1), |column| {
            parse_count(&block.field(column)).map_err(|problem| block.refusal(column, &problem))
        })
    }

    /// The current row's response, unless it is a non-answer.
    pub(crate) fn said(self, block: &Block) -> Said<'_> {
        let response = block.text_of(self.response);
        match self.non_answer(block, response.is_empty()) {
            Some(kind) => Said::NonAnswer(kind),
            None => Said::Text(response),
        }
    }

    fn non_answer(self, block: &Block, is_empty: bool) -> Option<NonAnswer> {
        let reason = self.non_answer.map(|column| block.field(column)).unwrap_or_default();
        kind_of(is_empty, &reason)
    }

    /// The choice of columns in words, with a hint when one looks like counts and is not used.
    pub(crate) fn describe(self, header: &[String]) -> String {
        let mut parts = vec![format!("stimulus in `{}`", header[self.stimulus])];
        parts.push(self.describe_others(header));
        parts.join(", ")
    }

    /// The same without the stimulus, for commands that have another word for it.
    pub(crate) fn describe_others(self, header: &[String]) -> String {
        let mut parts = vec![format!("response in `{}`", header[self.response])];
        for (meaning, column) in [("count", self.count), ("non-answers", self.non_answer)] {
            parts.extend(column.map(|column| format!("{meaning} in `{}`", header[column])));
        }
        if self.count.is_none()
            && let Some(column) = guess(&COUNT, header)
        {
            parts.push(format!("each row is one response (else say --count {})", header[column]));
        }
        parts.join(", ")
    }
}
