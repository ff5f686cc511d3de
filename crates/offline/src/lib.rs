//! The commands that work on files, without a server: what the datamining service computes, for any table.
//!
//! A file flows through in pieces ([`input`]): bytes become UTF-8, rows and fields. Each command counts them and
//! computes its figures with `nameit-analysis`, as the service does; [`output`] writes them.
//!
//! To add a command: a module with its `Args` and a `run`, and a line in [`Command`]. `nameit` and the small
//! program `nameit-offline` offer it then.

pub mod agreement;
pub mod answers;
pub mod colours;
pub mod compare;
pub mod divergence;
pub mod input;
pub mod naming;
pub mod norms;
pub mod output;
mod pairs;
mod report;
pub mod threads;
pub mod variants;

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Naming norms of a CSV or TSV file: one row per response, or per distinct response with a count
    Norms(Box<norms::Args>),
    /// Probable spelling variants of names, for a person to accept or reject
    Variants(Box<variants::Args>),
    /// Colour naming from a CSV or TSV file: per colour, per term, and how terms relate
    Colours(Box<colours::Args>),
    /// How far the words of descriptions lie apart (SND, PND), and how long they are
    Divergence(Box<divergence::Args>),
    /// Agreement between coders: Krippendorff's alpha and Fleiss' kappa, from one row per judgement
    Agreement(Box<agreement::Args>),
    /// Own answers beside published norms
    Compare(Box<compare::Args>),
}

impl Command {
    /// Runs the command. The results go where the arguments say, what is worth knowing besides to stderr.
    pub fn run(&self) -> anyhow::Result<()> {
        match self {
            Self::Colours(args) => colours::run(args),
            Self::Norms(args) => norms::run(args),
            Self::Agreement(args) => agreement::run(args),
            Self::Compare(args) => compare::run(args),
            Self::Divergence(args) => divergence::run(args),
            Self::Variants(args) => variants::run(args),
        }
    }
}
