//! The rows of a file, one at a time, without an allocation per row.

use std::borrow::Cow;

use anyhow::bail;
use encoding_rs::Encoding;

use super::decode::Decode;
use super::dialect;
use super::scan::{Dialect, Field, Scan, scan};
use super::source::Source;

/// A row longer than this is refused: nobody names with so many words, but an unclosed quote looks like it.
const MAX_ROW_BYTES: usize = 16 * 1024 * 1024;

/// Reads rows. The first one is the header.
pub(super) struct Rows {
    decode: Decode,
    dialect: Dialect,
    text: String,
    ended: bool,
    /// Where the next row begins in `text`, and on which line of the file.
    next: usize,
    next_line: u64,
    line: u64,
    fields: Vec<Field>,
    header: Vec<String>,
}

impl Rows {
    /// Reads up to the header. What is `None` is found out.
    pub(super) fn new(
        source: Source,
        encoding: Option<&'static Encoding>,
        delimiter: Option<u8>,
        quotes: bool,
    ) -> anyhow::Result<Self> {
        let mut decode = Decode::new(source, encoding);
        let mut text = String::new();
        let ended = !decode.fill(&mut text)?;
        let delimiter = delimiter.unwrap_or_else(|| dialect::delimiter(text.as_bytes(), ended, quotes));
        let mut rows = Self {
            decode,
            dialect: Dialect { delimiter, quotes },
            text,
            ended,
            next: 0,
            next_line: 1,
            line: 1,
            fields: Vec::new(),
            header: Vec::new(),
        };
        if !rows.read()? {
            bail!("{}: the file is empty; a first line with the names of the columns is needed", rows.name());
        }
        rows.header = rows.fields.iter().map(|field| field.of(&rows.text).trim().to_owned()).collect();
        Ok(rows)
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// How the file is called in messages.
    pub(super) fn name(&self) -> &str {
        self.decode.name()
    }

    /// What is assumed about the file, in words.
    pub(super) fn assumptions(&self) -> String {
        let Dialect { delimiter, quotes } = self.dialect;
        let quotes = if quotes { "" } else { ", quotes as text" };
        let doubt = self.decode.doubt().map_or_else(String::new, |place| {
            format!(" (but {place} looks like UTF-8: is the file put together from two encodings?)")
        });
        format!("{}{doubt}, {}-separated{quotes}", self.decode.encoding(), dialect::name(delimiter))
    }

    /// Moves on to the next row and checks its width; `false` at the end of the file.
    pub(super) fn advance(&mut self) -> anyhow::Result<bool> {
        if !self.read()? {
            return Ok(false);
        }
        let (found, expected) = (self.fields.len(), self.header.len());
        if found < expected {
            let missing = &self.header[found];
            bail!(
                "{}: line {}, column {} (`{missing}`): missing; the row has {found} of {expected} columns",
                self.name(),
                self.line,
                found + 1
            );
        }
        if found > expected {
            bail!(
                "{}: line {}, column {}: one too many; the row has {found} columns, the header {expected} \
                 (is there a delimiter in a text without quotes around it?)",
                self.name(),
                self.line,
                expected + 1
            );
        }
        Ok(true)
    }

    /// A field of the current row.
    pub(super) fn field(&self, column: usize) -> Cow<'_, str> {
        self.fields[column].of(&self.text)
    }

    /// A refusal of a field of the current row.
    pub(super) fn refusal(&self, column: usize, problem: &str) -> anyhow::Error {
        let header = &self.header[column];
        anyhow::anyhow!("{}: line {}, column {} (`{header}`): {problem}", self.name(), self.line, column + 1)
    }

    fn read(&mut self) -> anyhow::Result<bool> {
        loop {
            self.skip_blank_lines();
            if self.next < self.text.len() {
                self.line = self.next_line;
                match scan(self.text.as_bytes(), self.next, self.dialect, self.ended, &mut self.fields) {
                    Scan::Row { next, lines } => {
                        self.next = next;
                        self.next_line += lines;
                        return Ok(true);
                    }
                    Scan::More => {}
                    Scan::Unclosed => {
                        bail!(
                            "{}: line {}: a quote is opened in this row and never closed; \
                             if quotes are plain characters in this file, say --no-quotes",
                            self.name(),
                            self.line
                        );
                    }
                    Scan::AfterQuote { lines } => {
                        bail!(
                            "{}: line {}, column {}: text follows a closing quote; \
                             if quotes are plain characters in this file, say --no-quotes",
                            self.name(),
                            self.line + lines,
                            self.fields.len()
                        );
                    }
                }
            } else if self.ended {
                return Ok(false);
            }
            self.read_on()?;
        }
    }

    fn skip_blank_lines(&mut self) {
        let text = self.text.as_bytes();
        while let Some(byte @ (b'\n' | b'\r')) = text.get(self.next) {
            let crlf = *byte == b'\r' && text.get(self.next + 1) == Some(&b'\n');
            if *byte == b'\r' && self.next + 1 == text.len() && !self.ended {
                return;
            }
            self.next += if crlf { 2 } else { 1 };
            self.next_line += 1;
        }
    }

    /// Drops the rows that are done and at least doubles what is left, so that a long row is not scanned again
    /// and again.
    fn read_on(&mut self) -> anyhow::Result<()> {
        self.text.drain(..self.next);
        self.next = 0;
        if self.text.len() > MAX_ROW_BYTES {
            bail!(
                "{}: line {}: this row is longer than {} MiB; is a quote not closed?",
                self.name(),
                self.line,
                MAX_ROW_BYTES / (1024 * 1024)
            );
        }
        let wanted = self.text.len() * 2;
        loop {
            self.ended = !self.decode.fill(&mut self.text)?;
            if self.ended || self.text.len() >= wanted {
                return Ok(());
            }
        }
    }
}
