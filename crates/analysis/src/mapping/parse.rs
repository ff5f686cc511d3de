//! Mapping files: two columns, separated by comma, semicolon or tab.

use std::ops::Range;

use super::{Error, Row, Verdict};

pub(super) const NAME_HEADERS: [&str; 4] = ["name", "variant", "from", "response"];
pub(super) const CANONICAL_HEADERS: [&str; 4] = ["canonical", "canonical_name", "to", "target"];
pub(super) const ACCEPT_HEADERS: [&str; 2] = ["accept", "accepted"];

/// Which column means what, and how many there are.
struct Columns {
    name: usize,
    canonical: usize,
    accept: Option<usize>,
    all: usize,
}

impl Columns {
    const TWO: Self = Self { name: 0, canonical: 1, accept: None, all: 2 };

    /// The columns of a header; `None` when the record is none.
    fn of(header: &csv::StringRecord) -> Option<Self> {
        let find = |headers: &[&str]| {
            header
                .iter()
                .position(|cell| headers.iter().any(|header| cell.trim().eq_ignore_ascii_case(header)))
        };
        Some(Self {
            name: find(&NAME_HEADERS)?,
            canonical: find(&CANONICAL_HEADERS)?,
            accept: find(&ACCEPT_HEADERS),
            all: header.len(),
        })
    }
}

pub(super) fn rows(text: &str) -> Result<Vec<Row>, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut columns = Columns::TWO;
    let mut rows = Vec::new();
    let mut line = 1;
    let mut first = true;
    let mut record = csv::StringRecord::new();
    loop {
        let start = reader.position().byte() as usize;
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(rows),
            Err(error) => return Err(Error::Line { line, problem: error.to_string() }),
        }
        let read = reader.position().byte() as usize;
        let skipped = text[start..read].len() - text[start..read].trim_start_matches(['\r', '\n']).len();
        line += line_ends(text, start..start + skipped);
        match Columns::of(&record).filter(|_| first && line == 1) {
            Some(header) => columns = header,
            None => rows.push(row(&record, &columns, line).map_err(|problem| Error::Line { line, problem })?),
        }
        first = false;
        line += line_ends(text, start + skipped..read);
    }
}

fn row(record: &csv::StringRecord, columns: &Columns, line: u64) -> Result<Row, String> {
    if record.len() != columns.all {
        return Err(if columns.all == 2 {
            format!("expected two columns (name, canonical name), found {}", record.len())
        } else {
            format!("expected {} columns as in the first line, found {}", columns.all, record.len())
        });
    }
    let (name, canonical) = (unguarded(&record[columns.name]), unguarded(&record[columns.canonical]));
    for (column, text, meaning) in
        [(columns.name, name, "name"), (columns.canonical, canonical, "canonical name")]
    {
        if text.is_empty() {
            return Err(format!("column {} ({meaning}) is empty", column + 1));
        }
    }
    let verdict = columns.accept.map_or(Ok(Verdict::Accepted), |accept| verdict(&record[accept]))?;
    Ok(Row { line, name: name.to_owned(), canonical: canonical.to_owned(), verdict })
}

/// Reads a word of the column `accept`.
pub(super) fn verdict(word: &str) -> Result<Verdict, String> {
    match word.trim().to_lowercase().as_str() {
        "" => Ok(Verdict::Open),
        "yes" | "y" | "true" | "1" | "x" | "accept" | "accepted" => Ok(Verdict::Accepted),
        "no" | "n" | "false" | "0" | "reject" | "rejected" => Ok(Verdict::Rejected),
        _ => Err(format!("column accept says `{}`; write yes, no or nothing", word.trim())),
    }
}

const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A text without the apostrophe that keeps a spreadsheet from running it.
fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_guardable(rest)).unwrap_or(text)
}

/// Whether a text starts as a formula, behind any number of apostrophes.
fn is_guardable(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA_STARTS)
}

