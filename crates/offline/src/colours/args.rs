//! The arguments of `nameit colours`.

use std::num::NonZero;

use clap::ValueEnum;
use nameit_domain::colour::WhitePoint;

use crate::input::FileArgs;
use crate::naming::NamingArgs;
use crate::output::OutputArgs;
use crate::threads::ThreadsArgs;

/// Shown below the help.
const EXAMPLES: &str = "\
Examples:
  nameit colours answers.csv --what terms
  nameit colours bins.csv --lab L,a,b --white D50 --count n --format csv --out folder
  nameit colours answers.csv --bin 10 --focal-min-n 4 --report html --out colours.html";

/// Colour naming from a CSV or TSV file: one row per response, or per distinct response with a count.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The file.
    #[command(flatten)]
    pub file: FileArgs,

    /// Column with the colour as #rrggbb [default: the first of colour, color, hex, rgb, ...]
    #[arg(
        long,
        visible_alias = "color",
        value_name = "COL",
        env = "NAMEIT_COLOURS_COLOUR",
        conflicts_with = "lab"
    )]
    pub colour: Option<String>,

    /// Three columns with L*, a* and b* of CIELAB, instead of a colour [default: l, a, b, if there are such
    /// and no column with a colour]
    #[arg(long, value_name = "L,A,B", env = "NAMEIT_COLOURS_LAB", value_delimiter = ',')]
    pub lab: Option<Vec<String>>,

    /// White point of CIELAB: of the coordinates in the file, or for the colours in it. d3 and the data of
    /// Kim et al. have D50
    #[arg(long, value_name = "D65|D50", env = "NAMEIT_COLOURS_WHITE", default_value = "D65", value_parser = white)]
    pub white: WhitePoint,

    /// Gather colours in bins of CIELAB, this wide in each direction (c3 has 5); a bin stands for its middle
    #[arg(long, value_name = "WIDTH", env = "NAMEIT_COLOURS_BIN", value_parser = width)]
    pub bin: Option<f64>,

    /// Column with the raw response [default: the first of response, answer, name, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_COLOURS_RESPONSE")]
    pub response: Option<String>,

    /// Column that tells for how many equal responses a row stands
    #[arg(long, value_name = "COL", env = "NAMEIT_COLOURS_COUNT")]
    pub count: Option<String>,

    /// Column whose non-empty values mark non-answers [default: non_answer or opt_out, if there is one]
    #[arg(long, value_name = "COL", env = "NAMEIT_COLOURS_NON_ANSWER")]
    pub non_answer: Option<String>,

    /// How many threads count.
    #[command(flatten)]
    pub threads: ThreadsArgs,

    /// A colour with fewer answers is no focal choice; with bins, 4 is usual
    #[arg(long, value_name = "ANSWERS", env = "NAMEIT_COLOURS_FOCAL_MIN_N", default_value = "1")]
    pub focal_min_n: u64,

    /// How many terms, the most frequent ones, are related to each other
    #[arg(long, value_name = "COUNT", env = "NAMEIT_COLOURS_TERMS", default_value = "40")]
    pub terms: NonZero<usize>,

    /// Which figures to write
    #[arg(long, env = "NAMEIT_COLOURS_WHAT", default_value = "all")]
    pub what: What,

    /// How responses become names.
    #[command(flatten)]
    pub naming: NamingArgs,

    /// What to write. For CSV with all figures, --out names a folder.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Which figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// All of the following; as CSV a folder with a file for each
    All,
    /// Per colour: modal names, consensus, H, saliency
    Colours,
    /// Per term: centre, spread, focal choice
    Terms,
    /// Per colour and term: count, p(term|colour), p(colour|term)
    Names,
    /// Term by term: the probability that what one calls v another calls w
    Association,
    /// Per pair of terms: Hellinger and earth mover's distance
    Pairs,
}

fn white(word: &str) -> Result<WhitePoint, String> {
    word.parse().map_err(|_| "choose D65 or D50".to_owned())
}

fn width(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(width) if (0.1..=100.0).contains(&width) => Ok(width),
        _ => Err("give a width from 0.1 to 100".to_owned()),
    }
}
