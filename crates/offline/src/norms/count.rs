//! Rows into counts, by several threads.

use nameit_analysis::bulk::{Bulk, Counter, Counts, Details, Said};
use nameit_analysis::naming::Naming;
use nameit_domain::NonAnswer;

use super::args::Args;
use super::columns::Columns;
use crate::answers::{self, MAX_ANSWERS};
use crate::input::block::Block;
use crate::threads;

/// All that is known of a file.
pub(super) struct Counted {
    pub(super) counts: Counts,
    pub(super) columns: Columns,
    /// What was assumed about the file, in words.
    pub(super) assumptions: String,
}

/// What one thread has read.
struct Read<'bulk> {
    counter: Counter<'bulk>,
    rows: u64,
    answers: u64,
}

/// Reads all rows.
pub(super) fn count(args: &Args, naming: Naming) -> anyhow::Result<Counted> {
    let blocks = args.file.open_blocks()?;
    let columns =
        Columns::find(args, blocks.header()).map_err(|error| error.context(blocks.name().to_owned()))?;
    // Which row makes the sum of counts too large is known only to who reads all rows before it.
    let threads = if columns.count.is_some() { 1 } else { args.threads() };
    let bulk = Bulk::new(naming);
    let state = || Read { counter: bulk.counter(), rows: 0, answers: 0 };
    let (blocks, states) =
        threads::read(blocks, threads, state, |block, read| count_block(block, columns, read))?;
    let rows: u64 = states.iter().map(|read| read.rows).sum();
    drop(states);
    let assumptions = format!(
        "{}: {rows} rows, {}; {}",
        blocks.name(),
        blocks.assumptions(),
        columns.describe(blocks.header())
    );
    drop(blocks);
    Ok(Counted { counts: bulk.finish(args.threads()), columns, assumptions })
}

fn count_block(block: &mut Block, columns: Columns, read: &mut Read<'_>) -> anyhow::Result<()> {
    let Read { counter, rows, answers } = read;
    let have_texts_alone = columns.have_texts_alone();
    loop {
        if have_texts_alone {
            // Nearly all rows of nearly all files.
            block.each_plain([columns.stimulus, columns.response], |text, stimulus, response| {
                *rows += 1;
                *answers += 1;
                counter.note_text(text, stimulus, response);
            });
        }
        if !block.advance()? {
            break;
        }
        *rows += 1;
        if have_texts_alone
            && let Some(stimulus) = block.range_of(columns.stimulus)
            && let Some(response) = block.range_of(columns.response)
            && !stimulus.is_empty()
            && !response.is_empty()
        {
            *answers += 1;
            counter.note_text(block.text(), stimulus, response);
            continue;
        }
        let stimulus = block.text_of(columns.stimulus);
        if stimulus.is_empty() {
            return Err(block.refusal(columns.stimulus, "empty; a row needs a stimulus"));
        }
        let count = columns.count.map_or(Ok(1), |column| whole_number(block, column))?;
        *answers += count;
        if *answers > MAX_ANSWERS {
            let column = columns.count.unwrap_or(columns.response);
            return Err(block.refusal(column, "the counts add up to more than 2^53"));
        }
        let response = block.text_of(columns.response);
        let non_answer = non_answer(block, columns, response.is_empty());
        let times = if columns.have_times() && non_answer.is_none() {
            let is_typed = !response.of(block.text()).trim().is_empty();
            Some(times(block, columns)?).filter(|_| is_typed)
        } else {
            None
        };
        let said = non_answer.map_or(Said::Text(response), Said::NonAnswer);
        let place = block.start(columns.stimulus);
        if !columns.have_details() {
            counter.note(block.text(), place, &stimulus, &said, count, None);
            continue;
        }
        let participant = columns.participant.map(|column| block.field(column));
        if let (Some(column), Some("")) = (columns.participant, participant.as_deref()) {
            return Err(block.refusal(column, "empty; a row needs a participant"));
        }
        let details = Details { participant: participant.as_deref(), ..times.unwrap_or_default() };
        counter.note(block.text(), place, &stimulus, &said, count, Some(&details));
    }
    counter.count(block.text(), block.number());
    Ok(())
}

fn non_answer(block: &Block, columns: Columns, is_empty: bool) -> Option<NonAnswer> {
    let reason = columns.non_answer.map(|column| block.field(column)).unwrap_or_default();
    answers::kind_of(is_empty, &reason)
}

/// The times of a row, as far as there are columns for them.
fn times(block: &Block, columns: Columns) -> anyhow::Result<Details<'static>> {
    let time = |column: Option<usize>| column.map_or(Ok(None), |column| milliseconds(block, column));
    let (first_key_ms, submitted_ms) = (time(columns.first_key)?, time(columns.submitted)?);
    Ok(Details { participant: None, first_key_ms, submitted_ms })
}

fn whole_number(block: &Block, column: usize) -> anyhow::Result<u64> {
    answers::count(&block.field(column)).map_err(|problem| block.refusal(column, &problem))
}

fn milliseconds(block: &Block, column: usize) -> anyhow::Result<Option<u32>> {
    let field = block.field(column);
    let text = field.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse() {
        Ok(milliseconds) => Ok(Some(milliseconds)),
        Err(_) => Err(block.refusal(column, &format!("`{text}` is not a time in whole milliseconds"))),
    }
}
