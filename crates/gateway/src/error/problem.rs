//! Errors for programs: RFC 9457 problem details.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use nameit_runtime::code::ErrorCode;

use super::Error;

/// Problem details (RFC 9457).
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: `title` and `status` say what kind of problem it is.
    r#type: &'static str,
    /// The kind of problem.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What was wrong and what would be right.
    detail: String,
    /// The field that was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Trials that have no response yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<u32>,
    /// With a fault of ours: where to find it in the logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
}

/// The HTTP status of an error.
pub(crate) fn status(code: ErrorCode) -> StatusCode {
    code.http_status()
}

/// Renders an error for programs.
pub(crate) fn render(error: &Error, status: StatusCode) -> Response {
    let problem = Problem {
        r#type: "about:blank",
        title: match status {
            StatusCode::METHOD_NOT_ALLOWED => "Method not allowed",
            _ => error.code.title(),
        },
        status: status.as_u16(),
        detail: error.message.clone().into_owned(),
        field: error.field.as_deref().map(str::to_owned),
        missing: error.missing.clone(),
        trace_id: if status.is_server_error() { trace_id() } else { None },
    };
    let body = serde_json::to_vec(&problem).expect("a problem has only texts and numbers");
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    common_headers(error, headers);
    response
}

/// Headers that an error has in every form.
pub(crate) fn common_headers(error: &Error, headers: &mut http::HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = error.retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if matches!(error.code, ErrorCode::Unauthenticated) {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
}

/// The trace id of this request, as it stands in the logs.
fn trace_id() -> Option<String> {
    let context = nameit_telemetry::TraceContext::current()?;
    Some(nameit_telemetry::trace::Hex(&context.trace_id()).to_string())
}
