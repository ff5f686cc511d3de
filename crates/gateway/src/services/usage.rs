//! How an experiment is used, and the plots of it.

use nameit_plots::{Bar, Bars, Hours, OverTime, Plot, TimePoint, TimeStyle, Unit};
use nameit_proto::convert::required;
use nameit_proto::datamining::v1::GetUsageRequest;
use nameit_proto::findings::v1::{Usage, UsageGroup};

use crate::access::Owned;
use crate::charts::number;
use crate::clients::about;
use crate::error::{Error, Result};
use crate::state::Gateway;

/// The most bars of the plot of drop-off; neighbouring trials are gathered when there are more.
const DROP_OFF_BARS: usize = 24;

/// The most groups that a plot shows.
const GROUPS_SHOWN: usize = 12;

/// What can be plotted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plotted {
    /// Answers over time.
    OverTime,
    /// Answers by hour of the week.
    Hours,
    /// The way from the link to the end.
    Funnel,
    /// Where people stop.
    DropOff,
    /// Participants by language and country.
    Locales,
    /// Participants by class of device.
    Devices,
    /// Participants by channel of recruitment.
    Channels,
}

/// When, where and on what people take part, how far they come, and where they come from.
pub(crate) async fn get(gateway: &Gateway, owned: &Owned) -> Result<Usage> {
    let request = GetUsageRequest { experiment_id: owned.id().to_string() };
    let answer = gateway.clients.usage.clone().get_usage(about(owned.id(), request)).await?;
    Ok(required("usage", answer.into_inner().usage)?)
}

/// What a step of the funnel is called.
pub(crate) fn step_label(step: &str) -> &str {
    match step {
        "opened" => "Opened the link",
        "began" => "Began",
        "first_answer" => "Answered once",
        "half" => "Came half-way",
        "completed" => "Completed",
        other => other,
    }
}

/// What a group is called.
pub(crate) fn group_label(name: &str) -> &str {
    if name.is_empty() { "not known" } else { name }
}

// === impl Plotted ===

impl Plotted {
    pub(crate) const ALL: [Self; 7] = [
        Self::OverTime,
        Self::Hours,
        Self::Funnel,
        Self::DropOff,
        Self::Locales,
        Self::Devices,
        Self::Channels,
    ];

    /// The word in the query and in the name of the file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::OverTime => "over_time",
            Self::Hours => "hours",
            Self::Funnel => "funnel",
            Self::DropOff => "drop_off",
            Self::Locales => "locales",
            Self::Devices => "devices",
            Self::Channels => "channels",
        }
    }

    /// Reads the word.
    pub(crate) fn parse(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|plotted| plotted.as_str() == word).ok_or_else(|| {
            let words = Self::ALL.map(Self::as_str).join(", ");
            Error::invalid("plot", format!("has to be one of {words}"))
        })
    }

    /// Draws it.
    pub(crate) fn draw(self, usage: &Usage) -> Plot {
        match self {
            Self::OverTime => over_time(usage),
            Self::Hours => hours(usage),
            Self::Funnel => funnel(usage),
            Self::DropOff => drop_off(usage),
            Self::Locales => groups("Participants by language and country of the browser", &usage.locales),
            Self::Devices => groups("Participants by class of device", &usage.devices),
            Self::Channels => groups("Participants by channel of recruitment", &usage.channels),
        }
    }
}

fn over_time(usage: &Usage) -> Plot {
    let points = usage.over_time.iter();
    nameit_plots::over_time(&OverTime {
        title: "Answers over time".to_owned(),
        what: "answers".to_owned(),
        unit: Unit::Count,
        style: TimeStyle::Bars,
        step_ms: usage.over_time.first().map_or(60_000, |point| point.width_ms),
        points: points
            .map(|point| TimePoint { at_ms: point.start_ms, value: point.answers as f64 })
            .collect(),
    })
}

