//! Finds out which character separates the columns.

use super::scan::{Dialect, Scan, scan};

const CANDIDATES: [u8; 4] = [b',', b'\t', b';', b'|'];

/// So many rows are looked at.
const SAMPLE_ROWS: usize = 200;

/// The delimiter with which the rows of the sample are as wide as the first one. Among equals the one that
/// makes more columns wins, then the order of `CANDIDATES`.
///
/// `sample` is the beginning of the file; `ended` says that it is all of it.
pub(super) fn delimiter(sample: &[u8], ended: bool, quotes: bool) -> u8 {
    let mut best = (CANDIDATES[0], Score::default());
    for delimiter in CANDIDATES {
        let score = score(sample, ended, Dialect { delimiter, quotes });
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

/// The name of a delimiter in messages.
pub(super) fn name(delimiter: u8) -> String {
    match delimiter {
        b',' => "comma".to_owned(),
        b'\t' => "tab".to_owned(),
        b';' => "semicolon".to_owned(),
        other => format!("`{}`", char::from(other)),
    }
}

/// How well a delimiter fits; compared from the first field to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Score {
    /// Whether there is more than one column at all.
    splits: bool,
    /// Rows as wide as the first, in thousandths.
    fitting: usize,
    columns: usize,
}

fn score(sample: &[u8], ended: bool, dialect: Dialect) -> Score {
    let mut fields = Vec::new();
    let mut at = 0;
    let (mut columns, mut rows, mut fitting) = (0, 0, 0);
    while at < sample.len() && rows < SAMPLE_ROWS {
        if matches!(sample[at], b'\n' | b'\r') {
            at += 1;
            continue;
        }
        match scan(sample, at, dialect, ended, &mut fields) {
            Scan::Row { next, .. } => at = next,
            Scan::More => break,
            Scan::Unclosed | Scan::AfterQuote { .. } => {
                rows += 1;
                break;
            }
        }
        if rows == 0 {
            columns = fields.len();
        }
        rows += 1;
        fitting += usize::from(fields.len() == columns);
    }
    Score { splits: columns > 1, fitting: fitting * 1000 / rows.max(1), columns }
}

#[cfg(test)]
mod tests {
    use super::delimiter;

    #[test]
    fn the_delimiter_that_makes_a_table_wins() {
        for (sample, expected) in [
            ("a,b\n1,2\n", b','),
            ("a\tb\n1\tx, y\n", b'\t'),
            ("a;b\n1,5;x\n2,5;y, z\n", b';'),
            ("a|b\r1|2\r", b'|'),
            ("stimulus,response\n1,\"a;b;c\"\n2,\"d;e;f\"\n", b','),
            ("stimulus, the picture\tresponse\n1\tdog\n", b'\t'),
            ("one column\nonly\n", b','),
            ("", b','),
        ] {
            assert_eq!(
                char::from(delimiter(sample.as_bytes(), true, true)),
                char::from(expected),
                "{sample:?}"
            );
        }
    }
}
