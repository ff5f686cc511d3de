//! `agreement FILE`: how far coders agree, from one row per judgement.

use std::io::{self, Write};

use nameit_analysis::agreement::{Alpha, Kappa, Metric, Unfit, Units, alpha, alpha_interval, fleiss_kappa};
use nameit_analysis::intervals::{Bootstrap, Interval};
use serde::Serialize;

use crate::input::FileArgs;
use crate::output::{Format, OutputArgs, cells, table};
use crate::threads::ThreadsArgs;

mod coincidences;
mod count;
mod report;

/// Shown below the help.
const EXAMPLES: &str = "\
Examples:
  nameit agreement judgements.csv
  nameit agreement ratings.csv --unit item --coder rater --value rating --metric ordinal --seed 7";

/// Agreement between coders from a CSV or TSV file with one row per judgement: Krippendorff's alpha and, where every
/// unit has equally many values, Fleiss' kappa.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The file.
    #[command(flatten)]
    pub file: FileArgs,

    /// Column that tells what was judged [default: the first of unit, stimulus, item, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_AGREEMENT_UNIT")]
    pub unit: Option<String>,

    /// Column that tells who judged; a coder judges a unit once [default: the first of coder, rater, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_AGREEMENT_CODER")]
    pub coder: Option<String>,

    /// Column with the value; an empty one, NA or * is missing [default: the first of value, rating, code, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_AGREEMENT_VALUE")]
    pub value: Option<String>,

    /// How values are compared
    #[arg(
        long,
        value_name = "nominal|ordinal|interval|ratio",
        env = "NAMEIT_AGREEMENT_METRIC",
        default_value = "nominal"
    )]
    pub metric: Metric,

    /// Resamples of units for the 95 % interval of alpha
    #[arg(long, value_name = "COUNT", env = "NAMEIT_AGREEMENT_REPLICATES",
        default_value_t = Bootstrap::default().replicates,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(Bootstrap::REPLICATES_MAX)))]
    pub replicates: u32,

    /// What the random numbers of the interval begin with
    #[arg(long, value_name = "NUMBER", env = "NAMEIT_AGREEMENT_SEED", default_value_t = Bootstrap::default().seed)]
    pub seed: u64,

    /// How many threads count.
    #[command(flatten)]
    pub threads: ThreadsArgs,

    /// What to write.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What is written.
#[derive(Debug, Serialize)]
struct Findings {
    #[serde(flatten)]
    alpha: Alpha,
    alpha_interval: Option<Interval>,
    kappa: Kappa,
    coders: u64,
    missing: u64,
    bootstrap: Bootstrap,
}

/// Reads the file, computes both measures and writes them.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let judgements = count::count(args)?;
    eprintln!("{}", judgements.assumptions);
    let units = Units::from_counted(judgements.units.iter().map(|unit| unit.values.clone()));
    let bootstrap =
        Bootstrap { replicates: args.replicates, seed: args.seed, ..Bootstrap::default() }.bounded();
    let unfit = |unfit: Unfit| match unfit {
        Unfit::Word { .. } => {
            anyhow::anyhow!("{}: {unfit}; --metric nominal compares words", judgements.file)
        }
        Unfit::Negative { .. } => {
            anyhow::anyhow!("{}: {unfit}; --metric interval measures such numbers", args.file.file.display())
        }
    };
    let findings = Findings {
        alpha: alpha(&units, args.metric).map_err(unfit)?,
        alpha_interval: alpha_interval(&units, args.metric, bootstrap).map_err(unfit)?,
        kappa: fleiss_kappa(&units),
        coders: judgements.coders,
        missing: judgements.missing,
        bootstrap,
    };
    args.output.write(
        || Ok(report::report(&judgements, &findings)),
        |output, format| match format {
            Format::Table => write_table(output, &findings),
            Format::Csv => write_csv(output, &findings),
            Format::Json => {
                serde_json::to_writer_pretty(&mut *output, &findings)?;
                output.write_all(b"\n")
            }
        },
    )?;
    eprintln!("{}", report::summary(&findings));
    Ok(())
}

/// The figures as words and numbers.
fn figures(findings: &Findings) -> Vec<(&'static str, String)> {
    let count = |count: Option<u64>| count.map_or_else(String::new, |count| count.to_string());
    vec![
        ("metric", findings.alpha.metric.as_str().to_owned()),
        ("units", findings.alpha.units.to_string()),
        ("values", findings.alpha.values.to_string()),
        ("unpaired_units", findings.alpha.unpaired_units.to_string()),
        ("coders", findings.coders.to_string()),
        ("missing", findings.missing.to_string()),
        ("alpha", cells::figure(findings.alpha.alpha)),
        ("alpha_low", cells::figure(findings.alpha_interval.map(|interval| interval.low))),
        ("alpha_high", cells::figure(findings.alpha_interval.map(|interval| interval.high))),
        ("kappa", cells::figure(findings.kappa.kappa)),
        ("values_per_unit", count(findings.kappa.values_per_unit)),
        ("replicates", findings.bootstrap.replicates.to_string()),
        ("seed", findings.bootstrap.seed.to_string()),
    ]
}

fn write_table(output: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let header = ["figure".to_owned(), "value".to_owned()];
    let rows = figures(findings).into_iter().map(|(name, value)| {
        vec![name.replace('_', " "), if value.is_empty() { "–".to_owned() } else { value }]
    });
    table::write(output, &header, &[0], rows)
}

fn write_csv(output: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let mut csv = cells::writer(output);
    let (names, values): (Vec<_>, Vec<_>) = figures(findings).into_iter().unzip();
    csv.write_record(names).map_err(cells::cause)?;
    csv.write_record(values).map_err(cells::cause)?;
    csv.flush()
}
