//! The results of an experiment, live: totals, progress, and one card of norms per stimulus.
//!
//! Each part is a template of its own, so that the stream of changes sends exactly what the page holds.

mod card;
mod enough;
mod query;

pub(crate) use card::{Card, NAMES_SHOWN, Norms};
pub(crate) use enough::{Enough, StopRuleForm};
pub(crate) use query::{Query, Sort};

use askama::Template;
use nameit_domain::experiment::{Experiment, ExperimentState};

use super::{Paging, Section, Site};
use crate::charts::{Svg, number};

/// Cards on one page of the results.
pub(crate) const CARDS_PER_PAGE: usize = 60;

/// The results of an experiment.
#[derive(Template)]
#[template(path = "results/page.html")]
pub(crate) struct Results {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// The figures of the experiment as a whole.
    pub(crate) totals: Totals,
    /// Responses over time.
    pub(crate) progress: Progress,
    /// Whether there are enough answers.
    pub(crate) enough: Enough,
    /// When there are.
    pub(crate) stop_rule: StopRuleForm,
    /// The cards of this page, in order.
    pub(crate) cards: Vec<Card>,
    /// How the cards are sorted and filtered.
    pub(crate) query: Query,
    /// Where in the list we are; the total counts what the filter lets through.
    pub(crate) paging: Paging,
}

/// The figures of an experiment as a whole.
#[derive(Debug, Clone, Template)]
#[template(path = "results/totals.html")]
pub(crate) struct Totals {
    /// Participations that began and were not withdrawn.
    pub(crate) started: u64,
    /// Participations that were completed.
    pub(crate) completed: u64,
    /// Participations that were withdrawn.
    pub(crate) withdrawn: u64,
    /// All responses, non-answers included.
    pub(crate) responses: u64,
    /// Responses without a name.
    pub(crate) non_answers: u64,
    /// Where the experiment stands: what to do while there are no responses.
    pub(crate) state: ExperimentState,
    /// Where to publish and to share the link.
    pub(crate) share_url: String,
}

/// Responses over time.
#[derive(Debug, Clone, Template)]
#[template(path = "results/progress.html")]
pub(crate) struct Progress {
    /// The plot; none before the first response.
    pub(crate) plot: Option<Svg>,
}

// === impl Results ===

impl Results {
    /// The stimuli on this page, for the stream of changes.
    fn ordinals(&self) -> String {
        let ordinals: Vec<String> = self.cards.iter().map(|card| card.ordinal.to_string()).collect();
        ordinals.join(",")
    }

    fn pages_url(&self) -> String {
        format!("/experiments/{}/results?{}page=", self.experiment.id, self.query.encoded())
    }
}

// === impl Totals ===

impl Totals {
    fn answers(&self) -> String {
        number::count(self.responses.saturating_sub(self.non_answers))
    }

    fn non_answers(&self) -> String {
        number::count(self.non_answers)
    }

    fn completed(&self) -> String {
        number::count(self.completed)
    }

    fn started(&self) -> String {
        number::count(self.started)
    }

    fn withdrawn(&self) -> String {
        number::count(self.withdrawn)
    }

    fn is_empty(&self) -> bool {
        self.responses == 0
    }
}

impl askama::filters::HtmlSafe for Totals {}
impl askama::filters::HtmlSafe for Progress {}
