//! The field of a plot: axes with ticks and labels, a grid, and a legend.

use crate::axis::Axis;
use crate::palette::Paint;
use crate::scene::{Anchor, SMALL, Scene, Shape, Text};
use crate::text;

/// Height of a line of small text.
pub(crate) const LINE: f64 = 18.0;
/// Space between the labels of an axis and the field.
const GAP: f64 = 8.0;

/// How strongly a band covers the ground.
pub(crate) const BAND: f64 = 0.25;

/// Where a field and its labels go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// A field with two axes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    /// The field itself, without its labels.
    pub(crate) field: Area,
    across: Axis,
    up: Axis,
}

/// A sample in a legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sample {
    /// A box filled with the accent.
    Full,
    /// A box filled lightly, with an outline.
    Light,
    /// A light band around a line.
    Band,
    /// A line.
    Line,
    /// A broken line.
    Dashes,
    /// A dot.
    Dot,
}

// === impl Frame ===

impl Frame {
    /// Draws axes into an area: the label of the upright one above it, that of the other one below.
    pub(crate) fn draw(
        scene: &mut Scene,
        area: Area,
        (across, below): (Axis, &str),
        (up, above): (Axis, &str),
    ) -> Self {
        let widest = up.ticks.iter().map(|(_, label)| text::width(label, SMALL, false)).fold(0.0, f64::max);
        let last = across.ticks.last().map_or(0.0, |(value, label)| {
            let reach = text::width(label, SMALL, false) / 2.0;
            // Only what would stand out beyond the field needs space beside it.
            (reach - (1.0 - across.place(*value)) * (area.width - widest)).max(0.0)
        });
        let left = (widest + GAP).min(area.width / 2.0);
        let head = if above.is_empty() { LINE / 2.0 } else { LINE + 8.0 };
        let foot = LINE + 4.0 + if below.is_empty() { 0.0 } else { LINE };
        let field = Area {
            x: area.x + left,
            y: area.y + head,
            width: (area.width - left - last.max(2.0)).max(1.0),
            height: (area.height - head - foot).max(1.0),
        };
        let frame = Self { field, across, up };
        let room = area.width;
        scene.text(Text::small(area.x, area.y + 12.0, text::cut(above, room, SMALL, false)));
        for (value, label) in &frame.up.ticks {
            let y = frame.y(*value);
            scene.shape(Shape::line((field.x, y), (field.x + field.width, y)).stroke(Paint::Line, 1.0));
            scene.text_if_free(Text::small(field.x - GAP, y + 4.0, label.clone()).anchor(Anchor::End));
        }
        let ground = field.y + field.height;
        for (value, label) in &frame.across.ticks {
            let x = frame.x(*value);
            scene.shape(Shape::line((x, ground), (x, ground + 4.0)).stroke(Paint::LineStrong, 1.0));
            scene.text_if_free(Text::small(x, ground + 16.0, label.clone()).anchor(Anchor::Middle));
        }
        scene.shape(
            Shape::line((field.x, ground), (field.x + field.width, ground)).stroke(Paint::LineStrong, 1.0),
        );
        if !below.is_empty() {
            let end = field.x + field.width;
            let text = text::cut(below, end - area.x, SMALL, false);
            scene.text(Text::small(end, ground + 16.0 + LINE, text).anchor(Anchor::End));
        }
        frame
    }

    /// Where a value of the level axis lies.
    pub(crate) fn x(&self, value: f64) -> f64 {
        self.field.x + self.across.place(value) * self.field.width
    }

    /// Where a value of the upright axis lies.
    pub(crate) fn y(&self, value: f64) -> f64 {
        self.field.y + (1.0 - self.up.place(value)) * self.field.height
    }

    /// A point.
    pub(crate) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x(x), self.y(y))
    }

    /// The values at the ends of both axes.
    pub(crate) fn ends(&self) -> [(f64, f64); 2] {
        [self.across.ends(), self.up.ends()]
    }
}

/// Draws a legend from `y` on, in as many lines as it needs; returns where it ends.
pub(crate) fn legend(scene: &mut Scene, y: f64, items: &[(Sample, &str)]) -> f64 {
    let (mut x, mut line) = (0.0, y);
    for (sample, words) in items {
        let words = text::cut(words, scene.width - 26.0, SMALL, false);
        let width = 26.0 + text::width(&words, SMALL, false);
        if x > 0.0 && x + width > scene.width {
            (x, line) = (0.0, line + LINE);
        }
        let middle = line + 8.0;
        let (from, to) = ((x, middle), (x + 20.0, middle));
        scene.shape(match sample {
            Sample::Full => Shape::rect(x + 4.0, middle - 5.0, 12.0, 10.0).fill(Paint::Accent),
            Sample::Light => light(Shape::rect(x + 4.0, middle - 5.0, 12.0, 10.0)),
            Sample::Band => Shape::rect(x + 2.0, middle - 6.0, 16.0, 12.0).fill(Paint::Accent).opacity(BAND),
            Sample::Line => Shape::line(from, to).stroke(Paint::Accent, 2.0),
            Sample::Dashes => Shape::line(from, to).stroke(Paint::Accent, 2.0).dashed(),
            Sample::Dot => Shape::circle(x + 10.0, middle, 4.5).fill(Paint::Mark),
        });
        scene.text(Text::small(x + 26.0, line + 12.0, words));
        x += width + 18.0;
    }
    line + LINE
}

/// The look of what is not the main thing: a light fill within an outline.
pub(crate) fn light(shape: Shape) -> Shape {
    shape.fill(Paint::Sunken).stroke(Paint::LineStrong, 1.0)
}

/// A drawing that says that there is nothing to draw.
pub(crate) fn nothing(width: f64, words: &str) -> Scene {
    let mut scene = Scene::new(width);
    scene.height = 96.0;
    scene.shape(
        Shape::rect(0.75, 0.75, width - 1.5, scene.height - 1.5).round(8.0).stroke(Paint::Line, 1.5).dashed(),
    );
    let words = text::cut(words, width - 24.0, crate::scene::BODY, false).into_owned();
    scene.text(Text::new(width / 2.0, 53.0, words).anchor(Anchor::Middle).paint(Paint::Soft));
    scene
}
