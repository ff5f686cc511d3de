//! A server of our own: `nameit up` as a child process on an empty folder and a free port, so that its
//! processor time can be told apart from ours.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::Value;
use tempfile::TempDir;

/// A running child process. Dropping it kills it.
pub(super) struct OwnServer {
    child: Child,
    url: String,
    folder: TempDir,
}

// === impl OwnServer ===

impl OwnServer {
    /// Starts it and waits until it is ready.
    pub(super) fn start() -> anyhow::Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("nameit-bench-").tempdir().context("cannot make a folder")?;
        let program = std::env::current_exe().context("cannot tell where this program is")?;
        let mut child = Command::new(program)
            .args(["up", "--listen", "127.0.0.1:0", "--log", "info", "--log-format", "json", "--data"])
            .arg(folder.path().join("data"))
            .env_remove("NAMEIT_GATEWAY_PUBLIC_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start `nameit up`")?;
        let stderr = child.stderr.take().context("stderr is a pipe")?;
        let mut server = Self { child, url: String::new(), folder };
        server.url = wait_until_ready(stderr)?;
        Ok(server)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// A folder on the same disk as its data.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its process id.
    pub(super) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Lets it finish and checks that it ended well.
    pub(super) fn stop(mut self) -> anyhow::Result<()> {
        terminate(&mut self.child)?;
        let status = self.child.wait().context("cannot wait for `nameit up`")?;
        if !status.success() {
            bail!("`nameit up` ended with {status}");
        }
        Ok(())
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        // Fails only when it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Reads the log until the address stands there; goes on reading so that the child never waits for us.
fn wait_until_ready(stderr: ChildStderr) -> anyhow::Result<String> {
    let mut lines = BufReader::new(stderr).lines();
    let mut said = String::new();
    for line in lines.by_ref() {
        let line = line.context("cannot read the log of `nameit up`")?;
        let record: Value = serde_json::from_str(&line).unwrap_or_default();
        if record["message"] == "ready"
            && let Some(address) = record["address"].as_str()
        {
            let url = address.to_owned();
            thread::spawn(move || lines.for_each(drop));
            return Ok(url);
        }
        said.push_str(&line);
        said.push('\n');
    }
    bail!("`nameit up` did not start:\n{said}")
}

#[cfg(unix)]
fn terminate(child: &mut Child) -> anyhow::Result<()> {
    let id = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
    let id = id.context("the child process has an id")?;
    rustix::process::kill_process(id, rustix::process::Signal::TERM).context("cannot stop `nameit up`")
}

#[cfg(not(unix))]
fn terminate(child: &mut Child) -> anyhow::Result<()> {
    child.kill().context("cannot stop `nameit up`")
}

/// Processor time that a process has used so far; nothing where the system does not tell it in `/proc`.
pub(super) fn cpu_time(process: u32) -> Option<Duration> {
    /// Ticks per second in `/proc/<id>/stat`; the same on every Linux.
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold spaces; user and system time are fields 14 and 15.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let ticks: f64 = fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?;
    Some(Duration::from_secs_f64(ticks / TICKS))
}
