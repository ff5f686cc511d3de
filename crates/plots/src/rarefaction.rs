//! The curve of distinct names against answers.

use crate::axis::{Axis, Unit, tame};
use crate::frame::{Area, BAND, Frame, LINE, Sample, legend, nothing};
use crate::number;
use crate::palette::Paint;
use crate::plot::Plot;
use crate::scene::{Scene, Shape};
use crate::text;

/// The most points of a curve that are drawn.
const MOST_POINTS: usize = 400;

/// How the number of distinct names grows with the number of answers: interpolated up to what was observed,
/// extrapolated beyond.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rarefaction {
    /// What is shown.
    pub title: String,
    /// Answers observed.
    pub n: u64,
    /// Distinct names observed.
    pub types: u64,
    /// The curve. Points beyond `n` answers are the extrapolation.
    pub points: Vec<CurvePoint>,
}

/// What is expected of some number of answers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CurvePoint {
    /// The number of answers.
    pub m: f64,
    /// Expected number of distinct names.
    pub types: f64,
    /// Interval around it.
    pub interval: Option<(f64, f64)>,
    /// Expected coverage, 0 to 1; drawn beside the curve when a point has it.
    pub coverage: Option<f64>,
}

/// Draws the curve with its interval, the observed point, the extrapolation dashed, and coverage beside it.
pub fn rarefaction(curve: &Rarefaction) -> Plot {
    let points = usable(&curve.points);
    let description = describe(curve, &points);
    Plot::new(&curve.title, description, |width| {
        if points.is_empty() {
            return nothing(width, "There are no answers to draw a curve of yet");
        }
        layout(width, curve, &points)
    })
}

/// Points with numbers, ascending, and not too many of them.
fn usable(points: &[CurvePoint]) -> Vec<CurvePoint> {
    let mut points: Vec<CurvePoint> = points
        .iter()
        .filter(|point| point.m.is_finite() && point.types.is_finite())
        .map(|point| CurvePoint {
            m: tame(point.m).max(0.0),
            types: tame(point.types).max(0.0),
            interval: point
                .interval
                .filter(|(low, high)| low.is_finite() && high.is_finite())
                .map(|(low, high)| (tame(low.min(high)).max(0.0), tame(low.max(high)).max(0.0))),
            coverage: point.coverage.filter(|coverage| coverage.is_finite()).map(|it| it.clamp(0.0, 1.0)),
        })
        .collect();
    points.sort_by(|one, other| one.m.total_cmp(&other.m));
    let (every, last) = (points.len().div_ceil(MOST_POINTS).max(1), points.len().saturating_sub(1));
    let mut places = 0..;
    points.retain(|_| places.next().is_some_and(|place: usize| place.is_multiple_of(every) || place == last));
    points
}

fn describe(curve: &Rarefaction, points: &[CurvePoint]) -> String {
    let Some(last) = points.last() else {
        return "There are no answers yet.".to_owned();
    };
    let mut description = format!(
        "{} gave {}.",
        number::counted(curve.n, "answer", "answers"),
        number::counted(curve.types, "distinct name", "distinct names")
    );
    let n = curve.n as f64;
    for part in [0.25, 0.5, 0.75] {
        let Some(point) = points.iter().filter(|point| point.m <= n).rev().find(|point| point.m <= n * part)
        else {
            continue;
        };
        text::append(&mut description, format_args!(" {}", tell(point, "are expected of")));
    }
    if last.m > n {
        text::append(&mut description, format_args!(" Extrapolated, {}", tell(last, "are expected of")));
    }
    description
}

fn tell(point: &CurvePoint, verb: &str) -> String {
    let mut words = format!("{} names", number::tick(point.types, 0.1));
    if let Some((low, high)) = point.interval {
        text::append(
            &mut words,
            format_args!(" (interval {} to {})", number::tick(low, 0.1), number::tick(high, 0.1)),
        );
    }
    text::append(&mut words, format_args!(" {verb} {} answers", Unit::Count.value(point.m)));
    if let Some(coverage) = point.coverage {
        text::append(&mut words, format_args!(", with a coverage of {}", number::percent(Some(coverage))));
    }
    words.push('.');
    words
}

