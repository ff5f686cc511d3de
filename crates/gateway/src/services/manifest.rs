//! The manifest: a CSV file with a question, a colour or a target for many stimuli at once.
//!
//! The first row names the columns: `key`, or `file` (its stem is the key); `question`; `colour`;
//! `target_x`, `target_y`, `target_width`, `target_height` (fractions of the picture) and `target_style`
//! (`outline` or `dim`). A column that is there sets its value for every row, an empty cell removes it; a
//! column that is not there changes nothing. A row with a colour adds its stimulus if it is new.

use std::collections::{HashMap, HashSet};

use nameit_domain::colour::Srgb;
use nameit_domain::stimulus::{STIMULI_MAX, TargetShape, TargetStyle};
use nameit_domain::text::{Question, StimulusKey};
use nameit_domain::{Invalid, Stimulus, StimulusKind, Target};

use super::edit::Edit;
use crate::error::{Error, Result};

const COLUMNS: [&str; 9] = [
    "key",
    "file",
    "question",
    "colour",
    "target_x",
    "target_y",
    "target_width",
    "target_height",
    "target_style",
];

/// What a manifest did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Applied {
    /// Stimuli that were there and were changed.
    pub(crate) changed: u32,
    /// Stimuli that were added.
    pub(crate) created: u32,
}

/// One row: what it says about one stimulus.
#[derive(Debug)]
pub(crate) struct Row {
    line: u64,
    key: StimulusKey,
    question: Edit<Question>,
    colour: Option<Srgb>,
    target: Edit<Target>,
}

