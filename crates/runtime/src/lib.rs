//! What every NameIT service runs on: connections, health, shutdown, error codes.
//!
//! A service is `Config` (data) → `App::build` (binds and connects) → `App::run` (serves until the
//! [`Shutdown`] says stop). Services talk gRPC also within one process: [`transport`] then carries the
//! same calls through memory, so that there is one code path.

pub mod client;
pub mod code;
pub mod health;
pub mod healthcheck;
pub mod lifecycle;
pub mod server;
pub mod transport;

pub use code::ErrorCode;
pub use health::Health;
pub use lifecycle::Shutdown;
pub use transport::{Connect, Listen};

/// Largest gRPC message that is sent or taken, in bytes.
pub const MESSAGE_MAX_BYTES: usize = 16 * 1024 * 1024;

/// Why a service cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}; stop what is there, or name another address with --listen")]
    Bind {
        /// The address.
        address: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// An address of another service is not one.
    #[error("`{uri}` is not the address of a service; write for example http://127.0.0.1:50051")]
    Address {
        /// What was given.
        uri: String,
    },
    /// The server failed.
    #[error("the gRPC server failed")]
    Serve(#[source] tonic::transport::Error),
}
