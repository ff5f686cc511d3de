//! One trace: its spans and how they hang together.

use std::collections::BTreeSet;
use std::fmt;

use super::{Received, Span};

/// What is told of a span in the drawing of a trace, if it is known.
const TOLD: [&str; 12] = [
    "http.response.status_code",
    "rpc.status_code",
    "rpc.response.status_code",
    "db.system.name",
    "db.namespace",
    "db.collection.name",
    "db.operation.name",
    "db.operation.batch.size",
    "error.type",
    "server.address",
    "nameit.batch.size",
    "batch.size",
];

/// The spans with one trace id, earliest first.
#[derive(Debug, Clone)]
pub(crate) struct Trace {
    pub(crate) spans: Vec<Span>,
}

// === impl Trace ===

impl Trace {
    /// The trace that somebody outside began with a span of this id, if every other span's parent is there.
    ///
    /// Who began it has to be known: each service tells its spans when it likes, and those of one alone hang
    /// together as well.
    pub(crate) fn of(received: &Received, id: &str, begun_by: &str) -> Result<Self, String> {
        let mut spans: Vec<Span> =
            received.spans.iter().filter(|span| span.trace_id == id).cloned().collect();
        spans.sort_by_key(|span| span.start_ns);
        let trace = Self { spans };
        let ids: BTreeSet<&str> = trace.spans.iter().map(|span| span.id.as_str()).collect();
        if ids.len() != trace.spans.len() {
            return Err(format!("a span came twice\n{trace}"));
        }
        let (begun, cut_off): (Vec<_>, Vec<_>) = trace.roots().partition(|span| span.parent_id == begun_by);
        match (begun.len(), cut_off.len()) {
            (0, 0) => Err(format!("nothing of trace {id} has come")),
            (1, 0) => Ok(trace),
            (roots, cut_off) => Err(format!(
                "{cut_off} spans have a parent that has not come, and {roots} were begun by {begun_by}\n{trace}"
            )),
        }
    }

    /// The span that was begun from outside.
    pub(crate) fn root(&self) -> &Span {
        self.roots().next().expect("a trace that is read has its root")
    }

    /// The spans whose parent is not there.
    fn roots(&self) -> impl Iterator<Item = &Span> {
        self.spans.iter().filter(|span| self.parent(span).is_none())
    }

    /// The span that another one is a part of.
    pub(crate) fn parent(&self, span: &Span) -> Option<&Span> {
        self.spans.iter().find(|parent| parent.id == span.parent_id)
    }

    /// A span and those that it is a part of, up to the root.
    pub(crate) fn way_up<'a>(&'a self, span: &'a Span) -> impl Iterator<Item = &'a Span> {
        std::iter::successors(Some(span), |span| self.parent(span))
    }

    /// The first span that is as `is_wanted` says.
    pub(crate) fn find(&self, what: &str, is_wanted: impl Fn(&Span) -> bool) -> Result<&Span, String> {
        self.spans.iter().find(|span| is_wanted(span)).ok_or_else(|| format!("there is no span {what}"))
    }

    /// Draws a span and what is part of it.
    fn draw(&self, span: &Span, depth: usize, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begin = self.spans.first().map_or(0, |first| first.start_ns);
        let milliseconds = |from: u64, until: u64| until.saturating_sub(from) as f64 / 1e6;
        write!(
            to,
            "{:>9.2} {:>9.2}  {:<11} {:indent$}{} [{}]",
            milliseconds(begin, span.start_ns),
            milliseconds(span.start_ns, span.end_ns),
            span.service(),
            "",
            span.name,
            format!("{:?}", span.kind).to_uppercase(),
            indent = 2 * depth,
        )?;
        for name in TOLD {
            if !span.attribute(name).is_empty() {
                write!(to, " {name}={}", span.attribute(name))?;
            }
        }
        if span.links > 0 {
            write!(to, " links={}", span.links)?;
        }
        writeln!(to, "{}", if span.is_error { " ERROR" } else { "" })?;
        for part in self.spans.iter().filter(|part| part.parent_id == span.id) {
            self.draw(part, depth + 1, to)?;
        }
        Ok(())
    }
}

/// A tree, with the milliseconds since the beginning and those that each span took.
impl fmt::Display for Trace {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = self.spans.first() {
            writeln!(to, "trace {}", first.trace_id)?;
        }
        writeln!(to, "{:>9} {:>9}  {:<11} span", "at ms", "took ms", "service")?;
        self.roots().try_for_each(|root| self.draw(root, 0, to))
    }
}
