//! Names of spans, and of the fields of spans and log lines. One name per thing.

/// Span of one HTTP request at the gateway.
pub const HTTP_REQUEST: &str = "http.request";
/// Span of one gRPC call at a service.
pub const RPC_CALL: &str = "rpc.call";

/// W3C trace id in hexadecimal.
pub const TRACE_ID: &str = "trace_id";
/// HTTP method.
pub const HTTP_METHOD: &str = "http.request.method";
/// Route template, never the path itself, which may hold ids.
pub const HTTP_ROUTE: &str = "http.route";
/// HTTP status code.
pub const HTTP_STATUS: &str = "http.response.status_code";
/// Full name of a gRPC method.
pub const RPC_METHOD: &str = "rpc.method";
/// gRPC status code, as a number.
pub const RPC_STATUS: &str = "rpc.grpc.status_code";
/// How long something took, in milliseconds.
pub const DURATION_MS: &str = "duration_ms";
