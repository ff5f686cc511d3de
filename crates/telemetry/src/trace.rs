//! Which request something belongs to.
//!
//! There is one notion, the [`TraceContext`]. While spans are exported, the ids are those of the exported
//! spans; else they are made here, which costs next to nothing. Log lines, the `traceparent` headers and the
//! exported spans so always carry the same ids.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use tracing::{Instrument as _, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::export;

mod context;

pub use context::{Hex, TRACEPARENT, TraceContext};

/// Requests that a batch names as its causes, the parent included; the bound of what a span carries.
pub const LINKS_MAX: usize = 32;

/// The context of what runs at the moment: of the exported span, else of the request that this task works for.
pub fn current() -> Option<TraceContext> {
    exported().or_else(TraceContext::scoped)
}

/// Runs `future` in `span` for several requests at once, for example a batch of their writes: the span is a
/// child of the first of `causes` that is exported, else of the first, and has links to the others
/// (at most [`LINKS_MAX`]). Create the span with `parent: None`. Without causes it begins a trace of its own.
pub fn caused_by<F: Future>(
    span: Span,
    causes: impl IntoIterator<Item = TraceContext>,
    future: F,
) -> impl Future<Output = F::Output> {
    let causes: Vec<TraceContext> = causes.into_iter().take(LINKS_MAX).collect();
    let parent = causes.iter().find(|cause| cause.is_sampled()).or(causes.first()).copied();
    if export::traces_are_on() {
        for link in causes.iter().filter(|cause| Some(**cause) != parent) {
            span.add_link(link.to_otel());
        }
    }
    let context = begin(&span, parent);
    context.scope(future.instrument(span))
}

/// Makes `span` a child of `parent`, or of what runs at the moment, and gives the context of what happens
/// in it.
pub(crate) fn begin(span: &Span, parent: Option<TraceContext>) -> TraceContext {
    let parent = parent.or_else(|| exported().is_none().then(TraceContext::scoped).flatten());
    if export::traces_are_on() {
        if let Some(parent) = parent {
            let parent = Context::new().with_remote_span_context(parent.to_otel());
            // Fails only for spans that have begun, and for those of another subscriber.
            drop(span.set_parent(parent));
        }
        if let Some(context) = TraceContext::from_otel(span.context().span().span_context()) {
            return context;
        }
    }
    parent.or_else(current).map_or_else(TraceContext::generate, TraceContext::child)
}

/// The context of the exported span that runs at the moment.
fn exported() -> Option<TraceContext> {
    if !export::traces_are_on() {
        return None;
    }
    Context::map_current(|context| {
        context.has_active_span().then(|| TraceContext::from_otel(context.span().span_context())).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_batch_belongs_to_the_first_request_that_is_exported() {
        let plain = TraceContext::generate();
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let sampled = TraceContext::parse(text).unwrap();
        let inside = caused_by(Span::none(), [plain, sampled], async { current().unwrap() }).await;
        assert_eq!(inside.trace_id(), sampled.trace_id());
        assert_ne!(inside.span_id(), sampled.span_id(), "it is a span of its own");
        let inside = caused_by(Span::none(), [plain], async { current().unwrap() }).await;
        assert_eq!(inside.trace_id(), plain.trace_id());
        assert!(caused_by(Span::none(), [], async { current() }).await.is_some(), "it begins a trace");
        assert_eq!(current(), None);
    }
}
