//! Rows into counts.

use anyhow::bail;
use nameit_analysis::bulk::{Bulk, Counter, Counts, Said};
use nameit_analysis::descriptions::WordRule;
use nameit_analysis::normalise::{Normalisation, Normaliser};
use nameit_domain::NonAnswer;

use super::args::Args;
use crate::answers::NON_ANSWER;
use crate::input::block::Block;
use crate::input::header::{column, needed_column};
use crate::pairs::{self, Places};
use crate::threads;

const STIMULUS: [&str; 10] = [
    "stimulus",
    "stimulus_key",
    "stimulus_id",
    "stim",
    "item",
    "item_id",
    "image",
    "image_id",
    "picture",
    "tangram",
];
const DESCRIPTION: [&str; 9] = [
    "description",
    "whole",
    "response",
    "raw_response",
    "answer",
    "utterance",
    "expression",
    "refexp",
    "text",
];

/// All that is known of a file.
pub(super) struct Counted {
    /// Descriptions as typed.
    pub(super) wholes: Counts,
    /// Names of parts as JSON, checked, of the same stimuli in the same order; only when a column for them was named.
    pub(super) parts: Option<Counts>,
    pub(super) words: WordRule,
    /// What was assumed about the file, in words.
    pub(super) assumptions: String,
}

#[derive(Debug, Clone, Copy)]
struct Columns {
    /// The description is the response.
    places: Places,
    parts: Option<usize>,
}

/// What one thread has read.
struct Read<'bulk> {
    wholes: Counter<'bulk>,
    parts: Option<Counter<'bulk>>,
    rows: u64,
    answers: u64,
}

/// Reads all rows.
pub(super) fn count(args: &Args) -> anyhow::Result<Counted> {
    let blocks = args.file.open_blocks()?;
    let columns =
        Columns::find(args, blocks.header()).map_err(|error| error.context(blocks.name().to_owned()))?;
    let as_typed = || Bulk::new(Normaliser::new(Normalisation::None, &args.language));
    let (wholes, parts) = (as_typed(), columns.parts.map(|_| as_typed()));
    let state =
        || Read { wholes: wholes.counter(), parts: parts.as_ref().map(Bulk::counter), rows: 0, answers: 0 };
    let threads = args.threads.count();
    let (blocks, states) = threads::read(blocks, columns.places.readers(threads), state, |block, read| {
        while block.advance()? {
            read.note(block, columns)?;
        }
        read.wholes.count(block.text(), block.number());
        if let Some(parts) = &mut read.parts {
            parts.count(block.text(), block.number());
        }
        Ok(())
    })?;
    let rows: u64 = states.iter().map(|read| read.rows).sum();
    drop(states);
    let words = args.words();
    let assumptions = format!(
        "{}; {}; words: {}",
        pairs::described(&blocks, rows),
        columns.describe(blocks.header()),
        words.as_str(),
    );
    let finish = |bulk: Bulk| bulk.finish(threads);
    Ok(Counted { wholes: finish(wholes), parts: parts.map(finish), words, assumptions })
}

impl Read<'_> {
    /// Notes the current row.
    fn note(&mut self, block: &Block, columns: Columns) -> anyhow::Result<()> {
        let Columns { places, parts } = columns;
        self.rows += 1;
        let stimulus = places.stimulus(block)?;
        let count = places.count(block)?;
        self.answers += count;
        places.check_sum(block, self.answers)?;
        let place = block.start(places.stimulus);
        let said = match places.said(block) {
            Said::Text(text) if text.of(block.text()).trim().is_empty() => {
                Said::NonAnswer(NonAnswer::Skipped)
            }
            said => said,
        };
        self.wholes.note(block.text(), place, &stimulus, &said, count, None);
        if let (Some(column), Some(counter)) = (parts, &mut self.parts) {
            let names = block.field(column);
            let said = if names.trim().is_empty() {
                Said::NonAnswer(NonAnswer::Skipped)
            } else if part_names(&names).is_some() {
                Said::Text(block.text_of(column))
            } else {
                let problem =
                    "not a JSON object or array of texts, such as {\"1\": \"head\", \"2\": \"wing\"}";
                return Err(block.refusal(column, problem));
            };
            counter.note(block.text(), place, &stimulus, &said, count, None);
        }
        Ok(())
    }
}

/// The names of the parts in one cell.
pub(super) fn part_names(json: &str) -> Option<Vec<String>> {
    match serde_json::from_str(json).ok()? {
        serde_json::Value::Object(names) => names.into_iter().map(|(_, name)| text(name)).collect(),
        serde_json::Value::Array(names) => names.into_iter().map(text).collect(),
        _ => None,
    }
}

fn text(value: serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text),
        _ => None,
    }
}

impl Columns {
    fn find(args: &Args, header: &[String]) -> anyhow::Result<Self> {
        let optional =
            |flag, named: Option<&String>, usual| column(flag, named.map(String::as_str), usual, header);
        let needed = |flag, named: Option<&String>, usual| {
            needed_column(flag, named.map(String::as_str), usual, header)
        };
        let places = Places {
            stimulus: needed("stimulus", args.stimulus.as_ref(), &STIMULUS)?,
            response: needed("description", args.description.as_ref(), &DESCRIPTION)?,
            count: optional("count", args.count.as_ref(), &[])?,
            non_answer: optional("non-answer", args.non_answer.as_ref(), &NON_ANSWER)?,
        };
        if places.stimulus == places.response {
            bail!("stimulus and description are the same column `{}`", header[places.stimulus]);
        }
        Ok(Self { places, parts: optional("parts", args.parts.as_ref(), &[])? })
    }

    fn describe(self, header: &[String]) -> String {
        let places = self.places.describe(header).replacen("response in", "description in", 1);
        match self.parts {
            Some(column) => format!("{places}, parts in `{}`", header[column]),
            None => places,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::part_names;

    #[test]
    fn parts_are_an_object_or_an_array_of_texts() {
        assert_eq!(part_names(r#"{"1": "head", "2": "head"}"#).unwrap(), ["head", "head"]);
        assert_eq!(part_names(r#"["wing"]"#).unwrap(), ["wing"]);
        for bad in ["head", "3", r#"{"1": 2}"#, r#"["a", null]"#, "{"] {
            assert_eq!(part_names(bad), None, "{bad}");
        }
    }
}
