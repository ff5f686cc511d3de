//! Sharing an experiment: its link, its code, and whether it is open.

use askama::Template;
use nameit_domain::experiment::{Access, Experiment, ExperimentState};

use super::{Section, Site};
use crate::charts::Svg;

/// The page to share an experiment.
#[derive(Template)]
#[template(path = "share.html")]
pub(crate) struct Share {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// The whole link for participants.
    pub(crate) link: String,
    /// The same as a QR code.
    pub(crate) qr: Svg,
    /// What is missing before it can be published.
    pub(crate) missing: Vec<&'static str>,
}

// === impl Share ===

impl Share {
    fn is(&self, state: ExperimentState) -> bool {
        self.experiment.state == state
    }
}
