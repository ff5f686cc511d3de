//! A MongoDB server for tests, whatever the machine has to offer.
//!
//! [`server`] finds or starts one per test process. [`trials`] lists cases as ignored, with the reason, where there is
//! none. [`Server::database`] is a database for one case, and a [`Proxy`] in front of a server makes an outage.
//!
//! A test binary needs `harness = false`, as Rust's own harness cannot ignore a test at run time:
//!
//! ```no_run
//! use libtest_mimic::{Arguments, Trial};
//!
//! let cases = vec![Trial::test("a_document_is_kept", || {
//!     let database = nameit_testkit_mongodb::server()?.database();
//!     assert!(database.uri().contains(database.name()));
//!     Ok(())
//! })];
//! libtest_mimic::run(&Arguments::from_args(), nameit_testkit_mongodb::trials(cases)).exit();
//! ```
//!
//! To add a way to a server: a file in `start/` with one function, and its place in `start.rs`.

mod database;
mod listing;
mod proxy;
mod server;
mod start;
mod uri;

pub use database::TestDatabase;
pub use listing::{REQUIRED, trials};
pub use proxy::Proxy;
pub use server::{Server, server};
pub use start::program;
