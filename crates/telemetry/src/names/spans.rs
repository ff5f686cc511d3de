//! Spans.

use super::documented;
use super::fields::{
    DB_BATCH_SIZE, DB_COLLECTION, DB_NAMESPACE, DB_OPERATION, DB_STATUS, DB_SYSTEM, ERROR_TYPE,
    EXPERIMENT_ID, EXPORT_FORMAT, HTTP_METHOD, HTTP_ROUTE, HTTP_STATUS, PROTOCOL_VERSION, RESPONSES,
    RPC_METHOD, RPC_STATUS, RPC_SYSTEM, STREAM, URL_SCHEME, WRITES,
};

/// A kind of span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its name in the code and in text logs.
    pub name: &'static str,
    /// Its name when exported.
    pub exported_as: &'static str,
    /// Its kind when exported: `server`, `client` or `internal`.
    pub kind: &'static str,
    /// What it spans.
    pub description: &'static str,
    /// Fields that it may have.
    pub fields: &'static [&'static str],
}

/// gRPC methods that answer with a stream, which may stay open for long. A test compares them with the
/// contracts.
pub const STREAMS: &[&str] = &[
    "grpc.health.v1.Health/Watch",
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "nameit.api.v1.DescriptionsService/ListCodedDescriptions",
    "nameit.api.v1.ParticipantsService/ListParticipants",
    "nameit.api.v1.ReportService/ExportResponses",
    "nameit.api.v1.ReportService/WatchReport",
    "nameit.api.v1.VariantsService/ListCodedResponses",
    "nameit.datamining.v1.DescriptionsService/ListCodedDescriptions",
    "nameit.datamining.v1.ParticipantsService/ListParticipants",
    "nameit.datamining.v1.ReportService/GetReport",
    "nameit.datamining.v1.ReportService/WatchReport",
    "nameit.datamining.v1.VariantsService/ListCodedResponses",
    "nameit.storage.v1.FeedService/Export",
    "nameit.storage.v1.FeedService/ReadFeed",
    "nameit.storage.v1.FeedService/ReadResponses",
    "nameit.storage.v1.ParticipationService/ListParticipations",
    "nameit.storage.v1.StimulusService/GetImage",
];

macro_rules! spans {
    ($($(#[doc = $doc:literal])+ $constant:ident = $name:literal, $kind:literal, $shown:literal,
        [$($field:expr),* $(,)?];)+) => {
        $($(#[doc = $doc])+ pub const $constant: &str = $name;)+

        /// Every kind of span.
        pub const SPANS: &[Span] = &[$(Span {
            name: $name,
            exported_as: $shown,
            kind: $kind,
            description: documented(concat!($($doc),+)),
            fields: &[$($field),*],
        }),+];
    };
}

spans! {
    /// One HTTP request at the gateway, from its head until the head of the response; the body of a stream
    /// (events, export) follows after the span.
    HTTP_REQUEST = "http.request", "server", "{method} {route}",
        [HTTP_METHOD, HTTP_ROUTE, HTTP_STATUS, URL_SCHEME, PROTOCOL_VERSION, ERROR_TYPE];
    /// One gRPC call at a service, until its last message has been sent; of a stream, its first minute.
    RPC_CALL = "rpc.call", "server", "{package.Service/Method}",
        [RPC_SYSTEM, RPC_METHOD, RPC_STATUS, STREAM, ERROR_TYPE];
    /// One gRPC call to another service, until its last message has been received; of a stream, its first
    /// minute.
    RPC_CLIENT_CALL = "rpc.client_call", "client", "{package.Service/Method}",
        [RPC_SYSTEM, RPC_METHOD, RPC_STATUS, STREAM, ERROR_TYPE];
    /// The writes that waited at the gateway, sent to storage in one message. A child of the first write's
    /// request, with links to the others.
    INGEST_MESSAGE = "ingest message", "internal", "ingest message", [WRITES, ERROR_TYPE];
    /// The writes that waited in storage, made durable in one batch. A child of the first write's call, with
    /// links to the others.
    COMMIT_BATCH = "commit batch", "internal", "commit batch", [WRITES, ERROR_TYPE];
    /// A part of the feed that datamining counts; a child of the batch that it comes from.
    APPLY_FEED = "apply feed", "internal", "apply feed", [EXPERIMENT_ID, RESPONSES, ERROR_TYPE];
    /// The tallies of one experiment, counted anew from all its responses.
    REBUILD_TALLIES = "rebuild tallies", "internal", "rebuild tallies", [EXPERIMENT_ID, RESPONSES, ERROR_TYPE];
    /// One command at the database.
    DB_CALL = "db.call", "client", "{operation} {collection}",
        [DB_SYSTEM, DB_NAMESPACE, DB_COLLECTION, DB_OPERATION, DB_BATCH_SIZE, DB_STATUS, ERROR_TYPE];
    /// One export of responses or norms, until its last row.
    EXPORT = "export", "internal", "export", [EXPERIMENT_ID, EXPORT_FORMAT, ERROR_TYPE];
}
