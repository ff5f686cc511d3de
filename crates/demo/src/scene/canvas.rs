//! A sheet to draw on, with pens that know only the square of their object.

use image::ImageEncoder as _;
use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Paint, Path, PathBuilder, Pixmap,
    Point, Shader, SpreadMode, Stroke, Transform,
};

/// The sheet.
pub(crate) struct Canvas(Pixmap);

/// Draws in a square of 100 × 100 units, y downwards. Colours are 0xrrggbb.
pub(crate) struct Pen<'a> {
    pixmap: &'a mut Pixmap,
    transform: Transform,
}

// === impl Canvas ===

impl Canvas {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        Self(Pixmap::new(width, height).expect("a scene has an area"))
    }

    /// A pen for the square at (x, y) with this side, in pixels.
    pub(crate) fn pen(&mut self, x: f32, y: f32, side: f32) -> Pen<'_> {
        let scale = side / 100.0;
        Pen { pixmap: &mut self.0, transform: Transform::from_row(scale, 0.0, 0.0, scale, x, y) }
    }

    pub(crate) fn png(&self) -> Vec<u8> {
        let rgb: Vec<u8> =
            self.0.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
        let mut png = Vec::new();
        image::codecs::png::PngEncoder::new(&mut png)
            .write_image(&rgb, self.0.width(), self.0.height(), image::ExtendedColorType::Rgb8)
            .expect("a scene has one pixel for each place, and memory takes every byte");
        png
    }
}

// === impl Pen ===

impl Pen<'_> {
    /// Fills an SVG-like path of absolute `M L Q C Z`.
    pub(crate) fn fill(&mut self, path: &str, colour: u32) {
        self.fill_path(&parse(path), &flat(colour, 255));
    }

    /// Fills a path with a see-through colour.
    pub(crate) fn glaze(&mut self, path: &str, colour: u32, alpha: u8) {
        self.fill_path(&parse(path), &flat(colour, alpha));
    }

    /// Draws along a path with round ends.
    pub(crate) fn line(&mut self, path: &str, width: f32, colour: u32) {
        let stroke =
            Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        self.pixmap.stroke_path(&parse(path), &flat(colour, 255), &stroke, self.transform, None);
    }

    pub(crate) fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, colour: u32) {
        self.fill_path(&rectangle(x, y, width, height), &flat(colour, 255));
    }

    /// A rectangle that runs from one colour at the top to another at the bottom.
    pub(crate) fn gradient(&mut self, x: f32, y: f32, width: f32, height: f32, top: u32, bottom: u32) {
        let stops =
            vec![GradientStop::new(0.0, colour_of(top, 255)), GradientStop::new(1.0, colour_of(bottom, 255))];
        let shader = LinearGradient::new(
            Point::from_xy(x, y),
            Point::from_xy(x, y + height),
            stops,
            SpreadMode::Pad,
            Transform::identity(),
        )
        .expect("a gradient with a length");
        let paint = Paint { shader, anti_alias: true, ..Paint::default() };
        self.fill_path(&rectangle(x, y, width, height), &paint);
    }

    pub(crate) fn circle(&mut self, x: f32, y: f32, radius: f32, colour: u32) {
        self.ellipse(x, y, radius, radius, colour);
    }

    pub(crate) fn ellipse(&mut self, x: f32, y: f32, across: f32, down: f32, colour: u32) {
        self.fill_path(&oval(x, y, across, down), &flat(colour, 255));
    }

    /// A soft shadow on the ground.
    pub(crate) fn shadow(&mut self, x: f32, y: f32, across: f32, down: f32) {
        self.fill_path(&oval(x, y, across, down), &flat(0x0010_1828, 46));
    }

    fn fill_path(&mut self, path: &Path, paint: &Paint<'_>) {
        self.pixmap.fill_path(path, paint, FillRule::Winding, self.transform, None);
    }
}

fn flat(colour: u32, alpha: u8) -> Paint<'static> {
    Paint { shader: Shader::SolidColor(colour_of(colour, alpha)), anti_alias: true, ..Paint::default() }
}

fn colour_of(colour: u32, alpha: u8) -> Color {
    let [_, red, green, blue] = colour.to_be_bytes();
    Color::from_rgba8(red, green, blue, alpha)
}

fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Path {
    let rect = tiny_skia::Rect::from_xywh(x, y, width, height).expect("a rectangle with an area");
    PathBuilder::from_rect(rect)
}

fn oval(x: f32, y: f32, across: f32, down: f32) -> Path {
    let rect = tiny_skia::Rect::from_xywh(x - across, y - down, 2.0 * across, 2.0 * down);
    PathBuilder::from_oval(rect.expect("an ellipse with an area")).expect("an ellipse is a path")
}

fn parse(path: &str) -> Path {
    let mut builder = PathBuilder::new();
    let mut words = path.split_ascii_whitespace();
    while let Some(command) = words.next() {
        let mut next =
            || words.next().and_then(|word| word.parse().ok()).expect("the path has all its numbers");
        match command {
            "M" => builder.move_to(next(), next()),
            "L" => builder.line_to(next(), next()),
            "Q" => builder.quad_to(next(), next(), next(), next()),
            "C" => builder.cubic_to(next(), next(), next(), next(), next(), next()),
            "Z" => builder.close(),
            other => unreachable!("`{other}` is no command of a drawing"),
        }
    }
    builder.finish().expect("a drawing has at least one line")
}
