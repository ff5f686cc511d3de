//! What the collector has received, read from the files that it writes.
//!
//! The collector's file exporter appends one OTLP message as JSON per line. A [`Reader`] goes on where it was, so
//! that a story reads what came since it began and nothing twice.

mod otlp;
mod trace;

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use otlp::{Kind, Point, Received, Span};
pub(crate) use trace::Trace;

use crate::wait::until;

/// Within this time everything that a service told has come through the collector into its files.
pub(crate) const ARRIVES_WITHIN: Duration = Duration::from_mins(1);

/// The folder that the collector writes into.
#[derive(Debug)]
pub(crate) struct Telemetry {
    folder: PathBuf,
}

/// Somebody who reads what comes.
#[derive(Debug)]
pub(crate) struct Reader {
    files: [Lines; 3],
    /// Everything that came so far.
    pub(crate) received: Received,
}

/// A file that grows, line by line.
#[derive(Debug)]
struct Lines {
    path: PathBuf,
    at: u64,
    /// The beginning of a line whose end is not written yet.
    rest: Vec<u8>,
    /// Reading began in the middle of a line, whose end is nobody's business.
    began_inside: bool,
}

// === impl Telemetry ===

impl Telemetry {
    /// Makes the folder `telemetry` in `folder`, for a collector that runs as another user.
    pub(crate) fn prepare(folder: &Path) -> io::Result<Self> {
        // The way to it must be open as well: a temporary folder is its owner's alone.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o711))?;
        let folder = folder.join("telemetry");
        fs::create_dir(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777))?;
        Ok(Self { folder })
    }

    /// Reads everything from the beginning.
    pub(crate) fn read_from_the_beginning(&self) -> Reader {
        Reader { files: self.files().map(Lines::new), received: Received::default() }
    }

    /// Reads what comes from now on.
    pub(crate) fn read_from_now(&self) -> Reader {
        let mut reader = self.read_from_the_beginning();
        for lines in &mut reader.files {
            lines.skip_what_is_there();
        }
        reader
    }

    /// Every file as text.
    pub(crate) fn raw(&self) -> Vec<(PathBuf, String)> {
        let read = |path: PathBuf| {
            let text =
                fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path, text)
        };
        self.files().map(read).into()
    }

    fn files(&self) -> [PathBuf; 3] {
        ["traces", "logs", "metrics"].map(|signal| self.folder.join(format!("{signal}.jsonl")))
    }
}

// === impl Reader ===

impl Reader {
    /// Reads on until `look` finds what it looks for; fails with what it misses.
    #[track_caller]
    pub(crate) fn until<T>(
        &mut self,
        mut look: impl FnMut(&Received) -> Result<T, String>,
    ) -> impl Future<Output = T> {
        until(ARRIVES_WITHIN, async move || self.now(&mut look))
    }

    /// What `look` finds in everything that has come by now.
    pub(crate) fn now<T>(&mut self, look: impl FnOnce(&Received) -> Result<T, String>) -> Result<T, String> {
        self.read_on();
        look(&self.received)
    }

    /// The trace with this id as soon as it is whole: it has what `is_whole` looks for, and every span's parent but
    /// that of the root, which is the span `begun_by` of somebody outside.
    #[track_caller]
    pub(crate) fn trace(
        &mut self,
        id: &str,
        begun_by: &str,
        mut is_whole: impl FnMut(&Trace) -> Result<(), String>,
    ) -> impl Future<Output = Trace> {
        self.until(move |received| {
            let trace = Trace::of(received, id, begun_by)?;
            is_whole(&trace).map_err(|missing| format!("{missing}\n{trace}"))?;
            Ok(trace)
        })
    }

    fn read_on(&mut self) {
        for lines in &mut self.files {
            lines.read_on(&mut self.received).unwrap_or_else(|error| {
                panic!("{}: {error}", lines.path.display());
            });
        }
    }
}

// === impl Lines ===

impl Lines {
    fn new(path: PathBuf) -> Self {
        Self { path, at: 0, rest: Vec::new(), began_inside: false }
    }

    /// The collector writes what it has gathered, which seldom ends where a line does.
    fn skip_what_is_there(&mut self) {
        self.at = fs::metadata(&self.path).map_or(0, |file| file.len());
        self.began_inside = self.at > 0;
        // The last byte tells whether a line is under way.
        self.at = self.at.saturating_sub(1);
    }

    fn read_on(&mut self, received: &mut Received) -> io::Result<()> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            // The collector makes it when it starts.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        file.seek(SeekFrom::Start(self.at))?;
        self.at += file.read_to_end(&mut self.rest)? as u64;
        if self.began_inside {
            let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') else { return Ok(()) };
            self.rest.drain(..=end);
            self.began_inside = false;
        }
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return Ok(()) };
        for line in self.rest[..end].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            received.add(&serde_json::from_slice(line)?);
        }
        self.rest.drain(..=end);
        Ok(())
    }
}
