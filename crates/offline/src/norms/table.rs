//! Norms as an aligned table to read.

use std::io::{self, Write};
use std::ops::Range;

use super::entry::{Entries, Entry};
use crate::output::table::{self, figure, shown};

const HEADER: [&str; 11] = [
    "stimulus",
    "n",
    "non-answers",
    "types",
    "modal name",
    "count",
    "agree %",
    "H",
    "Simpson",
    "coverage",
    "Chao1",
];

/// The columns with text; they are flush left, numbers flush right.
const TEXTS: [usize; 2] = [0, 4];

pub(super) fn write(output: &mut dyn Write, entries: &Entries<'_>) -> io::Result<()> {
    let mut header: Vec<String> = HEADER.map(String::from).to_vec();
    let columns = entries.counted.columns;
    for (are_shown, names) in [
        (entries.bootstrap.is_some(), &["H low", "H high"][..]),
        (columns.first_key.is_some(), &["first key ms"]),
        (columns.submitted.is_some(), &["submitted ms"]),
        (columns.participant.is_some(), &["participants"]),
    ] {
        header.extend(names.iter().filter(|_| are_shown).map(|name| (*name).to_owned()));
    }
    let rows = |places: Range<usize>| -> Vec<Vec<String>> {
        places.map(|place| cells(entries, &entries.entry(place))).collect()
    };
    table::write(output, &header, &TEXTS, entries.pieces(rows).flatten())
}

fn cells(entries: &Entries<'_>, entry: &Entry<'_>) -> Vec<String> {
    let norms = &entry.norms;
    let mut cells = vec![
        shown(entry.stimulus),
        norms.n.to_string(),
        norms.non_answers.to_string(),
        norms.types.to_string(),
        if norms.modal_names.is_empty() { "–".to_owned() } else { shown(&norms.modal_names.join(" | ")) },
        norms.modal_count.to_string(),
        figure(norms.agreement.map(|agreement| agreement * 100.0), 1),
        figure(norms.h, 3),
        figure(norms.simpson, 3),
        figure(norms.coverage, 3),
        figure(norms.chao1, 1),
    ];
    if entries.bootstrap.is_some() {
        let h = entry.intervals.map(|intervals| intervals.h);
        cells.extend([figure(h.map(|h| h.low), 3), figure(h.map(|h| h.high), 3)]);
    }
    if let Some(times) = &entry.response_times {
        let columns = entries.counted.columns;
        cells.extend(columns.first_key.map(|_| figure(times.first_key.all.median_ms, 1)));
        cells.extend(columns.submitted.map(|_| figure(times.submitted.all.median_ms, 1)));
    }
    cells.extend(entry.participants.map(|participants| participants.to_string()));
    cells
}
