//! The command `nameit`.
//!
//! One module per subcommand, each with its `Args` and a `run`. To add one: a module with these two, and a
//! line in `main.rs`. The commands that need no server are `nameit-offline`'s. What talks to a running server goes through `rest`; what copies databases shares `copy`.

pub mod backup;
pub mod bench;
pub mod copy;
pub mod demo;
pub mod healthcheck;
pub mod migrate;
mod random;
mod rest;
pub mod restore;
pub mod up;
