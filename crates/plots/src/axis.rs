//! Axes with round ticks: linear, logarithmic, and over time.

mod time;

use crate::number;

/// What a value is, which is how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// A share of 0 to 1, written as per cent.
    Share,
    /// A whole number of things.
    #[default]
    Count,
    /// Milliseconds, written as seconds.
    Milliseconds,
    /// A number without a unit, written with two decimals.
    Plain,
}

/// The values along one side of a plot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    low: f64,
    high: f64,
    logarithmic: bool,
    /// Values with their labels, ascending.
    pub(crate) ticks: Vec<(f64, String)>,
}

/// The largest number that is drawn; beyond it nothing could be told apart.
const LARGEST: f64 = 1e15;

/// A moment as texts write it, in UTC.
pub(crate) fn moment(at_ms: i64) -> String {
    time::utc(at_ms).strftime("%-d %b %Y, %H:%M").to_string()
}

/// A number that can be drawn: what is no number is 0.
pub(crate) fn tame(value: f64) -> f64 {
    if value.is_finite() { value.clamp(-LARGEST, LARGEST) } else { 0.0 }
}

// === impl Unit ===

impl Unit {
    /// A value as texts write it.
    pub(crate) fn value(self, value: f64) -> String {
        match self {
            _ if !value.is_finite() => number::UNDEFINED.to_owned(),
            // Nobody measures such a number; it is written so short that it leaves room for the others.
            _ if value.abs() >= if self == Self::Count { 1e12 } else { 1e9 } => number::tick(value, 1.0),
            Self::Share => number::percent(Some(value)),
            Self::Count => number::count(value.max(0.0).round() as u64),
            Self::Milliseconds => number::seconds(Some(value)),
            Self::Plain => number::two_decimals(Some(value)),
        }
    }

    fn tick(self, value: f64, step: f64) -> String {
        match self {
            Self::Share => format!("{}\u{202f}%", number::tick(value * 100.0, step * 100.0)),
            Self::Milliseconds => format!("{}\u{202f}s", number::tick(value / 1000.0, step / 1000.0)),
            Self::Count | Self::Plain => number::tick(value, step),
        }
    }
}

// === impl Axis ===

impl Axis {
    /// From a round number at or below `low` to one at or above `high`, with about `ticks` ticks.
    pub(crate) fn linear(low: f64, high: f64, ticks: usize, unit: Unit) -> Self {
        let (low, high) = (tame(low), tame(high));
        let (mut low, mut high) = (low.min(high), low.max(high));
        let magnitude = low.abs().max(high.abs());
        if high - low <= magnitude * 1e-9 {
            let spare = if magnitude > 0.0 { magnitude * 0.1 } else { 1.0 };
            (low, high) = if low == 0.0 { (0.0, spare) } else { (low - spare, high + spare) };
        }
        let mut step = round_step((high - low) / ticks.max(1) as f64);
        if unit == Unit::Count {
            step = step.max(1.0);
        }
        let (first, last) = ((low / step + 1e-9).floor() as i64, (high / step - 1e-9).ceil() as i64);
        let last = last.max(first + 1);
        Self {
            low: first as f64 * step,
            high: last as f64 * step,
            logarithmic: false,
            ticks: (first..=last)
                .map(|place| place as f64 * step)
                .map(|value| (value, unit.tick(value, step)))
                .collect(),
        }
    }

    /// From the 1, 2 or 5 times a power of ten below `low` to the one above `high`; what is not above zero
    /// counts as a thousandth.
    pub(crate) fn logarithmic(low: f64, high: f64, unit: Unit) -> Self {
        let (low, high) = (tame(low).max(1e-3), tame(high).max(1e-3));
        let (low, high) = (low.min(high), low.max(high));
        let decades = (low.log10().floor() as i32 - 1)..=(high.log10().ceil() as i32 + 1);
        let round: Vec<f64> =
            decades.flat_map(|decade| [1.0, 2.0, 5.0].map(|factor| factor * 10f64.powi(decade))).collect();
        let from = round.iter().rposition(|value| *value <= low * (1.0 + 1e-9)).unwrap_or(0);
        let to = round.iter().position(|value| *value >= high * (1.0 - 1e-9)).unwrap_or(round.len() - 1);
        let to = to.max((from + 1).min(round.len() - 1));
        let chosen = &round[from..=to];
        let every = if chosen.len() > 10 { 3 } else { 1 };
        let ticks = chosen
            .iter()
            .step_by(every)
            .map(|value| (*value, unit.tick(*value, 10f64.powi(value.log10().floor() as i32))))
            .collect();
        Self { low: chosen[0], high: chosen[chosen.len() - 1], logarithmic: true, ticks }
    }

    /// From one moment to another, in milliseconds since 1970, with ticks where hours, days or months begin.
    pub(crate) fn time(from_ms: i64, to_ms: i64, ticks: usize) -> Self {
        let (from_ms, to_ms) = time::in_range(from_ms, to_ms);
        Self {
            low: from_ms as f64,
            high: to_ms as f64,
            logarithmic: false,
            ticks: time::ticks(from_ms, to_ms, ticks)
                .into_iter()
                .map(|(at, label)| (at as f64, label))
                .collect(),
        }
    }

    /// Where a value lies: 0 at the beginning of the axis and 1 at its end, never beyond.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let value = tame(value).clamp(self.low, self.high);
        if self.logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }

    /// The values at its ends.
    pub(crate) fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }
}

/// The 1, 2 or 5 times a power of ten at or above `step`.
fn round_step(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|round| *round >= step * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, label)| label.as_str()).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(&Axis::linear(0.0, 36.0, 4, Unit::Count)), ["0", "10", "20", "30", "40"]);
        assert_eq!(labels(&Axis::linear(0.0, 2.0, 6, Unit::Count)), ["0", "1", "2"]);
        assert_eq!(labels(&Axis::linear(0.0, 0.0, 4, Unit::Count)), ["0", "1"]);
        assert_eq!(
            labels(&Axis::linear(0.0, 1.0, 4, Unit::Share)),
            ["0\u{202f}%", "50\u{202f}%", "100\u{202f}%"]
        );
        assert_eq!(
            labels(&Axis::logarithmic(300.0, 4000.0, Unit::Milliseconds)),
            ["0.2\u{202f}s", "0.5\u{202f}s", "1\u{202f}s", "2\u{202f}s", "5\u{202f}s"]
        );
    }

    proptest! {
        #[test]
        fn every_value_finds_its_place(
            low in any::<f64>(), high in any::<f64>(), value in any::<f64>(), ticks in 0..20usize,
        ) {
            for unit in [Unit::Share, Unit::Count, Unit::Milliseconds, Unit::Plain] {
                for axis in [Axis::linear(low, high, ticks, unit), Axis::logarithmic(low, high, unit)] {
                    prop_assert!((0.0..=1.0).contains(&axis.place(value)));
                    prop_assert!(axis.ticks.is_sorted_by(|one, next| one.0 < next.0));
                    prop_assert!((2..=60).contains(&axis.ticks.len()), "{axis:?}");
                    prop_assert!(axis.place(tame(low)) >= 0.0 && axis.place(tame(high)) <= 1.0);
                }
            }
        }

        #[test]
        fn every_moment_finds_its_place(from in any::<i64>(), length in 0..i64::MAX, ticks in 1..12usize) {
            let axis = Axis::time(from, from.saturating_add(length), ticks);
            prop_assert!(axis.ticks.len() <= 40);
            prop_assert!(axis.ticks.iter().all(|(at, _)| (0.0..=1.0).contains(&axis.place(*at))));
            prop_assert!(axis.low < axis.high);
        }
    }
}
