//! Writes a comparison: CSV holds the stimuli, JSON all of it, the table both in short.

use std::fmt::Write as _;
use std::io::{self, Write};

use nameit_analysis::comparison::{Comparison, Correlation, StimulusComparison};

use crate::output::cells::{cause, figure, guarded, writer};
use crate::output::{Format, table};

const HEADER: [&str; 10] = [
    "stimulus",
    "n",
    "modal_names",
    "reference_modal_names",
    "modal_match",
    "agreement",
    "reference_agreement",
    "h",
    "reference_h",
    "divergence",
];

/// The columns with text.
const TEXTS: [usize; 4] = [0, 2, 3, 4];

pub(super) fn write(output: &mut dyn Write, format: Format, comparison: &Comparison) -> io::Result<()> {
    match format {
        Format::Table => {
            let header = HEADER.map(|name| name.replace('_', " "));
            table::write(output, &header, &TEXTS, comparison.rows.iter().map(cells))
        }
        Format::Csv => {
            let mut csv = writer(output);
            csv.write_record(HEADER).map_err(cause)?;
            for row in &comparison.rows {
                csv.write_record(record(row)).map_err(cause)?;
            }
            csv.flush()
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut *output, comparison)?;
            output.write_all(b"\n")
        }
    }
}

/// The comparison as a whole, in words.
pub(super) fn summary(comparison: &Comparison) -> String {
    let Comparison { stimuli, only_here, only_in_reference, modal_matches, .. } = comparison;
    let mut text = format!(
        "{stimuli} stimuli in both ({only_here} only here, {only_in_reference} only in the reference); \
         modal names match in {modal_matches}"
    );
    if let (Some(share), Some(interval)) = (comparison.modal_match, comparison.modal_match_interval) {
        write!(
            text,
            " ({:.1} %, 95 % interval {:.1} to {:.1})",
            share * 100.0,
            interval.low * 100.0,
            interval.high * 100.0
        )
        .expect("a string takes every text");
    }
    for (what, found) in [
        ("H, Pearson", comparison.h_pearson),
        ("H, Spearman", comparison.h_spearman),
        ("agreement, Pearson", comparison.agreement_pearson),
        ("agreement, Spearman", comparison.agreement_spearman),
    ] {
        text.push_str("; ");
        text.push_str(&correlation(what, found));
    }
    text
}

fn correlation(what: &str, found: Option<Correlation>) -> String {
    match found {
        None => format!("{what} not defined"),
        Some(Correlation { r, n, interval: None }) => format!("{what} r = {r:.3} (n = {n})"),
        Some(Correlation { r, n, interval: Some(interval) }) => {
            format!("{what} r = {r:.3} ({:.3} to {:.3}, n = {n})", interval.low, interval.high)
        }
    }
}

fn cells(row: &StimulusComparison) -> Vec<String> {
    vec![
        table::shown(&row.stimulus),
        row.n.to_string(),
        table::shown(&row.modal_names.join(" | ")),
        table::shown(&row.reference_modal_names.join(" | ")),
        if row.modal_match { "yes" } else { "no" }.to_owned(),
        table::figure(Some(row.agreement), 3),
        table::figure(row.reference_agreement, 3),
        table::figure(Some(row.h), 3),
        table::figure(row.reference_h, 3),
        table::figure(row.divergence, 3),
    ]
}

fn record(row: &StimulusComparison) -> Vec<String> {
    vec![
        guarded(&row.stimulus).into_owned(),
        row.n.to_string(),
        guarded(&row.modal_names.join(" | ")).into_owned(),
        guarded(&row.reference_modal_names.join(" | ")).into_owned(),
        row.modal_match.to_string(),
        figure(Some(row.agreement)),
        figure(row.reference_agreement),
        figure(Some(row.h)),
        figure(row.reference_h),
        figure(row.divergence),
    ]
}
