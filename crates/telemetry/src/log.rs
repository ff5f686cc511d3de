//! Readable logs on stderr.

use tracing::Metadata;
use tracing_subscriber::filter::{EnvFilter, FilterExt as _, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::{JsonFields, format};
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::Registry;

mod ids;

use ids::{JsonLine, TextLine};

/// A layer of a subscriber.
pub(crate) type Boxed = Box<dyn Layer<Registry> + Send + Sync>;

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

// === impl Args ===

impl Args {
    /// Lines on `writer`. Spans are not shown: a line carries the ids that lead to them.
    pub(crate) fn layer<W>(&self, writer: W, is_terminal: bool) -> Result<Boxed, FilterError>
    where
        W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
    {
        let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(is_terminal);
        let filter = self.filter()?.and(filter_fn(is_event));
        Ok(match self.format {
            Format::Text => {
                let line = TextLine(format().with_ansi(is_terminal));
                lines.event_format(line).with_filter(filter).boxed()
            }
            Format::Json => {
                let line = format().json().flatten_event(true).with_current_span(false).with_span_list(false);
                lines.fmt_fields(JsonFields::new()).event_format(JsonLine(line)).with_filter(filter).boxed()
            }
        })
    }

    /// The filter, read anew.
    pub(crate) fn filter(&self) -> Result<EnvFilter, FilterError> {
        EnvFilter::try_new(&self.filter)
            .map_err(|error| FilterError { filter: self.filter.clone(), reason: error.to_string() })
    }
}

/// Whether something is a log line, rather than a span.
pub(crate) fn is_event(metadata: &Metadata<'_>) -> bool {
    metadata.is_event()
}

/// A log filter that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{filter}` is not a log filter ({reason}); write for example `info` or `info,nameit_storage=debug`")]
pub(crate) struct FilterError {
    filter: String,
    reason: String,
}
