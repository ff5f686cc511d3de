//! A table in blocks of whole rows, for several threads that take them in turns.
//!
//! Reading and decoding are sequential and cheap; finding fields and counting is the work, and is done by whoever
//! took the block. Rows are never cut: where a block may end is found by following the quotes.

use std::sync::Arc;

use anyhow::bail;
use encoding_rs::Encoding;

use super::block::{Block, Table};
use super::decode::Decode;
use super::dialect;
use super::place::{Place, line_ends};
use super::scan::{Dialect, Scan, scan};
use super::source::Source;

/// A block has about this size: small enough for the caches, large enough that a stimulus comes often and each part of
/// the counts gets many rows at once.
const BLOCK_BYTES: usize = 2 * 1024 * 1024;

/// A row longer than this is refused: nobody names with so many words, but an unclosed quote looks like it.
const MAX_ROW_BYTES: usize = 16 * 1024 * 1024;

/// Reads a file in blocks. The first row is the header and in no block.
pub struct Blocks {
    table: Arc<Table>,
    decode: Decode,
    /// What was decoded and not handed out yet; begins with a row.
    text: String,
    /// The line of the file on which `text` begins.
    line: u64,
    number: u32,
    ended: bool,
    /// What is wrong behind `text`; said once all rows before it were handed out.
    broken: Option<anyhow::Error>,
}

// === impl Blocks ===

impl Blocks {
    /// Reads up to the header. What is `None` is found out.
    pub fn new(
        source: Source,
        encoding: Option<&'static Encoding>,
        delimiter: Option<u8>,
        quotes: bool,
    ) -> anyhow::Result<Self> {
        let name = source.name.clone();
        let mut decode = Decode::new(source, encoding);
        let mut text = String::new();
        let ended = !decode.fill(&mut text, Place::START)?;
        let delimiter = delimiter.unwrap_or_else(|| dialect::delimiter(text.as_bytes(), ended, quotes));
        let table = Table { name, header: Vec::new(), dialect: Dialect { delimiter, quotes } };
        let mut blocks =
            Self { table: Arc::new(table), decode, text, line: 1, number: 0, ended, broken: None };
        let header = blocks.read_header()?;
        Arc::get_mut(&mut blocks.table).expect("no block was made yet").header = header;
        Ok(blocks)
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.table.header
    }

    /// How the file is called in messages.
    pub fn name(&self) -> &str {
        &self.table.name
    }

    /// What is assumed about the file, in words.
    pub fn assumptions(&self) -> String {
        let Dialect { delimiter, quotes } = self.table.dialect;
        let quotes = if quotes { "" } else { ", quotes as text" };
        let doubt = self.decode.doubt().map_or_else(String::new, |place| {
            format!(" (but {place} looks like UTF-8: is the file put together from two encodings?)")
        });
        format!("{}{doubt}, {}-separated{quotes}", self.decode.encoding(), dialect::name(delimiter))
    }

    /// A block to be filled by [`Blocks::read`], again and again.
    pub fn block(&self) -> Block {
        Block::empty(Arc::clone(&self.table))
    }

    /// Fills `block` with the next rows; `false` at the end of the file.
    ///
    /// # Errors
    /// When the file cannot be read or decoded behind the rows that were handed out so far.
    pub fn read(&mut self, block: &mut Block) -> anyhow::Result<bool> {
        let mut wanted = BLOCK_BYTES;
        let end = loop {
            self.fill(wanted);
            let end = self.whole_rows();
            if end > 0 || self.ended {
                break end;
            }
            if let Some(broken) = self.broken.take() {
                return Err(broken);
            }
            if self.text.len() > MAX_ROW_BYTES {
                bail!(
                    "{}: line {}: this row is longer than {} MiB; is a quote not closed?",
                    self.table.name,
                    self.line,
                    MAX_ROW_BYTES / (1024 * 1024)
                );
            }
            // At least twice as much, so that a long row is not looked through again and again.
            wanted = self.text.len() * 2;
        };
        block.text.clear();
        block.text.push_str(&self.text[end..]);
        self.text.truncate(end);
        std::mem::swap(&mut block.text, &mut self.text);
        let rows = block.text.as_bytes();
        block.is_plain = if self.table.dialect.quotes {
            memchr::memchr2(b'"', b'\r', rows).is_none()
        } else {
            memchr::memchr(b'\r', rows).is_none()
        };
        (block.number, block.next, block.next_line) = (self.number, 0, self.line);
        block.ends.begin();
        self.number += 1;
        self.line += if block.is_plain {
            memchr::memchr_iter(b'\n', rows).count() as u64
        } else {
            line_ends(rows, false)
        };
        Ok(!rows.is_empty())
    }

    /// The number of the block that will be read next.
    pub fn next_number(&self) -> u32 {
        self.number
    }

    /// Hands out nothing any more.
    pub fn end(&mut self) {
        (self.ended, self.broken) = (true, None);
        self.text.clear();
    }

    /// Decodes until there are `wanted` bytes of text, unless the file ends or breaks before.
    fn fill(&mut self, wanted: usize) {
        while self.text.len() < wanted && !self.ended && self.broken.is_none() {
            let before = self.text.len();
            match self.decode.fill(&mut self.text, Place::line(self.line)) {
                Ok(more) => self.ended = !more,
                Err(error) => {
                    self.text.truncate(before);
                    self.broken = Some(error);
                }
            }
        }
    }

    /// How many bytes of the text are whole rows.
    fn whole_rows(&self) -> usize {
        if self.ended { self.text.len() } else { whole_rows(self.text.as_bytes(), self.table.dialect) }
    }

