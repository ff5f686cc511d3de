//! Rows into counts of distinct pairs of unit and value, by several threads.

use std::borrow::Cow;
use std::collections::HashSet;

use nameit_analysis::agreement::Value;
use nameit_analysis::bulk::{Bulk, Counter, Counts, Said, Text};
use nameit_analysis::normalise::{Normalisation, Normaliser};

use super::Args;
use crate::input::block::Block;
use crate::input::header::{column, needed_column};
use crate::{pairs, threads};

const UNIT: [&str; 6] = ["unit", "stimulus", "item", "image", "picture", "subject"];
const CODER: [&str; 6] = ["coder", "rater", "participant", "annotator", "observer", "judge"];
const VALUE: [&str; 7] = ["value", "rating", "code", "label", "category", "name", "response"];

const JUDGED_BEFORE: &str = "this coder has judged this unit before; a coder judges a unit once";

/// All that is known of a file. Memory follows the distinct pairs of unit and value, and of unit and coder.
pub(super) struct Judgements {
    /// How the file is called in messages.
    pub(super) file: String,
    /// In the order in which they first came.
    pub(super) units: Vec<Unit>,
    /// 0 without a column that tells them.
    pub(super) coders: u64,
    pub(super) missing: u64,
    /// What was assumed about the file, in words.
    pub(super) assumptions: String,
}

/// What was judged, and the values that it got with how often each was given. A number that was written in several
/// ways comes as often.
pub(super) struct Unit {
    pub(super) key: String,
    pub(super) values: Vec<(Value, u64)>,
}

#[derive(Debug, Clone, Copy)]
struct Columns {
    unit: usize,
    coder: Option<usize>,
    value: usize,
}

/// What one thread has read.
struct Read<'bulk> {
    values: Counter<'bulk>,
    coders: Option<Counter<'bulk>>,
    rows: u64,
    missing: u64,
}

/// Reads all rows.
pub(super) fn count(args: &Args) -> anyhow::Result<Judgements> {
    let blocks = args.file.open_blocks()?;
    let columns =
        Columns::find(args, blocks.header()).map_err(|error| error.context(blocks.name().to_owned()))?;
    let as_typed = || Bulk::new(Normaliser::new(Normalisation::None, "und"));
    let (values, coders) = (as_typed(), columns.coder.map(|_| as_typed()));
    let state =
        || Read { values: values.counter(), coders: coders.as_ref().map(Bulk::counter), rows: 0, missing: 0 };
    let threads = args.threads.count();
    let (blocks, states) = threads::read(blocks, threads, state, |block, read| {
        while block.advance()? {
            read.note(block, columns)?;
        }
        read.values.count(block.text(), block.number());
        if let Some(coders) = &mut read.coders {
            coders.count(block.text(), block.number());
        }
        Ok(())
    })?;
    let rows = states.iter().map(|read| read.rows).sum();
    let missing = states.iter().map(|read| read.missing).sum();
    drop(states);
    let assumptions = format!("{}; {}", pairs::described(&blocks, rows), columns.describe(blocks.header()));
    let coders = coders.map(|coders| coders.finish(threads));
    if let Some(coders) = &coders {
        let repeated = repeated(coders);
        if !repeated.is_empty() {
            return Err(refusal(args, columns, blocks.name(), &repeated));
        }
    }
    let values = values.finish(threads);
    let unit = |place: usize| {
        let unit = values.stimulus(place);
        let value = |(value, count): (&str, u64)| (Value::parse(value), count);
        Unit { key: unit.key().to_owned(), values: unit.names().map(value).collect() }
    };
    Ok(Judgements {
        file: blocks.name().to_owned(),
        units: (0..values.len()).map(unit).collect(),
        coders: coders.map_or(0, |coders| coders.totals().types),
        missing,
        assumptions,
    })
}

/// Units with coders who judged them more than once.
fn repeated(coders: &Counts) -> HashSet<(String, String)> {
    let units = (0..coders.len()).map(|place| coders.stimulus(place));
    let repeated = units.flat_map(|unit| {
        let again = unit.names().filter(|(_, count)| *count > 1);
        again.map(move |(coder, _)| (unit.key().to_owned(), coder.to_owned()))
    });
    repeated.collect()
}

