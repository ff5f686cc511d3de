//! A drawing as data: shapes and texts in a box, before anybody asks for SVG or PNG.
//!
//! Coordinates are pixels from the top left. Texts know where they stand, so that none is put over another.

mod boxes;
#[cfg(test)]
pub(crate) mod check;
mod write;

pub(crate) use boxes::Quad;
pub(crate) use write::Colours;

use crate::palette::Paint;
use crate::text;

/// Size of most text.
pub(crate) const BODY: f64 = 13.0;
/// Size of ticks and notes.
pub(crate) const SMALL: f64 = 12.0;

/// A drawing of a width and a height.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scene {
    pub(crate) width: f64,
    pub(crate) height: f64,
    nodes: Vec<Node>,
    taken: Vec<Quad>,
}

/// One thing drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// A shape.
    Shape(Shape),
    /// A line of text.
    Text(Text),
    /// Things that show a text when they are pointed at.
    Titled(String, Vec<Self>),
}

/// A shape with its colours.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    pub(crate) geometry: Geometry,
    pub(crate) fill: Option<Paint>,
    pub(crate) opacity: f64,
    pub(crate) stroke: Option<Stroke>,
}

/// Where a shape lies.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Geometry {
    /// A box with round corners.
    Rect { x: f64, y: f64, width: f64, height: f64, radius: f64 },
    /// A disc.
    Circle { x: f64, y: f64, radius: f64 },
    /// Straight lines from point to point, several of them, closed or not.
    Lines { points: Vec<Vec<(f64, f64)>>, closed: bool },
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) paint: Paint,
    pub(crate) width: f64,
    pub(crate) dashed: bool,
}

/// Which end of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    pub(crate) x: f64,
    /// Height of the line that the letters stand on.
    pub(crate) y: f64,
    pub(crate) content: String,
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) anchor: Anchor,
    pub(crate) paint: Paint,
    /// Rising at 45 degrees, from its place on.
    pub(crate) rising: bool,
    /// Set off from what lies below by an edge of the ground's colour.
    pub(crate) set_off: bool,
}

// === impl Scene ===

impl Scene {
    /// An empty drawing. The height is given when it is known.
    pub(crate) fn new(width: f64) -> Self {
        Self { width, height: 0.0, nodes: Vec::new(), taken: Vec::new() }
    }

    /// Draws a shape.
    pub(crate) fn shape(&mut self, shape: Shape) {
        self.nodes.push(Node::Shape(shape));
    }

    /// Draws a shape that says `title` when it is pointed at.
    pub(crate) fn titled(&mut self, title: String, shapes: Vec<Shape>) {
        self.nodes.push(Node::Titled(title, shapes.into_iter().map(Node::Shape).collect()));
    }

    /// Writes a text.
    pub(crate) fn text(&mut self, text: Text) {
        if text.content.is_empty() {
            return;
        }
        self.taken.push(text.quad());
        self.nodes.push(Node::Text(text));
    }

    /// Writes `name`, cut to `room`; the whole of it shows when it is pointed at.
    pub(crate) fn name(&mut self, name: &str, room: f64, mut text: Text) {
        text.content = text::cut(name, room, text.size, text.bold).into_owned();
        if text.content.is_empty() {
            return;
        }
        self.taken.push(text.quad());
        self.nodes.push(Node::Titled(name.to_owned(), vec![Node::Text(text)]));
    }

    /// Writes a text where it stands free of all others and within the box; says whether it did.
    pub(crate) fn text_if_free(&mut self, text: Text) -> bool {
        let free = self.is_free(&text);
        if free {
            self.text(text);
        }
        free
    }

    /// Whether a text would stand free of all others, and within the box.
    pub(crate) fn is_free(&self, text: &Text) -> bool {
        let quad = text.quad();
        let height = if self.height > 0.0 { self.height } else { f64::INFINITY };
        quad.is_within(self.width, height) && !self.taken.iter().any(|other| quad.overlaps(other))
    }

