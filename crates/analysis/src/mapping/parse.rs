//! Mapping files: two columns, separated by comma, semicolon or tab.

use std::ops::Range;

use super::Error;

const NAME_HEADERS: [&str; 4] = ["name", "variant", "from", "response"];
const CANONICAL_HEADERS: [&str; 4] = ["canonical", "canonical_name", "to", "target"];

pub(super) fn pairs(text: &str) -> Result<Vec<(String, String)>, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut pairs = Vec::new();
    let mut line = 1;
    let mut record = csv::StringRecord::new();
    loop {
        let start = reader.position().byte() as usize;
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(pairs),
            Err(error) => return Err(Error::Line { line, problem: error.to_string() }),
        }
        let read = reader.position().byte() as usize;
        let skipped = text[start..read].len() - text[start..read].trim_start_matches(['\r', '\n']).len();
        line += line_ends(text, start..start + skipped);
        if record.len() != 2 {
            let problem = format!("expected two columns (name, canonical name), found {}", record.len());
            return Err(Error::Line { line, problem });
        }
        let (name, canonical) = (&record[0], &record[1]);
        if name.is_empty() || canonical.is_empty() {
            let column = if name.is_empty() { "1 (name)" } else { "2 (canonical name)" };
            return Err(Error::Line { line, problem: format!("column {column} is empty") });
        }
        if !(pairs.is_empty() && line == 1 && is_header(name, canonical)) {
            pairs.push((name.to_owned(), canonical.to_owned()));
        }
        line += line_ends(text, start + skipped..read);
    }
}

fn is_header(name: &str, canonical: &str) -> bool {
    let known = |word: &str, headers: &[&str]| headers.iter().any(|header| word.eq_ignore_ascii_case(header));
    known(name.trim(), &NAME_HEADERS) && known(canonical.trim(), &CANONICAL_HEADERS)
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