/// Tells the first row in the file that judges again, which takes reading it again; what is no file can be read once.
fn refusal(args: &Args, columns: Columns, name: &str, repeated: &HashSet<(String, String)>) -> anyhow::Error {
    let is_file = std::fs::metadata(&args.file.file).is_ok_and(|metadata| metadata.is_file());
    let row = if is_file { refused_row(args, columns, repeated) } else { Ok(None) };
    let somewhere = || {
        let (unit, coder) = repeated.iter().min().expect("something was judged again");
        anyhow::anyhow!("{name}: unit `{unit}`, coder `{coder}`: {JUDGED_BEFORE}")
    };
    row.unwrap_or_else(Some).unwrap_or_else(somewhere)
}

fn refused_row(
    args: &Args,
    columns: Columns,
    repeated: &HashSet<(String, String)>,
) -> anyhow::Result<Option<anyhow::Error>> {
    let Some(coder) = columns.coder else { return Ok(None) };
    let mut rows = args.file.open()?;
    let mut seen = HashSet::new();
    while rows.advance()? {
        let judged = (rows.field(columns.unit).trim().to_owned(), rows.field(coder).trim().to_owned());
        let is_missing = is_missing(rows.field(columns.value).trim());
        if !is_missing && repeated.contains(&judged) && !seen.insert(judged) {
            return Ok(Some(rows.refusal(coder, JUDGED_BEFORE)));
        }
    }
    Ok(None)
}

fn is_missing(value: &str) -> bool {
    matches!(value, "" | "NA" | "*")
}

/// A field of the current row without white space around it.
fn trimmed(block: &Block, column: usize) -> Text<'_> {
    if let Some(range) = block.range_of(column) {
        let text = &block.text()[range.clone()];
        let begin = range.start + (text.len() - text.trim_start().len());
        return Text::At(begin..begin + text.trim().len());
    }
    Text::Rewritten(match block.field(column) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    })
}

// === impl Read ===

impl Read<'_> {
    /// Notes the current row.
    fn note(&mut self, block: &Block, columns: Columns) -> anyhow::Result<()> {
        self.rows += 1;
        let value = trimmed(block, columns.value);
        if is_missing(value.of(block.text())) {
            self.missing += 1;
            return Ok(());
        }
        let unit = needed(block, columns.unit, "empty; a value needs a unit")?;
        let place = block.start(columns.unit);
        self.values.note(block.text(), place, &unit, &Said::Text(value), 1, None);
        if let (Some(column), Some(coders)) = (columns.coder, &mut self.coders) {
            let coder = needed(block, column, "empty; a value needs a coder")?;
            coders.note(block.text(), place, &unit, &Said::Text(coder), 1, None);
        }
        Ok(())
    }
}

fn needed<'block>(block: &'block Block, column: usize, problem: &str) -> anyhow::Result<Text<'block>> {
    let text = trimmed(block, column);
    if text.is_empty() { Err(block.refusal(column, problem)) } else { Ok(text) }
}

// === impl Columns ===

impl Columns {
    fn find(args: &Args, header: &[String]) -> anyhow::Result<Self> {
        Ok(Self {
            unit: needed_column("unit", args.unit.as_deref(), &UNIT, header)?,
            coder: column("coder", args.coder.as_deref(), &CODER, header)?,
            value: needed_column("value", args.value.as_deref(), &VALUE, header)?,
        })
    }

    fn describe(self, header: &[String]) -> String {
        let name = |column: usize| format!("`{}`", header[column]);
        let by = self.coder.map_or_else(
            || "each row is another coder".to_owned(),
            |coder| format!("coder in {}", name(coder)),
        );
        format!("unit in {}, {by}, value in {}", name(self.unit), name(self.value))
    }
}

// === impl Unit ===

impl Unit {
    /// How many values it got.
    pub(super) fn n(&self) -> u64 {
        self.values.iter().map(|(_, count)| count).sum()
    }
}
