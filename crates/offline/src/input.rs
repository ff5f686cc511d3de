//! Tables in files: from bytes ([`source`]) by UTF-8 (`decode`) to rows ([`rows`]) with named columns ([`header`]).

use std::path::PathBuf;

pub mod block;
pub mod blocks;
mod chunk;
mod decode;
mod dialect;
mod ends;
pub mod header;
mod place;
mod read_ahead;
pub mod rows;
mod scan;
pub mod source;

/// Which file, and how it is written.
#[derive(Debug, Clone, clap::Args)]
pub struct FileArgs {
    /// The file (also gzipped); `-` reads from stdin
    #[arg(env = "NAMEIT_TABLE_FILE")]
    pub file: PathBuf,

    /// Encoding of the file, such as utf-8, utf-16le, windows-1252, gbk [default: found out]
    #[arg(long, value_name = "LABEL", env = "NAMEIT_TABLE_ENCODING", value_parser = encoding)]
    pub encoding: Option<&'static encoding_rs::Encoding>,

    /// Delimiter of the columns: one ASCII character, or `tab` [default: found out]
    #[arg(long, value_name = "CHAR", env = "NAMEIT_TABLE_DELIMITER", value_parser = delimiter)]
    pub delimiter: Option<u8>,

    /// Take quotation marks as plain characters, for files that were written without quoting
    #[arg(long, env = "NAMEIT_TABLE_NO_QUOTES")]
    pub no_quotes: bool,
}

impl FileArgs {
    /// Opens the file and reads its header.
    pub fn open(&self) -> anyhow::Result<rows::Rows> {
        let source = source::open(&self.file)?;
        rows::Rows::new(source, self.encoding, self.delimiter, !self.no_quotes)
    }

    /// The same for several threads, which take blocks of rows in turns.
    pub fn open_blocks(&self) -> anyhow::Result<blocks::Blocks> {
        let source = source::open(&self.file)?;
        blocks::Blocks::new(source, self.encoding, self.delimiter, !self.no_quotes)
    }
}

fn encoding(label: &str) -> Result<&'static encoding_rs::Encoding, String> {
    encoding_rs::Encoding::for_label(label.as_bytes())
        .ok_or_else(|| "give a label such as utf-8, utf-16le, windows-1252 or gbk".to_owned())
}

fn delimiter(word: &str) -> Result<u8, String> {
    match word.as_bytes() {
        _ if word == "tab" || word == "\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err("give one ASCII character, or tab".to_owned()),
    }
}
