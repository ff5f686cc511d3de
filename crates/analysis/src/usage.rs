//! How an experiment is used: when, where, on what, how far people come and where they come from.
//!
//! Everything comes from what the browser says about itself and from the link; no address of a machine is known.
//! Nothing here names a person: participants are counted, their ids and the ids that recruitment services put
//! into the link are never part of a result.
//!
//! The time comes in as an argument, because a run that is still going on is not a run that was given up.

use serde::Serialize;

use crate::cohort::{Cohort, Participant};
use crate::intervals::quantile_of_sorted;
use crate::progress::{Progress, ProgressPoint};

mod channel;
mod device;
mod drop_off;
mod funnel;
mod groups;
mod hours;
mod locale;
mod run;
#[cfg(test)]
mod tests;

pub use channel::{Channel, ChannelOrigin, channel};
pub use device::{Device, device};
pub use drop_off::DropOff;
pub use funnel::FunnelStep;
pub use groups::Group;
pub use hours::{HourCount, Hours};
pub use locale::{Locale, locale};

/// Who was silent for no longer may still be at it: half an hour, in milliseconds.
pub const UNDER_WAY_MS: i64 = 30 * 60 * 1000;

/// How an experiment is used.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UsageReport {
    /// When this was true, in milliseconds since 1970 (UTC).
    pub now_ms: i64,
    /// Participants who began and did not withdraw.
    pub participants: u64,
    /// Of these, who completed.
    pub completed: u64,
    /// Of these, who did not complete and was silent for less than [`UNDER_WAY_MS`].
    pub under_way: u64,
    /// Answers, those without a name included.
    pub answers: u64,
    /// Median time from consent to completion, of those who completed, in milliseconds; `None` without any.
    pub median_duration_ms: Option<f64>,
    /// First quartile of the same (type 7).
    pub duration_q1_ms: Option<f64>,
    /// Third quartile of the same (type 7).
    pub duration_q3_ms: Option<f64>,
    /// Answers over time, by when they were received.
    pub over_time: Vec<ProgressPoint>,
    /// Answers by hour and weekday, on the participants' own clocks.
    pub hours: Hours,
    /// From the link to the end.
    pub funnel: Vec<FunnelStep>,
    /// Where people stop, by trial.
    pub drop_off: Vec<DropOff>,
    /// Participants by language and country of the browser, the most frequent first.
    pub locales: Vec<Group>,
    /// Participants by class of device, the most frequent first.
    pub devices: Vec<Group>,
    /// Participants by channel of recruitment, the most frequent first.
    pub channels: Vec<Group>,
}

/// What a cohort does not know itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings {
    /// The time, in milliseconds since 1970 (UTC).
    pub now_ms: i64,
    /// How many trials a run has; [`Participant::trials`] counts where it is known.
    pub trials: u32,
    /// How often the experiment's link was opened; `None` when that was not counted. Openings, not people: who
    /// reloads the page opens it again.
    pub link_openings: Option<u64>,
}

/// Counts how an experiment is used.
///
/// The result depends on the answers alone, not on the order in which they came in.
pub fn report(cohort: &Cohort, surroundings: Surroundings) -> UsageReport {
    let runs = run::runs(cohort, surroundings);
    let mut over_time = Progress::default();
    for at_ms in cohort.answers().iter().filter_map(|answer| answer.received_at_ms) {
        over_time.add(at_ms, 1);
    }
    let mut durations: Vec<f64> = runs.iter().filter_map(|run| run.duration_ms).map(|ms| ms as f64).collect();
    durations.sort_unstable_by(f64::total_cmp);
    let quantile = |at| quantile_of_sorted(&durations, at);
    UsageReport {
        now_ms: surroundings.now_ms,
        participants: runs.len() as u64,
        completed: runs.iter().filter(|run| run.completed).count() as u64,
        under_way: runs.iter().filter(|run| run.under_way).count() as u64,
        answers: cohort.answers().len() as u64,
        median_duration_ms: quantile(0.5),
        duration_q1_ms: quantile(0.25),
        duration_q3_ms: quantile(0.75),
        over_time: over_time.points(),
        hours: hours::hours(cohort),
        funnel: funnel::funnel(&runs, surroundings.link_openings),
        drop_off: drop_off::drop_off(&runs),
        locales: groups::groups(&runs, |run| locale_of(run.participant)),
        devices: groups::groups(&runs, |run| device(&run.participant.environment).as_str().to_owned()),
        channels: groups::channels(&runs),
    }
}

fn locale_of(participant: &Participant) -> String {
    said(&participant.environment, "language")
        .and_then(locale)
        .map_or_else(String::new, |locale| locale.to_string())
}

/// What the browser said under a name; `None` when nothing.
fn said<'a>(environment: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let pair = environment.iter().find(|(known, _)| known == name);
    pair.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}
