//! Metrics.

use super::documented;
use super::fields::{
    CACHE_NAME, CACHE_RESULT, CPU_MODE, DB_COLLECTION, DB_OPERATION, DB_SYSTEM, DEPENDENCY, ERROR_TYPE,
    EVENT, EXPERIMENT_ID, EXPORT_FORMAT, HTTP_METHOD, HTTP_ROUTE, HTTP_STATUS, OUTCOME, REASON, RPC_METHOD,
    RPC_STATUS, RPC_SYSTEM, SIGNAL, STREAM, URL_SCHEME,
};

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metric {
    /// Its name, as sent by OTLP.
    pub name: &'static str,
    /// What it counts or measures.
    pub kind: Kind,
    /// UCUM unit.
    pub unit: &'static str,
    /// What it says.
    pub description: &'static str,
    /// Attributes that it may have.
    pub attributes: &'static [&'static str],
    /// Upper bounds of a histogram's buckets.
    pub buckets: &'static [f64],
}

/// What a metric counts or measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A sum that only grows.
    Counter,
    /// A sum that also falls.
    UpDownCounter,
    /// A value as it is at the moment.
    Gauge,
    /// How values are distributed.
    Histogram,
}

/// Buckets of short durations in seconds, as the semantic conventions have them.
const SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// Buckets of database calls in seconds, as the semantic conventions have them.
const DB_SECONDS: &[f64] = &[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];
/// Buckets of work that may take minutes, in seconds.
const LONG_SECONDS: &[f64] = &[0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];
/// Buckets of how many are done at once.
const BATCH: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0, 2048.0];
/// No histogram.
const NONE: &[f64] = &[];

