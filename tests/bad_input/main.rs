//! Wrong input: a clear message, the right status, and nothing lost that was accepted before.

mod answers;
mod files;
mod forms;
mod services;

/// `nameit-gateway`.
const GATEWAY: &str = env!("CARGO_BIN_EXE_under-test-gateway");
/// `nameit-storage`.
const STORAGE: &str = env!("CARGO_BIN_EXE_under-test-storage");
/// `nameit-datamining`.
const DATAMINING: &str = env!("CARGO_BIN_EXE_under-test-datamining");
