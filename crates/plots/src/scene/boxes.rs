//! Boxes of texts, upright or rising, and whether two of them overlap.

use std::f64::consts::FRAC_1_SQRT_2;

/// Four corners, in order around the box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quad([(f64, f64); 4]);

// === impl Quad ===

impl Quad {
    /// A box whose sides are level.
    pub(crate) fn upright(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
    }

    /// The same box turned around a point so that it rises at 45 degrees.
    pub(crate) fn risen(self, (x, y): (f64, f64)) -> Self {
        Self(self.0.map(|(at_x, at_y)| {
            let (dx, dy) = ((at_x - x) * FRAC_1_SQRT_2, (at_y - y) * FRAC_1_SQRT_2);
            (x + dx + dy, y - dx + dy)
        }))
    }

    /// Whether it lies between the top left corner and `width`, `height`.
    pub(crate) fn is_within(&self, width: f64, height: f64) -> bool {
        self.0.iter().all(|(x, y)| *x >= -0.01 && *y >= -0.01 && *x <= width + 0.01 && *y <= height + 0.01)
    }

    /// Whether two boxes share any space. Touching is not sharing.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        // Two convex shapes are apart when a line along a side of one of them parts them.
        !self.sides().into_iter().chain(other.sides()).any(|side| {
            let (own_low, own_high) = self.along(side);
            let (low, high) = other.along(side);
            own_high <= low + 0.01 || high <= own_low + 0.01
        })
    }

    fn sides(&self) -> [(f64, f64); 2] {
        let [a, b, _, d] = self.0;
        [unit(b.0 - a.0, b.1 - a.1), unit(d.0 - a.0, d.1 - a.1)]
    }

    fn along(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let places = self.0.map(|(at_x, at_y)| at_x * x + at_y * y);
        (
            places.into_iter().fold(f64::INFINITY, f64::min),
            places.into_iter().fold(f64::NEG_INFINITY, f64::max),
        )
    }
}

fn unit(x: f64, y: f64) -> (f64, f64) {
    let length = x.hypot(y);
    if length > 0.0 { (x / length, y / length) } else { (1.0, 0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_that_touch_do_not_overlap() {
        let one = Quad::upright(0.0, 0.0, 10.0, 5.0);
        assert!(!one.overlaps(&Quad::upright(10.0, 0.0, 5.0, 5.0)));
        assert!(one.overlaps(&Quad::upright(9.0, 0.0, 5.0, 5.0)));
        assert!(one.overlaps(&Quad::upright(2.0, 1.0, 1.0, 1.0)));
        assert!(one.is_within(10.0, 5.0) && !one.is_within(9.0, 5.0));
    }

    #[test]
    fn rising_texts_beside_each_other_are_apart() {
        let rising = |x: f64| Quad::upright(x, 88.0, 100.0, 12.0).risen((x, 100.0));
        assert!(!rising(0.0).overlaps(&rising(18.0)));
        assert!(rising(0.0).overlaps(&rising(12.0)));
    }
}
