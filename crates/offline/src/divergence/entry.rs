//! What is written about one stimulus.

use std::fmt::Write as _;

use nameit_analysis::bulk::Stimulus;
use nameit_analysis::descriptions::{Collector, Divergence, Lengths, WordRule};
use serde::Serialize;

use super::count::{Counted, part_names};

/// The figures of one stimulus, as written.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Entry<'counted> {
    pub(super) stimulus: &'counted str,
    /// Descriptions; non-answers are not in it.
    pub(super) n: u64,
    pub(super) non_answers: u64,
    /// Descriptions of which no word is left.
    pub(super) without_words: u64,
    /// Length in words between white space.
    pub(super) mean_words: Option<f64>,
    pub(super) sd_words: Option<f64>,
    pub(super) median_words: Option<f64>,
    pub(super) snd: Option<f64>,
    /// Only when a column for parts was named.
    #[serde(flatten)]
    pub(super) parts: Option<Parts>,
    /// The rule for words that SND and PND rest on.
    pub(super) words: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Parts {
    #[serde(rename = "parts_n")]
    pub(super) n: u64,
    #[serde(rename = "parts_without_words")]
    pub(super) without_words: u64,
    pub(super) pnd: Option<f64>,
}

/// The entries, one after the other, in the order in which the stimuli first came.
pub(super) fn entries(counted: &Counted) -> impl Iterator<Item = Entry<'_>> {
    (0..counted.wholes.len()).map(|place| {
        let stimulus = counted.wholes.stimulus(place);
        let lengths = Lengths::of(stimulus.names());
        let divergence = Divergence::of_wholes(counted.words, stimulus.names());
        Entry {
            stimulus: stimulus.key(),
            n: divergence.n,
            non_answers: stimulus.non_answers().total(),
            without_words: divergence.without_words,
            mean_words: lengths.mean,
            sd_words: lengths.sd,
            median_words: lengths.median,
            snd: divergence.divergence,
            parts: counted.parts.as_ref().map(|counts| parts(counted.words, counts.stimulus(place))),
            words: counted.words.as_str(),
        }
    })
}

fn parts(words: WordRule, stimulus: Stimulus<'_>) -> Parts {
    let mut collector = Collector::new(words);
    for (json, count) in stimulus.names() {
        let names = part_names(json).expect("it was checked when it was read");
        collector.add_parts(names.iter().map(String::as_str), count);
    }
    let divergence = collector.divergence();
    Parts { n: divergence.n, without_words: divergence.without_words, pnd: divergence.divergence }
}

/// The means over the stimuli, in words.
pub(super) fn summary(counted: &Counted) -> String {
    let (mut snd, mut pnd, mut stimuli, mut n) = (Mean::default(), Mean::default(), 0u64, 0u64);
    for entry in entries(counted) {
        stimuli += 1;
        n += entry.n;
        snd.add(entry.snd);
        pnd.add(entry.parts.and_then(|parts| parts.pnd));
    }
    let mut summary = format!("{stimuli} stimuli, {n} descriptions");
    for (name, mean) in [("SND", snd), ("PND", pnd)] {
        if let Some(value) = mean.value() {
            write!(summary, ", mean {name} {value:.3} over {} stimuli", mean.n)
                .expect("a string takes every text");
        }
    }
    summary
}

#[derive(Default)]
struct Mean {
    sum: f64,
    n: u64,
}

impl Mean {
    fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value {
            self.sum += value;
            self.n += 1;
        }
    }

    fn value(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum / self.n as f64)
    }
}
