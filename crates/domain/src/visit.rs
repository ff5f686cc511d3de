//! Visits: how often the link of an experiment was opened, hour by hour. A count and nothing else: no address,
//! no browser, no person.

use crate::{ExperimentId, Invalid, Timestamp};

const SECONDS: i64 = 3_600;

/// An hour of UTC, counted from the beginning of 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hour(u32);

/// How often the link of an experiment was opened within an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visits {
    /// Whose link.
    pub experiment_id: ExperimentId,
    /// When.
    pub hour: Hour,
    /// How often; not 0.
    pub count: u64,
}

// === impl Hour ===

impl Hour {
    /// The hour of a point in time. A time before 1970, which only a wrong clock tells, counts as the first.
    pub fn of(time: Timestamp) -> Self {
        Self(u32::try_from(time.as_second().div_euclid(SECONDS)).unwrap_or(0))
    }

    /// The hour with this number.
    pub fn parse(number: i64) -> Result<Self, Invalid> {
        let hour = u32::try_from(number).ok().map(Self).filter(|hour| hour.begin().is_some());
        hour.ok_or_else(|| Invalid::new("hour", "must be hours since 1970, up to the year 9999"))
    }

    /// Hours since 1970.
    pub fn number(self) -> u32 {
        self.0
    }

    /// When it begins.
    pub fn begins_at(self) -> Timestamp {
        self.begin().expect("hours that no timestamp reaches are refused")
    }

    fn begin(self) -> Option<Timestamp> {
        Timestamp::from_second(i64::from(self.0) * SECONDS).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_begins_when_the_one_before_ends() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let hour = Hour::of(time("2026-11-23T09:59:59.999999Z"));
        assert_eq!(hour.begins_at(), time("2026-11-23T09:00:00Z"));
        assert_eq!(Hour::of(time("2026-11-23T10:00:00Z")).number(), hour.number() + 1);
        assert_eq!(Hour::of(time("1969-12-31T23:00:00Z")), Hour(0));
        assert_eq!(Hour::parse(i64::from(hour.number())), Ok(hour));
        assert_eq!(
            Hour::of(Timestamp::MAX).begins_at().as_second() / SECONDS,
            Timestamp::MAX.as_second() / SECONDS
        );
        for wrong in [-1, i64::from(u32::MAX), i64::MAX] {
            assert!(Hour::parse(wrong).is_err(), "{wrong}");
        }
    }
}