fn layout(width: f64, curve: &Rarefaction, points: &[CurvePoint]) -> Scene {
    let mut scene = Scene::new(width);
    let n = curve.n as f64;
    let with_coverage = points.iter().any(|point| point.coverage.is_some());
    let extrapolated = points.iter().any(|point| point.m > n);
    let with_interval = points.iter().any(|point| point.interval.is_some());
    let mut items = vec![(Sample::Line, "expected")];
    if extrapolated {
        items.push((Sample::Dashes, "extrapolated"));
    }
    if with_interval {
        items.push((Sample::Band, "interval"));
    }
    items.push((Sample::Dot, "observed"));
    let top = legend(&mut scene, 0.0, &items) + 10.0;
    let panel = if width >= 500.0 { 290.0 } else { 240.0 };
    let wide = with_coverage && width >= 500.0;
    let first = Area { x: 0.0, y: top, width: if wide { width * 0.58 } else { width }, height: panel };
    let second = if wide {
        Area { x: width * 0.58 + 28.0, y: top, width: width * 0.42 - 28.0, height: panel }
    } else {
        Area { y: top + panel + LINE, ..first }
    };
    scene.height = if with_coverage { second.y + second.height } else { first.y + first.height };

    let most = points.iter().fold(n, |most, point| most.max(point.m));
    let across = || Axis::linear(0.0, most, if wide { 4 } else { 5 }, Unit::Count);
    let top_types = points.iter().fold(curve.types as f64, |top: f64, point| {
        top.max(point.types).max(point.interval.map_or(0.0, |interval| interval.1))
    });
    let up = Axis::linear(0.0, top_types, 5, Unit::Count);
    let frame = Frame::draw(&mut scene, first, (across(), "answers"), (up, "distinct names"));
    band(&mut scene, &frame, points);
    line(&mut scene, &frame, n, points.iter().map(|point| (point.m, point.types)));
    let (x, y) = frame.at(n, curve.types as f64);
    let observed = format!(
        "observed: {}, {}",
        number::counted(curve.n, "answer", "answers"),
        number::counted(curve.types, "distinct name", "distinct names")
    );
    if curve.n > 0 {
        scene.titled(observed, vec![dot(x, y, &frame)]);
    }
    if with_coverage {
        let up = Axis::linear(0.0, 1.0, 5, Unit::Share);
        let frame = Frame::draw(&mut scene, second, (across(), "answers"), (up, "coverage"));
        let coverage = points.iter().filter_map(|point| Some((point.m, point.coverage?)));
        line(&mut scene, &frame, n, coverage.clone());
        if let Some((_, at_n)) = coverage.rev().find(|(m, _)| *m <= n).filter(|_| curve.n > 0) {
            let (x, y) = frame.at(n, at_n);
            let words = format!("coverage of what was observed: {}", number::percent(Some(at_n)));
            scene.titled(text::clean(&words), vec![dot(x, y, &frame)]);
        }
    }
    scene
}

/// The mark of what was observed, kept within the field's surroundings.
fn dot(x: f64, y: f64, frame: &Frame) -> Shape {
    let right = frame.field.x + frame.field.width;
    Shape::circle(x.min(right - 2.5), y, 4.5).fill(Paint::Mark)
}

fn band(scene: &mut Scene, frame: &Frame, points: &[CurvePoint]) {
    let known = points.iter().filter_map(|point| Some((point.m, point.interval?)));
    let mut corners: Vec<(f64, f64)> = known.clone().map(|(m, (_, high))| frame.at(m, high)).collect();
    corners.extend(known.rev().map(|(m, (low, _))| frame.at(m, low)));
    if corners.len() > 2 {
        scene.shape(Shape::area(corners).fill(Paint::Accent).opacity(BAND));
    }
}

/// A curve: whole up to `n`, dashed beyond.
fn line(scene: &mut Scene, frame: &Frame, n: f64, points: impl Iterator<Item = (f64, f64)>) {
    let (mut before, mut beyond) = (Vec::new(), Vec::new());
    for (m, value) in points {
        if m <= n {
            before.push(frame.at(m, value));
        } else {
            if beyond.is_empty() {
                beyond.extend(before.last().copied());
            }
            beyond.push(frame.at(m, value));
        }
    }
    if before.len() > 1 {
        scene.shape(Shape::lines(vec![before]).stroke(Paint::Accent, 2.0));
    }
    if beyond.len() > 1 {
        scene.shape(Shape::lines(vec![beyond]).stroke(Paint::Accent, 2.0).dashed());
    }
}
