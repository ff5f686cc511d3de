//! What is written about one stimulus.

use std::ops::Range;

use nameit_analysis::bulk::{Stimulus, TimeLimits};
use nameit_analysis::intervals::{Bootstrap, Intervals};
use nameit_analysis::norms::StimulusNorms;
use nameit_analysis::parallel;
use nameit_analysis::response_times::ResponseTimes;
use serde::Serialize;

use super::args::Args;
use super::count::Counted;

/// The norms of one stimulus, as written.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Entry<'counted> {
    pub(super) stimulus: &'counted str,
    #[serde(flatten)]
    pub(super) norms: StimulusNorms,
    /// The coverage that `answers_to_coverage` looks for.
    pub(super) coverage_target: f64,
    /// Distinct participants; only when a column for them was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) participants: Option<u64>,
    /// Only when they were asked for; `None` also for a stimulus without answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) intervals: Option<Intervals>,
    /// Only when there are columns with times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response_times: Option<ResponseTimes>,
}

/// All that is written, computed when it is asked for.
pub(super) struct Entries<'counted> {
    pub(super) counted: &'counted Counted,
    pub(super) bootstrap: Option<Bootstrap>,
    pub(super) limits: Option<TimeLimits>,
    pub(super) coverage_target: f64,
    pub(super) threads: usize,
}

/// Stimuli whose entries are written by one thread before it takes the next.
const PIECE: usize = 2048;

/// Pieces that wait to be written, for each thread.
const PIECES_AHEAD: usize = 4;

// === impl Entries ===

impl<'counted> Entries<'counted> {
    pub(super) fn new(args: &Args, counted: &'counted Counted) -> anyhow::Result<Self> {
        let limits = counted.columns.have_times().then(|| TimeLimits::new(&counted.counts, args.trim));
        Ok(Self {
            counted,
            bootstrap: args.bootstrap(),
            limits: limits.transpose()?,
            coverage_target: args.target_coverage,
            threads: args.threads(),
        })
    }

    /// Whether nothing but counts goes into an entry.
    pub(super) fn are_counts_alone(&self) -> bool {
        self.bootstrap.is_none() && !self.counted.columns.have_details()
    }

    /// The entry of one stimulus.
    pub(super) fn entry(&self, place: usize) -> Entry<'counted> {
        let stimulus = self.counted.counts.stimulus(place);
        self.entry_of(stimulus, stimulus.norms())
    }

    /// The same without any names.
    pub(super) fn figures(&self, stimulus: Stimulus<'counted>) -> Entry<'counted> {
        self.entry_of(stimulus, stimulus.figures())
    }

    fn entry_of(&self, stimulus: Stimulus<'counted>, mut norms: StimulusNorms) -> Entry<'counted> {
        norms.answers_to_coverage = norms.frequencies().answers_to_coverage(self.coverage_target);
        Entry {
            stimulus: stimulus.key(),
            norms,
            coverage_target: self.coverage_target,
            participants: self.counted.columns.participant.map(|_| stimulus.participants()),
            intervals: self.bootstrap.and_then(|bootstrap| stimulus.intervals(bootstrap)),
            response_times: self.limits.as_ref().map(|limits| stimulus.response_times(limits)),
        }
    }

    /// The first entries, at most so many.
    pub(super) fn first(&self, most: usize) -> Vec<Entry<'counted>> {
        let places = (0..self.counted.counts.len().min(most)).collect();
        parallel::map(self.threads, places, |place| self.entry(place))
    }

    /// What `make` makes of pieces of the stimuli, in their order; all threads work on the next ones.
    pub(super) fn pieces<Made: Send>(
        &self,
        make: impl Fn(Range<usize>) -> Made + Sync,
    ) -> impl Iterator<Item = Made> {
        let (threads, stimuli) = (self.threads, self.counted.counts.len());
        let step = PIECE * PIECES_AHEAD * threads;
        (0..stimuli).step_by(step).flat_map(move |begin| {
            let end = stimuli.min(begin + step);
            let pieces = (begin..end).step_by(PIECE).map(|from| from..end.min(from + PIECE)).collect();
            parallel::map(threads, pieces, &make)
        })
    }
}
