//! A piece of a table that holds whole rows, so that any thread can read it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use anyhow::bail;
use nameit_analysis::bulk::Text;

use super::ends::Ends;
use super::scan::{Dialect, Field, Scan, scan, scan_plain};

/// What all blocks of a file share.
#[derive(Debug)]
pub struct Table {
    /// How the file is called in messages.
    pub(super) name: String,
    pub(super) header: Vec<String>,
    pub(super) dialect: Dialect,
}

/// Some whole rows, read one after the other without an allocation per row.
#[derive(Debug)]
pub struct Block {
    pub(super) table: Arc<Table>,
    pub(super) text: String,
    /// Place among the blocks of the file, from 0.
    pub(super) number: u32,
    /// Whether there are neither enclosing quotes nor carriage returns, so that rows are found faster.
    pub(super) is_plain: bool,
    /// Where the next row begins in `text`, and on which line of the file.
    pub(super) next: usize,
    pub(super) next_line: u64,
    /// Tells where fields end, if the block is plain.
    pub(super) ends: Ends,
    line: u64,
    fields: Vec<Field>,
}

// === impl Block ===

impl Block {
    /// No rows yet.
    pub(super) fn empty(table: Arc<Table>) -> Self {
        Self {
            table,
            text: String::new(),
            number: 0,
            is_plain: true,
            next: 0,
            next_line: 1,
            ends: Ends::default(),
            line: 1,
            fields: Vec::new(),
        }
    }

    /// Place among the blocks of the file, from 0.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// All rows as they stand in the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Moves on to the next row and checks its width; `false` behind the last one.
    #[inline]
    pub fn advance(&mut self) -> anyhow::Result<bool> {
        if !self.read()? {
            return Ok(false);
        }
        let (found, expected) = (self.fields.len(), self.table.header.len());
        if found != expected {
            return Err(self.wrong_width(found, expected));
        }
        Ok(true)
    }

    /// Takes the ranges of two columns from the next rows, as long as nothing stands out: no quotes, no carriage
    /// returns, no row of another width, no empty field. [`Block::advance`] goes on behind them.
    #[inline]
    pub fn each_plain(
        &mut self,
        [one, other]: [usize; 2],
        mut take: impl FnMut(&str, Range<usize>, Range<usize>),
    ) {
        if !self.is_plain {
            return;
        }
        let Self { table, text, next, next_line, ends, .. } = self;
        let (width, delimiter) = (table.header.len(), table.dialect.delimiter);
        let is_delimiter = |end: u32| text.as_bytes()[end as usize] == delimiter;
        loop {
            let mut passed = 0;
            let mut stands_out = true;
            for row in ends.ahead(width, text.as_bytes(), delimiter).chunks_exact(width) {
                let (last, others) = (row[width - 1], &row[..width - 1]);
                let range = |column: usize| {
                    let begin = if column == 0 { *next } else { row[column - 1] as usize + 1 };
                    begin..row[column] as usize
                };
                let (one, other) = (range(one), range(other));
                stands_out = is_delimiter(last)
                    || !others.iter().all(|end| is_delimiter(*end))
                    || one.is_empty()
                    || other.is_empty();
                if stands_out {
                    break;
                }
                *next = last as usize + 1;
                *next_line += 1;
                passed += width;
                take(text, one, other);
            }
            ends.pass(passed);
            // Behind the last end there is no whole row.
            if stands_out {
                return;
            }
        }
    }

    /// A field of the current row.
    pub fn field(&self, column: usize) -> Cow<'_, str> {
        self.fields[column].of(&self.text)
    }

    /// The same as a place in [`Block::text`], unless it has to be written otherwise.
    pub fn text_of(&self, column: usize) -> Text<'_> {
        let field = self.fields[column];
        match field.range() {
            Some(range) => Text::At(range),
            None => Text::Rewritten(field.of(&self.text)),
        }
    }

    /// Where the field of the current row stands in [`Block::text`], unless it has to be written otherwise.
    #[inline]
    pub fn range_of(&self, column: usize) -> Option<Range<usize>> {
        self.fields[column].range()
    }

    /// Where the current row's field begins in [`Block::text`].
    pub fn start(&self, column: usize) -> usize {
        self.fields[column].start()
    }

    /// A refusal of a field of the current row.
    pub fn refusal(&self, column: usize, problem: &str) -> anyhow::Error {
        let Table { name, header, .. } = &*self.table;
        anyhow::anyhow!("{name}: line {}, column {} (`{}`): {problem}", self.line, column + 1, header[column])
    }

    #[inline]
    fn read(&mut self) -> anyhow::Result<bool> {
        self.skip_blank_lines();
        if self.next >= self.text.len() {
            return Ok(false);
        }
        self.line = self.next_line;
        let (text, Table { name, dialect, .. }) = (self.text.as_bytes(), &*self.table);
        if self.is_plain {
            self.next = scan_plain(text, self.next, dialect.delimiter, &mut self.ends, &mut self.fields);
            self.next_line += 1;
            return Ok(true);
        }
        match scan(text, self.next, *dialect, true, &mut self.fields) {
            Scan::Row { next, lines } => {
                self.next = next;
                self.next_line += lines;
                Ok(true)
            }
            Scan::More => unreachable!("a block ends with a row, and the scan was told that it ends"),
            Scan::Unclosed => bail!(
                "{name}: line {}: a quote is opened in this row and never closed; \
                 if quotes are plain characters in this file, say --no-quotes",
                self.line
            ),
            Scan::AfterQuote { lines } => bail!(
                "{name}: line {}, column {}: text follows a closing quote; \
                 if quotes are plain characters in this file, say --no-quotes",
                self.line + lines,
                self.fields.len()
            ),
        }
    }

    fn skip_blank_lines(&mut self) {
        let text = self.text.as_bytes();
        while let Some(byte @ (b'\n' | b'\r')) = text.get(self.next) {
            let crlf = *byte == b'\r' && text.get(self.next + 1) == Some(&b'\n');
            self.next += if crlf { 2 } else { 1 };
            if self.is_plain {
                // The feed is one of the ends.
                self.ends.next(text, self.table.dialect.delimiter);
            }
            self.next_line += 1;
        }
    }

    #[cold]
    fn wrong_width(&self, found: usize, expected: usize) -> anyhow::Error {
        let (Table { name, header, .. }, line) = (&*self.table, self.line);
        if found < expected {
            let (missing, column) = (&header[found], found + 1);
            return anyhow::anyhow!(
                "{name}: line {line}, column {column} (`{missing}`): missing; \
                 the row has {found} of {expected} columns"
            );
        }
        anyhow::anyhow!(
            "{name}: line {line}, column {}: one too many; the row has {found} columns, the header {expected} \
             (is there a delimiter in a text without quotes around it?)",
            expected + 1
        )
    }
}
