//! Fields of spans and log lines, and attributes of metrics.

use super::documented;

/// A field of spans or log lines, or an attribute of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name, here and on the wire.
    pub name: &'static str,
    /// What it holds.
    pub description: &'static str,
}

macro_rules! fields {
    ($($(#[doc = $doc:literal])+ $constant:ident = $name:literal;)+) => {
        $($(#[doc = $doc])+ pub const $constant: &str = $name;)+

        /// Every field.
        pub const FIELDS: &[Field] =
            &[$(Field { name: $name, description: documented(concat!($($doc),+)) }),+];
    };
}

fields! {
    /// W3C trace id in hexadecimal; on every log line that belongs to a request.
    TRACE_ID = "trace_id";
    /// Id of the span in hexadecimal; on every log line that belongs to a request.
    SPAN_ID = "span_id";
    /// How long something took, in milliseconds; on log lines only, spans have their own times.
    DURATION_MS = "duration_ms";
    /// Name of an exported span, where it is not the name in the code.
    OTEL_NAME = "otel.name";
    /// Kind of an exported span: `server`, `client` or `internal`.
    OTEL_KIND = "otel.kind";
    /// `ERROR` on an exported span that failed.
    OTEL_STATUS = "otel.status_code";

    /// HTTP method; `_OTHER` when it is none of the usual ones.
    HTTP_METHOD = "http.request.method";
    /// Route template, never the path itself, which may hold ids.
    HTTP_ROUTE = "http.route";
    /// HTTP status code.
    HTTP_STATUS = "http.response.status_code";
    /// `http` or `https`.
    URL_SCHEME = "url.scheme";
    /// Version of HTTP: `1.1` or `2`.
    PROTOCOL_VERSION = "network.protocol.version";

    /// Always `grpc`.
    RPC_SYSTEM = "rpc.system.name";
    /// Full name of a gRPC method, `package.Service/Method`; `_OTHER` when there is no such method.
    RPC_METHOD = "rpc.method";
    /// gRPC status code as the specification spells it, for example `OK` or `UNAVAILABLE`.
    RPC_STATUS = "rpc.response.status_code";

    /// Which database: `mongodb` or `sqlite`.
    DB_SYSTEM = "db.system.name";
    /// Name of the database.
    DB_NAMESPACE = "db.namespace";
    /// Name of the collection or table.
    DB_COLLECTION = "db.collection.name";
    /// Name of the operation or command, for example `find`.
    DB_OPERATION = "db.operation.name";
    /// Writes in one batch operation.
    DB_BATCH_SIZE = "db.operation.batch.size";
    /// Error code that the database gave.
    DB_STATUS = "db.response.status_code";

    /// Host that a client calls.
    SERVER_ADDRESS = "server.address";
    /// Port that a client calls.
    SERVER_PORT = "server.port";
    /// What failed: a status code, or the short name of a kind of error. Absent when nothing did.
    ERROR_TYPE = "error.type";
    /// `user` or `system`.
    CPU_MODE = "cpu.mode";

    /// Id of an experiment.
    EXPERIMENT_ID = "nameit.experiment.id";
    /// How it ended; the values stand with each metric.
    OUTCOME = "nameit.outcome";
    /// What happened to a participation: `started`, `completed` or `withdrawn`.
    EVENT = "nameit.event";
    /// Writes in one message or one batch.
    WRITES = "nameit.writes";
    /// Responses in one part of the feed.
    RESPONSES = "nameit.responses";
    /// Which cache.
    CACHE_NAME = "nameit.cache.name";
    /// `hit` or `miss`.
    CACHE_RESULT = "nameit.cache.result";
    /// Format of an export: `csv`, `jsonl`, …
    EXPORT_FORMAT = "nameit.export.format";
    /// Which service or database is depended on: `storage`, `datamining`, `mongodb` or `sqlite`.
    DEPENDENCY = "nameit.dependency";
    /// `traces`, `logs` or `metrics`.
    SIGNAL = "nameit.signal";
    /// Why telemetry was dropped: `queue_full` or `export_failed`.
    REASON = "nameit.reason";
    /// `true` on the metrics and spans of a call that stays open to follow something.
    STREAM = "nameit.stream";
}