    /// What is drawn, in order.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Where texts stand.
    #[cfg(test)]
    pub(crate) fn taken(&self) -> &[Quad] {
        &self.taken
    }
}

// === impl Shape ===

impl Shape {
    /// A box.
    pub(crate) fn rect(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self::of(Geometry::Rect { x, y, width: width.max(0.0), height: height.max(0.0), radius: 0.0 })
    }

    /// A disc around a point.
    pub(crate) fn circle(x: f64, y: f64, radius: f64) -> Self {
        Self::of(Geometry::Circle { x, y, radius })
    }

    /// One straight line.
    pub(crate) fn line(from: (f64, f64), to: (f64, f64)) -> Self {
        Self::lines(vec![vec![from, to]])
    }

    /// Lines from point to point.
    pub(crate) fn lines(points: Vec<Vec<(f64, f64)>>) -> Self {
        Self::of(Geometry::Lines { points, closed: false })
    }

    /// An area with corners.
    pub(crate) fn area(corners: Vec<(f64, f64)>) -> Self {
        Self::of(Geometry::Lines { points: vec![corners], closed: true })
    }

    fn of(geometry: Geometry) -> Self {
        Self { geometry, fill: None, opacity: 1.0, stroke: None }
    }

    /// Fills it.
    pub(crate) fn fill(mut self, paint: Paint) -> Self {
        self.fill = Some(paint);
        self
    }

    /// How strongly it covers what lies below.
    pub(crate) fn opacity(mut self, opacity: f64) -> Self {
        self.opacity = opacity;
        self
    }

    /// Rounds the corners of a box.
    pub(crate) fn round(mut self, by: f64) -> Self {
        if let Geometry::Rect { radius, .. } = &mut self.geometry {
            *radius = by;
        }
        self
    }

    /// Draws its outline.
    pub(crate) fn stroke(mut self, paint: Paint, width: f64) -> Self {
        self.stroke = Some(Stroke { paint, width, dashed: false });
        self
    }

    /// Breaks its outline into dashes.
    pub(crate) fn dashed(mut self) -> Self {
        if let Some(stroke) = &mut self.stroke {
            stroke.dashed = true;
        }
        self
    }
}

// === impl Text ===

impl Text {
    /// A text in ink that begins at a place.
    pub(crate) fn new(x: f64, y: f64, content: impl Into<String>) -> Self {
        let content = content.into();
        Self {
            x,
            y,
            content,
            size: BODY,
            bold: false,
            anchor: Anchor::Start,
            paint: Paint::Ink,
            rising: false,
            set_off: false,
        }
    }

    /// A tick or a note.
    pub(crate) fn small(x: f64, y: f64, content: impl Into<String>) -> Self {
        Self { size: SMALL, paint: Paint::Soft, ..Self::new(x, y, content) }
    }

    /// Another end at its place.
    pub(crate) fn anchor(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    /// Another ink.
    pub(crate) fn paint(mut self, paint: Paint) -> Self {
        self.paint = paint;
        self
    }

    /// Bold, when it shall be.
    pub(crate) fn bold(mut self, bold: bool) -> Self {
        self.bold = bold;
        self
    }

    /// Rising at 45 degrees.
    pub(crate) fn rising(mut self) -> Self {
        self.rising = true;
        self
    }

    /// Set off from what lies below, so that it can be read on squares and lines.
    pub(crate) fn set_off(mut self) -> Self {
        self.set_off = true;
        self
    }

    /// How wide it is.
    pub(crate) fn width(&self) -> f64 {
        text::width(&self.content, self.size, self.bold)
    }

    /// Where it begins.
    pub(crate) fn left(&self) -> f64 {
        match self.anchor {
            Anchor::Start => self.x,
            Anchor::Middle => self.x - self.width() / 2.0,
            Anchor::End => self.x - self.width(),
        }
    }

    /// The space it takes.
    pub(crate) fn quad(&self) -> Quad {
        let quad = Quad::upright(self.left(), self.y - self.size * 0.8, self.width(), self.size * 1.05);
        if self.rising { quad.risen((self.x, self.y)) } else { quad }
    }
}
