//! The plots of a report on norms.

use nameit_analysis::intervals::{Bootstrap, LEVEL, wilson};
use nameit_analysis::norms::{self, Place};
use nameit_plots::report::{Part, Section};
use nameit_plots::{
    CurvePoint, HeatMap, HeatRow, MOST_ROWS, NameBar, Names, Plot, Rarefaction, heat_map, names, number,
    rarefaction,
};

use crate::norms::entry::Entry;

/// The most names in the bars of one stimulus.
const MOST_NAMES: usize = 15;
/// About how many points a curve has.
const KNOTS: u32 = 40;
/// Replicates for the interval of a curve; it is drawn, not printed, so fewer do than for a figure.
const REPLICATES: u32 = 200;

/// The names of the first stimuli, as a map of shares.
pub(super) fn overview(listed: &[Entry<'_>], stimuli: usize) -> Plot {
    let row = |entry: &Entry<'_>| HeatRow {
        stimulus: entry.stimulus.to_owned(),
        names: entry
            .norms
            .names
            .iter()
            .map(|name| (name.name.clone(), name.count as f64 / entry.norms.n as f64))
            .collect(),
    };
    let title = if stimuli > MOST_ROWS {
        format!("Names by stimulus, the first {MOST_ROWS} of {}", number::count(stimuli as u64))
    } else {
        "Names by stimulus".to_owned()
    };
    heat_map(&HeatMap { title, rows: listed.iter().take(MOST_ROWS).map(row).collect() })
}

/// The bars and the curve of one stimulus.
pub(super) fn of_stimulus(entry: &Entry<'_>) -> Section {
    let heading = entry.stimulus.to_owned();
    let mut parts = vec![Part::Plot(Box::new(bars(entry)))];
    let counts: Vec<u64> = entry.norms.names.iter().map(|name| name.count).collect();
    if let Some(sample) = norms::Rarefaction::of(&counts) {
        parts.push(Part::Plot(Box::new(curve(entry, &sample))));
    }
    Section { heading, parts }
}

/// How the curves were made.
pub(super) fn curves_in_words() -> String {
    let Bootstrap { seed, level, .. } = bootstrap();
    format!("bootstrap of {REPLICATES} replicates, seed {seed}, level {level}")
}

fn bootstrap() -> Bootstrap {
    Bootstrap { replicates: REPLICATES, ..Bootstrap::default() }
}

fn bars(entry: &Entry<'_>) -> Plot {
    let norms = &entry.norms;
    let bar = |name: &norms::NameCount| NameBar {
        name: name.name.clone(),
        count: name.count,
        share: name.count as f64 / norms.n as f64,
        interval: wilson(name.count, norms.n, LEVEL).map(|interval| (interval.low, interval.high)),
        modal: name.count == norms.modal_count,
    };
    let mut plot = names(&Names {
        stimulus: entry.stimulus.to_owned(),
        names: norms.names.iter().take(MOST_NAMES).map(bar).collect(),
        n: norms.n,
        types: norms.types,
    });
    plot.title.push_str(", with 95 % intervals of Wilson");
    plot
}

fn curve(entry: &Entry<'_>, sample: &norms::Rarefaction) -> Plot {
    let curve = sample.curve(&sample.sizes(KNOTS), entry.stimulus, bootstrap());
    let point = |point: &norms::CurvePoint| CurvePoint {
        m: point.m as f64,
        types: point.types,
        interval: Some((point.types_low, point.types_high)),
        coverage: Some(point.coverage),
    };
    let beyond = curve.points.iter().any(|point| point.place == Place::Extrapolated);
    rarefaction(&Rarefaction {
        title: format!(
            "Distinct names by answers{}",
            if beyond { ", extrapolated to twice as many" } else { "" },
        ),
        n: sample.n(),
        types: entry.norms.types,
        points: curve.points.iter().map(point).collect(),
    })
}
