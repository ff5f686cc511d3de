//! All stimuli at a glance: the heat map of stimulus by name, and the most frequent names.

use askama::Template;
use nameit_domain::experiment::{Experiment, ExperimentState};

use super::plot::Figure;
use super::{Paging, Section, Site};
use crate::services::overview::Sort;

/// The page.
#[derive(Template)]
#[template(path = "overview/page.html")]
pub(crate) struct OverviewPage {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// The heat map and the bars; `None` without names.
    pub(crate) plots: Option<[Figure; 2]>,
    /// The order of the stimuli.
    pub(crate) sort: Sort,
    /// Which of the stimuli are shown.
    pub(crate) paging: Paging,
}

// === impl OverviewPage ===

impl OverviewPage {
    /// The same page in another order.
    fn url(&self, sort: &str) -> String {
        format!("/experiments/{}/results/overview?sort={sort}", self.experiment.id)
    }

    fn is_sorted(&self, sort: &str) -> bool {
        self.sort.as_str() == sort
    }

    fn pages_url(&self) -> String {
        format!("{}&page=", self.url(self.sort.as_str()))
    }
}
