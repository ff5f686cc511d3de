//! `variants FILE`: which names are probably spellings of others, for a person to decide.
//!
//! The list can be edited: whoever writes yes or no into its column `accept` has a mapping, which `--mapping` of
//! this and the other commands reads. Nothing is merged that is not accepted.

use crate::answers::AnswersArgs;
use crate::naming::NamingArgs;
use crate::output::OutputArgs;
use nameit_analysis::naming::Naming;
use nameit_analysis::normalise::{Normalisation, Normaliser};
use nameit_analysis::variants::{Vocabulary, before_after, proposals};

mod report;
mod write;

/// Shown below the help.
const EXAMPLES: &str = "\
Examples:
  nameit variants answers.csv --format csv --out proposals.csv
  nameit norms answers.csv --mapping proposals.csv     (once yes or no stands in its column accept)";

/// Probable misspellings of the names in a CSV or TSV file (one row per response, as for `norms`), each with what
/// speaks for it. Write yes or no into the column `accept` of the CSV, and give it to `--mapping`
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Where the answers are.
    #[command(flatten)]
    pub answers: AnswersArgs,

    /// How answers become names. What the mapping accepts or rejects is not proposed again.
    #[command(flatten)]
    pub naming: NamingArgs,

    /// Leave out proposals with a lower score, from 0 to 1
    #[arg(long, value_name = "SCORE", env = "NAMEIT_VARIANTS_MIN_SCORE", default_value_t = 0.0, value_parser = score)]
    pub min_score: f64,

    /// What to write.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The most stimuli whose change a report shows.
const MOST_CHANGES: usize = 200;

/// Reads the file, looks for variants and writes them.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let decisions = args.naming.decisions()?;
    let naming = args.naming.naming_of(&decisions)?;
    let as_typed = Naming::new(Normaliser::new(Normalisation::None, &args.naming.language));
    let answers = args.answers.count(as_typed)?;
    eprintln!("{}", answers.assumptions);
    let tally = answers.tally(naming.clone());
    let vocabulary = Vocabulary::of(&tally);
    let mut found = proposals(&vocabulary, &decisions, &args.naming.language);
    found.retain(|proposal| proposal.score >= args.min_score);
    let mut all = decisions;
    for proposal in &found {
        all.accept(&proposal.from, &proposal.to)?;
    }
    let compared = before_after(&tally, &naming, &args.naming.naming_of(&all)?, MOST_CHANGES);
    let summary = write::summary(&found, &vocabulary, &compared);
    let keys = answers.keys();
    args.output.write(
        || Ok(report::report(args, &answers, &found, &compared, &summary)),
        |output, format| write::write(output, format, &found, &keys),
    )?;
    eprintln!("{summary}");
    Ok(())
}

fn score(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(score) if (0.0..=1.0).contains(&score) => Ok(score),
        _ => Err("give a number from 0 to 1, such as 0.5".to_owned()),
    }
}
