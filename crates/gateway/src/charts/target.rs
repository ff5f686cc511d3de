//! The mark that shows which object of a picture is meant.

use askama::Template;
use nameit_domain::stimulus::{Target, TargetShape, TargetStyle};

use super::Svg;

#[derive(Template)]
#[template(path = "charts/target.svg")]
struct Overlay {
    outline: String,
    dim: bool,
}

/// An overlay to lie over the picture; it stretches with it.
pub(crate) fn overlay(target: &Target) -> Svg {
    Svg::draw(&Overlay { outline: outline(&target.shape), dim: target.style == TargetStyle::Dim })
}

/// The outline as a path in units of the picture, 0 to 1000 each way.
fn outline(shape: &TargetShape) -> String {
    let place = |value: f64| format!("{:.1}", value * 1000.0);
    match shape {
        TargetShape::Box { x, y, width, height } => {
            format!("M{} {}H{}V{}H{}Z", place(*x), place(*y), place(x + width), place(y + height), place(*x))
        }
        TargetShape::Polygon(points) => {
            let corners: Vec<String> =
                points.iter().map(|(x, y)| format!("{} {}", place(*x), place(*y))).collect();
            format!("M{}Z", corners.join("L"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_are_in_thousandths() {
        let shape = TargetShape::parse_box(0.1, 0.2, 0.3, 0.4).unwrap();
        assert_eq!(outline(&shape), "M100.0 200.0H400.0V600.0H100.0Z");
        let shape = TargetShape::parse_polygon(vec![(0.0, 0.0), (1.0, 0.0), (0.5, 0.25)]).unwrap();
        assert_eq!(outline(&shape), "M0.0 0.0L1000.0 0.0L500.0 250.0Z");
    }

    #[test]
    fn a_dimmed_surround_leaves_the_target_clear() {
        let shape = TargetShape::parse_box(0.1, 0.2, 0.3, 0.4).unwrap();
        let svg = overlay(&Target { shape, style: TargetStyle::Dim });
        insta::assert_snapshot!(svg);
    }
}
