//! The command `nameit`.
//!
//! One module per subcommand, each with its `Args` and a `run`. To add one: a module with these two, and a
//! line in `main.rs`.

pub mod norms;
