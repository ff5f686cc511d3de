//! Tests of NameIT as a whole: what people and programs do with it, from the outside.
//!
//! - `journeys`: stories through REST, gRPC and pages, all services in one process.
//! - `bad_input`: every kind of wrong input has a clear message and the right status.
//! - `processes`: the real programs, started, killed and stopped.
//! - `databases`: storage on each of its databases: killed, two at once, without a database; and the journeys on a server.
//! - `compose`: the images and `compose.yaml` with a real collector: traces, crashes, scaling, upgrade, backup.
//! - `browser`: the whole story in a real browser.
//!
//! To add a story: a file in the folder of its topic, named after what must hold, and a line in its `main.rs`.
