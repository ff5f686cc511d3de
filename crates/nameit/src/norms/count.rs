//! Rows into counts.

use nameit_analysis::intern::Interner;
use nameit_analysis::naming::Naming;
use nameit_analysis::tally::Tally;
use nameit_domain::NonAnswer;

use super::args::Args;
use super::columns::Columns;
use super::participants::Participants;
use super::rows::Rows;
use super::source::Source;

/// Counts above this, or adding up to more, are refused: floats hold whole numbers exactly up to here.
const MAX_ANSWERS: u64 = 1 << 53;

/// All that is known of a file.
pub(super) struct Counted {
    /// The stimuli, in the order in which they first came.
    pub(super) stimuli: Interner,
    pub(super) tally: Tally,
    /// Only when a column for them was named.
    pub(super) participants: Option<Participants>,
    /// What was assumed about the file, in words.
    pub(super) assumptions: String,
}

/// Reads all rows.
pub(super) fn count(args: &Args, source: Source, naming: Naming) -> anyhow::Result<Counted> {
    let mut rows = Rows::new(source, args.encoding, args.delimiter, !args.no_quotes)?;
    let columns =
        Columns::find(args, rows.header()).map_err(|error| error.context(rows.name().to_owned()))?;
    let mut stimuli = Interner::default();
    let mut tally = Tally::new(naming);
    let mut participants = columns.participant.map(|_| Participants::default());
    let (mut row_count, mut answers) = (0u64, 0u64);
    while rows.advance()? {
        row_count += 1;
        let stimulus = rows.field(columns.stimulus);
        if stimulus.is_empty() {
            return Err(rows.refusal(columns.stimulus, "empty; a row needs a stimulus"));
        }
        let stimulus = stimuli.intern(&stimulus);
        let count = columns.count.map_or(Ok(1), |column| whole_number(&rows, column))?;
        answers += count;
        if answers > MAX_ANSWERS {
            let column = columns.count.unwrap_or(columns.response);
            return Err(rows.refusal(column, "the counts add up to more than 2^53"));
        }
        if let (Some(column), Some(participants)) = (columns.participant, &mut participants) {
            let participant = rows.field(column);
            if participant.is_empty() {
                return Err(rows.refusal(column, "empty; a row needs a participant"));
            }
            participants.add(stimulus, &participant);
        }
        let response = rows.field(columns.response);
        if let Some(kind) = non_answer(&rows, columns, &response) {
            tally.add_non_answers(stimulus, kind, count);
            continue;
        }
        tally.add_grouped(stimulus, &response, count);
        if let Some(first_key_ms) = first_key_ms(&rows, columns)?
            && !response.trim().is_empty()
        {
            tally.add_first_keys(stimulus, first_key_ms, count);
        }
    }
    let assumptions = format!(
        "{}: {row_count} rows, {}; {}",
        rows.name(),
        rows.assumptions(),
        columns.describe(rows.header())
    );
    Ok(Counted { stimuli, tally, participants, assumptions })
}

/// A row with an opt-out is none the less a non-answer for having a text. An empty response is one as well.
fn non_answer(rows: &Rows, columns: Columns, response: &str) -> Option<NonAnswer> {
    if let Some(column) = columns.non_answer {
        let reason = rows.field(column);
        let reason = reason.trim();
        if ["dont_know", "don't know", "dk"].iter().any(|known| reason.eq_ignore_ascii_case(known)) {
            return Some(NonAnswer::DontKnow);
        }
        if !reason.is_empty() {
            return Some(NonAnswer::Skipped);
        }
    }
    response.is_empty().then_some(NonAnswer::Skipped)
}

fn whole_number(rows: &Rows, column: usize) -> anyhow::Result<u64> {
    let field = rows.field(column);
    let text = field.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u64>() {
        Ok(number) if digits && number <= MAX_ANSWERS => Ok(number),
        _ => Err(rows.refusal(column, &format!("`{text}` is not a count; give a whole number from 0"))),
    }
}

fn first_key_ms(rows: &Rows, columns: Columns) -> anyhow::Result<Option<u32>> {
    let Some(column) = columns.first_key else { return Ok(None) };
    let field = rows.field(column);
    let text = field.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse() {
        Ok(milliseconds) => Ok(Some(milliseconds)),
        Err(_) => Err(rows.refusal(column, &format!("`{text}` is not a time in whole milliseconds"))),
    }
}
