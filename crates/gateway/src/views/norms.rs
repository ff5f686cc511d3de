//! One stimulus in depth (figures with intervals, plots, response times, what was typed), and means over all.

mod figures;
mod means;
mod verdict;

pub(crate) use means::MeansPage;
pub(crate) use verdict::{of_nothing, verdict};

use askama::Template;
use nameit_domain::experiment::{Experiment, ExperimentState};
use nameit_proto::findings::v1 as findings;

use self::figures::{Row, TimeRow};
use super::picture::Picture;
use super::{Section, Site};
use crate::charts::{Svg, number};
use crate::services::norms::Plotted;

/// Names whose raw texts are listed.
const NAMES_LISTED: usize = 200;

/// Names that tie for the most frequent, as many as stand at the top.
const MODAL_SHOWN: usize = 6;

/// Raw texts of one name that are listed.
const TEXTS_LISTED: usize = 20;

/// One stimulus in depth.
#[derive(Template)]
#[template(path = "norms/page.html")]
pub(crate) struct StimulusPage {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// What was shown.
    pub(crate) picture: Picture,
    /// What was asked.
    pub(crate) question: String,
    /// The figures that are cheap.
    pub(crate) norms: findings::StimulusNorms,
    /// Everything else.
    pub(crate) detail: findings::StimulusDetail,
    /// How it should be computed, as it was typed.
    pub(crate) asked: Asked,
    /// The trimming rule of the experiment; `None` when none was decided.
    pub(crate) kept_rule: Option<String>,
    /// The version of that decision; 0 for none.
    pub(crate) trimming_version: u64,
    /// Why what was asked for was not done.
    pub(crate) problem: Option<String>,
}

/// How figures should be computed, as it was typed; what is empty is as usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Which response times are left out.
    pub(crate) trimming: String,
    /// Replicates of the intervals.
    pub(crate) replicates: String,
    /// What their random numbers begin with.
    pub(crate) seed: String,
}

// === impl Asked ===

impl Asked {
    /// The query of a link that asks for the same, without what is as usual.
    fn encoded(&self) -> String {
        let fields = [("trimming", &self.trimming), ("replicates", &self.replicates), ("seed", &self.seed)];
        let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
        serde_urlencoded::to_string(fields.collect::<Vec<_>>()).expect("pairs of strings can be encoded")
    }
}

// === impl StimulusPage ===

impl StimulusPage {
    fn url(&self) -> String {
        let key = crate::pages::encoded(&self.norms.stimulus);
        format!("/experiments/{}/results/stimuli/{key}", self.experiment.id)
    }

    /// Where programs find the same.
    fn api(&self) -> String {
        let key = crate::pages::encoded(&self.norms.stimulus);
        let asked = if self.problem.is_some() { String::new() } else { self.asked.encoded() };
        let path = format!("/api/v1/experiments/{}/stimuli/{key}/norms", self.experiment.id);
        if asked.is_empty() { path } else { format!("{path}?{asked}") }
    }

    /// Where a plot is found as a file.
    fn file(&self, kind: Plotted, ending: &str) -> String {
        let api = self.api();
        let (path, asked) = api.split_once('?').unwrap_or((&api, ""));
        let more = if asked.is_empty() { "" } else { "&" };
        format!("{path}.{ending}?plot={}{more}{asked}", kind.as_str())
    }

    fn modal_names(&self) -> String {
        let shown = self.norms.modal_names.len().min(MODAL_SHOWN);
        self.norms.modal_names[..shown].join(", ")
    }

    fn more_modal_names(&self) -> u64 {
        self.norms.modal_types.saturating_sub(MODAL_SHOWN as u64)
    }

    /// What the stop rule says, in words.
    fn verdict(&self) -> Option<String> {
        self.norms.verdict.as_ref().map(verdict)
    }

    fn is_enough(&self) -> bool {
        self.norms.verdict.as_ref().is_some_and(|verdict| verdict.enough)
    }

    fn rows(&self) -> Vec<Row> {
        figures::rows(&self.norms, self.detail.intervals.as_ref())
    }

    /// How the intervals were made, in words.
    fn method(&self) -> Option<String> {
        self.detail.intervals.as_ref().map(figures::method)
    }

    /// What more answers would bring, in words.
    fn outlook(&self) -> Option<String> {
        let next_new = self.norms.next_new?;
        let next = format!(
            "The next answer is a new name with a probability of about {}.",
            number::percent(Some(next_new))
        );
        Some(match self.norms.answers_to_coverage {
            Some(0) => format!("{next} Coverage is at 95\u{202f}% or above."),
            Some(more) => {
                let more = number::counted(more, "more answer", "more answers");
                format!("{next} It takes about {more} until coverage is at 95\u{202f}%.")
            }
            None => format!("{next} It cannot be told yet when coverage will be at 95\u{202f}%."),
        })
    }

    fn plot(&self, kind: Plotted) -> Svg {
        Svg::trusted(kind.draw(&self.detail).inline())
    }

    /// The rule that the times were trimmed by.
    fn trimming(&self) -> &str {
        self.detail.response_times.as_ref().map_or("none", |times| times.trimming.as_str())
    }

    /// What stands in the field.
    fn typed_trimming(&self) -> &str {
        if self.asked.trimming.is_empty() { self.trimming() } else { &self.asked.trimming }
    }

    /// Whether the times are trimmed by another rule than that of the experiment.
    fn is_tried(&self) -> bool {
        self.kept_rule.as_deref().unwrap_or("none") != self.trimming()
    }

    fn time_rows(&self) -> Vec<TimeRow> {
        self.detail.response_times.as_ref().map(figures::time_rows).unwrap_or_default()
    }

    /// The measures that have times, each with what it is.
    fn timed(&self) -> Vec<(Plotted, &'static str)> {
        let Some(times) = &self.detail.response_times else { return Vec::new() };
        let measures = [
            (Plotted::FirstKey, "To the first key", &times.first_key),
            (Plotted::Submitted, "To the submission", &times.submitted),
        ];
        let has_times = |measure: &Option<findings::MeasureTimes>| {
            measure.as_ref().is_some_and(|measure| !measure.bins.is_empty())
        };
        let timed = measures.into_iter().filter(|(.., measure)| has_times(measure));
        timed.map(|(kind, what, _)| (kind, what)).collect()
    }

    fn listed(&self) -> impl Iterator<Item = &findings::NameTexts> {
        self.detail.names.iter().take(NAMES_LISTED)
    }

    fn unlisted(&self) -> usize {
        self.detail.names.len().saturating_sub(NAMES_LISTED)
    }

    fn texts(texts: &[findings::RawText]) -> &[findings::RawText] {
        &texts[..texts.len().min(TEXTS_LISTED)]
    }

    fn more_texts(texts: &[findings::RawText]) -> usize {
        texts.len().saturating_sub(TEXTS_LISTED)
    }
}
