//! The tally of one experiment: exact counts that grow answer by answer.
//!
//! A raw text is stored and normalised once, however often it is given. Memory follows the distinct pairs of
//! stimulus and raw text (and the distinct times to the first key), not the answers. All figures depend on the
//! multiset of what was added alone: neither on its order nor on whether it came one by one or grouped.
//!
//! After a [`Tally::refresh`] the figures of a stimulus follow each further answer in constant time, with the bits
//! that counting anew would give. Copies share what does not change after they are made.

use std::collections::BTreeMap;
use std::sync::Arc;

use nameit_domain::NonAnswer;
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::naming::Naming;
use crate::norms::{NonAnswers, StimulusNorms};
use crate::progress::Progress;
use stimulus::StimulusTally;
use texts::Texts;

mod ranking;
mod standing;
mod stimulus;
#[cfg(test)]
mod tests;
mod texts;
mod times;
mod view;

pub use view::View;

/// What one participant said to one stimulus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Said<'raw> {
    /// The raw text, exactly as typed.
    Text(&'raw str),
    /// No name was given.
    NonAnswer(NonAnswer),
}

/// One response, as far as the norms look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Observation<'raw> {
    /// The stimulus: its place in the experiment, from 0.
    pub stimulus: u32,
    /// What was said.
    pub said: Said<'raw>,
    /// Milliseconds from paint to the first key, if measured.
    pub first_key_ms: Option<u32>,
    /// When it was submitted, in milliseconds since 1970 (UTC), if known.
    pub submitted_at_ms: Option<i64>,
}

/// Figures over all stimuli of an experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// Stimuli with at least one response.
    pub stimuli: u64,
    /// Answers that gave a name.
    pub n: u64,
    /// Trials without a name, all kinds together.
    pub non_answers: u64,
    /// Distinct names over all stimuli.
    pub types: u64,
    /// Distinct raw texts over all stimuli.
    pub distinct_texts: u64,
}

/// The tally of one experiment.
#[derive(Debug, Clone)]
pub struct Tally {
    naming: Naming,
    raws: Texts,
    names: Names,
    stimuli: Vec<Arc<StimulusTally>>,
    /// Stimuli that changed since the last refresh, each once.
    changed: Vec<u32>,
    progress: Progress,
    revision: u64,
    responses: u64,
    non_answers: u64,
}

/// The names of raw texts.
#[derive(Debug, Clone, Default)]
struct Names {
    texts: Texts,
    /// For each raw text its name; `BLANK` when nothing is left of it.
    of_raw: Vec<u32>,
}

/// Stands for "no name" in [`Names`]. The interner never gives this number.
const BLANK: u32 = u32::MAX;

// === impl Tally ===

impl Tally {
    /// An empty tally that turns raw texts into names by `naming` (a [`crate::normalise::Normaliser`] will do).
    pub fn new(naming: impl Into<Naming>) -> Self {
        Self {
            naming: naming.into(),
            raws: Texts::default(),
            names: Names::default(),
            stimuli: Vec::new(),
            changed: Vec::new(),
            progress: Progress::default(),
            revision: 0,
            responses: 0,
            non_answers: 0,
        }
    }

    // === Adding ===

    /// Adds one response.
    pub fn add(&mut self, observation: Observation<'_>) {
        match observation.said {
            Said::Text(raw) => {
                self.add_grouped(observation.stimulus, raw, 1);
                if let Some(first_key_ms) = observation.first_key_ms
                    && !raw.trim().is_empty()
                {
                    self.add_first_keys(observation.stimulus, first_key_ms, 1);
                }
            }
            Said::NonAnswer(kind) => self.add_non_answers(observation.stimulus, kind, 1),
        }
        if let Some(submitted_at_ms) = observation.submitted_at_ms {
            self.add_progress(submitted_at_ms, 1);
        }
    }

    /// Adds `count` answers with the same raw text. A count of 0 only makes the stimulus known.
    pub fn add_grouped(&mut self, stimulus: u32, raw: &str, count: u64) {
        if count == 0 {
            self.touch(stimulus);
            return;
        }
        let raw_id = self.raws.intern(raw);
        if raw_id as usize == self.names.of_raw.len() {
            self.names.push(&self.naming, raw);
        }
        self.responses = self.responses.saturating_add(count);
        if self.names.of_raw[raw_id as usize] == BLANK {
            self.non_answers = self.non_answers.saturating_add(count);
        }
        let (stimulus, names) = self.touch(stimulus);
        stimulus.add_raw(raw_id, count, names);
    }

    /// Adds `count` non-answers of one kind.
    pub fn add_non_answers(&mut self, stimulus: u32, kind: NonAnswer, count: u64) {
        self.responses = self.responses.saturating_add(count);
        self.non_answers = self.non_answers.saturating_add(count);
        self.touch(stimulus).0.add_non_answers(kind, count);
    }

    /// Adds `count` equal times to the first key, of answers that were typed. A time of 0 is an error of the
    /// machine, since nobody types before seeing, and is left out.
    pub fn add_first_keys(&mut self, stimulus: u32, first_key_ms: u32, count: u64) {
        self.touch(stimulus).0.add_first_keys(first_key_ms, count);
    }

    /// Adds `count` responses to the progress line.
    pub fn add_progress(&mut self, submitted_at_ms: i64, count: u64) {
        self.progress.add(submitted_at_ms, count);
    }

