//! Means over all stimuli.

use askama::Template;
use nameit_domain::experiment::{Experiment, ExperimentState};
use nameit_proto::findings::v1::{MeanInterval, SetMeans};

use super::Asked;
use super::figures::Row;
use crate::charts::number;
use crate::views::{Section, Site};

/// Means over all stimuli, with their intervals.
#[derive(Template)]
#[template(path = "norms/means.html")]
pub(crate) struct MeansPage {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// The means; `None` without answers.
    pub(crate) means: Option<SetMeans>,
    /// How it should be computed, as it was typed.
    pub(crate) asked: Asked,
    /// Why what was asked for was not done.
    pub(crate) problem: Option<String>,
}

// === impl MeansPage ===

impl MeansPage {
    fn rows(means: &SetMeans) -> Vec<Row> {
        let two = |value| number::two_decimals(Some(value));
        let share = |value| number::percent(Some(value));
        let row = |figure, mean: Option<&MeanInterval>, write: &dyn Fn(f64) -> String, about| {
            let undefined = || number::UNDEFINED.to_owned();
            Row {
                figure,
                value: mean.map_or_else(undefined, |mean| write(mean.mean)),
                interval: mean
                    .map_or_else(String::new, |mean| format!("{} – {}", write(mean.low), write(mean.high))),
                about,
            }
        };
        vec![
            row("Agreement", means.agreement.as_ref(), &share, "share of the modal name among the answers"),
            row("H", means.h.as_ref(), &two, "bits, as counted"),
            row("Names", means.types.as_ref(), &two, "different ones per stimulus"),
            row("Simpson", means.simpson.as_ref(), &two, "unbiased; stimuli with two answers or more"),
        ]
    }

    fn method(means: &SetMeans) -> String {
        format!(
            "Means over {} by {}. Each interval holds {} of {} bootstrap samples of participants, drawn with all that \
             they said (percentiles; seed {}): how sure the means are for these stimuli and other people. Samples hold \
             fewer names than the whole, so the intervals of H and of names lie low.",
            number::counted(means.stimuli, "stimulus", "stimuli"),
            number::counted(means.participants, "participant", "participants"),
            number::percent(Some(means.level)),
            number::count(means.replicates.into()),
            means.seed
        )
    }

    /// Where programs find the same.
    fn api(&self) -> String {
        let asked = Asked { trimming: String::new(), ..self.asked.clone() }.encoded();
        let query = if asked.is_empty() { asked } else { format!("?{asked}") };
        format!("/api/v1/experiments/{}/norms/means{query}", self.experiment.id)
    }
}
