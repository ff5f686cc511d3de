//! The arguments of `nameit norms`.

use std::path::PathBuf;

use clap::ValueEnum;
use nameit_analysis::normalise::Normalisation;

/// Naming norms of a CSV or TSV file: one row per response, or per distinct response with a count.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The file (also gzipped); `-` reads from stdin
    #[arg(env = "NAMEIT_NORMS_FILE")]
    pub file: PathBuf,

    /// Column that tells the stimulus [default: the first of stimulus, item, image, picture, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_NORMS_STIMULUS")]
    pub stimulus: Option<String>,

    /// Column with the raw response [default: the first of response, answer, name, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_NORMS_RESPONSE")]
    pub response: Option<String>,

    /// Column that tells the participant; distinct ones are then counted
    #[arg(long, value_name = "COL", env = "NAMEIT_NORMS_PARTICIPANT")]
    pub participant: Option<String>,

    /// Column that tells for how many equal responses a row stands
    #[arg(long, value_name = "COL", env = "NAMEIT_NORMS_COUNT")]
    pub count: Option<String>,

    /// Column whose non-empty values mark non-answers; `dont_know` is counted as such, all others as skipped
    /// [default: non_answer or opt_out, if there is one]
    #[arg(long, value_name = "COL", env = "NAMEIT_NORMS_NON_ANSWER")]
    pub non_answer: Option<String>,

    /// Column with the milliseconds to the first key [default: first_key_ms, if there is one]
    #[arg(long, value_name = "COL", env = "NAMEIT_NORMS_FIRST_KEY")]
    pub first_key: Option<String>,

    /// Language of the responses as a BCP-47 tag; decides on articles and lower case
    #[arg(long, value_name = "LANG", env = "NAMEIT_NORMS_LANGUAGE", default_value = "en", value_parser = language)]
    pub language: String,

    /// CSV file with two columns: name, canonical name; applied after normalisation
    #[arg(long, value_name = "FILE", env = "NAMEIT_NORMS_MAPPING")]
    pub mapping: Option<PathBuf>,

    /// How responses become names: `none` counts them exactly as they are, `case` trims and lower-cases,
    /// `standard` also joins accents, collapses spaces, drops final punctuation, quotes and leading articles
    #[arg(
        long,
        visible_alias = "normalize",
        value_name = "none|case|standard",
        env = "NAMEIT_NORMS_NORMALISE",
        default_value = "standard"
    )]
    pub normalise: Normalisation,

    /// What to write
    #[arg(long, env = "NAMEIT_NORMS_FORMAT", default_value = "table")]
    pub format: Format,

    /// Where to write [default: stdout]
    #[arg(long, value_name = "FILE", env = "NAMEIT_NORMS_OUT")]
    pub out: Option<PathBuf>,

    /// Encoding of the file, such as utf-8, utf-16le, windows-1252, gbk [default: found out]
    #[arg(long, value_name = "LABEL", env = "NAMEIT_NORMS_ENCODING", value_parser = encoding)]
    pub encoding: Option<&'static encoding_rs::Encoding>,

    /// Delimiter of the columns: one ASCII character, or `tab` [default: found out]
    #[arg(long, value_name = "CHAR", env = "NAMEIT_NORMS_DELIMITER", value_parser = delimiter)]
    pub delimiter: Option<u8>,

    /// Take quotation marks as plain characters, for files that were written without quoting
    #[arg(long, env = "NAMEIT_NORMS_NO_QUOTES")]
    pub no_quotes: bool,
}

/// What `nameit norms` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// An aligned table to read
    Table,
    /// One row per stimulus, all figures; a text that a spreadsheet would take for a formula gets a leading '
    Csv,
    /// An array of objects with all figures and all names
    Json,
}

fn language(tag: &str) -> Result<String, String> {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    if matches!(primary.len(), 2 | 3) && primary.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Ok(tag.to_owned());
    }
    Err("give a BCP-47 tag such as en, pt-BR or und".to_owned())
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
