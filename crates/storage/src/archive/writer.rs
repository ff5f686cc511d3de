//! The archive file on its way out: written under another name, and given its own only when it is complete.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use nameit_domain::Timestamp;
use nameit_store::archive::Record;
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::digest::{Digest, Kind, hex};
use super::line::{self, FORMAT, Header, Trailer, TrailerKind, VERSION};

const BUFFER_BYTES: usize = 256 * 1024;

/// Where an archive goes.
#[derive(Debug, Clone)]
pub enum Destination {
    /// A file that does not exist yet. Only its owner may read it.
    File(PathBuf),
    /// This process's standard output.
    Stdout,
}

/// Why an archive cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file exists.
    #[error("{} exists already; choose another name", .0.display())]
    Exists(PathBuf),
    /// The file or its folder cannot be written.
    #[error("{} cannot be written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Standard output cannot be written.
    #[error("the archive cannot be written to standard output")]
    Stdout(#[source] io::Error),
}

/// An archive that is being written.
pub(super) struct Writer {
    destination: Destination,
    out: GzEncoder<Output>,
    line: Vec<u8>,
    lines: Sha256,
    digest: Digest,
    withdrawals: u64,
}

/// The file under its passing name vanishes unless it is kept.
enum Output {
    File { passing: BufWriter<NamedTempFile>, path: PathBuf },
    Stdout(BufWriter<io::Stdout>),
}

// === impl Writer ===

impl Writer {
    /// Begins an archive.
    pub(super) fn create(
        destination: Destination,
        created_at: Timestamp,
        program: &str,
    ) -> Result<Self, Error> {
        let out = match &destination {
            Destination::File(path) => {
                if path.try_exists().map_err(|source| Error::File { path: path.clone(), source })? {
                    return Err(Error::Exists(path.clone()));
                }
                let passing = tempfile::Builder::new().prefix(".nameit-backup-").tempfile_in(folder_of(path));
                let passing = passing.map_err(|source| Error::File { path: path.clone(), source })?;
                let passing = BufWriter::with_capacity(BUFFER_BYTES, passing);
                Output::File { passing, path: path.clone() }
            }
            Destination::Stdout => Output::Stdout(BufWriter::with_capacity(BUFFER_BYTES, io::stdout())),
        };
        let mut writer = Self {
            destination,
            out: GzEncoder::new(out, Compression::default()),
            line: Vec::new(),
            lines: Sha256::new(),
            digest: Digest::default(),
            withdrawals: 0,
        };
        let program = program.to_owned();
        let header = Header { format: FORMAT.to_owned(), version: VERSION, created_at, program };
        writer.line = serde_json::to_vec(&header).expect("a header is plain JSON");
        writer.put_line()?;
        Ok(writer)
    }

    /// Adds a record.
    pub(super) fn put(&mut self, record: &Record) -> Result<(), Error> {
        line::write(record, &mut self.line);
        match Kind::of(record) {
            Some(kind) => self.digest.add(kind, &self.line),
            None => self.withdrawals += 1,
        }
        self.put_line()
    }

    /// Writes the last line and gives the archive its name, durably.
    pub(super) fn finish(mut self) -> Result<Digest, Error> {
        let hash: [u8; 32] = self.lines.finalize_reset().into();
        let records = Kind::ALL.into_iter().map(|kind| {
            let digest = self.digest.of(kind);
            let checksum = digest.checksum.to_string();
            TrailerKind { kind: kind.as_str().to_owned(), count: digest.count, checksum }
        });
        let trailer =
            Trailer { records: records.collect(), withdrawals: self.withdrawals, sha256: hex(hash) };
        line::write_trailer(trailer, &mut self.line);
        self.put_line()?;
        let Self { destination, out, digest, .. } = self;
        out.finish().and_then(Output::keep).map_err(|source| failed(&destination, source))?;
        Ok(digest)
    }

    fn put_line(&mut self) -> Result<(), Error> {
        self.line.push(b'\n');
        self.lines.update(&self.line);
        self.out.write_all(&self.line).map_err(|source| failed(&self.destination, source))
    }
}

// === impl Output ===

impl Output {
    /// Gives the complete file its name, durably.
    fn keep(self) -> io::Result<()> {
        match self {
            Self::File { passing, path } => {
                let passing = passing.into_inner().map_err(io::IntoInnerError::into_error)?;
                passing.as_file().sync_all()?;
                passing.persist_noclobber(&path).map_err(|error| error.error)?;
                sync_folder(folder_of(&path))
            }
            Self::Stdout(mut stdout) => stdout.flush(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File { passing, .. } => passing.write(bytes),
            Self::Stdout(stdout) => stdout.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File { passing, .. } => passing.flush(),
            Self::Stdout(stdout) => stdout.flush(),
        }
    }
}

fn failed(destination: &Destination, source: io::Error) -> Error {
    match destination {
        Destination::File(path) if source.kind() == io::ErrorKind::AlreadyExists => {
            Error::Exists(path.clone())
        }
        Destination::File(path) => Error::File { path: path.clone(), source },
        Destination::Stdout => Error::Stdout(source),
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the new name durable.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
