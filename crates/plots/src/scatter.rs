//! One number against another: own figures against published ones.

use std::collections::BTreeMap;

use crate::axis::{Axis, Unit, tame};
use crate::frame::{Area, Frame, LINE, nothing};
use crate::number;
use crate::palette::Paint;
use crate::plot::Plot;
use crate::scene::{Anchor, SMALL, Scene, Shape, Text};
use crate::text;

/// The most points that are drawn one by one; more are counted in squares.
const MOST_POINTS: usize = 1_500;
/// Squares along each side, when points are counted.
const SQUARES: u32 = 60;
/// The most labels.
const MOST_LABELS: usize = 12;

/// Points of two numbers each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scatter {
    /// What is shown.
    pub title: String,
    /// What the level axis is: "H, published".
    pub across: String,
    /// What the upright axis is: "H, ours".
    pub up: String,
    /// How values are written.
    pub unit: Unit,
    /// Whether both axes are the same and the line of equal values is drawn.
    pub identity: bool,
    /// The points.
    pub points: Vec<ScatterPoint>,
    /// How many of the points furthest from the line of equal values are labelled.
    pub labelled: usize,
    /// A sentence below, such as the correlation with its interval.
    pub note: Option<String>,
}

/// One point.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScatterPoint {
    /// What it is.
    pub label: String,
    /// Its value on the level axis.
    pub x: f64,
    /// Its value on the upright axis.
    pub y: f64,
}

/// Draws points, and labels those that are furthest from the line of equal values where there is room.
pub fn scatter(scatter: &Scatter) -> Plot {
    let points: Vec<ScatterPoint> = scatter
        .points
        .iter()
        .filter(|point| point.x.is_finite() && point.y.is_finite())
        .map(|point| ScatterPoint { label: text::clean(&point.label), x: tame(point.x), y: tame(point.y) })
        .collect();
    let mut furthest: Vec<&ScatterPoint> = points.iter().collect();
    furthest.sort_by(|one, other| {
        let distance = |point: &ScatterPoint| (point.y - point.x).abs();
        distance(other).total_cmp(&distance(one)).then_with(|| one.label.cmp(&other.label))
    });
    furthest.truncate(if scatter.identity { scatter.labelled.min(MOST_LABELS) } else { 0 });
    let description = describe(scatter, &points, &furthest);
    Plot::new(&scatter.title, description, |width| {
        if points.is_empty() {
            return nothing(width, "There is nothing to compare yet");
        }
        layout(width, scatter, &points, &furthest)
    })
}

fn describe(scatter: &Scatter, points: &[ScatterPoint], furthest: &[&ScatterPoint]) -> String {
    if points.is_empty() {
        return "There is nothing to compare yet.".to_owned();
    }
    let mut description = format!(
        "{}: {} against {}.",
        number::counted(points.len() as u64, "point", "points"),
        text::clean(&scatter.up),
        text::clean(&scatter.across)
    );
    if let Some(note) = &scatter.note {
        text::append(&mut description, format_args!(" {}.", text::clean(note).trim_end_matches('.')));
    }
    if !furthest.is_empty() {
        let told: Vec<String> = furthest.iter().map(|point| tell(point, scatter.unit)).collect();
        text::append(&mut description, format_args!(" Furthest apart: {}.", told.join("; ")));
    }
    description
}

fn tell(point: &ScatterPoint, unit: Unit) -> String {
    format!("{} {} against {}", point.label, unit.value(point.y), unit.value(point.x))
}

