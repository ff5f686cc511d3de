//! Finds the fields of one row in a piece of text, after RFC 4180.
//!
//! A field in quotes may hold delimiters and line ends; a quote in it is doubled. A quote within a field that
//! does not begin with one is a plain character. Rows end with LF, CRLF or CR.
//!
//! Why not the csv crate: it cannot tell an unclosed quote, which would silently swallow all further rows, and
//! counts CRLF and CR lines wrongly; here each refusal has to name the right line.

use std::borrow::Cow;
use std::ops::Range;

use super::ends::Ends;
use super::place::line_ends;

/// How the rows of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// Whether quotation marks enclose fields.
    pub(super) quotes: bool,
}

/// Where a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    /// Where its text begins, without the quotes around it.
    start: u32,
    /// How long it is, doubled, plus one if it holds doubled quotes.
    length: u32,
}

impl Field {
    /// Texts that are scanned are far shorter than 2 GiB.
    #[inline]
    fn new(start: usize, end: usize, escaped: bool) -> Self {
        Self { start: start as u32, length: ((end - start) as u32) << 1 | u32::from(escaped) }
    }

    /// The text of the field within the text that was scanned.
    pub(super) fn of(self, text: &str) -> Cow<'_, str> {
        let raw = &text[self.start()..][..(self.length >> 1) as usize];
        if self.is_escaped() { Cow::Owned(raw.replace("\"\"", "\"")) } else { Cow::Borrowed(raw) }
    }

    /// Where its text stands, unless doubled quotes in it stand for single ones.
    #[inline]
    pub(super) fn range(self) -> Option<Range<usize>> {
        (!self.is_escaped()).then_some(self.start()..self.start() + (self.length >> 1) as usize)
    }

    fn is_escaped(self) -> bool {
        self.length & 1 == 1
    }

    /// Where its text begins.
    #[inline]
    pub(super) fn start(self) -> usize {
        self.start as usize
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scan {
    /// A whole row; the next one begins at `next`, `lines` lines further down.
    Row { next: usize, lines: u64 },
    /// The text ends before the row does.
    More,
    /// The text ends for good within quotes.
    Unclosed,
    /// Something follows a closing quote in the last field of `fields`, `lines` lines below the start.
    AfterQuote { lines: u64 },
}

/// Finds the fields of the row that begins at `start`. `ended`: no text will follow.
pub(super) fn scan(
    text: &[u8],
    start: usize,
    dialect: Dialect,
    ended: bool,
    fields: &mut Vec<Field>,
) -> Scan {
    fields.clear();
    let mut at = start;
    let mut lines = 0;
    loop {
        if dialect.quotes && text.get(at) == Some(&b'"') {
            let (end, escaped) = match closing_quote(text, at + 1, ended) {
                Quoted::Closed { end, escaped } => (end, escaped),
                Quoted::More => return Scan::More,
                Quoted::Unclosed => return Scan::Unclosed,
            };
            lines += line_ends(&text[at + 1..end], false);
            fields.push(Field::new(at + 1, end, escaped));
            at = end + 1;
            if text.get(at).is_some_and(|&byte| byte != dialect.delimiter && !matches!(byte, b'\n' | b'\r')) {
                return Scan::AfterQuote { lines };
            }
        } else {
            let length = memchr::memchr3(dialect.delimiter, b'\n', b'\r', &text[at..]);
            let end = length.map_or(text.len(), |length| at + length);
            fields.push(Field::new(at, end, false));
            at = end;
        }
        match text.get(at) {
            None if ended => return Scan::Row { next: at, lines: lines + 1 },
            None => return Scan::More,
            Some(b'\n') => return Scan::Row { next: at + 1, lines: lines + 1 },
            Some(b'\r') => {
                return match text.get(at + 1) {
                    Some(b'\n') => Scan::Row { next: at + 2, lines: lines + 1 },
                    None if !ended => Scan::More,
                    _ => Scan::Row { next: at + 1, lines: lines + 1 },
                };
            }
            Some(_) => at += 1,
        }
    }
}

/// Finds the fields of the row that begins at `start` in a text of whole rows without enclosing quotes and carriage
/// returns; gives where the next row begins. `ends` has told all ends before `start`.
#[inline]
pub(super) fn scan_plain(
    text: &[u8],
    start: usize,
    delimiter: u8,
    ends: &mut Ends,
    fields: &mut Vec<Field>,
) -> usize {
    fields.clear();
    let mut at = start;
    loop {
        let end = ends.next(text, delimiter);
        fields.push(Field::new(at, end, false));
        at = end + 1;
        if text.get(end) != Some(&delimiter) {
            return at;
        }
    }
}

enum Quoted {
    Closed { end: usize, escaped: bool },
    More,
    Unclosed,
}

fn closing_quote(text: &[u8], start: usize, ended: bool) -> Quoted {
    let mut at = start;
    let mut escaped = false;
    loop {
        let Some(length) = memchr::memchr(b'"', &text[at..]) else {
            return if ended { Quoted::Unclosed } else { Quoted::More };
        };
        let end = at + length;
        match text.get(end + 1) {
            Some(b'"') => {
                escaped = true;
                at = end + 2;
            }
            None if !ended => return Quoted::More,
            _ => return Quoted::Closed { end, escaped },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COMMA: Dialect = Dialect { delimiter: b',', quotes: true };

    /// All rows of a text, with the line on which each begins.
    fn rows(text: &str, dialect: Dialect) -> Vec<(u64, Vec<String>)> {
        let (mut rows, mut at, mut line, mut fields) = (Vec::new(), 0, 1, Vec::new());
        while at < text.len() {
            match scan(text.as_bytes(), at, dialect, true, &mut fields) {
                Scan::Row { next, lines } => {
                    rows.push((line, fields.iter().map(|field| field.of(text).into_owned()).collect()));
                    at = next;
                    line += lines;
                }
                other => panic!("{other:?} in {text:?}"),
            }
        }
        rows
    }

    #[test]
    fn quotes_and_every_line_end_are_understood() {
        let text = "a,b\r\n\"x, \"\"y\"\"\n2\",5\" wide\r\"\",\nlast,\"end\"";
        let expected = [
            (1, vec!["a", "b"]),
            (2, vec!["x, \"y\"\n2", "5\" wide"]),
            (4, vec!["", ""]),
            (5, vec!["last", "end"]),
        ];
        let found = rows(text, COMMA);
        assert_eq!(found.len(), expected.len());
        for ((line, fields), (expected_line, expected_fields)) in found.into_iter().zip(expected) {
            assert_eq!(
                (line, fields),
                (expected_line, expected_fields.into_iter().map(String::from).collect())
            );
        }
    }

    #[test]
    fn without_quoting_quotes_are_text() {
        let plain = Dialect { delimiter: b'\t', quotes: false };
        assert_eq!(rows("\"a\tb\"\n", plain), [(1, vec!["\"a".to_owned(), "b\"".to_owned()])]);
    }

    #[test]
    fn broken_quotes_are_noticed() {
        let mut fields = Vec::new();
        assert_eq!(scan(b"a,\"b\nc,d\n", 0, COMMA, true, &mut fields), Scan::Unclosed);
        assert_eq!(scan(b"a,\"b\nc,d\n", 0, COMMA, false, &mut fields), Scan::More);
        assert_eq!(scan(b"\"b\n\"c,d\n", 0, COMMA, true, &mut fields), Scan::AfterQuote { lines: 1 });
        assert_eq!(scan(b"a,\"b\"", 0, COMMA, false, &mut fields), Scan::More);
        assert_eq!(scan(b"a\r", 0, COMMA, false, &mut fields), Scan::More);
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(
            table in prop::collection::vec(prop::collection::vec("[a,\"\\n\\ré ]{0,6}", 3), 1..8),
            crlf in any::<bool>(),
        ) {
            let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
            let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let read: Vec<Vec<String>> = rows(&text, COMMA).into_iter().map(|(_, fields)| fields).collect();
            prop_assert_eq!(read, table);
        }

        #[test]
        fn a_row_that_is_found_early_is_the_row(text in "[a,\"\\n\\r]{0,20}", cut in 0usize..20) {
            let (mut early, mut whole) = (Vec::new(), Vec::new());
            let piece = &text.as_bytes()[..cut.min(text.len())];
            if let Scan::Row { next, lines } = scan(piece, 0, COMMA, false, &mut early) {
                let again = scan(text.as_bytes(), 0, COMMA, true, &mut whole);
                prop_assert_eq!(again, Scan::Row { next, lines });
                prop_assert_eq!(early, whole);
            }
        }
    }
}
