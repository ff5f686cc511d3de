//! The line of responses over time.

use std::fmt::Write as _;

use askama::Template;
use nameit_domain::Timestamp;

use super::Svg;
use super::number;

/// Responses that came in one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bucket {
    /// When the stretch begins.
    pub(crate) at: Timestamp,
    /// How many came within it.
    pub(crate) responses: u64,
}

#[derive(Template)]
#[template(path = "charts/progress.svg")]
struct Plot {
    description: String,
    ticks: Vec<Tick>,
    line: String,
    area: String,
    from: String,
    to: String,
}

struct Tick {
    label: String,
    y: String,
}

/// Draws how the number of responses grew. Nothing is drawn before the first response.
pub(crate) fn plot(buckets: &[Bucket], bucket_minutes: u32) -> Option<Svg> {
    let (first, last) = (buckets.first()?, buckets.last()?);
    let from = first.at.as_second();
    let width = i64::from(bucket_minutes.max(1)) * 60;
    let span = (last.at.as_second() + width - from).max(width) as f64;
    let total: u64 = buckets.iter().map(|bucket| bucket.responses).sum();
    let step = tick_step(total);
    let top = total.div_ceil(step).max(1) * step;

    // Units of the line: 0 to 1000 each way, y downwards.
    let x = |second: i64| (second - from) as f64 / span * 1000.0;
    let y = |responses: u64| 1000.0 - responses as f64 / top as f64 * 1000.0;
    let mut line = String::from("M0.0 1000.0");
    let mut so_far = 0;
    let mut end_of_previous = from;
    for bucket in buckets {
        let start = bucket.at.as_second();
        if start > end_of_previous {
            write!(line, "L{:.1} {:.1}", x(start), y(so_far)).expect("writing to a String cannot fail");
        }
        so_far += bucket.responses;
        end_of_previous = start + width;
        write!(line, "L{:.1} {:.1}", x(end_of_previous), y(so_far)).expect("writing to a String cannot fail");
    }
    let ticks = (0..=top / step)
        .map(|place| place * step)
        .map(|value| Tick { label: number::count(value), y: format!("{:.2}", y(value) / 10.0) })
        .collect();
    Some(Svg::draw(&Plot {
        description: format!(
            "{} came between {} and {}",
            number::counted(total, "response", "responses"),
            moment(first.at),
            moment(last.at)
        ),
        ticks,
        area: format!("{line}V1000H0Z"),
        line,
        from: moment(first.at),
        to: moment(last.at),
    }))
}

/// A point in time as the axis says it, in UTC.
fn moment(at: Timestamp) -> String {
    at.strftime("%-d %b %Y, %H:%M").to_string()
}

/// The step of 1, 2 or 5 times a power of ten that gives two to five ticks above zero.
fn tick_step(total: u64) -> u64 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = power * factor;
            if total.div_ceil(step) <= 4 {
                return step;
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(at: &str, responses: u64) -> Bucket {
        Bucket { at: at.parse().unwrap(), responses }
    }

    #[test]
    fn a_plot_of_progress_looks_like_this() {
        let buckets = [
            bucket("2026-11-22T10:00:00Z", 12),
            bucket("2026-11-22T10:05:00Z", 30),
            bucket("2026-11-22T11:00:00Z", 5),
        ];
        insta::assert_snapshot!(plot(&buckets, 5).unwrap());
    }

    #[test]
    fn nothing_is_drawn_before_the_first_response() {
        assert_eq!(plot(&[], 1), None);
    }

    #[test]
    fn ticks_are_round_and_few() {
        for (total, step) in [(0, 1), (1, 1), (4, 1), (5, 2), (17, 5), (47, 20), (1_234, 500), (9_999, 5_000)]
        {
            assert_eq!(tick_step(total), step, "{total}");
        }
    }
}
