//! The program of `tests/mongodb/install`.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use super::{Life, Outcome, Started};

/// Starts the program, if it was installed, and reads its URI.
pub(super) fn start() -> Outcome {
    let Some(program) = program() else { return Ok(None) };
    let failed = |reason: String| format!("no MongoDB server: {} did not start: {reason}", program.display());
    // In a group of its own, so that Ctrl-C in a terminal does not take the server from under its test.
    let (life, output) = Life::of(Command::new(&program).arg("--end-with-stdin").process_group(0))
        .map_err(|error| failed(error.to_string()))?;
    let mut line = String::new();
    if let Some(output) = output {
        BufReader::new(output).read_line(&mut line).map_err(|error| failed(error.to_string()))?;
    }
    let uri = line.trim();
    if uri.is_empty() {
        return Err(failed("it ended without a URI; its last words are above".to_owned()));
    }
    Ok(Some(Started { uri: uri.to_owned(), life: Some(life) }))
}

/// The program that `tests/mongodb/install` makes, where it was run: for tests that need a server of their own.
pub fn program() -> Option<PathBuf> {
    let folder = match std::env::var_os("NAMEIT_TEST_SERVER_DIR").filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => std::env::home_dir()?.join(".cache/nameit-test-mongodb"),
    };
    Some(folder.join("mongodb-server")).filter(|program| program.is_file())
}
