//! Writes proposals.

use std::fmt::Write as _;
use std::io::{self, Write};

use nameit_analysis::variants::{BeforeAfter, Proposal, Reason, Vocabulary};
use serde::Serialize;

use crate::output::cells::{cause, figure, guarded, writer};
use crate::output::{Format, json, table};

const HEADER: [&str; 14] = [
    "accept",
    "from",
    "to",
    "from_count",
    "to_count",
    "score",
    "distance",
    "reasons",
    "from_stimuli",
    "to_stimuli",
    "shared_stimuli",
    "shared_count",
    "stimuli",
    "alternatives",
];

const TABLE_HEADER: [&str; 8] =
    ["from", "to", "count", "count of to", "score", "reasons", "shared stimuli", "alternatives"];

/// The columns of the table with text.
const TEXTS: [usize; 4] = [0, 1, 5, 7];

/// Between several names, stimuli or reasons in a cell.
const BETWEEN: &str = " | ";

/// A proposal with the keys of its stimuli and a place for the decision.
#[derive(Serialize)]
struct Entry<'proposal> {
    accept: Option<bool>,
    #[serde(flatten)]
    proposal: &'proposal Proposal,
    stimulus_keys: Vec<&'proposal str>,
}

pub(super) fn write(
    output: &mut dyn Write,
    format: Format,
    proposals: &[Proposal],
    stimuli: &[&str],
) -> io::Result<()> {
    let keys = |proposal: &Proposal| -> Vec<&str> {
        proposal.stimuli.iter().map(|ordinal| stimuli[*ordinal as usize]).collect()
    };
    match format {
        Format::Table => {
            let header = TABLE_HEADER.map(str::to_owned);
            table::write(output, &header, &TEXTS, proposals.iter().map(cells))
        }
        Format::Csv => {
            let mut csv = writer(output);
            csv.write_record(HEADER).map_err(cause)?;
            for proposal in proposals {
                csv.write_record(record(proposal, &keys(proposal))).map_err(cause)?;
            }
            csv.flush()
        }
        Format::Json => {
            let entry = |proposal| Entry { accept: None, proposal, stimulus_keys: keys(proposal) };
            json::array(output, proposals.iter().map(entry))
        }
    }
}

/// What was found, and what accepting all of it would do, in words.
pub(super) fn summary(proposals: &[Proposal], vocabulary: &Vocabulary, compared: &BeforeAfter) -> String {
    let answers: u64 = proposals.iter().map(|proposal| proposal.from_count).sum();
    let mut summary = format!(
        "{} distinct names, {} probable variants with {answers} answers",
        vocabulary.len(),
        proposals.len()
    );
    let (before, after) = (&compared.before, &compared.after);
    if let (Some(h), Some(h_after)) = (before.mean_h, after.mean_h) {
        write!(
            summary,
            "; accepting all: {} → {} names, mean H {h:.3} → {h_after:.3} bits in {} stimuli that change",
            before.types, after.types, compared.changed
        )
        .expect("a string takes every text");
    }
    summary
}

fn cells(proposal: &Proposal) -> Vec<String> {
    let reasons: Vec<&str> = proposal.reasons.iter().map(|reason| reason.label()).collect();
    vec![
        table::shown(&proposal.from),
        table::shown(&proposal.to),
        proposal.from_count.to_string(),
        proposal.to_count.to_string(),
        table::figure(Some(proposal.score), 3),
        reasons.join(", "),
        format!("{} of {}", proposal.shared_stimuli, proposal.from_stimuli),
        table::shown(&proposal.alternatives.join(", ")),
    ]
}

fn record(proposal: &Proposal, stimuli: &[&str]) -> Vec<String> {
    let reasons: Vec<&str> = proposal.reasons.iter().copied().map(Reason::name).collect();
    vec![
        String::new(),
        guarded(&proposal.from).into_owned(),
        guarded(&proposal.to).into_owned(),
        proposal.from_count.to_string(),
        proposal.to_count.to_string(),
        figure(Some(proposal.score)),
        figure(Some(proposal.distance)),
        reasons.join(BETWEEN),
        proposal.from_stimuli.to_string(),
        proposal.to_stimuli.to_string(),
        proposal.shared_stimuli.to_string(),
        proposal.shared_count.to_string(),
        guarded(&stimuli.join(BETWEEN)).into_owned(),
        guarded(&proposal.alternatives.join(BETWEEN)).into_owned(),
    ]
}
