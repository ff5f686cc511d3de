//! `compare FILE --reference NORMS`: own answers beside published norms.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::bail;
use nameit_analysis::comparison::columns::{AGREEMENT, COUNT, H, NAME, STIMULUS};
use nameit_analysis::comparison::{self, ReferenceBuilder, ReferenceNorms, Weight};
use nameit_analysis::norms::StimulusNorms;

use crate::answers::{AnswersArgs, whole_number};
use crate::input::header::{column, needed_column, there_is};
use crate::input::rows::Rows;
use crate::input::source;
use crate::naming::NamingArgs;
use crate::output::OutputArgs;

mod report;
mod write;

/// Shown below the help.
const EXAMPLES: &str = "\
Examples:
  nameit compare answers.csv --reference published.csv
  nameit compare answers.csv --reference published.tsv --reference-name topname --reference-agreement perc_top";

/// Own answers (one row per response, as for `norms`) beside published norms (stimulus, name, count or agreement, H if
/// there is one): match of modal names, correlations of H and agreement, the most divergent stimuli
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Where the own answers are.
    #[command(flatten)]
    pub answers: AnswersArgs,

    /// The published norms: a row for each name of each stimulus, or one for each stimulus
    #[arg(long, value_name = "FILE", env = "NAMEIT_COMPARE_REFERENCE")]
    pub reference: PathBuf,

    /// Column of the reference that tells the stimulus [default: the first of stimulus, item, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_COMPARE_REFERENCE_STIMULUS")]
    pub reference_stimulus: Option<String>,

    /// Column of the reference with the name [default: the first of name, response, modal_names, topname, ...]
    #[arg(long, value_name = "COL", env = "NAMEIT_COMPARE_REFERENCE_NAME")]
    pub reference_name: Option<String>,

    /// Column of the reference with the count of the name [default: count, freq or frequency, if there is one]
    #[arg(long, value_name = "COL", env = "NAMEIT_COMPARE_REFERENCE_COUNT")]
    pub reference_count: Option<String>,

    /// Column of the reference with the share of the name, from 0 to 1 or in percent, where there are no counts
    #[arg(long, value_name = "COL", env = "NAMEIT_COMPARE_REFERENCE_AGREEMENT")]
    pub reference_agreement: Option<String>,

    /// Column of the reference with H in bits [default: h, if there is one]
    #[arg(long, value_name = "COL", env = "NAMEIT_COMPARE_REFERENCE_H")]
    pub reference_h: Option<String>,

    /// How answers, and the names of the reference, become names.
    #[command(flatten)]
    pub naming: NamingArgs,

    /// What to write.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Reads both files, compares them and writes the comparison.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let naming = args.naming.naming()?;
    let reference = reference(args)?;
    let answers = args.answers.count(naming.clone())?;
    eprintln!("{}", answers.assumptions);
    let norms: Vec<(&str, StimulusNorms)> = (0..answers.counts.len())
        .map(|place| answers.counts.stimulus(place))
        .map(|stimulus| (stimulus.key(), stimulus.norms()))
        .collect();
    let own = norms.iter().map(|(key, norms)| (*key, norms));
    let comparison = comparison::compare(own, &reference.norms, &naming);
    let summary = write::summary(&comparison);
    args.output.write(
        || Ok(report::report(args, &answers.assumptions, &reference.assumptions, &comparison, &summary)),
        |output, format| write::write(output, format, &comparison),
    )?;
    eprintln!("{summary}");
    Ok(())
}

/// The published norms.
struct Reference {
    norms: ReferenceNorms,
    /// What was assumed about the file, in words.
    assumptions: String,
}

fn reference(args: &Args) -> anyhow::Result<Reference> {
    let mut rows = Rows::new(source::open(&args.reference)?, None, None, true)?;
    let file = rows.name().to_owned();
    let Columns { stimulus, name, count, agreement, h } =
        Columns::find(args, rows.header()).map_err(|error| error.context(file))?;
    let assumptions = describe(&rows, stimulus, name, count.or(agreement), h);
    eprintln!("{assumptions}");
    let mut builder = ReferenceBuilder::default();
    while rows.advance()? {
        let weight = match (count, agreement) {
            (Some(column), _) => Weight::Count(whole_number(&rows, column)?),
            (None, Some(column)) => Weight::Share(number(&rows, column)?),
            (None, None) => unreachable!("a reference without counts has a column with shares"),
        };
        let h = match h {
            Some(column) if !rows.field(column).trim().is_empty() => Some(number(&rows, column)?),
            _ => None,
        };
        builder
            .add(&rows.field(stimulus), &rows.field(name), weight, h)
            .map_err(|problem| rows.refusal(name, &problem))?;
    }
    Ok(Reference { norms: builder.build(), assumptions })
}

/// The places of the columns of the reference.
struct Columns {
    stimulus: usize,
    name: usize,
    count: Option<usize>,
    /// Only where there are no counts.
    agreement: Option<usize>,
    h: Option<usize>,
}

impl Columns {
    fn find(args: &Args, header: &[String]) -> anyhow::Result<Self> {
        let needed = |flag, named: Option<&String>, usual| {
            needed_column(flag, named.map(String::as_str), usual, header)
        };
        let optional =
            |flag, named: Option<&String>, usual| column(flag, named.map(String::as_str), usual, header);
        let mut columns = Self {
            stimulus: needed("reference-stimulus", args.reference_stimulus.as_ref(), &STIMULUS)?,
            name: needed("reference-name", args.reference_name.as_ref(), &NAME)?,
            count: optional("reference-count", args.reference_count.as_ref(), &COUNT)?,
            agreement: None,
            h: optional("reference-h", args.reference_h.as_ref(), &H)?,
        };
        if columns.count.is_none() {
            columns.agreement =
                optional("reference-agreement", args.reference_agreement.as_ref(), &AGREEMENT)?;
        }
        if columns.count.or(columns.agreement).is_none() {
            bail!(
                "no column is known to tell how often a name was given; name one with counts by \
                 --reference-count, or one with shares by --reference-agreement. {}",
                there_is(header)
            );
        }
        Ok(columns)
    }
}

/// The choice of columns in words.
fn describe(rows: &Rows, stimulus: usize, name: usize, weight: Option<usize>, h: Option<usize>) -> String {
    let header = rows.header();
    let mut text = format!("{}: {}; stimulus in `{}`", rows.name(), rows.assumptions(), header[stimulus]);
    for (meaning, column) in [("name", Some(name)), ("its weight", weight), ("H", h)] {
        if let Some(column) = column {
            write!(text, ", {meaning} in `{}`", header[column]).expect("a string takes every text");
        }
    }
    text
}

fn number(rows: &Rows, column: usize) -> anyhow::Result<f64> {
    let field = rows.field(column);
    let text = field.trim().trim_end_matches('%').trim_end();
    text.parse().map_err(|_| rows.refusal(column, &format!("`{text}` is not a number such as 0.85")))
}
