//! Where in a file something stands.

use std::fmt;

/// Line and column, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) column: u64,
    after_return: bool,
}

impl Place {
    pub(super) const START: Self = Self::line(1);

    /// The beginning of a line.
    pub(super) const fn line(line: u64) -> Self {
        Self { line, column: 1, after_return: false }
    }

    /// The place behind a text that begins here.
    pub(super) fn behind(mut self, text: &str) -> Self {
        self.advance(text);
        self
    }

    /// Moves past `text`. Lines end with LF, CRLF or CR.
    fn advance(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let Some(last) = memchr::memrchr2(b'\n', b'\r', bytes) else {
            self.column += characters(bytes);
            self.after_return = self.after_return && bytes.is_empty();
            return;
        };
        self.line += line_ends(&bytes[..=last], self.after_return);
        self.column = 1 + characters(&bytes[last + 1..]);
        self.after_return = last + 1 == bytes.len() && bytes[last] == b'\r';
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, column {}", self.line, self.column)
    }
}

/// How many lines end within `bytes`; an LF right at its beginning belongs to a CR before it if there was one.
pub(super) fn line_ends(bytes: &[u8], after_return: bool) -> u64 {
    let feeds = memchr::memchr_iter(b'\n', bytes).count();
    let Some(first_return) = memchr::memchr(b'\r', bytes) else {
        return (feeds - usize::from(after_return && bytes.first() == Some(&b'\n'))) as u64;
    };
    let mut ends = feeds - usize::from(after_return && bytes.first() == Some(&b'\n'));
    for offset in memchr::memchr_iter(b'\r', &bytes[first_return..]) {
        ends += usize::from(bytes.get(first_return + offset + 1) != Some(&b'\n'));
    }
    ends as u64
}

fn characters(utf8: &[u8]) -> u64 {
    utf8.iter().filter(|byte| (**byte as i8) >= -0x40).count() as u64
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn every_kind_of_line_end_counts_once_even_when_cut() {
        for pieces in [
            &["a\nb\r\ncé\rdxy"][..],
            &["a\nb\r", "\ncé\r", "dx", "y"],
            &["a", "\n", "b", "\r", "\n", "cé\rdxy"],
        ] {
            let mut place = Place::START;
            for piece in pieces {
                place.advance(piece);
            }
            assert_eq!((place.line, place.column), (4, 4), "{pieces:?}");
        }
    }
}
