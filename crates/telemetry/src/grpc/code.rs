//! gRPC status codes, as the semantic conventions spell them.

use http::HeaderMap;

/// A gRPC status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code(usize);

const NAMES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

impl Code {
    const OK: Self = Self(0);
    pub(super) const CANCELLED: Self = Self(1);
    pub(super) const UNKNOWN: Self = Self(2);
    const DEADLINE_EXCEEDED: Self = Self(4);
    pub(super) const UNIMPLEMENTED: Self = Self(12);
    const INTERNAL: Self = Self(13);
    pub(super) const UNAVAILABLE: Self = Self(14);
    const DATA_LOSS: Self = Self(15);

    /// The status that headers or trailers carry.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get("grpc-status")?.to_str().unwrap_or_default();
        let code = text.parse().ok().filter(|code| *code < NAMES.len());
        Some(code.map_or(Self::UNKNOWN, Self))
    }

    pub(super) fn name(self) -> &'static str {
        NAMES[self.0]
    }

    /// Whether the server failed, rather than the caller.
    pub(super) fn is_error_of_server(self) -> bool {
        [
            Self::UNKNOWN,
            Self::DEADLINE_EXCEEDED,
            Self::UNIMPLEMENTED,
            Self::INTERNAL,
            Self::UNAVAILABLE,
            Self::DATA_LOSS,
        ]
        .contains(&self)
    }

    /// Whether the call failed for the caller; to give it up oneself is no failure.
    pub(super) fn is_error_of_client(self) -> bool {
        ![Self::OK, Self::CANCELLED].contains(&self)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_status_is_read_and_spelt_as_the_specification_does() {
        let name = |text| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-status", HeaderValue::from_static(text));
            Code::of(&headers).map(Code::name)
        };
        assert_eq!(name("0"), Some("OK"));
        assert_eq!(name("14"), Some("UNAVAILABLE"));
        assert_eq!(name("16"), Some("UNAUTHENTICATED"));
        assert_eq!(name("17"), Some("UNKNOWN"));
        assert_eq!(name("words"), Some("UNKNOWN"));
        assert_eq!(Code::of(&HeaderMap::new()), None);
    }
}
