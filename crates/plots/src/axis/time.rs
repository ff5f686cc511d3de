//! Where hours, days, months and years begin, in UTC.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The moments that can be drawn: the years 1 to 9000.
const EARLIEST: i64 = -62_135_596_800_000;
const LATEST: i64 = 221_845_392_000_000;

/// Steps of equal length, up to days.
const EVEN: [i64; 14] = [
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
];

/// Steps in months.
const MONTHS: [i64; 11] = [1, 3, 6, 12, 24, 60, 120, 300, 600, 1200, 6000];

/// Two moments that can be drawn, the first before the second.
pub(super) fn in_range(from_ms: i64, to_ms: i64) -> (i64, i64) {
    let from = from_ms.min(to_ms).clamp(EARLIEST, LATEST - MINUTE);
    (from, from_ms.max(to_ms).clamp(from + MINUTE, LATEST))
}

/// At most about `most` moments within a range of [`in_range`], with their labels.
pub(super) fn ticks(from: i64, to: i64, most: usize) -> Vec<(i64, String)> {
    let most = most.max(1) as i64;
    if let Some(step) = EVEN.into_iter().find(|step| (to - from) / step <= most) {
        let first = from.div_euclid(step) + i64::from(from.rem_euclid(step) > 0);
        return (first..=to.div_euclid(step))
            .map(|place| (place * step, label(place * step, step)))
            .collect();
    }
    let months = MONTHS
        .into_iter()
        .find(|months| (to - from) / (months * 30 * DAY) <= most)
        .unwrap_or(MONTHS[MONTHS.len() - 1]);
    let start = utc(from).date();
    let first = (i64::from(start.year()) * 12 + i64::from(start.month()) - 1).div_euclid(months);
    (first..=first + 3 * most)
        .filter_map(|place| month(place * months))
        .filter(|(at, _)| (from..=to).contains(at))
        .map(|(at, date)| (at, date.strftime(if months < 12 { "%b %Y" } else { "%Y" }).to_string()))
        .collect()
}

/// When a month begins, counted from that of year 0.
fn month(number: i64) -> Option<(i64, Date)> {
    let year = i16::try_from(number.div_euclid(12)).ok()?;
    let date = Date::new(year, number.rem_euclid(12) as i8 + 1, 1).ok()?;
    Some((date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond(), date))
}

/// A day where one begins, else the time of day.
fn label(at: i64, step: i64) -> String {
    let pattern = if step >= DAY || at.rem_euclid(DAY) == 0 { "%-d %b" } else { "%H:%M" };
    utc(at).strftime(pattern).to_string()
}

/// A moment in UTC; the range of those that can be drawn lies within that of the calendar.
pub(super) fn utc(at_ms: i64) -> Zoned {
    Timestamp::from_millisecond(at_ms.clamp(EARLIEST, LATEST))
        .expect("the years 1 to 9000 are within the calendar")
        .to_zoned(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: &str, to: &str, most: usize) -> Vec<String> {
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        ticks(at(from), at(to), most).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_stand_where_hours_days_and_months_begin() {
        assert_eq!(
            labels("2026-11-22T21:10:00Z", "2026-11-23T03:00:00Z", 6),
            ["22:00", "23:00", "23 Nov", "01:00", "02:00", "03:00"]
        );
        assert_eq!(labels("2026-11-20T07:00:00Z", "2026-11-23T03:00:00Z", 3), ["21 Nov", "22 Nov", "23 Nov"]);
        assert_eq!(labels("2026-09-20T00:00:00Z", "2027-02-01T00:00:00Z", 6).last().unwrap(), "Feb 2027");
        assert_eq!(
            labels("2019-05-01T00:00:00Z", "2026-02-01T00:00:00Z", 4),
            ["2020", "2022", "2024", "2026"]
        );
    }
}
