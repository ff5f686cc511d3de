//! The real programs, started, killed and stopped.

mod archive;
mod command;
mod durability;
mod export_memory;
mod figures;
mod load;
mod shutdown;
mod telemetry;
mod trace;

/// The command `nameit`.
const NAMEIT: &str = env!("CARGO_BIN_EXE_under-test-nameit");
/// `nameit-gateway`.
const GATEWAY: &str = env!("CARGO_BIN_EXE_under-test-gateway");
/// `nameit-storage`.
const STORAGE: &str = env!("CARGO_BIN_EXE_under-test-storage");
/// `nameit-datamining`.
const DATAMINING: &str = env!("CARGO_BIN_EXE_under-test-datamining");