/// Reads a manifest; the first thing that is wrong is named with line and column.
pub(crate) fn parse(csv: &[u8]) -> Result<Vec<Row>> {
    let text = std::str::from_utf8(csv).map_err(|error| {
        let line = csv[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        wrong(line as u64, None, "is not UTF-8; save the file as UTF-8 and send it again")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| broken(&error))?.clone();
    let columns = columns(&header)?;
    let mut rows = Vec::new();
    let mut seen = HashSet::new();
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.len() > header.len() {
            let message =
                format!("has {} cells, the first line names {} columns", record.len(), header.len());
            return Err(wrong(line, None, &message));
        }
        let row = row(line, &columns, &record)?;
        if !seen.insert(row.key.clone()) {
            return Err(wrong(line, Some("key"), &format!("`{}` stands here for the second time", row.key)));
        }
        if rows.len() == STIMULI_MAX {
            return Err(wrong(
                line,
                None,
                &format!("is one too many; an experiment has at most {STIMULI_MAX} stimuli"),
            ));
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(wrong(2, None, "is missing: there is no row below the names of the columns"));
    }
    Ok(rows)
}

/// What the stimuli are after the manifest.
pub(crate) fn apply(rows: Vec<Row>, present: &[Stimulus]) -> Result<(Vec<Stimulus>, Applied)> {
    let by_key: HashMap<&StimulusKey, &Stimulus> =
        present.iter().map(|stimulus| (&stimulus.key, stimulus)).collect();
    let mut applied = Applied { changed: 0, created: 0 };
    let mut stimuli = Vec::with_capacity(rows.len());
    for row in rows {
        let before = by_key.get(&row.key).copied().cloned();
        if before.is_some() {
            applied.changed += 1;
        } else {
            applied.created += 1;
        }
        stimuli.push(merged(row, before)?);
    }
    Ok((stimuli, applied))
}

fn merged(row: Row, before: Option<Stimulus>) -> Result<Stimulus> {
    let Row { line, key, question, colour, target } = row;
    let (old_question, old_kind) = before.map(|before| (before.question, before.kind)).unzip();
    let kind = match (colour, old_kind) {
        (Some(_), Some(StimulusKind::Image { .. })) => {
            let message = format!("gives a colour to `{key}`, which is a picture; use another key");
            return Err(wrong(line, Some("colour"), &message));
        }
        (Some(colour), _) => StimulusKind::Colour(colour),
        (None, Some(StimulusKind::Image { image, target: old })) => {
            return Ok(Stimulus {
                key,
                ordinal: 0,
                question: question.apply(old_question.flatten()),
                kind: StimulusKind::Image { image, target: target.apply(old) },
            });
        }
        (None, Some(kind)) => kind,
        (None, None) => {
            let message = format!(
                "`{key}` is no stimulus of this experiment yet; upload its picture first, or give it a colour"
            );
            return Err(wrong(line, Some("key"), &message));
        }
    };
    if matches!(target, Edit::Set(_)) {
        return Err(wrong(line, Some("target_x"), "a colour has no target; only pictures have"));
    }
    Ok(Stimulus { key, ordinal: 0, question: question.apply(old_question.flatten()), kind })
}

/// Where each known column stands.
struct Columns(HashMap<&'static str, usize>);

impl Columns {
    fn cell<'a>(&self, name: &str, record: &'a csv::StringRecord) -> Option<&'a str> {
        self.0.get(name).map(|index| record.get(*index).unwrap_or_default())
    }
}

fn columns(header: &csv::StringRecord) -> Result<Columns> {
    let mut found = HashMap::new();
    for (index, name) in header.iter().enumerate() {
        let lower = name.to_ascii_lowercase();
        let Some(known) =
            COLUMNS.into_iter().find(|column| *column == lower || (*column == "colour" && lower == "color"))
        else {
            let message = format!("is not a column that is known here; known are {}", COLUMNS.join(", "));
            return Err(wrong(1, Some(name), &message));
        };
        if found.insert(known, index).is_some() {
            return Err(wrong(1, Some(known), "stands there twice"));
        }
    }
    if !found.contains_key("key") && !found.contains_key("file") {
        return Err(wrong(
            1,
            Some("key"),
            "is missing; the first line must name the columns, `key` (or `file`) among them",
        ));
    }
    let box_columns = ["target_x", "target_y", "target_width", "target_height"];
    let missing = box_columns.into_iter().find(|column| !found.contains_key(column));
    let has_target = found.keys().any(|column| column.starts_with("target_"));
    match missing {
        Some(missing) if has_target => Err(wrong(
            1,
            Some(missing),
            "is missing; a target needs target_x, target_y, target_width and target_height",
        )),
        _ => Ok(Columns(found)),
    }
}

fn row(line: u64, columns: &Columns, record: &csv::StringRecord) -> Result<Row> {
    let at = |column: &'static str| move |invalid: Invalid| wrong(line, Some(column), &invalid.message);
    let key = match columns.cell("key", record) {
        Some(key) if !key.is_empty() => StimulusKey::parse(key).map_err(at("key"))?,
        _ => {
            let file = columns.cell("file", record).unwrap_or_default();
            let column = if columns.0.contains_key("file") { "file" } else { "key" };
            StimulusKey::parse(file.rsplit_once('.').map_or(file, |(stem, _)| stem)).map_err(at(column))?
        }
    };
    let question = match columns.cell("question", record) {
        None => Edit::Keep,
        Some("") => Edit::Clear,
        Some(question) => Edit::Set(Question::parse(question).map_err(at("question"))?),
    };
    let colour = match columns.cell("colour", record) {
        None | Some("") => None,
        Some(colour) => Some(Srgb::parse(colour).map_err(at("colour"))?),
    };
    let target = target(line, columns, record)?;
    Ok(Row { line, key, question, colour, target })
}

fn target(line: u64, columns: &Columns, record: &csv::StringRecord) -> Result<Edit<Target>> {
    if !columns.0.contains_key("target_x") {
        return Ok(Edit::Keep);
    }
    let names = ["target_x", "target_y", "target_width", "target_height"];
    let cells = names.map(|name| columns.cell(name, record).unwrap_or_default());
    if cells.iter().all(|cell| cell.is_empty()) {
        return Ok(Edit::Clear);
    }
    let mut numbers = [0.0; 4];
    for ((number, cell), name) in numbers.iter_mut().zip(cells).zip(names) {
        *number = cell.parse().map_err(|_| {
            wrong(
                line,
                Some(name),
                &format!("`{}` is not a number; write a fraction such as 0.25", short(cell)),
            )
        })?;
    }
    let [x, y, width, height] = numbers;
    let shape = TargetShape::parse_box(x, y, width, height)
        .map_err(|invalid| wrong(line, Some("target_x"), &invalid.message))?;
    let style = match columns.cell("target_style", record) {
        None | Some("") => TargetStyle::default(),
        Some(style) => TargetStyle::parse(style)
            .map_err(|invalid| wrong(line, Some("target_style"), &invalid.message))?,
    };
    Ok(Edit::Set(Target { shape, style }))
}

/// The delimiter of the first line: whichever of comma, semicolon and tab stands there most often.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| first.bytes().filter(|byte| *byte == delimiter).count();
    let most = [b';', b'\t'].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',');
    if count(most) > count(b',') { most } else { b',' }
}

