//! A drawing as the inside of an SVG element.

use super::{Anchor, Geometry, Node, Scene, Shape, Text};
use crate::palette::Paint;
use crate::text::{append, escape};

/// How colours are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colours {
    /// As classes, for whoever styles them.
    Classes,
    /// As they are in the light or in the dark theme.
    Fixed {
        /// In the dark one.
        dark: bool,
    },
}

// === impl Scene ===

impl Scene {
    /// Writes what is drawn.
    pub(crate) fn write(&self, colours: Colours, out: &mut String) {
        for node in self.nodes() {
            write_node(node, colours, out);
        }
    }
}

fn write_node(node: &Node, colours: Colours, out: &mut String) {
    match node {
        Node::Shape(shape) => write_shape(shape, colours, out),
        Node::Text(text) => write_text(text, colours, out),
        Node::Titled(title, nodes) => {
            append(out, format_args!("<g><title>{}</title>", escape(title)));
            for node in nodes {
                write_node(node, colours, out);
            }
            out.push_str("</g>");
        }
    }
    out.push('\n');
}

fn write_shape(shape: &Shape, colours: Colours, out: &mut String) {
    match &shape.geometry {
        Geometry::Rect { x, y, width, height, radius } => {
            let (x, y, width, height) = (Px(*x), Px(*y), Px(*width), Px(*height));
            append(out, format_args!(r#"<rect x="{x}" y="{y}" width="{width}" height="{height}""#));
            if *radius > 0.0 {
                append(out, format_args!(r#" rx="{}""#, Px(*radius)));
            }
        }
        Geometry::Circle { x, y, radius } => {
            append(out, format_args!(r#"<circle cx="{}" cy="{}" r="{}""#, Px(*x), Px(*y), Px(*radius)));
        }
        Geometry::Lines { points, closed } => {
            out.push_str("<path d=\"");
            for line in points {
                for (place, (x, y)) in line.iter().enumerate() {
                    let step = if place == 0 { 'M' } else { 'L' };
                    append(out, format_args!("{step}{} {}", Px(*x), Px(*y)));
                }
                if *closed {
                    out.push('Z');
                }
            }
            out.push('"');
        }
    }
    write_paint("fill", shape.fill, colours, out);
    if shape.opacity < 1.0 {
        append(out, format_args!(r#" opacity="{}""#, Px(shape.opacity)));
    }
    if let Some(stroke) = shape.stroke {
        write_paint("stroke", Some(stroke.paint), colours, out);
        append(out, format_args!(r#" stroke-width="{}" stroke-linejoin="round""#, Px(stroke.width)));
        if stroke.dashed {
            out.push_str(r#" stroke-dasharray="5 4""#);
        }
    }
    merge_classes(out);
    out.push_str("/>");
}

fn write_text(text: &Text, colours: Colours, out: &mut String) {
    let (x, y) = (Px(text.x), Px(text.y));
    append(out, format_args!(r#"<text x="{x}" y="{y}" font-size="{}""#, Px(text.size)));
    if text.bold {
        out.push_str(r#" font-weight="700""#);
    }
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => out.push_str(r#" text-anchor="middle""#),
        Anchor::End => out.push_str(r#" text-anchor="end""#),
    }
    if text.rising {
        append(out, format_args!(r#" transform="rotate(-45 {x} {y})""#));
    }
    write_paint("fill", Some(text.paint), colours, out);
    if text.set_off {
        write_paint("stroke", Some(Paint::Surface), colours, out);
        out.push_str(r#" stroke-width="3" stroke-linejoin="round" paint-order="stroke""#);
    }
    merge_classes(out);
    append(out, format_args!(">{}</text>", escape(&text.content)));
}

/// Writes a colour as an attribute: a class when the page decides, else the colour itself.
fn write_paint(attribute: &str, paint: Option<Paint>, colours: Colours, out: &mut String) {
    let Some(paint) = paint else {
        append(out, format_args!(r#" {attribute}="none""#));
        return;
    };
    match (colours, paint.word()) {
        (Colours::Classes, Some(word)) => {
            append(out, format_args!(r#" class="{}-{word}""#, &attribute[..1]));
        }
        (Colours::Classes, None) => append(out, format_args!(r#" {attribute}="{}""#, paint.hex(false))),
        (Colours::Fixed { dark }, _) => {
            append(out, format_args!(r#" {attribute}="{}""#, paint.hex(dark)));
        }
    }
}

/// Makes one attribute of the two classes that the element just written may have.
fn merge_classes(out: &mut String) {
    let Some(element) = out.rfind('<') else { return };
    let found: Vec<usize> = out[element..].match_indices(" class=\"").map(|(at, _)| element + at).collect();
    let [first, second] = found[..] else { return };
    let name_at = second + " class=\"".len();
    let Some(length) = out[name_at..].find('"') else { return };
    let name = out[name_at..name_at + length].to_owned();
    out.replace_range(second..=name_at + length, "");
    out.insert_str(first + " class=\"".len(), &format!("{name} "));
}

/// A length with at most two decimals, never a minus zero.
struct Px(f64);

impl std::fmt::Display for Px {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{:.2}", self.0 + 0.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(colours: Colours) -> String {
        let mut scene = Scene::new(100.0);
        let shape = Shape::rect(-0.001, 1.0 / 3.0, 10.0, 5.0).fill(Paint::Accent).stroke(Paint::Ink, 1.5);
        scene.titled("a < b".to_owned(), vec![shape.opacity(0.5)]);
        scene.text(Text::new(1.0, 20.0, "\"x\"").bold(true));
        let mut out = String::new();
        scene.write(colours, &mut out);
        out
    }

    #[test]
    fn colours_are_classes_or_colours() {
        assert_eq!(
            written(Colours::Classes),
            "<g><title>a &lt; b</title><rect x=\"0\" y=\"0.33\" width=\"10\" height=\"5\" \
             class=\"s-ink f-accent\" opacity=\"0.5\" stroke-width=\"1.5\" stroke-linejoin=\"round\"/>\n</g>\n\
             <text x=\"1\" y=\"20\" font-size=\"13\" font-weight=\"700\" class=\"f-ink\">&quot;x&quot;</text>\n"
        );
        assert!(written(Colours::Fixed { dark: true }).contains("fill=\"#a3b0ff\""));
    }
}
