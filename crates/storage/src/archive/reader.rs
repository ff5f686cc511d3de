//! The archive file on its way in: every line is checked, and the last one says whether all were there.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use nameit_store::archive::Record;
use sha2::{Digest as _, Sha256};

use super::digest::{Checksum, Digest, Kind, KindDigest, hex};
use super::line::{self, Content, FORMAT, Header, Trailer, VERSION};

const BUFFER_BYTES: usize = 256 * 1024;

/// Bytes of one line at most: an image of a few hundred megabytes.
const LINE_MAX_BYTES: u64 = 1 << 30;

/// Bytes of the first line at most.
const HEADER_MAX_BYTES: u64 = 64 << 10;

/// Why an archive cannot be read. Says nothing of what it contains.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("{} cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is something else.
    #[error("{} is not an archive of NameIT", .0.display())]
    NotAnArchive(PathBuf),
    /// A newer program has written it.
    #[error(
        "{} has archive version {found}, this program reads versions up to {VERSION}; use a newer program",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// Its end is missing.
    #[error("{} is cut short: its end is missing", .0.display())]
    CutShort(PathBuf),
    /// A line is not what was written.
    #[error("{} is damaged in line {line}: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: u64,
        /// What is wrong with it.
        reason: line::Error,
    },
    /// All lines can be read, but they are not those that were written.
    #[error("{} was altered: its lines do not fit the checksums at its end", .0.display())]
    Altered(PathBuf),
}

/// An archive that is being read.
pub(super) struct Reader {
    path: PathBuf,
    version: u32,
    lines: BufReader<MultiGzDecoder<BufReader<File>>>,
    /// The line that was read last, and its number from 1.
    line: Vec<u8>,
    number: u64,
    read: Sha256,
    digest: Digest,
    withdrawals: u64,
    is_complete: bool,
}

// === impl Reader ===

impl Reader {
    /// Opens the file and reads its first line.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::File { path: path.to_owned(), source };
        let not_ours = || Error::NotAnArchive(path.to_owned());
        let file = File::open(path).map_err(failed)?;
        let mut raw = BufReader::with_capacity(BUFFER_BYTES, file);
        if !raw.fill_buf().map_err(failed)?.starts_with(&[0x1f, 0x8b]) {
            return Err(not_ours());
        }
        let lines = BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(raw));
        let mut reader = Self {
            path: path.to_owned(),
            version: 0,
            lines,
            line: Vec::new(),
            number: 0,
            read: Sha256::new(),
            digest: Digest::default(),
            withdrawals: 0,
            is_complete: false,
        };
        if !reader.next_line(HEADER_MAX_BYTES)? {
            return Err(not_ours());
        }
        let header: Header = serde_json::from_slice(&reader.line).map_err(|_| not_ours())?;
        if header.format != FORMAT {
            return Err(not_ours());
        }
        if header.version > VERSION {
            return Err(Error::Newer { path: path.to_owned(), found: header.version });
        }
        reader.version = header.version;
        reader.read.update(&reader.line);
        Ok(reader)
    }

    /// The next record; `None` after the last line, when everything was found to be as it was written.
    pub(super) fn next(&mut self) -> Result<Option<Record>, Error> {
        if self.is_complete {
            return Ok(None);
        }
        if !self.next_line(LINE_MAX_BYTES)? || !self.line.ends_with(b"\n") {
            return Err(Error::CutShort(self.path.clone()));
        }
        let written = &self.line[..self.line.len() - 1];
        match line::parse(written).map_err(|error| self.damaged(error))? {
            Content::Record(record) => {
                match Kind::of(&record) {
                    Some(kind) => self.digest.add(kind, written),
                    None => self.withdrawals += 1,
                }
                self.read.update(&self.line);
                Ok(Some(*record))
            }
            Content::Trailer(trailer) => {
                self.finish(&trailer)?;
                Ok(None)
            }
        }
    }

    fn finish(&mut self, trailer: &Trailer) -> Result<(), Error> {
        if self.next_line(1)? {
            return Err(self.damaged(line::Error::AfterEnd));
        }
        let hash: [u8; 32] = self.read.finalize_reset().into();
        let mut expected = Digest::default();
        let kinds = Kind::ALL.into_iter().filter(|kind| kind.since() <= self.version);
        for kind in kinds.clone() {
            let told = trailer.records.iter().find(|told| told.kind == kind.as_str());
            let told = told.and_then(|told| Some((told.count, Checksum::parse(&told.checksum)?)));
            let (count, checksum) = told.ok_or_else(|| self.damaged(line::Error::Form))?;
            expected.set(kind, KindDigest { count, checksum });
        }
        let fits = hex(hash) == trailer.sha256
            && expected == self.digest
            && trailer.withdrawals == self.withdrawals
            && trailer.records.len() == kinds.count();
        if !fits {
            return Err(Error::Altered(self.path.clone()));
        }
        self.is_complete = true;
        Ok(())
    }

    /// Reads the next line with its line break; `false` at the end.
    fn next_line(&mut self, max_bytes: u64) -> Result<bool, Error> {
        self.line.clear();
        self.number += 1;
        let read = self.lines.by_ref().take(max_bytes).read_until(b'\n', &mut self.line);
        match read {
            Ok(bytes) => Ok(bytes > 0),
            Err(error) => Err(match error.kind() {
                io::ErrorKind::UnexpectedEof => Error::CutShort(self.path.clone()),
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => self.damaged(line::Error::Packed),
                _ => Error::File { path: self.path.clone(), source: error },
            }),
        }
    }

    fn damaged(&self, reason: line::Error) -> Error {
        Error::Damaged { path: self.path.clone(), line: self.number, reason }
    }
}
