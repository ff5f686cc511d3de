//! Counts or values over time, with gaps where nothing was.

use crate::axis::{Axis, Unit, moment, tame};
use crate::frame::{Area, Frame, nothing};
use crate::palette::Paint;
use crate::plot::Plot;
use crate::scene::{Scene, Shape};
use crate::text;

/// The most bars side by side; more are gathered into wider ones.
const MOST_BARS: i128 = 240;
/// The most points of a line.
const MOST_POINTS: usize = 2_000;

/// Values over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OverTime {
    /// What is shown.
    pub title: String,
    /// What a value is, above the axis: "answers".
    pub what: String,
    /// How values are written.
    pub unit: Unit,
    /// Bars or a line.
    pub style: TimeStyle,
    /// How long a stretch of time is, in milliseconds.
    pub step_ms: i64,
    /// The stretches that have a value. Those that are missing are gaps.
    pub points: Vec<TimePoint>,
}

/// The value of one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TimePoint {
    /// When the stretch begins, in milliseconds since 1970.
    pub at_ms: i64,
    /// The value; a number that is not finite is a gap.
    pub value: f64,
}

/// How values over time are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeStyle {
    /// A bar for each stretch: for counts. Where there are too many stretches, neighbours are added up.
    #[default]
    Bars,
    /// A line from stretch to stretch, broken at gaps: for values that cannot be added up.
    Line,
}

/// Draws values over time in UTC.
pub fn over_time(values: &OverTime) -> Plot {
    let step = values.step_ms.max(1);
    let mut points: Vec<TimePoint> = values
        .points
        .iter()
        .filter(|point| point.value.is_finite())
        .map(|point| TimePoint { value: tame(point.value), ..*point })
        .collect();
    points.sort_by(|one, other| one.at_ms.cmp(&other.at_ms).then(one.value.total_cmp(&other.value)));
    let (points, step) = match values.style {
        TimeStyle::Bars => gathered(points, step),
        TimeStyle::Line => (thinned(points), step),
    };
    let description = describe(values, &points, step);
    Plot::new(&values.title, description, |width| {
        if points.is_empty() {
            return nothing(width, "There is nothing to show yet");
        }
        layout(width, values, &points, step)
    })
}

/// Adds neighbouring stretches up until there are few enough for bars; the first one keeps its beginning.
fn gathered(points: Vec<TimePoint>, step: i64) -> (Vec<TimePoint>, i64) {
    let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) else {
        return (points, step);
    };
    let stretches = (i128::from(last.at_ms) - i128::from(first.at_ms)) / i128::from(step) + 1;
    let wider =
        (i128::from(step) * ((stretches + MOST_BARS - 1) / MOST_BARS)).min(i128::from(i64::MAX)) as i64;
    let mut sums: Vec<TimePoint> = Vec::new();
    for point in points {
        let place = (i128::from(point.at_ms) - i128::from(first.at_ms)) / i128::from(wider);
        let at_ms = (i128::from(first.at_ms) + place * i128::from(wider)) as i64;
        match sums.last_mut().filter(|sum| sum.at_ms == at_ms) {
            Some(sum) => sum.value = tame(sum.value + point.value),
            None => sums.push(TimePoint { at_ms, value: point.value }),
        }
    }
    (sums, wider)
}

/// Leaves points out evenly until there are few enough for a line.
fn thinned(points: Vec<TimePoint>) -> Vec<TimePoint> {
    let every = points.len().div_ceil(MOST_POINTS).max(1);
    points.into_iter().step_by(every).collect()
}

fn describe(values: &OverTime, points: &[TimePoint], step: i64) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return "There is nothing to show yet.".to_owned();
    };
    let what = text::clean(&values.what);
    let end = last.at_ms.saturating_add(step);
    let mut description = format!("From {} to {} UTC", moment(first.at_ms), moment(end));
    if values.style == TimeStyle::Bars {
        let total = points.iter().map(|point| point.value).sum();
        text::append(&mut description, format_args!(", {} {what} in all", values.unit.value(total)));
    }
    let peak = points.iter().rev().max_by(|one, other| one.value.total_cmp(&other.value)).unwrap_or(last);
    text::append(
        &mut description,
        format_args!(
            ". The highest value is {} {what}, from {} on.",
            values.unit.value(peak.value),
            moment(peak.at_ms)
        ),
    );
    description
}

fn layout(width: f64, values: &OverTime, points: &[TimePoint], step: i64) -> Scene {
    let mut scene = Scene::new(width);
    scene.height = if width >= 500.0 { 260.0 } else { 220.0 };
    let area = Area { x: 0.0, y: 0.0, width, height: scene.height };
    let (first, last) = (points[0].at_ms, points[points.len() - 1].at_ms.saturating_add(step));
    let across = Axis::time(first, last, if width >= 500.0 { 7 } else { 3 });
    let (low, high) = points
        .iter()
        .fold((0.0_f64, 0.0_f64), |(low, high), point| (low.min(point.value), high.max(point.value)));
    let up = Axis::linear(low, high, 4, values.unit);
    let below = format!("{} to {}, UTC", moment(first), moment(last));
    let frame = Frame::draw(&mut scene, area, (across, &below), (up, &text::clean(&values.what)));
    let x = |at_ms: i64| frame.x(at_ms as f64);
    match values.style {
        TimeStyle::Bars => {
            for point in points {
                let (left, right) = (x(point.at_ms), x(point.at_ms.saturating_add(step)));
                let (zero, y) = (frame.y(0.0), frame.y(point.value));
                let gap = ((right - left) * 0.15).min(1.5);
                let bar = Shape::rect(left + gap / 2.0, y.min(zero), right - left - gap, (zero - y).abs());
                let title = format!("{}: {}", moment(point.at_ms), values.unit.value(point.value));
                scene.titled(title, vec![bar.fill(Paint::Accent)]);
            }
        }
        TimeStyle::Line => {
            let unbroken = |one: &TimePoint, next: &TimePoint| {
                i128::from(next.at_ms) - i128::from(one.at_ms) <= 3 * i128::from(step) / 2
            };
            let runs: Vec<Vec<(f64, f64)>> = points
                .chunk_by(unbroken)
                .map(|run| run.iter().map(|point| (x(point.at_ms), frame.y(point.value))).collect())
                .collect();
            for alone in runs.iter().filter(|run| run.len() == 1).flatten() {
                scene.shape(
                    Shape::circle(alone.0.max(2.5).min(width - 2.5), alone.1, 2.5).fill(Paint::Accent),
                );
            }
            let lines: Vec<_> = runs.into_iter().filter(|run| run.len() > 1).collect();
            if !lines.is_empty() {
                scene.shape(Shape::lines(lines).stroke(Paint::Accent, 2.0));
            }
        }
    }
    scene
}
