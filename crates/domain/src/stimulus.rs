//! Stimuli: one thing shown to a participant.

use crate::Invalid;
use crate::colour::Srgb;
use crate::image::ImageRef;
use crate::text::{Question, StimulusKey};

/// Stimuli allowed in one experiment.
pub const STIMULI_MAX: usize = 10_000;

/// Corners allowed in a polygon target.
pub const POLYGON_MAX_POINTS: usize = 200;

/// One thing shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Stimulus {
    /// Key within the experiment; stable in exports.
    pub key: StimulusKey,
    /// Place within the experiment, from 0 without gaps once published.
    pub ordinal: u32,
    /// Overrides the experiment's common question.
    pub question: Option<Question>,
    /// What is shown.
    pub kind: StimulusKind,
}

/// What a stimulus shows.
#[derive(Debug, Clone, PartialEq)]
pub enum StimulusKind {
    /// A picture, possibly with one object marked.
    Image {
        /// The stored picture.
        image: ImageRef,
        /// The object that the question is about.
        target: Option<Target>,
    },
    /// A plain colour.
    Colour(Srgb),
}

/// The marked object of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Where it is.
    pub shape: TargetShape,
    /// How it is marked.
    pub style: TargetStyle,
}

/// The outline of a target in image coordinates: fractions of the picture's width and height, 0 to 1,
/// origin at the top left, so that they hold for every screen-sized version.
#[derive(Debug, Clone, PartialEq)]
pub enum TargetShape {
    /// A rectangle.
    Box {
        /// Left edge.
        x: f64,
        /// Upper edge.
        y: f64,
        /// Width.
        width: f64,
        /// Height.
        height: f64,
    },
    /// A closed polygon of at least three corners.
    Polygon(Vec<(f64, f64)>),
}

/// How a target is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TargetStyle {
    /// A line around it.
    #[default]
    Outline,
    /// Everything else is dimmed.
    Dim,
}

// === impl Target ===

impl TargetShape {
    /// A rectangle that lies within the picture and has an area.
    pub fn parse_box(x: f64, y: f64, width: f64, height: f64) -> Result<Self, Invalid> {
        // Half a pixel of a 4,000-pixel picture: what dragging to the edge may overshoot.
        const SLACK: f64 = 1e-4;
        let inside = [x, y, width, height].iter().all(|value| value.is_finite())
            && x >= -SLACK
            && y >= -SLACK
            && x + width <= 1.0 + SLACK
            && y + height <= 1.0 + SLACK;
        if !inside {
            return Err(Invalid::new(
                "target",
                "lies outside of the picture; x, y, width and height are fractions from 0 to 1",
            ));
        }
        if width < 0.001 || height < 0.001 {
            return Err(Invalid::new("target", "has no area; width and height must be at least 0.001"));
        }
        Ok(Self::Box { x: x.max(0.0), y: y.max(0.0), width, height })
    }

    /// A polygon of 3 to 200 corners within the picture.
    pub fn parse_polygon(points: Vec<(f64, f64)>) -> Result<Self, Invalid> {
        if !(3..=POLYGON_MAX_POINTS).contains(&points.len()) {
            return Err(Invalid::new(
                "target",
                format!("a polygon needs 3 to {POLYGON_MAX_POINTS} corners, this has {}", points.len()),
            ));
        }
        if points.iter().any(|(x, y)| !(0.0..=1.0).contains(x) || !(0.0..=1.0).contains(y)) {
            return Err(Invalid::new(
                "target",
                "has a corner outside of the picture; coordinates are fractions from 0 to 1",
            ));
        }
        Ok(Self::Polygon(points))
    }
}

impl TargetStyle {
    /// The word used on the wire and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Outline => "outline",
            Self::Dim => "dim",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "outline" => Ok(Self::Outline),
            "dim" => Ok(Self::Dim),
            _ => Err(Invalid::new("target.style", "must be `outline` or `dim`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_lies_within_its_picture() {
        assert!(TargetShape::parse_box(0.1, 0.1, 0.5, 0.9).is_ok());
        assert!(TargetShape::parse_box(0.6, 0.1, 0.5, 0.5).is_err());
        assert!(TargetShape::parse_box(0.1, 0.1, 0.0, 0.5).is_err());
        assert!(TargetShape::parse_box(f64::NAN, 0.1, 0.5, 0.5).is_err());
        assert!(TargetShape::parse_polygon(vec![(0.0, 0.0), (1.0, 0.0)]).is_err());
        assert!(TargetShape::parse_polygon(vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]).is_ok());
    }
}
