//! Reports: one HTML file with everything in it, to read, to print, to send.
//!
//! The file asks no network for anything and runs no script; a policy inside it forbids both.

use crate::plot::Plot;
use crate::text::{append, escape};

const STYLE: &str = include_str!("../assets/report.css");

/// A report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// What it is about.
    pub title: String,
    /// One sentence below the title: of what data, by what rules.
    pub subtitle: String,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A part of a report with a heading.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// What stands below it.
    pub parts: Vec<Part>,
}

/// What a section is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Some sentences.
    Paragraph(String),
    /// What something is, line by line: name and value.
    Facts(Vec<(String, String)>),
    /// Rows and columns.
    Table(Table),
    /// A plot, with its title as a caption.
    Plot(Box<Plot>),
}

/// Rows and columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What the table shows.
    pub caption: String,
    /// Names of the columns.
    pub header: Vec<String>,
    /// Which columns hold text and are flush left; the others hold numbers and are flush right.
    pub texts: Vec<usize>,
    /// The column with colours as `#rrggbb`, if there is one; each is shown beside its code.
    pub swatches: Option<usize>,
    /// The rows. The first cell of a row names it.
    pub rows: Vec<Vec<String>>,
    /// A sentence below the table, such as how many rows are left out and where the whole is.
    pub note: Option<String>,
}

/// A table with more rows scrolls in a box of its own, so that what stands below it is not out of reach.
const MOST_IN_FLOW: usize = 25;

// === impl Report ===

impl Report {
    /// The report as HTML. Whatever people typed is escaped.
    pub fn html(&self) -> String {
        let title = escape(&self.title);
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{title}</title>\n<style>\n{STYLE}{}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n",
            crate::STYLE
        );
        if !self.subtitle.is_empty() {
            append(&mut out, format_args!("<p class=\"subtitle\">{}</p>\n", escape(&self.subtitle)));
        }
        for section in &self.sections {
            append(&mut out, format_args!("<section>\n<h2>{}</h2>\n", escape(&section.heading)));
            for part in &section.parts {
                part.write(&mut out);
            }
            out.push_str("</section>\n");
        }
        out.push_str("</main>\n</body>\n</html>\n");
        out
    }
}

// === impl Part ===

impl Part {
    fn write(&self, out: &mut String) {
        match self {
            Self::Paragraph(text) => append(out, format_args!("<p>{}</p>\n", escape(text))),
            Self::Plot(plot) => {
                let (caption, drawing) = (escape(&plot.title), plot.inline());
                append(
                    out,
                    format_args!("<figure>\n<figcaption>{caption}</figcaption>\n{drawing}</figure>\n"),
                );
            }
            Self::Facts(facts) => {
                out.push_str("<dl>\n");
                for (name, value) in facts {
                    append(out, format_args!("<dt>{}</dt><dd>{}</dd>\n", escape(name), escape(value)));
                }
                out.push_str("</dl>\n");
            }
            Self::Table(table) => table.write(out),
        }
    }
}

// === impl Table ===

impl Table {
    fn write(&self, out: &mut String) {
        // Who moves by keys must be able to scroll what is larger than the screen.
        let caption = escape(&self.caption);
        let class = if self.rows.len() > MOST_IN_FLOW { "scroll tall" } else { "scroll" };
        append(
            out,
            format_args!("<div class=\"{class}\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\">\n"),
        );
        append(out, format_args!("<table>\n<caption><span>{caption}</span></caption>\n<thead><tr>"));
        for (column, cell) in self.header.iter().enumerate() {
            append(out, format_args!("<th scope=\"col\"{}>{}</th>", self.class(column), escape(cell)));
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            out.push_str("<tr>");
            for (column, cell) in row.iter().enumerate() {
                let (tag, scope) = if column == 0 { ("th", " scope=\"row\"") } else { ("td", "") };
                append(out, format_args!("<{tag}{scope}{}>", self.class(column)));
                if self.swatches == Some(column) && is_colour(cell) {
                    append(out, format_args!("<span class=\"swatch\" style=\"background:{cell}\"></span>"));
                }
                append(out, format_args!("{}</{tag}>", escape(cell)));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table>\n</div>\n");
        if let Some(note) = &self.note {
            append(out, format_args!("<p class=\"note\">{}</p>\n", escape(note)));
        }
    }

    fn class(&self, column: usize) -> &'static str {
        if self.texts.contains(&column) { "" } else { " class=\"number\"" }
    }
}

/// Whether a text is `#rrggbb` and nothing else, and so can stand in a style.
fn is_colour(text: &str) -> bool {
    text.len() == 7
        && text.strip_prefix('#').is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}
