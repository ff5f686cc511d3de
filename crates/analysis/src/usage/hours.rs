//! Answers by hour and weekday, on the participants' own clocks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::Serialize;

use super::said;
use crate::cohort::Cohort;

/// Answers by hour and weekday. The hour is that of the server's clock, carried into the time zone that the
/// participant's browser named, so a participant's clock need not be right.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hours {
    /// Hours with answers, by weekday and hour.
    pub cells: Vec<HourCount>,
    /// Answers of participants whose browser named no time zone, or none that the IANA database knows; they are
    /// in no cell. So are answers of which it is not known when they came.
    pub answers_without_zone: u64,
    /// Participants with answers whose time zone is not known.
    pub participants_without_zone: u64,
}

/// Answers within one hour of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HourCount {
    /// 1 is Monday, 7 is Sunday (ISO 8601).
    pub weekday: u32,
    /// From 0 to 23.
    pub hour: u32,
    /// Answers.
    pub answers: u64,
}

pub(super) fn hours(cohort: &Cohort) -> Hours {
    // The database that is part of the program: the same zones on every machine.
    let database = TimeZoneDatabase::bundled();
    let mut zones: BTreeMap<&str, Option<TimeZone>> = BTreeMap::new();
    let mut cells: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    let (mut answers_without_zone, mut participants_without_zone) = (0, 0);
    for (at, participant) in (0u32..).zip(cohort.participants()) {
        let answers = cohort.answers_of(at);
        let zone = said(&participant.environment, "time_zone").and_then(|name| {
            let known = || database.get(name).ok().filter(|zone| !zone.is_unknown());
            zones.entry(name).or_insert_with(known).clone()
        });
        if zone.is_none() && !answers.is_empty() {
            participants_without_zone += 1;
        }
        for answer in answers {
            match zone.as_ref().zip(answer.received_at_ms).and_then(|(zone, at_ms)| hour_in(zone, at_ms)) {
                Some(cell) => *cells.entry(cell).or_default() += 1,
                None => answers_without_zone += 1,
            }
        }
    }
    let cells =
        cells.into_iter().map(|((weekday, hour), answers)| HourCount { weekday, hour, answers }).collect();
    Hours { cells, answers_without_zone, participants_without_zone }
}

/// Weekday (from Monday, 1) and hour of a time in a zone; `None` for times outside of the calendar.
fn hour_in(zone: &TimeZone, at_ms: i64) -> Option<(u32, u32)> {
    let local = zone.to_datetime(Timestamp::from_millisecond(at_ms).ok()?);
    Some((local.weekday().to_monday_one_offset().unsigned_abs().into(), local.hour().unsigned_abs().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_go_by_the_rules_of_their_zone_and_day() {
        let database = TimeZoneDatabase::bundled();
        let at = |zone: &str, time: &str| {
            let at: Timestamp = time.parse().unwrap();
            hour_in(&database.get(zone).unwrap(), at.as_millisecond())
        };
        // A Sunday at noon UTC: still Sunday in Vienna, summer time or not; Monday in Auckland.
        assert_eq!(at("Europe/Vienna", "2026-01-18T12:00:00Z"), Some((7, 13)));
        assert_eq!(at("Europe/Vienna", "2026-07-19T12:00:00Z"), Some((7, 14)));
        assert_eq!(at("Pacific/Auckland", "2026-01-18T12:00:00Z"), Some((1, 1)));
        // Half an hour off, and a name that was changed.
        assert_eq!(at("Asia/Kolkata", "2026-01-18T18:29:59Z"), Some((7, 23)));
        assert_eq!(at("Asia/Calcutta", "2026-01-18T18:30:00Z"), Some((1, 0)));
        assert_eq!(hour_in(&TimeZone::UTC, i64::MAX), None);
    }
}
