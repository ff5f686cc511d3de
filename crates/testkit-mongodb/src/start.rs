//! The ways to a server, in the order in which they are tried.

use std::process::{Child, ChildStdin, Command, Stdio};

pub use compatible::program;

mod compatible;
mod docker;
mod mongod;

/// A server that answers, or soon will.
pub(crate) struct Started {
    pub(crate) uri: String,
    /// Absent where the server outlives this process.
    pub(crate) life: Option<Life>,
}

/// The pipe to a process that ends when the pipe closes: when this is dropped, or this process ends in any way.
#[derive(Debug)]
pub(crate) struct Life {
    _process: Child,
    _pipe: ChildStdin,
}

/// What a way leads to: nothing where it is not there, an error where it is and fails.
type Outcome = Result<Option<Started>, String>;

/// The server that somebody named.
pub(crate) fn named() -> Option<String> {
    std::env::var("NAMEIT_TEST_MONGODB_URI").ok().filter(|uri| !uri.is_empty())
}

/// Takes the first way that is there.
pub(crate) async fn start() -> Result<Started, String> {
    if let Some(uri) = named() {
        return Ok(Started { uri, life: None });
    }
    if let Some(started) = mongod::start().await? {
        return Ok(started);
    }
    if let Some(started) = compatible::start()? {
        return Ok(started);
    }
    if let Some(started) = docker::start().await? {
        return Ok(started);
    }
    Err("no MongoDB server: set NAMEIT_TEST_MONGODB_URI, install mongod, run tests/mongodb/install, or start Docker"
        .to_owned())
}

// === impl Life ===

impl Life {
    /// Starts a process whose standard input is the pipe; it must end by itself when that closes.
    fn of(command: &mut Command) -> std::io::Result<(Self, Option<std::process::ChildStdout>)> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let pipe = process.stdin.take().expect("the standard input was just set to a pipe");
        let output = process.stdout.take();
        Ok((Self { _process: process, _pipe: pipe }, output))
    }
}
