//! A folder with one file, and the command on it.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with one file, and the command on it.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    pub(crate) file: &'static str,
}

impl Bench {
    pub(crate) fn with(file: &'static str, content: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(file), content).unwrap();
        Self { folder, file }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
        command.current_dir(self.folder.path()).arg("norms").arg(self.file).args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What it prints on stdout; it has to succeed.
    pub(crate) fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.prints(&[arguments, &["--format", "json"]].concat())).unwrap()
    }

    /// The message with which it refuses; nothing may be on stdout then.
    pub(crate) fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(output.stdout.is_empty());
        stderr(&output)
    }
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The names of a stimulus with their counts.
pub(crate) fn names(norms: &Value, stimulus: &str) -> Vec<(String, u64)> {
    let entry = norms.as_array().unwrap().iter().find(|entry| entry["stimulus"] == stimulus).unwrap();
    let names = entry["names"].as_array().unwrap();
    names
        .iter()
        .map(|name| (name["name"].as_str().unwrap().to_owned(), name["count"].as_u64().unwrap()))
        .collect()
}

pub(crate) fn owned(names: &[(&str, u64)]) -> Vec<(String, u64)> {
    names.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}
