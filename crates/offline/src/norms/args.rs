//! The arguments of `nameit norms`.

use nameit_analysis::intervals::Bootstrap;
use nameit_analysis::norms::COVERAGE_TARGET;
use nameit_analysis::response_times::Trimming;

use crate::input::FileArgs;
use crate::naming::NamingArgs;
use crate::output::OutputArgs;
use crate::threads::ThreadsArgs;

/// Shown below the help.
const EXAMPLES: &str = "\
Examples:
  nameit norms answers.csv
  nameit norms answers.csv --participant participant --seed 7 --format csv --out norms.csv
  nameit norms counts.tsv --count count --language zh --report html --out norms.html";

/// Naming norms of a CSV or TSV file: one row per response, or per distinct response with a count.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The file.
    #[command(flatten)]
    pub file: FileArgs,

    /// Column that tells the stimulus [default: the first of stimulus, item, image, picture, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_NORMS_STIMULUS")]
    pub stimulus: Option<String>,

    /// Column with the raw response [default: the first of response, answer, name, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_NORMS_RESPONSE")]
    pub response: Option<String>,

    /// Column that tells the participant; they are counted, and intervals resample them
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

    /// Column with the milliseconds to the submission [default: submitted_ms, if there is one]
    #[arg(long, value_name = "COL", env = "NAMEIT_NORMS_SUBMITTED")]
    pub submitted: Option<String>,

    /// Which response times are left out: parts such as min:200, max:5000 (milliseconds), sd:2.5 and mad:3.5 (per
    /// participant), separated by commas
    #[arg(long, value_name = "RULE", env = "NAMEIT_NORMS_TRIM", default_value = "none")]
    pub trim: Trimming,

    /// Add bootstrap intervals of H, agreement, types and Simpson
    #[arg(long, env = "NAMEIT_NORMS_INTERVALS")]
    pub intervals: bool,

    /// What the random numbers of the intervals begin with; asks for intervals [default: 20250401]
    #[arg(long, value_name = "NUMBER", env = "NAMEIT_NORMS_SEED")]
    pub seed: Option<u64>,

    /// Replicates of the intervals; asks for intervals [default: 1000]
    #[arg(long, value_name = "COUNT", env = "NAMEIT_NORMS_REPLICATES",
        value_parser = clap::value_parser!(u32).range(1..=i64::from(Bootstrap::REPLICATES_MAX)))]
    pub replicates: Option<u32>,

    /// Coverage for which the missing answers are estimated, between 0 and 1
    #[arg(long, value_name = "SHARE", env = "NAMEIT_NORMS_TARGET_COVERAGE", default_value_t = COVERAGE_TARGET,
        value_parser = share)]
    pub target_coverage: f64,

    /// How many threads count.
    #[command(flatten)]
    pub threads: ThreadsArgs,

    /// How responses become names.
    #[command(flatten)]
    pub naming: NamingArgs,

    /// What to write.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl Args {
    /// How many threads work.
    pub(super) fn threads(&self) -> usize {
        self.threads.count()
    }

    /// How intervals are made, if they were asked for.
    pub(super) fn bootstrap(&self) -> Option<Bootstrap> {
        let asked = self.intervals || self.seed.is_some() || self.replicates.is_some();
        let usual = Bootstrap::default();
        asked.then(|| Bootstrap {
            seed: self.seed.unwrap_or(usual.seed),
            replicates: self.replicates.unwrap_or(usual.replicates),
            ..usual
        })
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if share > 0.0 && share < 1.0 => Ok(share),
        _ => Err("give a number between 0 and 1, such as 0.95".to_owned()),
    }
}