    /// Counts by another naming from now on, what was added before included. Costs one normalisation per
    /// distinct raw text; every stimulus with responses counts as changed.
    pub fn rename(&mut self, naming: impl Into<Naming>) {
        self.naming = naming.into();
        self.names = Names::of(&self.naming, &self.raws);
        self.revision += 1;
        self.non_answers = 0;
        self.changed.clear();
        for (ordinal, stimulus) in (0u32..).zip(&mut self.stimuli) {
            let stimulus = Arc::make_mut(stimulus);
            stimulus.forget_names();
            let blank = stimulus.raws().filter(|(raw, _)| self.names.of_raw[*raw as usize] == BLANK);
            let blank = blank.fold(0, |sum: u64, (_, count)| sum.saturating_add(count));
            self.non_answers = self.non_answers.saturating_add(stimulus.without_text().total() + blank);
            stimulus.is_changed = stimulus.has_any();
            if stimulus.is_changed {
                self.changed.push(ordinal);
            }
        }
    }

    /// Gives the stimuli that changed since the last call, in their order, and takes up their figures: from now on
    /// these follow each answer. The first call and the first after a [`Tally::rename`] cost what counting the names
    /// costs, the others a moment per changed stimulus.
    pub fn refresh(&mut self) -> Vec<u32> {
        let mut changed = std::mem::take(&mut self.changed);
        for &ordinal in &changed {
            Arc::make_mut(&mut self.stimuli[ordinal as usize]).refresh(&self.names);
        }
        changed.sort_unstable();
        changed
    }

    // === Reading ===

    /// The naming in force.
    pub fn naming(&self) -> &Naming {
        &self.naming
    }

    /// Grows with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// All responses, non-answers included.
    pub fn responses(&self) -> u64 {
        self.responses
    }

    /// All trials without a name.
    pub fn non_answers(&self) -> u64 {
        self.non_answers
    }

    /// One more than the highest stimulus seen.
    pub fn stimuli(&self) -> u32 {
        self.stimuli.len() as u32
    }

    /// The norms of one stimulus; all zero for a stimulus without responses.
    pub fn norms(&self, stimulus: u32) -> StimulusNorms {
        self.norms_with(stimulus, usize::MAX)
    }

    /// The norms of one stimulus with its most frequent names only, at most `names_limit`, also of those that tie.
    /// After a [`Tally::refresh`], a few names cost the same however many there are.
    pub fn norms_with(&self, stimulus: u32, names_limit: usize) -> StimulusNorms {
        match self.stimuli.get(stimulus as usize) {
            Some(stimulus) => stimulus.norms(names_limit, &self.names),
            None => StimulusNorms::from_counts(Vec::new(), NonAnswers::default(), None),
        }
    }

    /// The raw texts of one stimulus with their counts, the most frequent first, equal counts in the order of
    /// their code points.
    pub fn raw_counts(&self, stimulus: u32) -> Vec<(&str, u64)> {
        let Some(stimulus) = self.stimuli.get(stimulus as usize) else { return Vec::new() };
        let mut counts: Vec<_> = stimulus.raws().map(|(raw, count)| (self.raws.get(raw), count)).collect();
        counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        counts
    }

    /// Every name of the experiment with its raw texts and their counts over all stimuli, in the order of the
    /// code points: what a person looks at who approves variants.
    pub fn names(&self) -> BTreeMap<&str, BTreeMap<&str, u64>> {
        let mut totals: FxHashMap<u32, u64> = FxHashMap::default();
        for (raw, count) in self.stimuli.iter().flat_map(|stimulus| stimulus.raws()) {
            *totals.entry(raw).or_default() += count;
        }
        let mut names: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        for (raw, count) in totals {
            let name = self.names.of_raw[raw as usize];
            if name != BLANK {
                names.entry(self.names.texts.get(name)).or_default().insert(self.raws.get(raw), count);
            }
        }
        names
    }

    /// Figures over all stimuli.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals { distinct_texts: self.raws.len() as u64, ..Totals::default() };
        let mut seen = vec![false; self.names.texts.len()];
        for stimulus in &self.stimuli {
            let (by_name, non_answers) = stimulus.by_name(&self.names.of_raw);
            let n: u64 = by_name.values().sum();
            totals.n += n;
            totals.non_answers += non_answers.total();
            totals.stimuli += u64::from(n + non_answers.total() > 0);
            for name in by_name.into_keys() {
                seen[name as usize] = true;
            }
        }
        totals.types = seen.into_iter().filter(|seen| *seen).count() as u64;
        totals
    }

    /// When the responses came.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    fn touch(&mut self, stimulus: u32) -> (&mut StimulusTally, &Names) {
        let index = stimulus as usize;
        if index >= self.stimuli.len() {
            self.stimuli.resize_with(index + 1, Arc::default);
        }
        self.revision += 1;
        let touched = Arc::make_mut(&mut self.stimuli[index]);
        if !touched.is_changed {
            touched.is_changed = true;
            self.changed.push(stimulus);
        }
        (touched, &self.names)
    }
}

// === impl Names ===

impl Names {
    fn of(naming: &Naming, raws: &Texts) -> Self {
        let mut names = Self::default();
        for raw in raws.iter() {
            names.push(naming, raw);
        }
        names
    }

    /// Names the next raw text.
    fn push(&mut self, naming: &Naming, raw: &str) {
        let name = naming.name(raw).map_or(BLANK, |name| self.texts.intern(&name));
        self.of_raw.push(name);
    }
}