/// Appends one field of CSV, guarded against spreadsheets.
pub(super) fn write_field(csv: &mut String, text: &str) {
    let guard = if is_guardable(text) { "'" } else { "" };
    if text.contains(['"', ',', ';', '\t', '\r', '\n']) {
        csv.extend(["\"", guard, &text.replace('"', "\"\""), "\""]);
    } else {
        csv.extend([guard, text]);
    }
}

/// The separator that the first line holds; a comma if it holds none.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    if first.contains('\t') {
        b'\t'
    } else if !first.contains(',') && first.contains(';') {
        b';'
    } else {
        b','
    }
}

/// Ends of lines of any kind (LF, CRLF or CR) within a range of the text. A CRLF counts where its CR stands.
fn line_ends(text: &str, range: Range<usize>) -> u64 {
    let bytes = text.as_bytes();
    let lone_feed = |index: usize| bytes[index] == b'\n' && (index == 0 || bytes[index - 1] != b'\r');
    range.filter(|&index| bytes[index] == b'\r' || lone_feed(index)).count() as u64
}

#[cfg(test)]
mod tests {
    use super::super::VariantMapping;

    #[test]
    fn commas_tabs_semicolons_quotes_and_headers_are_read() {
        for text in [
            "name,canonical\ntv,television\n\"a, b\",c\n",
            "tv\ttelevision\r\na, b\tc\r\n",
            "\u{feff}variant;to\ntv;television\na, b;c",
        ] {
            let mapping = VariantMapping::parse_csv(text).unwrap();
            assert_eq!(mapping.canonical("tv"), "television", "{text:?}");
            assert_eq!(mapping.canonical("a, b"), "c", "{text:?}");
            assert_eq!(mapping.len(), 2, "{text:?}");
        }
    }

    #[test]
    fn a_list_of_proposals_with_a_column_accept_is_a_mapping() {
        let text =
            "accept,from,to,score\nyes,tabel,table,0.9\n,chiar,chair,0.8\nNo,boat,goat,0.1\nx,cta,cat,1\n";
        let mapping = VariantMapping::parse_csv(text).unwrap();
        assert_eq!(mapping.iter().collect::<Vec<_>>(), [("cta", "cat"), ("tabel", "table")]);
        let error = VariantMapping::parse_csv("from,to,accept\na,b,perhaps\n").unwrap_err();
        assert_eq!(error.to_string(), "line 2: column accept says `perhaps`; write yes, no or nothing");
        let error = VariantMapping::parse_csv("from,to,accept\na,b\n").unwrap_err();
        assert_eq!(error.to_string(), "line 2: expected 3 columns as in the first line, found 2");
    }

    #[test]
    fn what_is_written_is_read_back() {
        let pairs = [
            ("=1+1", "+x"),
            ("'=1", "\"a\", b"),
            ("a;b", "c\nd"),
            ("'dog", "dog"),
            ("\tx", "-"),
            ("name", "to"),
        ];
        let pairs = pairs.map(|(name, canonical)| (name.to_owned(), canonical.to_owned()));
        let mapping = VariantMapping::from_pairs(pairs).unwrap();
        let csv = mapping.to_csv();
        assert!(csv.contains("'=1+1,'+x\r\n"), "{csv}");
        assert_eq!(VariantMapping::parse_csv(&csv).unwrap(), mapping);
    }

    #[test]
    fn a_bad_line_is_named() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["name,canonical", "tv,television", "", "alone", ""].join(end);
            let error = VariantMapping::parse_csv(&text).unwrap_err();
            let expected = "line 4: expected two columns (name, canonical name), found 1";
            assert_eq!(error.to_string(), expected, "{end:?}");
        }
        let error = VariantMapping::parse_csv("tv,television\ntelly,\n").unwrap_err();
        assert_eq!(error.to_string(), "line 2: column 2 (canonical name) is empty");
    }
}