fn broken(error: &csv::Error) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    wrong(line, None, "cannot be read as CSV; check its quotes")
}

fn wrong(line: u64, column: Option<&str>, message: &str) -> Error {
    let place = match column {
        Some(column) => format!("line {line}, column `{}`: {message}", short(column)),
        None => format!("line {line} {message}"),
    };
    Error::invalid("manifest", place)
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(csv: &str) -> String {
        parse(csv.as_bytes()).unwrap_err().message.into_owned()
    }

    #[test]
    fn all_usual_spellings_are_read() {
        for csv in [
            "key,question,colour\nsky,What colour is it?,#87ceeb\n",
            "\u{feff}key;question;color\r\nsky;What colour is it?;87ceeb\r\n",
            "Key\tQuestion\tColour\nsky\tWhat colour is it?\t#87CEEB",
        ] {
            let rows = parse(csv.as_bytes()).unwrap();
            let (stimuli, applied) = apply(rows, &[]).unwrap();
            assert_eq!(applied, Applied { changed: 0, created: 1 }, "{csv:?}");
            assert_eq!(stimuli[0].kind, StimulusKind::Colour(Srgb::parse("#87ceeb").unwrap()));
            assert_eq!(stimuli[0].question.as_ref().unwrap().as_str(), "What colour is it?");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_line_and_column() {
        assert!(refusal("question,colour\nx,#fff\n").starts_with("line 1, column `key`: is missing"));
        assert!(refusal("key,price\na,1\n").starts_with("line 1, column `price`"));
        assert!(refusal("key,colour\na,#fff\nb,blue\n").starts_with("line 3, column `colour`"));
        assert!(refusal("key,target_x\na,0.1\n").contains("target_y"));
        assert!(
            refusal("key,target_x,target_y,target_width,target_height\na,0.1,0.1,2,wide\n")
                .contains("target_height")
        );
        assert!(refusal("key,colour\na,#fff\na,#000\n").starts_with("line 3, column `key`"));
        assert!(refusal("key\n").contains("no row"));
        assert!(refusal("key,colour\na,#fff,extra\n").starts_with("line 2 has 3 cells"));
        assert!(parse(b"key\n\xff\n").unwrap_err().message.starts_with("line 2 is not UTF-8"));
    }

    #[test]
    fn a_row_without_colour_needs_its_stimulus() {
        let error = apply(parse(b"key,question\nghost,Who?\n").unwrap(), &[]).unwrap_err();
        assert!(error.message.starts_with("line 2, column `key`"), "{}", error.message);
    }

    #[test]
    fn the_stem_of_the_file_is_the_key() {
        let rows = parse(b"file,colour\nred.apple.png,#f00\n").unwrap();
        assert_eq!(rows[0].key.as_str(), "red.apple");
    }
}
