//! What must hold of every drawing, for tests.

use super::{Geometry, Node, Scene, Shape};

// === impl Scene ===

impl Scene {
    /// What is wrong with the drawing: numbers that are none, things outside the box, texts over texts.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !(self.width > 0.0 && self.height > 0.0 && self.height < 20_000.0) {
            faults.push(format!("{} × {} is no size", self.width, self.height));
        }
        for node in self.nodes() {
            self.judge(node, &mut faults);
        }
        for (place, quad) in self.taken().iter().enumerate() {
            if self.taken()[..place].iter().any(|other| quad.overlaps(other)) {
                faults.push(format!("a text lies over another at {quad:?}"));
            }
        }
        faults
    }

    fn judge(&self, node: &Node, faults: &mut Vec<String>) {
        match node {
            Node::Titled(_, nodes) => nodes.iter().for_each(|node| self.judge(node, faults)),
            Node::Text(text) => {
                if !text.quad().is_within(self.width, self.height) {
                    faults.push(format!("outside {} × {}: {text:?}", self.width, self.height));
                }
            }
            Node::Shape(shape) => {
                if !self.holds(shape) {
                    faults.push(format!("outside {} × {}: {shape:?}", self.width, self.height));
                }
            }
        }
    }

    fn holds(&self, shape: &Shape) -> bool {
        let inside =
            |x: f64, y: f64| x >= -0.01 && y >= -0.01 && x <= self.width + 0.01 && y <= self.height + 0.01;
        shape.opacity.is_finite()
            && match &shape.geometry {
                Geometry::Rect { x, y, width, height, .. } => inside(*x, *y) && inside(x + width, y + height),
                Geometry::Circle { x, y, radius } => {
                    inside(x - radius, y - radius) && inside(x + radius, y + radius)
                }
                Geometry::Lines { points, .. } => points.iter().flatten().all(|(x, y)| inside(*x, *y)),
            }
    }
}
