//! Cells of CSV (RFC 4180, UTF-8).

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::{self, Write};

/// A writer of CSV as the other commands and spreadsheets expect it.
pub fn writer<W: Write>(output: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(output)
}

/// The error of the output itself, which tells a reader that has seen enough from a full disk.
pub fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A figure with all its digits; empty where it is not defined.
pub fn figure(figure: Option<f64>) -> String {
    figure.map_or_else(String::new, |figure| format!("{figure:?}"))
}

/// A text that a spreadsheet would run as a formula gets an apostrophe in front. So does one that looks like the
/// result, so that whoever reads the cell back may take one apostrophe off.
pub fn guarded(text: &str) -> Cow<'_, str> {
    let first = text.bytes().find(|byte| *byte != b'\'');
    if matches!(first, Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Rows of CSV as they are written, for output that is made in several threads.
#[derive(Debug, Default)]
pub struct Cells {
    written: String,
    is_begun: bool,
}

impl Cells {
    /// Cells that will follow others, for [`Cells::again`].
    pub fn inside_row() -> Self {
        Self { is_begun: true, ..Self::default() }
    }

    /// A text, guarded and in quotes where it needs them.
    pub fn text(&mut self, text: &str) {
        self.begin();
        let text = guarded(text);
        let needs_quotes = |byte| matches!(byte, b',' | b'"' | b'\n' | b'\r');
        // All bytes, many at a time: a text that needs quotes is rare.
        if text.bytes().fold(false, |found, byte| found | needs_quotes(byte)) {
            self.written.push('"');
            self.written.push_str(&text.replace('"', "\"\""));
            self.written.push('"');
        } else {
            self.written.push_str(&text);
        }
    }

    /// A number or a word that needs no quotes.
    pub fn plain(&mut self, value: impl fmt::Display) {
        self.begin();
        write!(self.written, "{value}").expect("a string takes every text");
    }

    /// A figure with all its digits; empty where it is not defined.
    pub fn figure(&mut self, figure: Option<f64>) {
        self.begin();
        if let Some(figure) = figure {
            write!(self.written, "{figure:?}").expect("a string takes every text");
        }
    }

    /// The same for a whole number.
    pub fn whole(&mut self, number: Option<impl fmt::Display>) {
        match number {
            Some(number) => self.plain(number),
            None => self.begin(),
        }
    }

    /// Cells that were written before, with the delimiter in front of each.
    pub fn again(&mut self, cells: &str) {
        self.written.push_str(cells);
        self.is_begun = true;
    }

    /// Ends a row.
    pub fn end(&mut self) {
        self.written.push_str("\r\n");
        self.is_begun = false;
    }

    /// Forgets what was written, and keeps the memory.
    pub fn clear(&mut self) {
        self.written.clear();
        self.is_begun = false;
    }

    /// The same, for [`Cells::again`].
    pub fn into_string(self) -> String {
        self.written
    }

    fn begin(&mut self) {
        if std::mem::replace(&mut self.is_begun, true) {
            self.written.push(',');
        }
    }
}

impl AsRef<[u8]> for Cells {
    fn as_ref(&self) -> &[u8] {
        self.written.as_bytes()
    }
}