    fn read_header(&mut self) -> anyhow::Result<Vec<String>> {
        let mut block = self.block();
        let mut fields = Vec::new();
        loop {
            let blank = self.text.bytes().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            let is_cut = blank == self.text.len() && !self.ended;
            if !is_cut {
                self.line += line_ends(&self.text.as_bytes()[..blank], false);
                self.text.drain(..blank);
                if self.text.is_empty() {
                    bail!(
                        "{}: the file is empty; a first line with the names of the columns is needed",
                        self.name()
                    );
                }
                match scan(self.text.as_bytes(), 0, self.table.dialect, self.ended, &mut fields) {
                    Scan::Row { next, lines } => {
                        let header =
                            fields.iter().map(|field| field.of(&self.text).trim().to_owned()).collect();
                        self.text.drain(..next);
                        self.line += lines;
                        return Ok(header);
                    }
                    Scan::More => {}
                    Scan::Unclosed | Scan::AfterQuote { .. } => {
                        // A block says what is wrong with a row.
                        block.text.clone_from(&self.text);
                        (block.is_plain, block.next_line) = (false, self.line);
                        block.advance()?;
                    }
                }
            }
            if self.text.len() > MAX_ROW_BYTES {
                bail!("{}: line {}: the header is longer than 16 MiB", self.name(), self.line);
            }
            self.fill(self.text.len() * 2 + 1);
            if let Some(broken) = self.broken.take() {
                return Err(broken);
            }
        }
    }
}

/// How many bytes from the beginning are whole rows, when more may follow. A row that is broken ends the text, so
/// that whoever reads the block meets it.
fn whole_rows(text: &[u8], dialect: Dialect) -> usize {
    let mut end = 0;
    // Outside of quotes from here on.
    let mut outside = 0;
    let mut at = 0;
    while dialect.quotes
        && let Some(length) = memchr::memchr(b'"', &text[at..])
    {
        let quote = at + length;
        at = quote + 1;
        let opens =
            quote == 0 || matches!(text[quote - 1], b'\n' | b'\r') || text[quote - 1] == dialect.delimiter;
        if !opens {
            continue;
        }
        end = last_line_end(text, outside, quote).unwrap_or(end);
        loop {
            let Some(length) = memchr::memchr(b'"', &text[at..]) else { return end };
            at += length + 1;
            match text.get(at) {
                None => return end,
                Some(b'"') => at += 1,
                Some(b'\n' | b'\r') => break,
                Some(&byte) if byte == dialect.delimiter => break,
                Some(_) => return text.len(),
            }
        }
        outside = at;
    }
    last_line_end(text, outside, text.len()).unwrap_or(end)
}

/// Behind the last line end between two places; a return at the very end may be half of one.
fn last_line_end(text: &[u8], from: usize, to: usize) -> Option<usize> {
    let mut searched = &text[from..to];
    if to == text.len()
        && let Some((b'\r', before)) = searched.split_last()
    {
        searched = before;
    }
    memchr::memrchr2(b'\n', b'\r', searched).map(|place| from + place + 1)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    const COMMA: Dialect = Dialect { delimiter: b',', quotes: true };

    /// Where the rows of a text end, and whether one is broken.
    fn ends(text: &[u8]) -> (Vec<usize>, bool) {
        let (mut ends, mut at, mut fields) = (Vec::new(), 0, Vec::new());
        while at < text.len() {
            match scan(text, at, COMMA, true, &mut fields) {
                Scan::Row { next, .. } => at = next,
                _ => return (ends, true),
            }
            ends.push(at);
        }
        (ends, false)
    }

    proptest! {
        #[test]
        fn a_block_ends_where_a_row_does(text in "[a,\"\n\r]{0,30}", cut in 0..30usize) {
            let text = text.as_bytes();
            let cut = cut.min(text.len());
            let end = whole_rows(&text[..cut], COMMA);
            let (ends, is_broken) = ends(text);
            let fits = end == 0 || ends.contains(&end);
            // Behind a broken row nobody reads on.
            prop_assert!(fits || is_broken && ends.iter().all(|row| *row < end), "{end} of {cut} in {text:?}");
        }
    }

    #[test]
    fn blocks_hold_every_row_once_with_its_line() {
        for (line_end, quoted) in [("\n", ""), ("\r\n", ""), ("\r", ""), ("\n", "\"x, \"\"y\"\"\nz\"")] {
            let mut file = format!("stimulus,response{line_end}");
            let rows = 150_000;
            for row in 0..rows {
                let response = if row % 1000 == 7 && !quoted.is_empty() { quoted } else { "some words" };
                write!(file, "{row},{response}{line_end}").unwrap();
            }
            let source = Source { name: "f.csv".to_owned(), bytes: Box::new(Cursor::new(file.into_bytes())) };
            let mut blocks = Blocks::new(source, None, None, true).unwrap();
            let (mut block, mut read, mut numbers) = (blocks.block(), 0, 0);
            while blocks.read(&mut block).unwrap() {
                assert_eq!(block.number(), numbers);
                numbers += 1;
                while block.advance().unwrap() {
                    assert_eq!(block.field(0), read.to_string());
                    read += 1;
                }
            }
            assert_eq!(read, rows);
            assert!(numbers > 1, "one block shows nothing");
            let lines = block.refusal(0, "").to_string();
            let extra = if quoted.is_empty() { 0 } else { rows / 1000 };
            assert!(lines.starts_with(&format!("f.csv: line {}, ", rows + 1 + extra)), "{lines}");
        }
    }
}
