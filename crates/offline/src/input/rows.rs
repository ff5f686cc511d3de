//! The rows of a file, one at a time, without an allocation per row.

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::block::Block;
use super::blocks::Blocks;
use super::source::Source;

/// Reads rows. The first one is the header.
pub struct Rows {
    blocks: Blocks,
    block: Block,
}

impl Rows {
    /// Reads up to the header. What is `None` is found out.
    pub fn new(
        source: Source,
        encoding: Option<&'static Encoding>,
        delimiter: Option<u8>,
        quotes: bool,
    ) -> anyhow::Result<Self> {
        let blocks = Blocks::new(source, encoding, delimiter, quotes)?;
        Ok(Self { block: blocks.block(), blocks })
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        self.blocks.header()
    }

    /// How the file is called in messages.
    pub fn name(&self) -> &str {
        self.blocks.name()
    }

    /// What is assumed about the file, in words.
    pub fn assumptions(&self) -> String {
        self.blocks.assumptions()
    }

    /// Moves on to the next row and checks its width; `false` at the end of the file.
    pub fn advance(&mut self) -> anyhow::Result<bool> {
        loop {
            if self.block.advance()? {
                return Ok(true);
            }
            if !self.blocks.read(&mut self.block)? {
                return Ok(false);
            }
        }
    }

    /// A field of the current row.
    pub fn field(&self, column: usize) -> Cow<'_, str> {
        self.block.field(column)
    }

    /// A refusal of a field of the current row.
    pub fn refusal(&self, column: usize, problem: &str) -> anyhow::Error {
        self.block.refusal(column, problem)
    }
}
