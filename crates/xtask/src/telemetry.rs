//! docs/telemetry.md, made from the tables of `nameit-telemetry`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use nameit_telemetry::names::{FIELDS, Field, Kind, METRICS, Metric, SPANS, STREAMS, Span};

/// Where the document lies, from the root.
pub const DOCUMENT: &str = "docs/telemetry.md";

/// What stands before the tables, kept beside them as text.
const INTRODUCTION: &str = include_str!("telemetry/introduction.md");

/// Writes the document into the repository at `root`.
pub fn write(root: &Path) -> anyhow::Result<()> {
    fs::write(root.join(DOCUMENT), render()).with_context(|| format!("writing {DOCUMENT}"))
}

/// Whether the document in the repository at `root` is what the tables say.
pub fn is_current(root: &Path) -> anyhow::Result<bool> {
    let text = fs::read_to_string(root.join(DOCUMENT)).with_context(|| format!("reading {DOCUMENT}"))?;
    Ok(text == render())
}

/// The document.
pub fn render() -> String {
    let mut text = INTRODUCTION.to_owned();
    render_spans(&mut text);
    render_metrics(&mut text);
    render_fields(&mut text);
    text
}

fn render_spans(text: &mut String) {
    push(text, "\n## Spans\n\n| span | kind | what it spans | fields |\n|---|---|---|---|\n");
    for Span { name, exported_as, kind, description, fields } in SPANS {
        let shown = if name == exported_as { String::new() } else { format!(" (`{name}` in the code)") };
        push(text, &format!("| `{exported_as}`{shown} | {kind} | {description} | {} |\n", list(fields)));
    }
    push(text, "\nCalls that stay open or send in parts carry `nameit.stream`: ");
    push(text, &list(STREAMS));
    push(text, ".\n");
}

fn render_metrics(text: &mut String) {
    let head = "\n## Metrics\n\nIn PromQL, dots are underscores and the unit is appended, for example \
        `nameit_committer_batch_duration_seconds_bucket`.\n\n\
        | metric | kind | unit | what it says | attributes |\n|---|---|---|---|---|\n";
    push(text, head);
    for Metric { name, kind, unit, description, attributes, .. } in METRICS {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::UpDownCounter => "up-down counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        let attributes = list(attributes);
        push(text, &format!("| `{name}` | {kind} | `{unit}` | {description} | {attributes} |\n"));
    }
}

fn render_fields(text: &mut String) {
    push(text, "\n## Fields and attributes\n\n| name | what it holds |\n|---|---|\n");
    for Field { name, description } in FIELDS {
        push(text, &format!("| `{name}` | {description} |\n"));
    }
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

fn push(text: &mut String, more: &str) {
    text.write_str(more).expect("a string takes every text");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::tidy::Workspace;

    #[test]
    fn the_document_is_what_the_tables_say() {
        let root = Workspace::read().unwrap().root;
        assert!(is_current(&root).unwrap(), "run `cargo xtask telemetry` and look at the difference");
    }

    #[test]
    fn every_name_stands_once_and_every_attribute_is_a_field() {
        let fields: BTreeSet<_> = FIELDS.iter().map(|field| field.name).collect();
        assert_eq!(fields.len(), FIELDS.len());
        let metrics: BTreeSet<_> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(metrics.len(), METRICS.len());
        let used = SPANS.iter().flat_map(|span| span.fields);
        for name in used.chain(METRICS.iter().flat_map(|metric| metric.attributes)) {
            assert!(fields.contains(name), "{name} is not in the table of fields");
        }
        for metric in METRICS {
            let is_histogram = metric.kind == Kind::Histogram;
            assert_eq!(is_histogram, !metric.buckets.is_empty(), "the buckets of {}", metric.name);
            assert!(metric.buckets.is_sorted(), "the buckets of {}", metric.name);
        }
    }

    #[test]
    fn every_kind_of_thing_is_rendered() {
        let text = render();
        for name in FIELDS.iter().map(|field| field.name).chain(METRICS.iter().map(|metric| metric.name)) {
            assert!(text.contains(&format!("| `{name}` |")), "{name} is missing");
        }
        assert!(SPANS.iter().all(|span| text.contains(span.description)));
    }
}
