//! Drawn scenes: several objects in one picture, one of them marked per stimulus.

use nameit_domain::stimulus::TargetShape;

use crate::scene::canvas::{Canvas, Pen};

mod canvas;
mod harbour;
mod kitchen;
mod meadow;
mod objects;

/// Size of a scene in pixels.
const WIDTH: u32 = 1200;
const HEIGHT: u32 = 800;

/// A picture of several things.
pub(crate) struct Scene {
    pub(crate) name: &'static str,
    background: fn(&mut Pen<'_>),
    things: Vec<Thing>,
}

/// One object in a scene.
pub(crate) struct Thing {
    pub(crate) key: &'static str,
    draw: fn(&mut Pen<'_>),
    /// Left and upper edge of its square, and the length of a side, in pixels.
    at: (f32, f32, f32),
    /// What it fills of its square, in hundredths: left, top, width, height.
    extent: (f32, f32, f32, f32),
    /// What people call it, with weights; empty for things that are only there to be seen.
    pub(crate) names: &'static [(&'static str, f64)],
}

/// Every scene.
pub(crate) fn all() -> [Scene; 3] {
    [meadow::scene(), harbour::scene(), kitchen::scene()]
}

// === impl Scene ===

impl Scene {
    /// The picture as a PNG file.
    pub(crate) fn png(&self) -> Vec<u8> {
        let mut canvas = Canvas::new(WIDTH, HEIGHT);
        (self.background)(&mut canvas.pen(0.0, 0.0, 100.0));
        for thing in &self.things {
            let (x, y, side) = thing.at;
            (thing.draw)(&mut canvas.pen(x, y, side));
        }
        canvas.png()
    }

    /// The things that are asked about.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &Thing> {
        self.things.iter().filter(|thing| !thing.names.is_empty())
    }
}

// === impl Thing ===

impl Thing {
    /// Only there to be seen.
    fn seen(draw: fn(&mut Pen<'_>), at: (f32, f32, f32)) -> Self {
        Self { key: "", draw, at, extent: (0.0, 0.0, 100.0, 100.0), names: &[] }
    }

    /// Asked about.
    fn asked(
        key: &'static str,
        draw: fn(&mut Pen<'_>),
        at: (f32, f32, f32),
        extent: (f32, f32, f32, f32),
        names: &'static [(&'static str, f64)],
    ) -> Self {
        Self { key, draw, at, extent, names }
    }

    /// Its outline: the box around what is drawn, with a little air.
    pub(crate) fn target(&self) -> TargetShape {
        const AIR: f32 = 8.0;
        let (left, top, side) = self.at;
        let (x, y, width, height) = self.extent;
        let unit = side / 100.0;
        let (from_x, to_x) = (left + x * unit - AIR, left + (x + width) * unit + AIR);
        let (from_y, to_y) = (top + y * unit - AIR, top + (y + height) * unit + AIR);
        let across = |value: f32| f64::from(value.clamp(0.0, WIDTH as f32)) / f64::from(WIDTH);
        let down = |value: f32| f64::from(value.clamp(0.0, HEIGHT as f32)) / f64::from(HEIGHT);
        TargetShape::parse_box(
            across(from_x),
            down(from_y),
            across(to_x) - across(from_x),
            down(to_y) - down(from_y),
        )
        .expect("things are placed within their picture")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawing_is_deterministic() {
        for scene in all() {
            assert_eq!(scene.png(), scene.png(), "{}", scene.name);
        }
    }
}
