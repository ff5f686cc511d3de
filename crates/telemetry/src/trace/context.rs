//! W3C trace context.

use std::cell::Cell;
use std::fmt;

use http::HeaderValue;
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// Name of the header that carries the context (W3C Trace Context, level 2).
pub const TRACEPARENT: &str = "traceparent";

/// A trace id and the id of the span that is the parent of what comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: [u8; 16],
    span_id: [u8; 8],
    sampled: bool,
}

tokio::task_local! {
    static SCOPED: TraceContext;
}

// === impl TraceContext ===

impl TraceContext {
    /// A new trace.
    pub fn generate() -> Self {
        let mut context = Self { trace_id: random(), span_id: random(), sampled: false };
        // All zeroes means "none" on the wire.
        context.trace_id[15] |= 1;
        context.span_id[7] |= 1;
        context
    }

    /// Reads a `traceparent` header: `00-<32 hex>-<16 hex>-<2 hex>`. Anything else is no context.
    pub fn parse(header: &str) -> Option<Self> {
        let bytes = header.as_bytes();
        if bytes.len() < 55 || bytes[2] != b'-' || bytes[35] != b'-' || bytes[52] != b'-' {
            return None;
        }
        let [version] = hex(&bytes[0..2])?;
        let trace_id: [u8; 16] = hex(&bytes[3..35])?;
        let span_id: [u8; 8] = hex(&bytes[36..52])?;
        let [flags] = hex(&bytes[53..55])?;
        let well_formed = version != 0xff && (version != 0 || bytes.len() == 55);
        if !well_formed || trace_id == [0; 16] || span_id == [0; 8] {
            return None;
        }
        Some(Self { trace_id, span_id, sampled: flags & 1 == 1 })
    }

    /// The same trace with a new span as the parent of what comes next.
    #[must_use]
    pub fn child(self) -> Self {
        Self { span_id: random(), ..self }
    }

    /// The `traceparent` header. Written for every request, hence without the formatting machinery.
    pub fn to_header(self) -> HeaderValue {
        let mut text = *b"00-................................-................-00";
        write_hex(&self.trace_id, &mut text[3..35]);
        write_hex(&self.span_id, &mut text[36..52]);
        text[54] += u8::from(self.sampled);
        HeaderValue::from_bytes(&text).expect("hexadecimal digits and dashes are allowed in headers")
    }

    /// The context as text, for a field of a message; [`TraceContext::parse`] reads it.
    pub fn to_text(self) -> String {
        self.to_header().to_str().expect("hexadecimal digits and dashes are ASCII").to_owned()
    }

    /// The sixteen bytes that all parts of the request share.
    pub fn trace_id(self) -> [u8; 16] {
        self.trace_id
    }

    /// The eight bytes of the span itself.
    pub fn span_id(self) -> [u8; 8] {
        self.span_id
    }

    /// Whether somebody exports the spans of this trace.
    pub fn is_sampled(self) -> bool {
        self.sampled
    }

    /// The context of what runs at the moment; short for [`super::current`].
    pub fn current() -> Option<Self> {
        super::current()
    }

    /// The context that this task was given by [`TraceContext::scope`].
    pub(super) fn scoped() -> Option<Self> {
        SCOPED.try_with(|context| *context).ok()
    }

    /// As OpenTelemetry has it.
    pub(crate) fn to_otel(self) -> SpanContext {
        let flags = TraceFlags::NOT_SAMPLED.with_sampled(self.sampled);
        let (trace_id, span_id) = (TraceId::from_bytes(self.trace_id), SpanId::from_bytes(self.span_id));
        SpanContext::new(trace_id, span_id, flags, true, TraceState::NONE)
    }

    /// From what OpenTelemetry has, which may be nothing.
    pub(super) fn from_otel(context: &SpanContext) -> Option<Self> {
        context.is_valid().then(|| Self {
            trace_id: context.trace_id().to_bytes(),
            span_id: context.span_id().to_bytes(),
            sampled: context.is_sampled(),
        })
    }

    /// Runs `future` with this context as [`TraceContext::current`].
    pub fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        SCOPED.scope(self, future)
    }

    /// Runs `work` with this context as [`TraceContext::current`].
    pub(crate) fn sync_scope<T>(self, work: impl FnOnce() -> T) -> T {
        SCOPED.sync_scope(self, work)
    }
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Hex(&self.trace_id), Hex(&self.span_id))
    }
}

/// Shows bytes in hexadecimal, for trace ids in log lines.
#[derive(Clone, Copy)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn hex<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

fn write_hex(bytes: &[u8], text: &mut [u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (byte, pair) in bytes.iter().zip(text.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Random enough for ids that only tell requests apart: a SplitMix64 per thread, seeded by the system.
fn random<const N: usize>() -> [u8; N] {
    thread_local! {
        static STATE: Cell<u64> = Cell::new(getrandom::u64().unwrap_or(0x9e37_79b9_7f4a_7c15));
    }
    let mut bytes = [0; N];
    for chunk in bytes.chunks_mut(8) {
        let word = STATE.with(|state| {
            let seed = state.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
            state.set(seed);
            let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        });
        chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(header: &HeaderValue) -> Option<TraceContext> {
        TraceContext::parse(header.to_str().unwrap())
    }

    #[test]
    fn a_context_survives_its_header() {
        let context = TraceContext::generate();
        assert_eq!(parse(&context.to_header()), Some(context));
        assert_eq!(TraceContext::parse(&context.to_text()), Some(context));
        assert_eq!(context.child().trace_id(), context.trace_id());
        assert_ne!(context.child(), context);
    }

    #[test]
    fn a_broken_header_is_no_context() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(TraceContext::parse(good).unwrap().to_header(), good);
        for broken in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        ] {
            assert_eq!(TraceContext::parse(broken), None, "{broken}");
        }
    }
}
