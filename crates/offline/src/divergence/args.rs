//! The arguments of `divergence`.

use nameit_analysis::descriptions::WordRule;

use crate::input::FileArgs;
use crate::naming::language;
use crate::output::OutputArgs;
use crate::threads::ThreadsArgs;

/// Shown below the help.
const EXAMPLES: &str = "\
Examples:
  nameit divergence descriptions.csv
  nameit divergence tangrams.tsv --parts parts --format csv --out divergence.csv";

/// Divergence and length of descriptions in a CSV or TSV file: one row per description, or per distinct
/// description with a count.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The file.
    #[command(flatten)]
    pub file: FileArgs,

    /// Column that tells the stimulus [default: the first of stimulus, item, image, picture, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_DIVERGENCE_STIMULUS")]
    pub stimulus: Option<String>,

    /// Column with the description [default: the first of description, whole, response, answer, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_DIVERGENCE_DESCRIPTION")]
    pub description: Option<String>,

    /// Column with the names of parts as JSON, `{"1": "head", "2": "wing"}` or `["head", "wing"]`; adds part
    /// naming divergence (PND)
    #[arg(long, value_name = "COL", env = "NAMEIT_DIVERGENCE_PARTS")]
    pub parts: Option<String>,

    /// Column that tells for how many equal rows a row stands
    #[arg(long, value_name = "COL", env = "NAMEIT_DIVERGENCE_COUNT")]
    pub count: Option<String>,

    /// Column whose non-empty values mark non-answers [default: non_answer or opt_out, if there is one]
    #[arg(long, value_name = "COL", env = "NAMEIT_DIVERGENCE_NON_ANSWER")]
    pub non_answer: Option<String>,

    /// How many threads count.
    #[command(flatten)]
    pub threads: ThreadsArgs,

    /// Language of the descriptions as a BCP-47 tag
    #[arg(long, value_name = "LANG", env = "NAMEIT_DIVERGENCE_LANGUAGE", default_value = "en", value_parser = language)]
    pub language: String,

    /// How descriptions become words: `english` drops stop words and takes stems, as published for SND; `plain`
    /// only splits and lower-cases [default: english where that is the language, else plain]
    #[arg(long, value_name = "english|plain", env = "NAMEIT_DIVERGENCE_WORDS")]
    pub words: Option<WordRule>,

    /// What to write.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl Args {
    /// The rule that was asked for, or else the one for the language.
    pub(super) fn words(&self) -> WordRule {
        self.words.unwrap_or_else(|| WordRule::for_language(&self.language))
    }
}
