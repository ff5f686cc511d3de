//! What `backup`, `restore` and `migrate` share: naming databases, showing how far it is, telling what was
//! copied.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressStyle};
use nameit_runtime::Shutdown;
use nameit_storage::archive::{Digest, IfNotEmpty, Kind, Progress, Step};
use nameit_storage::location::Location;

/// How what was copied is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// One JSON object.
    Json,
}

/// A bar on a terminal, with the step that is being taken.
pub(crate) struct Bar {
    bar: ProgressBar,
    step: Option<Step>,
}

/// The database that is named by a URI, or by a file with a URI.
pub(crate) fn location(
    uri: Option<&Location>,
    uri_file: Option<&PathBuf>,
    password_file: Option<&PathBuf>,
) -> anyhow::Result<Location> {
    let location = match (uri, uri_file) {
        (Some(location), _) => location.clone(),
        (None, Some(file)) => Location::from_file(file)?,
        (None, None) => Location::new(nameit_storage::DEFAULT_DATABASE),
    };
    Ok(match password_file {
        Some(file) => location.with_password_file(file)?,
        None => location,
    })
}

/// What `--resume` means.
pub(crate) fn if_not_empty(resume: bool) -> IfNotEmpty {
    if resume { IfNotEmpty::Resume } else { IfNotEmpty::Refuse }
}

/// Does the work unless it is interrupted; then nothing half-done is left behind under a final name.
pub(crate) fn run<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")?
        .block_on(async {
            let shutdown = Shutdown::new();
            shutdown.listen_for_signals().context("cannot listen for signals")?;
            tokio::select! {
                done = work => done,
                () = shutdown.soft().cancelled_owned() => {
                    bail!("interrupted before the end; what was copied so far is not complete")
                }
            }
        })
}

/// Prints what was copied: to stdout, or to stderr where stdout carries the archive.
pub(crate) fn tell(digest: &Digest, format: Format, stdout_is_taken: bool) -> anyhow::Result<()> {
    let text = match format {
        Format::Table => table(digest),
        Format::Json => format!("{}\n", json(digest)),
    };
    let told = if stdout_is_taken {
        io::stderr().write_all(text.as_bytes())
    } else {
        io::stdout().write_all(text.as_bytes())
    };
    told.context("cannot print what was copied")
}

fn table(digest: &Digest) -> String {
    let rows = Kind::ALL.map(|kind| (kind.plural(), digest.of(kind).count));
    let last = [("records", digest.count())];
    let mut table = String::new();
    for (name, count) in rows.iter().chain(&last) {
        writeln!(table, "{name:15} {count:>12}").expect("a string takes every text");
    }
    table
}

fn json(digest: &Digest) -> serde_json::Value {
    let kinds = Kind::ALL.map(|kind| {
        let of = digest.of(kind);
        let told = serde_json::json!({"count": of.count, "checksum": of.checksum.to_string()});
        (kind.as_str().to_owned(), told)
    });
    serde_json::json!({"records": digest.count(), "kinds": serde_json::Map::from_iter(kinds)})
}

// === impl Bar ===

impl Bar {
    /// A bar that nothing has been heard of yet. It is drawn on stderr, and only on a terminal.
    pub(crate) fn new() -> Self {
        Self { bar: ProgressBar::new_spinner(), step: None }
    }

    /// Shows how far it has come.
    pub(crate) fn show(&mut self, progress: Progress) {
        if self.step != Some(progress.step) {
            self.step = Some(progress.step);
            let (bar, template) = match progress.total {
                Some(total) => (ProgressBar::new(total), "{msg} {bar:40} {human_pos}/{human_len} {eta}"),
                None => (ProgressBar::new_spinner(), "{msg} {spinner} {human_pos} records"),
            };
            let style = ProgressStyle::with_template(template).expect("the template is well-formed");
            self.bar.finish_and_clear();
            self.bar = bar.with_style(style).with_message(match progress.step {
                Step::Checking => "checking ",
                Step::Copying => "copying  ",
                Step::Verifying => "verifying",
            });
        }
        self.bar.set_position(progress.records);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_copied_is_told_in_full() {
        let digest = Digest::default();
        let lines: Vec<String> = table(&digest).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), Kind::ALL.len() + 1);
        assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{lines:?}");
        let json = json(&digest);
        assert_eq!(json["kinds"]["response"]["count"], 0);
        assert_eq!(json["records"], 0);
    }
}
