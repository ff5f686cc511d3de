//! How an experiment is used: when, how far people come, on what, and where they come from.

use askama::Template;
use nameit_domain::experiment::{Experiment, ExperimentState};
use nameit_proto::findings::v1 as findings;

use super::plot::Figure;
use super::{Section, Site};
use crate::charts::number::{self, UNDEFINED};
use crate::services::usage::{Plotted, group_label, step_label};

/// The page of usage.
#[derive(Template)]
#[template(path = "usage/page.html")]
pub(crate) struct UsagePage {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// What was counted.
    pub(crate) usage: findings::Usage,
}

/// Participants in groups.
struct Grouped<'page> {
    id: &'static str,
    title: &'static str,
    explanation: &'static str,
    figure: Figure,
    groups: &'page [findings::UsageGroup],
}

// === impl UsagePage ===

impl UsagePage {
    fn figure(&self, plotted: Plotted) -> Figure {
        let path = format!("/api/v1/experiments/{}/usage", self.experiment.id);
        Figure::new(&plotted.draw(&self.usage), path, format!("plot={}", plotted.as_str()))
    }

    fn over_time(&self) -> Figure {
        self.figure(Plotted::OverTime)
    }

    fn hours(&self) -> Figure {
        self.figure(Plotted::Hours)
    }

    fn funnel(&self) -> Figure {
        self.figure(Plotted::Funnel)
    }

    fn drop_off(&self) -> Figure {
        self.figure(Plotted::DropOff)
    }

    fn grouped(&self) -> Vec<Grouped<'_>> {
        let grouped = |plotted: Plotted, title, explanation, groups| Grouped {
            id: plotted.as_str(),
            title,
            explanation,
            figure: self.figure(plotted),
            groups,
        };
        vec![
            grouped(
                Plotted::Channels,
                "Recruitment",
                "By what the link tells: a recruitment service, or a name such as utm_source=flyer. Ids of people in the link are never shown, and a name that fewer than three people share counts as other.",
                &self.usage.channels,
            ),
            grouped(
                Plotted::Devices,
                "Devices",
                "By touch and size of the window, as the browser tells them.",
                &self.usage.devices,
            ),
            grouped(
                Plotted::Locales,
                "Languages and countries",
                "By the language that the browser is set to. Addresses of machines are never looked at.",
                &self.usage.locales,
            ),
        ]
    }

    /// Whether the link was opened less often than people began: by programs, or before it was counted.
    fn openings_lag(&self) -> bool {
        let count = |step: &str| self.usage.funnel.iter().find(|found| found.step == step).map(|it| it.count);
        count("opened").zip(count("began")).is_some_and(|(opened, began)| opened < began)
    }

    fn median_duration(&self) -> String {
        minutes(self.usage.median_duration_ms)
    }

    /// `half of them in 4 to 9 min`.
    fn quartiles(&self) -> Option<String> {
        let (low, high) = (self.usage.duration_q1_ms?, self.usage.duration_q3_ms?);
        Some(format!("half of them in {} to {}", minutes(Some(low)), minutes(Some(high))))
    }
}

/// A duration as people say it.
fn minutes(milliseconds: Option<f64>) -> String {
    let Some(seconds) = milliseconds.map(|ms| ms / 1000.0) else { return UNDEFINED.to_owned() };
    if seconds < 100.0 {
        format!("{seconds:.0}\u{202f}s")
    } else if seconds < 100.0 * 60.0 {
        format!("{:.1}\u{202f}min", seconds / 60.0)
    } else {
        format!("{:.1}\u{202f}h", seconds / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_people_say_them() {
        assert_eq!(minutes(Some(42_400.0)), "42\u{202f}s");
        assert_eq!(minutes(Some(270_000.0)), "4.5\u{202f}min");
        assert_eq!(minutes(Some(7_200_000.0)), "2.0\u{202f}h");
        assert_eq!(minutes(None), "–");
    }
}
