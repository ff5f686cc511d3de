//! What the reports of all commands have in common.
//!
//! A report is one HTML file to read, to print and to send: the figures in tables that a browser opens at once, the
//! plots, and all that is needed to make the same figures again.

use nameit_analysis::normalise::Step;
use nameit_plots::report::{Part, Section, Table};
use nameit_plots::{Bar, Bars, Plot, Unit, bars, number};

use crate::naming::NamingArgs;

mod spread;

pub(crate) use spread::Spread;

/// The most rows of a table.
pub(crate) const MOST_LISTED: usize = 2_000;

/// The most bars of a histogram.
const MOST_BINS: f64 = 12.0;

/// How the figures were made, line by line.
pub(crate) struct Recipe(Vec<(String, String)>);

/// A figure of every stimulus, and how it is written.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) values: Vec<f64>,
    pub(crate) show: fn(Option<f64>) -> String,
}

// === impl Recipe ===

impl Recipe {
    /// By this version of a command.
    pub(crate) fn new(command: &str) -> Self {
        let program = format!("NameIT {}, nameit {command}", env!("CARGO_PKG_VERSION"));
        Self(vec![("Program".to_owned(), program)])
    }

    /// Adds a line.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// Adds how responses became names.
    pub(crate) fn with_naming(self, naming: &NamingArgs) -> Self {
        let steps: Vec<&str> = naming.normalise.steps().map(Step::name).collect();
        let steps = if steps.is_empty() { "none".to_owned() } else { steps.join(", ").replace('_', " ") };
        let mapping =
            naming.mapping.as_ref().map_or_else(|| "none".to_owned(), |path| path.display().to_string());
        self.with("Normalisation", steps).with("Language", &naming.language).with("Mapping", mapping)
    }

    /// The last section of a report.
    pub(crate) fn section(self) -> Section {
        Section { heading: "How this was made".to_owned(), parts: vec![Part::Facts(self.0)] }
    }
}

/// A table of the first of `all` rows. What is left out is said below it, and how to have the whole.
pub(crate) fn table(
    caption: &str,
    header: &[&str],
    texts: &[usize],
    rows: impl Iterator<Item = Vec<String>>,
    all: usize,
) -> Table {
    let rows: Vec<Vec<String>> = rows.take(MOST_LISTED).collect();
    let note = (all > rows.len()).then(|| {
        format!(
            "These are the first {} of {} rows. The same command with --format csv or --format json writes all.",
            number::count(rows.len() as u64),
            number::count(all as u64)
        )
    });
    Table {
        caption: caption.to_owned(),
        header: header.iter().map(|cell| (*cell).to_owned()).collect(),
        texts: texts.to_vec(),
        swatches: None,
        rows,
        note,
    }
}

/// How each figure is spread over the `things`, as papers report it.
pub(crate) fn spreads(caption: &str, things: &str, figures: Vec<Figure>) -> Table {
    let rows: Vec<Vec<String>> = figures
        .into_iter()
        .map(|Figure { name, values, show }| {
            let spread = Spread::of(values);
            let [q1, median, q3] = spread.quartiles.map_or([None; 3], |quartiles| quartiles.map(Some));
            let mut cells = vec![name.to_owned(), number::count(spread.n)];
            let shown = [spread.mean, spread.sd, spread.least, q1, median, q3, spread.most].map(show);
            cells.extend(shown);
            cells
        })
        .collect();
    let all = rows.len();
    let header = ["Figure", things, "Mean", "SD", "Min", "Q1", "Median", "Q3", "Max"];
    table(caption, &header, &[0], rows.into_iter(), all)
}

/// How many of the `values`, none of them below 0, lie in steps of one width; `show` writes the ends of a step.
pub(crate) fn histogram(
    title: &str,
    values: &[f64],
    least_step: f64,
    show: fn(Option<f64>) -> String,
) -> Plot {
    let most = values.iter().copied().fold(0.0, f64::max);
    let mut step = least_step;
    for factor in [2.0, 2.5, 2.0].into_iter().cycle().take(60) {
        if most / step <= MOST_BINS {
            break;
        }
        step *= factor;
    }
    // A value that is a whole number of steps, such as a share of 1, ends the last one.
    let steps = ((most / step - 1e-9).ceil().max(1.0)) as usize;
    let mut counts = vec![0u64; steps];
    for value in values {
        let place = ((value / step + 1e-9).floor().max(0.0) as usize).min(steps - 1);
        counts[place] += 1;
    }
    let bar = |(place, count): (usize, &u64)| Bar {
        label: format!("{} – {}", show(Some(place as f64 * step)), show(Some((place + 1) as f64 * step))),
        value: *count as f64,
        ..Bar::default()
    };
    let shown = if values.is_empty() { Vec::new() } else { counts.iter().enumerate().map(bar).collect() };
    bars(&Bars {
        title: title.to_owned(),
        unit: Unit::Count,
        whole: false,
        bars: shown,
        note: (!values.is_empty()).then(|| "A step holds its lower end, the last one both.".to_owned()),
    })
}

/// A count as it stands in spreads, where a mean of counts need not be whole.
pub(crate) fn one_decimal(value: Option<f64>) -> String {
    value.map_or_else(|| number::UNDEFINED.to_owned(), |value| format!("{value:.1}"))
}

/// Three decimals; a zero never gets a minus sign.
pub(crate) fn three_decimals(value: Option<f64>) -> String {
    let text = |value: f64| format!("{:.3}", value + 0.0).replace("-0.000", "0.000");
    value.map_or_else(|| number::UNDEFINED.to_owned(), text)
}

/// `yes` and `no`.
pub(crate) fn yes_or_no(is_so: bool) -> String {
    if is_so { "yes" } else { "no" }.to_owned()
}

/// Names that tie, as one cell.
pub(crate) fn tied(names: &[String]) -> String {
    if names.is_empty() { number::UNDEFINED.to_owned() } else { names.join(" | ") }
}
