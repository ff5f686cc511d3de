//! A plot in a page, with links to it as files below.

use askama::Template;
use nameit_plots::Plot;

use crate::charts::Svg;

/// A plot in a page, with links to it as files below. The page links `/assets/plots.css`.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/plot.html")]
pub(crate) struct Figure {
    /// The drawing.
    svg: Svg,
    /// What it shows, for those who hear only the links.
    title: String,
    /// Its path without the ending.
    path: String,
    /// What the plot is asked; may be empty.
    query: String,
}

// === impl Figure ===

impl Figure {
    /// The plot with links to `path.svg?query` and `path.png?query`; values in the query are encoded already.
    pub(crate) fn new(plot: &Plot, path: impl Into<String>, query: impl Into<String>) -> Self {
        // What people typed was escaped when it was drawn.
        let svg = Svg::trusted(plot.inline());
        Self { svg, title: plot.title.clone(), path: path.into(), query: query.into() }
    }

    fn url(&self, ending: &str) -> String {
        let between = if self.query.is_empty() { "" } else { "?" };
        format!("{}.{ending}{between}{}", self.path, self.query)
    }
}

impl askama::filters::HtmlSafe for Figure {}
