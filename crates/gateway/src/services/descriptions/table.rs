//! The figures of descriptions as CSV, one row per stimulus.

use nameit_proto::findings::v1::{DescribedStimulus, Descriptions};

use super::{Wanted, get};
use crate::access::Owned;
use crate::error::Result;
use crate::services::export::{csv, guarded};
use crate::state::Gateway;

/// Stimuli that are asked for at once.
const STIMULI_AT_ONCE: usize = 2_000;

/// New ones come at the end, so that who reads by place goes on.
const COLUMNS: [&str; 33] = [
    "stimulus",
    "ordinal",
    "n",
    "mean_words",
    "sd_words",
    "median_words",
    "shortest_words",
    "longest_words",
    "snd",
    "without_words",
    "parts_n",
    "parts_without_words",
    "pnd",
    "words",
    "sufficient",
    "possible",
    "smallest_size",
    "trials",
    "no_attribute",
    "wrong",
    "under_specified",
    "minimal",
    "over_specified",
    "distinguishing",
    "smallest",
    "rate",
    "rate_low",
    "rate_high",
    "pairs",
    "dice",
    "masi",
    "distinct_descriptions",
    "version",
];

/// All stimuli of an experiment.
pub(crate) async fn table(gateway: &Gateway, owned: &Owned) -> Result<Vec<u8>> {
    let mut rows = vec![COLUMNS.map(str::to_owned)];
    loop {
        let stimuli = ((rows.len() - 1) as u32, STIMULI_AT_ONCE as u32);
        let found = get(gateway, owned, Wanted { stimuli, ..Wanted::default() }).await?;
        rows.extend(found.stimuli.iter().map(|stimulus| row(&found, stimulus)));
        if found.stimuli.len() < STIMULI_AT_ONCE {
            return csv(rows);
        }
    }
}

/// What is not known is empty.
fn row(found: &Descriptions, stimulus: &DescribedStimulus) -> [String; COLUMNS.len()] {
    let parts = stimulus.parts.as_ref();
    let specification = stimulus.specification.as_ref();
    let counts = specification.and_then(|specification| specification.counts.as_ref());
    [
        guarded(&stimulus.stimulus),
        stimulus.ordinal.to_string(),
        stimulus.n.to_string(),
        cell(stimulus.mean_words),
        cell(stimulus.sd_words),
        cell(stimulus.median_words),
        stimulus.shortest_words.to_string(),
        stimulus.longest_words.to_string(),
        cell(stimulus.snd),
        stimulus.without_words.to_string(),
        cell(parts.map(|parts| parts.parts_n)),
        cell(parts.map(|parts| parts.parts_without_words)),
        cell(parts.and_then(|parts| parts.pnd)),
        found.word_rule.clone(),
        guarded(&specification.map(|of| of.sufficient.join(" | ")).unwrap_or_default()),
        cell(specification.map(|of| of.possible)),
        cell(specification.and_then(|of| of.smallest_size)),
        cell(counts.map(|of| of.trials)),
        cell(counts.map(|of| of.no_attribute)),
        cell(counts.map(|of| of.wrong)),
        cell(counts.map(|of| of.under_specified)),
        cell(counts.map(|of| of.minimal)),
        cell(counts.map(|of| of.over_specified)),
        cell(counts.map(|of| of.distinguishing)),
        cell(counts.map(|of| of.smallest)),
        cell(counts.and_then(|of| of.rate)),
        cell(counts.and_then(|of| of.rate_low)),
        cell(counts.and_then(|of| of.rate_high)),
        cell(specification.and_then(|of| of.pairs)),
        cell(specification.and_then(|of| of.dice)),
        cell(specification.and_then(|of| of.masi)),
        cell(specification.map(|of| of.descriptions_total)),
        found.version.to_string(),
    ]
}

fn cell(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
