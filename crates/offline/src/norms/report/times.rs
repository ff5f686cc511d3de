//! Response times in a report on norms.

use nameit_analysis::response_times::{MeasureTimes, ResponseTimes, TimeSummary};
use nameit_plots::report::{Part, Section, Table};
use nameit_plots::{Bar, Bars, Unit, bars, number};

use crate::norms::entry::{Entries, Entry};
use crate::report::table;

/// The most stimuli whose times are drawn.
const MOST_DRAWN: usize = 40;

/// A measure that the file has: what it is called, and where it stands.
type Measure = (&'static str, fn(&ResponseTimes) -> &MeasureTimes);

/// The times of the stimuli, where there are any.
pub(super) fn section(entries: &Entries<'_>, listed: &[Entry<'_>], stimuli: usize) -> Option<Section> {
    let columns = entries.counted.columns;
    let first_key: Measure = ("time to the first key", |times| &times.first_key);
    let submitted: Measure = ("time to the submission", |times| &times.submitted);
    let measures: Vec<Measure> = [columns.first_key.map(|_| first_key), columns.submitted.map(|_| submitted)]
        .into_iter()
        .flatten()
        .collect();
    if measures.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    for measure in measures {
        parts.push(Part::Plot(Box::new(medians(listed, stimuli, measure))));
        parts.push(Part::Table(by_stimulus(listed, stimuli, measure)));
    }
    Some(Section { heading: "Response times".to_owned(), parts })
}

fn medians(listed: &[Entry<'_>], stimuli: usize, (what, of): Measure) -> nameit_plots::Plot {
    let drawn = stimuli.min(MOST_DRAWN);
    let bar = |entry: &Entry<'_>| {
        let times = of(entry.response_times.as_ref()?).all;
        Some(Bar {
            label: entry.stimulus.to_owned(),
            value: times.median_ms?,
            count: None,
            interval: times.q1_ms.zip(times.q3_ms),
            strong: false,
        })
    };
    let of_all = if stimuli > drawn {
        format!(", the first {drawn} of {} stimuli", number::count(stimuli as u64))
    } else {
        String::new()
    };
    bars(&Bars {
        title: format!("Median {what} with quartiles{of_all}"),
        unit: Unit::Milliseconds,
        whole: false,
        bars: listed.iter().take(drawn).filter_map(bar).collect(),
        note: None,
    })
}

fn by_stimulus(listed: &[Entry<'_>], stimuli: usize, (what, of): Measure) -> Table {
    let rows = listed.iter().filter_map(|entry| {
        let times = of(entry.response_times.as_ref()?);
        let mut cells = vec![entry.stimulus.to_owned()];
        cells.extend([number::count(times.all.n), number::count(times.all.n_trimmed)]);
        cells.extend(figures(&times.all));
        cells.push(number::count(times.modal.n));
        cells.extend([times.modal.median_ms, times.modal.geometric_mean_ms].map(milliseconds));
        Some(cells)
    });
    let header = [
        "Stimulus",
        "Times",
        "Left out",
        "Mean",
        "SD",
        "Q1",
        "Median",
        "Q3",
        "Geometric mean",
        "Times of modal names",
        "Median of these",
        "Geometric mean of these",
    ];
    table(&format!("The {what} in milliseconds, of answers that gave a name"), &header, &[0], rows, stimuli)
}

fn figures(times: &TimeSummary) -> [String; 6] {
    [times.mean_ms, times.sd_ms, times.q1_ms, times.median_ms, times.q3_ms, times.geometric_mean_ms]
        .map(milliseconds)
}

fn milliseconds(time: Option<f64>) -> String {
    time.map_or_else(|| number::UNDEFINED.to_owned(), |time| format!("{time:.0}"))
}
