//! The plots of one stimulus, for its page and as files.

use nameit_plots::{self as plots, Plot, Scale};
use nameit_proto::findings::v1::{MeasureTimes, StimulusDetail, StimulusNorms, TimeSummary};

use crate::error::{Error, Result};

/// Names that are drawn; the plot says how many more there are.
const NAMES_DRAWN: usize = plots::MOST_BARS / 2;

/// What can be drawn of a stimulus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Bars of its names.
    Names,
    /// Names expected of fewer and of more answers.
    Rarefaction,
    /// Times to the first key.
    FirstKey,
    /// Times to the submission.
    Submitted,
}

// === impl Kind ===

impl Kind {
    const ALL: [Self; 4] = [Self::Names, Self::Rarefaction, Self::FirstKey, Self::Submitted];

    /// The word for it in queries and in names of files.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Rarefaction => "rarefaction",
            Self::FirstKey => "first_key",
            Self::Submitted => "submitted",
        }
    }

    /// Reads the word.
    pub(crate) fn parse(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            Error::invalid("plot", format!("plot `{word}` is none of {known}"))
        })
    }

    /// Draws it.
    pub(crate) fn draw(self, detail: &StimulusDetail) -> Plot {
        let nothing = StimulusNorms::default();
        let norms = detail.norms.as_ref().unwrap_or(&nothing);
        let times = detail.response_times.as_ref();
        match self {
            Self::Names => names(norms),
            Self::Rarefaction => rarefaction(norms, detail),
            Self::FirstKey => {
                let measure = times.and_then(|times| times.first_key.as_ref());
                response_times(norms, detail, "first key", measure)
            }
            Self::Submitted => {
                let measure = times.and_then(|times| times.submitted.as_ref());
                response_times(norms, detail, "submission", measure)
            }
        }
    }
}

fn names(norms: &StimulusNorms) -> Plot {
    let n = norms.n as f64;
    let bars = norms.names.iter().take(NAMES_DRAWN).map(|name| {
        let modal = name.count == norms.modal_count;
        plots::NameBar {
            name: name.name.clone(),
            count: name.count,
            share: if n > 0.0 { name.count as f64 / n } else { 0.0 },
            // The interval of Wilson, which is that of agreement.
            interval: norms.agreement_low.zip(norms.agreement_high).filter(|_| modal),
            modal,
        }
    });
    plots::names(&plots::Names {
        stimulus: norms.stimulus.clone(),
        names: bars.collect(),
        n: norms.n,
        types: norms.types,
    })
}

fn rarefaction(norms: &StimulusNorms, detail: &StimulusDetail) -> Plot {
    let points = detail.rarefaction.iter().flat_map(|curve| &curve.points);
    let points = points.map(|point| plots::CurvePoint {
        m: point.m as f64,
        types: point.types,
        interval: Some((point.types_low, point.types_high)),
        coverage: Some(point.coverage),
    });
    plots::rarefaction(&plots::Rarefaction {
        title: format!("Names of {} by number of answers", norms.stimulus),
        n: norms.n,
        types: norms.types,
        points: points.collect(),
    })
}

fn response_times(
    norms: &StimulusNorms,
    detail: &StimulusDetail,
    until: &str,
    measure: Option<&MeasureTimes>,
) -> Plot {
    let bins = measure.iter().flat_map(|measure| &measure.bins);
    let bins = bins.map(|bin| plots::TimeBin {
        from_ms: bin.from_ms,
        to_ms: bin.to_ms,
        all: bin.all,
        modal: bin.modal,
    });
    let trimming = detail.response_times.as_ref().map(|times| format!("Trimming: {}", times.trimming));
    plots::response_times(&plots::ResponseTimes {
        title: format!("Response times of {} to the {until}", norms.stimulus),
        what: format!("time to the {until}"),
        scale: Scale::Logarithmic,
        bins: bins.collect(),
        all: marks(measure.and_then(|measure| measure.all.as_ref())),
        modal: marks(measure.and_then(|measure| measure.modal.as_ref())),
        note: trimming,
    })
}

fn marks(summary: Option<&TimeSummary>) -> plots::TimeMarks {
    let Some(summary) = summary else { return plots::TimeMarks::default() };
    let quartiles = summary.q1_ms.zip(summary.median_ms).zip(summary.q3_ms);
    plots::TimeMarks {
        n: summary.n,
        quartiles: quartiles.map(|((lower, median), upper)| [lower, median, upper]),
    }
}

#[cfg(test)]
mod tests {
    use nameit_proto::findings::v1::NameCount;

    use super::*;

    #[test]
    fn every_plot_is_drawn_even_of_nothing() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()).unwrap(), kind);
            assert!(kind.draw(&StimulusDetail::default()).inline().contains("<svg"), "{}", kind.as_str());
        }
        let wrong = Kind::parse("pie").unwrap_err();
        assert!(wrong.message.contains("names, rarefaction, first_key, submitted"), "{}", wrong.message);
    }

    #[test]
    fn the_bars_of_names_show_what_ties() {
        let name = |name: &str, count| NameCount { name: name.to_owned(), count };
        let norms = StimulusNorms {
            stimulus: "cup".to_owned(),
            n: 9,
            types: 3,
            modal_count: 4,
            names: vec![name("cup", 4), name("mug", 4), name("<b>", 1)],
            ..StimulusNorms::default()
        };
        let plot = Kind::Names.draw(&StimulusDetail { norms: Some(norms), ..StimulusDetail::default() });
        assert_eq!(plot.title, "Names of cup");
        assert!(!plot.inline().contains("<b>"), "texts of people are escaped");
    }
}
