//! The figures as an aligned table and as CSV.

use std::io::{self, Write};

use super::count::Counted;
use super::entry::entries;
use crate::output::cells::{self, cause, guarded, writer};
use crate::output::table::{self, figure, shown};

pub(super) fn table(output: &mut dyn Write, counted: &Counted) -> io::Result<()> {
    let mut header = ["stimulus", "n", "non-answers", "mean words", "SND"].map(String::from).to_vec();
    header.extend(counted.parts.is_some().then(|| "PND".to_owned()));
    let rows = entries(counted).map(|entry| {
        let mut cells = vec![
            shown(entry.stimulus),
            entry.n.to_string(),
            entry.non_answers.to_string(),
            figure(entry.mean_words, 2),
            figure(entry.snd, 3),
        ];
        cells.extend(entry.parts.map(|parts| figure(parts.pnd, 3)));
        cells
    });
    table::write(output, &header, &[0], rows)
}

const HEADER: [&str; 9] = [
    "stimulus",
    "n",
    "non_answers",
    "without_words",
    "mean_words",
    "sd_words",
    "median_words",
    "snd",
    "words",
];
const PARTS_HEADER: [&str; 3] = ["parts_n", "parts_without_words", "pnd"];

pub(super) fn csv(output: &mut dyn Write, counted: &Counted) -> io::Result<()> {
    let mut csv = writer(output);
    let parts_header = counted.parts.iter().flat_map(|_| PARTS_HEADER);
    csv.write_record(HEADER.into_iter().chain(parts_header)).map_err(cause)?;
    for entry in entries(counted) {
        let mut record = vec![
            guarded(entry.stimulus).into_owned(),
            entry.n.to_string(),
            entry.non_answers.to_string(),
            entry.without_words.to_string(),
            cells::figure(entry.mean_words),
            cells::figure(entry.sd_words),
            cells::figure(entry.median_words),
            cells::figure(entry.snd),
            entry.words.to_owned(),
        ];
        if let Some(parts) = entry.parts {
            record.extend([parts.n.to_string(), parts.without_words.to_string(), cells::figure(parts.pnd)]);
        }
        csv.write_record(record).map_err(cause)?;
    }
    csv.flush()
}
