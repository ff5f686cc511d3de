//! The deadline of a call: what `Request::set_timeout` wrote into its header, kept also on this side.

use std::time::Duration;

use http::HeaderMap;

/// Header of gRPC over HTTP/2: up to eight digits and a unit.
const GRPC_TIMEOUT: &str = "grpc-timeout";

/// How long the call may take until its answer begins; `None` is for ever.
pub(super) fn of(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(GRPC_TIMEOUT)?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_hours(count),
        "M" => Duration::from_mins(count),
        "S" => Duration::from_secs(count),
        "m" => Duration::from_millis(count),
        "u" => Duration::from_micros(count),
        "n" => Duration::from_nanos(count),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(GRPC_TIMEOUT, text.parse().unwrap());
        of(&headers)
    }

    #[test]
    fn what_tonic_writes_is_read() {
        for timeout in [Duration::from_secs(10), Duration::from_millis(250), Duration::from_hours(1)] {
            let mut request = tonic::Request::new(());
            request.set_timeout(timeout);
            let text = request.metadata().get(GRPC_TIMEOUT).unwrap().to_str().unwrap().to_owned();
            assert_eq!(parse(&text), Some(timeout), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_deadline() {
        assert_eq!(of(&HeaderMap::new()), None);
        for wrong in ["", "S", "10", "10x", "-1S", "+1S", "123456789S", "1.5S"] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
        assert_eq!(parse("99999999H"), Some(Duration::from_hours(99_999_999)));
    }
}
