//! Log lines that end with the ids of the request they belong to.

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Full, Json, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::names;
use crate::trace::{self, Hex, TraceContext};

/// Text lines with ids.
pub(super) struct TextLine(pub(super) Format<Full>);

/// JSON lines with ids.
pub(super) struct JsonLine(pub(super) Format<Json>);

/// The ids that a line gets: none outside of requests, and none when it speaks of another trace.
fn ids_of(event: &Event<'_>) -> Option<TraceContext> {
    let has_its_own = event.metadata().fields().field(names::TRACE_ID).is_some();
    if has_its_own { None } else { trace::current() }
}

// === impl TextLine ===

impl<S, N> FormatEvent<S, N> for TextLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Some(ids) = ids_of(event) else { return self.0.format_event(context, writer, event) };
        let mut line = String::with_capacity(256);
        self.0.format_event(context, Writer::new(&mut line), event)?;
        let (trace_id, span_id) = (ids.trace_id(), ids.span_id());
        let line = line.trim_end_matches('\n');
        writeln!(writer, "{line} {}={} {}={}", names::TRACE_ID, Hex(&trace_id), names::SPAN_ID, Hex(&span_id))
    }
}

// === impl JsonLine ===

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Some(ids) = ids_of(event) else { return self.0.format_event(context, writer, event) };
        let mut line = String::with_capacity(256);
        self.0.format_event(context, Writer::new(&mut line), event)?;
        // The object is never empty: it has a time at least.
        let object = line.trim_end().strip_suffix('}').ok_or(fmt::Error)?;
        let (trace_id, span_id) = (ids.trace_id(), ids.span_id());
        writeln!(
            writer,
            r#"{object},"{}":"{}","{}":"{}"}}"#,
            names::TRACE_ID,
            Hex(&trace_id),
            names::SPAN_ID,
            Hex(&span_id)
        )
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex, MutexGuard};

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::log::{Args, Format};

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Page {
        fn written(&self) -> MutexGuard<'_, Vec<u8>> {
            self.0.lock().unwrap()
        }
    }

    impl io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.written().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is logged in `work`, line by line.
    async fn logged(format: Format, work: impl Future<Output = ()>) -> Vec<String> {
        let page = Page::default();
        let writer = page.clone();
        let args = Args { filter: "info".to_owned(), format };
        let layer = args.layer(move || writer.clone(), false).unwrap();
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        work.await;
        drop(guard);
        let text = String::from_utf8(page.written().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn a_line_of_a_request_carries_its_ids_and_no_other_line_does() {
        let context = TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").unwrap();
        let work = || async {
            context
                .scope(async {
                    tracing::info!(answer = 42, "inside");
                    tracing::info!(trace_id = "of another", "told");
                })
                .await;
            tracing::info!("outside");
        };
        let lines = logged(Format::Json, work()).await;
        let records: Vec<serde_json::Value> =
            lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(records[0]["message"], "inside");
        assert_eq!(records[0]["answer"], 42);
        assert_eq!(records[0][names::TRACE_ID], "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(records[0][names::SPAN_ID], "00f067aa0ba902b7");
        assert_eq!(records[1][names::TRACE_ID], "of another");
        assert!(records[2].get(names::TRACE_ID).is_none());
        let lines = logged(Format::Text, work()).await;
        assert!(lines[0].ends_with(
            "inside answer=42 trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7"
        ));
        assert!(lines[2].ends_with("outside"), "{}", lines[2]);
    }
}
