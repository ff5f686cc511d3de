//! Plots as SVG, drawn by the server and styled by classes, so that they follow the page's colours in light
//! and dark and need no script.
//!
//! Widths are percentages and heights are pixels: the text keeps its size in every column width.

pub(crate) mod names;
pub(crate) mod progress;
pub(crate) mod target;

pub(crate) use nameit_plots::number;

/// Finished SVG. Everything that people typed was escaped when it was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Svg(String);

// === impl Svg ===

impl Svg {
    /// Takes over what a template of this module rendered.
    fn draw(template: &impl askama::Template) -> Self {
        Self(template.render().expect("plot templates have no fallible parts"))
    }

    /// Takes over SVG that a crate drew, which escapes the texts of people, or has none, such as a QR code.
    pub(crate) fn trusted(svg: String) -> Self {
        Self(svg)
    }
}

impl std::fmt::Display for Svg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Svg {}
