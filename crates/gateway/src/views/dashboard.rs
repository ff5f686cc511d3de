//! A researcher's own experiments.

use askama::Template;
use nameit_domain::Timestamp;
use nameit_domain::experiment::{Experiment, ExperimentState};

use super::{Section, Site};
use crate::charts::number;

/// The researcher's experiments, and the trash.
#[derive(Template)]
#[template(path = "dashboard.html")]
pub(crate) struct Dashboard {
    /// The frame.
    pub(crate) site: Site,
    /// Experiments, the latest first.
    pub(crate) experiments: Vec<Row>,
    /// Deleted ones that can still be restored.
    pub(crate) trash: Vec<Row>,
}

/// One experiment of the list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// Participations and responses, where datamining could be asked.
    pub(crate) counts: Option<Counts>,
    /// When it was put into the trash.
    pub(crate) deleted_at: Option<Timestamp>,
}

/// How far an experiment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Participations that began.
    pub(crate) started: u64,
    /// Participations that were completed.
    pub(crate) completed: u64,
    /// Responses, non-answers included.
    pub(crate) responses: u64,
}

// === impl Row ===

impl Row {
    fn is_draft(&self) -> bool {
        self.experiment.state == ExperimentState::Draft
    }

    fn stimuli(&self) -> String {
        number::counted(u64::from(self.experiment.stimulus_count), "stimulus", "stimuli")
    }

    fn completed(&self) -> String {
        self.counts.map_or_else(
            || number::UNDEFINED.to_owned(),
            |counts| format!("{} / {}", number::count(counts.completed), number::count(counts.started)),
        )
    }

    fn responses(&self) -> String {
        self.counts.map_or_else(|| number::UNDEFINED.to_owned(), |counts| number::count(counts.responses))
    }
}

/// A date as tables show it.
pub(super) fn date(at: &Timestamp) -> String {
    at.strftime("%-d %b %Y").to_string()
}