fn hours(usage: &Usage) -> Plot {
    let found = usage.hours.clone().unwrap_or_default();
    let mut counts = [[0; 24]; 7];
    for cell in &found.cells {
        let day = counts.get_mut((cell.weekday as usize).wrapping_sub(1));
        if let Some(count) = day.and_then(|day| day.get_mut(cell.hour as usize)) {
            *count = cell.answers;
        }
    }
    let unknown = number::counted(found.answers_without_zone, "answer", "answers");
    let note = match found.answers_without_zone {
        0 => "on the participants' own clocks".to_owned(),
        _ => format!("on the participants' own clocks; of {unknown} the time zone is not known"),
    };
    nameit_plots::hours(&Hours {
        title: "Answers by weekday and hour".to_owned(),
        what: "answers".to_owned(),
        counts,
        note: Some(note),
    })
}

fn funnel(usage: &Usage) -> Plot {
    let bar = |label: &str, count: u64, strong| Bar {
        label: label.to_owned(),
        value: count as f64,
        strong,
        ..Bar::default()
    };
    let steps = usage.funnel.iter();
    nameit_plots::bars(&Bars {
        title: "From the link to the end".to_owned(),
        unit: Unit::Count,
        bars: steps.map(|step| bar(step_label(&step.step), step.count, step.step == "completed")).collect(),
        ..Bars::default()
    })
}

/// Who is still there after each trial. With many trials a bar is what a stretch of them leaves.
fn drop_off(usage: &Usage) -> Plot {
    let stretch = usage.drop_off.len().div_ceil(DROP_OFF_BARS).max(1);
    let bars = usage.drop_off.chunks(stretch).filter_map(|trials| {
        let (first, last) = (trials.first()?, trials.last()?);
        let label = if stretch == 1 {
            format!("Trial {}", last.trial + 1)
        } else {
            format!("Trials {} to {}", first.trial + 1, last.trial + 1)
        };
        Some(Bar { label, value: last.remaining?, ..Bar::default() })
    });
    nameit_plots::bars(&Bars {
        title: "Who is still there after each trial".to_owned(),
        unit: Unit::Share,
        whole: true,
        bars: bars.collect(),
        note: Some("share of those who began (Kaplan and Meier)".to_owned()),
    })
}

fn groups(title: &str, groups: &[UsageGroup]) -> Plot {
    let shown = groups.iter().take(GROUPS_SHOWN);
    let rest = groups.len().saturating_sub(GROUPS_SHOWN) as u64;
    nameit_plots::bars(&Bars {
        title: title.to_owned(),
        unit: Unit::Count,
        bars: shown
            .map(|group| Bar {
                label: group_label(&group.name).to_owned(),
                value: group.participants as f64,
                ..Bar::default()
            })
            .collect(),
        note: (rest > 0).then(|| format!("and {}", number::counted(rest, "more group", "more groups"))),
        ..Bars::default()
    })
}

#[cfg(test)]
mod tests {
    use nameit_proto::findings::v1::{TrialDropOff, UsageHour, UsageHours};

    use super::*;

    #[test]
    fn every_plot_can_be_asked_for_and_drawn_of_nothing() {
        for plotted in Plotted::ALL {
            assert_eq!(Plotted::parse(plotted.as_str()).unwrap(), plotted);
            assert!(plotted.draw(&Usage::default()).inline().contains("<svg"), "{plotted:?}");
        }
        assert!(Plotted::parse("everything").is_err());
    }

    #[test]
    fn many_trials_are_gathered_and_strange_hours_left_out() {
        let trial = |trial| TrialDropOff { trial, remaining: Some(0.5), ..TrialDropOff::default() };
        let cell = |weekday, hour| UsageHour { weekday, hour, answers: 3 };
        let usage = Usage {
            drop_off: (0..100).map(trial).collect(),
            hours: Some(UsageHours {
                cells: vec![cell(1, 0), cell(0, 5), cell(8, 1), cell(2, 24)],
                answers_without_zone: 2,
                participants_without_zone: 1,
            }),
            ..Usage::default()
        };
        let drawn = Plotted::DropOff.draw(&usage);
        assert!(drawn.description.contains("Trials 1 to 5"), "{}", drawn.description);
        let hours = Plotted::Hours.draw(&usage).description;
        assert!(
            hours.starts_with("3 answers: Monday 3") && hours.contains("time zone is not known"),
            "{hours}"
        );
    }
}
