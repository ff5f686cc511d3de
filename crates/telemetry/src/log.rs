//! Readable logs on stderr.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// How a service logs.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Args {
    /// What to log: a level, or directives such as `info,nameit_storage=debug`.
    #[arg(
        id = "log_filter",
        long = "log",
        env = "NAMEIT_LOG",
        default_value = "info",
        value_name = "FILTER"
    )]
    pub filter: String,
    /// How a log line looks.
    #[arg(
        id = "log_format",
        long = "log-format",
        env = "NAMEIT_LOG_FORMAT",
        default_value = "text",
        value_name = "FORMAT"
    )]
    pub format: Format,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Keeps the logs going until it is dropped; drop it last.
#[derive(Debug)]
#[must_use = "logs end when the guard is dropped"]
pub struct Guard(());

/// Sets up the logs of this process. A second call changes nothing.
///
/// # Errors
/// When the filter cannot be read.
pub fn init(args: &Args) -> Result<Guard, FilterError> {
    let filter = EnvFilter::try_new(&args.filter)
        .map_err(|error| FilterError { filter: args.filter.clone(), reason: error.to_string() })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let already = match args.format {
        Format::Text => builder.with_ansi(std::io::stderr().is_terminal()).with_target(true).try_init(),
        Format::Json => builder.json().flatten_event(true).with_ansi(false).try_init(),
    };
    drop(already);
    Ok(Guard(()))
}

/// A log filter that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{filter}` is not a log filter ({reason}); write for example `info` or `info,nameit_storage=debug`")]
pub struct FilterError {
    filter: String,
    reason: String,
}
