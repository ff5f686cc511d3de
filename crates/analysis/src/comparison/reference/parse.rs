//! Tables of norms as CSV.

use super::columns::{AGREEMENT, COUNT, H, NAME, STIMULUS};
use super::{Error, ReferenceBuilder, ReferenceNorms, Weight};

pub(super) fn norms(text: &str) -> Result<ReferenceNorms, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .trim(csv::Trim::Headers)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| line_of(&error))?.clone();
    let column = |usual: &[&str]| {
        usual.iter().find_map(|name| header.iter().position(|cell| cell.eq_ignore_ascii_case(name)))
    };
    let stimulus = column(&STIMULUS).ok_or(Error::Column("stimulus"))?;
    let name = column(&NAME).ok_or(Error::Column("name"))?;
    let count = column(&COUNT);
    let agreement = column(&AGREEMENT);
    if count.is_none() && agreement.is_none() {
        return Err(Error::Column("count"));
    }
    let h = column(&H);
    let mut builder = ReferenceBuilder::default();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| line_of(&error))? {
        let line = record.position().map_or(0, csv::Position::line);
        let refused = |problem: String| Error::Line { line, problem };
        let weight = match (count, agreement) {
            (Some(column), _) => Weight::Count(whole(&record[column]).map_err(refused)?),
            (None, Some(column)) => Weight::Share(number(&record[column], "agreement").map_err(refused)?),
            (None, None) => unreachable!("one of the two columns was found"),
        };
        let h = match h.map(|column| record[column].trim()) {
            None | Some("") => None,
            Some(text) => Some(number(text, "H").map_err(refused)?),
        };
        builder.add(&record[stimulus], &record[name], weight, h).map_err(refused)?;
    }
    let norms = builder.build();
    if norms.is_empty() { Err(Error::Empty) } else { Ok(norms) }
}

fn whole(text: &str) -> Result<u64, String> {
    text.trim().parse().map_err(|_| format!("`{}` is not a count; give a whole number from 0", text.trim()))
}

fn number(text: &str, what: &str) -> Result<f64, String> {
    let text = text.trim().trim_end_matches('%').trim_end();
    text.parse().map_err(|_| format!("`{text}` is no {what}; give a number such as 0.85"))
}

fn line_of(error: &csv::Error) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    let problem = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} columns, the header {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "the text is not UTF-8".to_owned(),
        other => format!("{other:?}"),
    };
    Error::Line { line, problem }
}

/// The separator that the first line holds; a comma if it holds none.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    [b'\t', b';'].into_iter().find(|delimiter| first.contains(char::from(*delimiter))).unwrap_or(b',')
}