macro_rules! metrics {
    ($($(#[doc = $doc:literal])+ $constant:ident = $name:literal, $kind:ident, $unit:literal, $buckets:expr,
        [$($attribute:expr),* $(,)?];)+) => {
        $($(#[doc = $doc])+ pub const $constant: Metric = Metric {
            name: $name,
            kind: Kind::$kind,
            unit: $unit,
            description: documented(concat!($($doc),+)),
            attributes: &[$($attribute),*],
            buckets: $buckets,
        };)+

        /// Every metric.
        pub const METRICS: &[Metric] = &[$($constant),+];
    };
}

metrics! {
    /// Duration of HTTP requests until the head of the response; streams are not in it.
    HTTP_SERVER_DURATION = "http.server.request.duration", Histogram, "s", SECONDS,
        [HTTP_METHOD, HTTP_ROUTE, HTTP_STATUS, URL_SCHEME, ERROR_TYPE];
    /// HTTP requests whose response has not begun.
    HTTP_SERVER_ACTIVE = "http.server.active_requests", UpDownCounter, "{request}", NONE,
        [HTTP_METHOD, URL_SCHEME];
    /// Duration of gRPC calls at the server; calls that follow something carry `nameit.stream`.
    RPC_SERVER_DURATION = "rpc.server.call.duration", Histogram, "s", SECONDS,
        [RPC_SYSTEM, RPC_METHOD, RPC_STATUS, STREAM, ERROR_TYPE];
    /// Duration of gRPC calls at the client; calls that follow something carry `nameit.stream`.
    RPC_CLIENT_DURATION = "rpc.client.call.duration", Histogram, "s", SECONDS,
        [RPC_SYSTEM, RPC_METHOD, RPC_STATUS, STREAM, ERROR_TYPE];
    /// Duration of database commands.
    DB_CLIENT_DURATION = "db.client.operation.duration", Histogram, "s", DB_SECONDS,
        [DB_SYSTEM, DB_COLLECTION, DB_OPERATION, ERROR_TYPE];
    /// CPU time that the process has used.
    PROCESS_CPU_TIME = "process.cpu.time", Counter, "s", NONE, [CPU_MODE];
    /// Memory of the process that is resident.
    PROCESS_MEMORY = "process.memory.usage", UpDownCounter, "By", NONE, [];
    /// Threads of the process.
    PROCESS_THREADS = "process.thread.count", UpDownCounter, "{thread}", NONE, [];
    /// Files and connections that the process has open.
    PROCESS_FILES = "process.unix.file_descriptor.count", UpDownCounter, "{file_descriptor}", NONE, [];
    /// How long the process has been running.
    PROCESS_UPTIME = "process.uptime", Gauge, "s", NONE, [];

    /// Answers of participants: `stored`, `repeated`, `conflict`, `refused` or `busy`.
    ANSWERS = "nameit.answers", Counter, "{answer}", NONE, [EXPERIMENT_ID, OUTCOME];
    /// What happened to participations.
    PARTICIPATIONS = "nameit.participations", Counter, "{participation}", NONE, [EXPERIMENT_ID, EVENT];
    /// Writes that wait at the gateway to be sent to storage.
    INGEST_QUEUE_LENGTH = "nameit.ingest.queue.length", Gauge, "{write}", NONE, [];
    /// Writes in one message to storage.
    INGEST_MESSAGE_SIZE = "nameit.ingest.message.size", Histogram, "{write}", BATCH, [];
    /// How long storage took to answer one message of writes.
    INGEST_MESSAGE_DURATION = "nameit.ingest.message.duration", Histogram, "s", SECONDS, [ERROR_TYPE];
    /// Writes that wait in storage to be made durable.
    COMMITTER_QUEUE_LENGTH = "nameit.committer.queue.length", Gauge, "{write}", NONE, [];
    /// Writes in one durable batch.
    COMMITTER_BATCH_SIZE = "nameit.committer.batch.size", Histogram, "{write}", BATCH, [];
    /// How long it took to make one batch durable.
    COMMITTER_BATCH_DURATION = "nameit.committer.batch.duration", Histogram, "s", SECONDS, [ERROR_TYPE];
    /// Feeds of responses that are followed.
    FEED_FOLLOWERS = "nameit.feed.followers", Gauge, "{follower}", NONE, [];
    /// Responses that datamining has counted.
    FEED_RESPONSES = "nameit.feed.responses", Counter, "{response}", NONE, [];
    /// From the moment storage received a response until datamining has counted it.
    FEED_LAG = "nameit.feed.lag", Histogram, "s", SECONDS, [];
    /// How often a feed was taken up again after it broke.
    FEED_RESUMES = "nameit.feed.resumes", Counter, "{resume}", NONE, [];
    /// Experiments whose tallies are in memory.
    TALLIES_EXPERIMENTS = "nameit.tallies.experiments", Gauge, "{experiment}", NONE, [];
    /// How long it took to count an experiment anew.
    TALLIES_REBUILD_DURATION = "nameit.tallies.rebuild.duration", Histogram, "s", LONG_SECONDS, [];
    /// Live reports that browsers have open.
    STREAMS_OPEN = "nameit.streams.open", Gauge, "{stream}", NONE, [];
    /// Look-ups in a cache.
    CACHE_REQUESTS = "nameit.cache.requests", Counter, "{request}", NONE, [CACHE_NAME, CACHE_RESULT];
    /// What a cache holds.
    CACHE_SIZE = "nameit.cache.size", Gauge, "By", NONE, [CACHE_NAME];
    /// Exports: `complete` or `broken`.
    EXPORTS = "nameit.exports", Counter, "{export}", NONE, [EXPORT_FORMAT, OUTCOME];
    /// Rows that exports have sent.
    EXPORT_ROWS = "nameit.export.rows", Counter, "{row}", NONE, [EXPORT_FORMAT];
    /// How long an export took until its last row.
    EXPORT_DURATION = "nameit.export.duration", Histogram, "s", LONG_SECONDS, [EXPORT_FORMAT];
    /// Size of the files of the embedded store.
    DATABASE_SIZE = "nameit.database.size", Gauge, "By", NONE, [];
    /// 1 while the service is ready for work, else 0.
    READY = "nameit.ready", Gauge, "1", NONE, [];
    /// 1 while what the service depends on is ready, else 0.
    DEPENDENCY_READY = "nameit.dependency.ready", Gauge, "1", NONE, [DEPENDENCY];
    /// Threads of the async runtime.
    RUNTIME_WORKERS = "nameit.runtime.workers", Gauge, "{thread}", NONE, [];
    /// Tasks of the async runtime that have not ended.
    RUNTIME_TASKS = "nameit.runtime.tasks.alive", Gauge, "{task}", NONE, [];
    /// Tasks that wait for a thread of the async runtime.
    RUNTIME_QUEUE_LENGTH = "nameit.runtime.queue.length", Gauge, "{task}", NONE, [];
    /// Spans, log lines and metrics exports that were given up.
    TELEMETRY_DROPPED = "nameit.telemetry.dropped", Counter, "{item}", NONE, [SIGNAL, REASON];
}