fn layout(width: f64, scatter: &Scatter, points: &[ScatterPoint], furthest: &[&ScatterPoint]) -> Scene {
    let mut scene = Scene::new(width);
    let ticks = if width >= 500.0 { 6 } else { 4 };
    let height = (width * 0.72).max(320.0);
    let lines = |note: &String| text::wrap(&text::clean(note), width, SMALL, false, text::MOST_NOTE_LINES);
    let note: Vec<String> = scatter.note.iter().flat_map(lines).collect();
    scene.height = height + if note.is_empty() { 0.0 } else { note.len() as f64 * LINE + 4.0 };
    let range = |of: &dyn Fn(&ScatterPoint) -> f64| {
        points
            .iter()
            .map(of)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (mut across, mut up) = (range(&|point| point.x), range(&|point| point.y));
    if scatter.identity {
        across = (across.0.min(up.0), across.1.max(up.1));
        up = across;
    }
    let across = Axis::linear(across.0, across.1, ticks, scatter.unit);
    let up = Axis::linear(up.0, up.1, ticks, scatter.unit);
    let (below, above) = (text::clean(&scatter.across), text::clean(&scatter.up));
    let frame =
        Frame::draw(&mut scene, Area { x: 0.0, y: 0.0, width, height }, (across, &below), (up, &above));
    if scatter.identity {
        let [(low, high), _] = frame.ends();
        let line = Shape::line(frame.at(low, low), frame.at(high, high));
        scene.shape(line.stroke(Paint::LineStrong, 1.5).dashed());
    }
    if points.len() > MOST_POINTS {
        draw_squares(&mut scene, &frame, points);
    } else {
        for point in points {
            let (x, y) = kept_within(frame.at(point.x, point.y), &scene);
            let dot = Shape::circle(x, y, 3.5).fill(Paint::Accent).opacity(0.65);
            scene.titled(tell(point, scatter.unit), vec![dot]);
        }
    }
    for point in furthest {
        label(&mut scene, &frame, point, scatter.unit);
    }
    for (line, number) in note.into_iter().zip(1u32..) {
        scene.text(Text::small(0.0, height + f64::from(number) * LINE, line));
    }
    scene
}

/// Marks one of the points that are furthest off, and labels it on the side where there is room.
fn label(scene: &mut Scene, frame: &Frame, point: &ScatterPoint, unit: Unit) {
    let (x, y) = kept_within(frame.at(point.x, point.y), scene);
    scene.titled(tell(point, unit), vec![Shape::circle(x, y, 4.5).stroke(Paint::Mark, 2.0)]);
    let words = text::cut(&point.label, 150.0, SMALL, false);
    for (x, y, anchor) in [
        (x + 8.0, y + 4.0, Anchor::Start),
        (x - 8.0, y + 4.0, Anchor::End),
        (x, y - 8.0, Anchor::Middle),
        (x, y + 17.0, Anchor::Middle),
    ] {
        let text = Text::small(x, y, words.clone()).anchor(anchor).paint(Paint::Ink);
        if scene.is_free(&text) {
            // What lies below shines through a little; the label can be read on it.
            let ground = Shape::rect(text.left(), text.y - SMALL * 0.8, text.width(), SMALL * 1.05);
            scene.shape(ground.fill(Paint::Surface).opacity(0.85));
            scene.text(text);
            return;
        }
    }
}

/// A place for a mark of a few pixels that stays within the drawing.
fn kept_within((x, y): (f64, f64), scene: &Scene) -> (f64, f64) {
    (x.clamp(5.0, scene.width - 5.0), y.clamp(5.0, scene.height - 5.0))
}

/// Counts points in squares; the more there are, the stronger the square.
fn draw_squares(scene: &mut Scene, frame: &Frame, points: &[ScatterPoint]) {
    let side = (frame.field.width / f64::from(SQUARES), frame.field.height / f64::from(SQUARES));
    let mut counts: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    for point in points {
        let (x, y) = frame.at(point.x, point.y);
        let place = |offset: f64, side: f64| ((offset / side).max(0.0) as u32).min(SQUARES - 1);
        *counts.entry((place(x - frame.field.x, side.0), place(y - frame.field.y, side.1))).or_default() += 1;
    }
    let most = counts.values().copied().max().unwrap_or(1) as f64;
    for ((column, row), count) in counts {
        let (x, y) = (frame.field.x + f64::from(column) * side.0, frame.field.y + f64::from(row) * side.1);
        let square = Shape::rect(x, y, side.0, side.1).fill(Paint::Accent);
        let opacity = 0.3 + 0.7 * (count as f64).ln_1p() / most.ln_1p();
        scene.titled(number::counted(count, "point", "points"), vec![square.opacity(opacity)]);
    }
}
