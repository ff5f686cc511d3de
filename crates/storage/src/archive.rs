//! Backup, restore and migration: everything out of a database, into a file or into another database.
//!
//! A file is gzip over lines of JSON (`zcat` shows it): a first line that says what it is, one line per record,
//! a last line with counts and checksums. It is streamed both ways. Whatever is filled is read again and
//! compared, kind by kind, with what was to be copied.
//!
//! The file holds password hashes and the installation's key: only its owner may read it.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use nameit_domain::{Clock, ParticipationId};
use nameit_store::archive::{LOAD_MAX_RECORDS, Record};
use nameit_store::{ArchiveSource, ArchiveStore};
use tokio::sync::mpsc;

mod digest;
mod line;
mod reader;
mod writer;

pub use digest::{Checksum, Digest, Kind, KindDigest};
pub use line::Error as LineError;
pub use reader::Error as ReadError;
pub use writer::{Destination, Error as WriteError};

use reader::Reader;
use writer::Writer;

/// Bytes of images and decisions after which a batch ends.
const BATCH_BYTES: usize = 4 << 20;

/// Records in a message between threads at most, and messages that wait.
const MESSAGE: usize = 512;
const WAITING: usize = 4;

/// Why a backup, a restore or a migration did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database to copy from failed.
    #[error("the database to copy from cannot be read")]
    Source(#[source] nameit_store::Error),
    /// The database to fill failed.
    #[error("the database cannot be filled")]
    Target(#[source] nameit_store::Error),
    /// There is something in the database already.
    #[error("the database to fill is not empty; name a new one, or say --resume if this copy was broken off")]
    NotEmpty,
    /// The filled database does not hold what was to be copied.
    #[error(
        "the filled database differs in its {}: {read} were to be copied, {found} are there{}; begin again \
         with a new database",
        kind.plural(),
        if read == found { ", with another content" } else { "" }
    )]
    Differs {
        /// The first kind of record that differs.
        kind: Kind,
        /// How many were to be copied.
        read: u64,
        /// How many are there.
        found: u64,
    },
    /// The archive cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The archive cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A thread that reads or writes the archive has panicked.
    #[error("reading or writing the archive was broken off")]
    BrokenOff(#[source] tokio::task::JoinError),
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// Records that this step is through with.
    pub records: u64,
    /// Records that it has to go through, where that is known.
    pub total: Option<u64>,
}

/// What is done to copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An archive is read, before anything is changed.
    Checking,
    /// Records are copied.
    Copying,
    /// The filled database is read and compared.
    Verifying,
}

/// What hears how far it has come.
pub type OnProgress<'a> = &'a mut (dyn FnMut(Progress) + Send);

/// What becomes of a database that is not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfNotEmpty {
    /// It is left alone.
    Refuse,
    /// The same copy was broken off: what is there already is left as it is, and the rest is added. The
    /// comparison at the end tells whether it was the same.
    Resume,
}

/// Writes everything in `source` into an archive and gives what it holds. The archive appears under its name
/// only when it is complete and durable.
pub async fn backup(
    source: &dyn ArchiveSource,
    destination: Destination,
    clock: &dyn Clock,
    progress: OnProgress<'_>,
) -> Result<Digest, Error> {
    let created_at = clock.now();
    let (messages, mut received) = mpsc::channel::<Option<Vec<Record>>>(WAITING);
    let writing = tokio::task::spawn_blocking(move || {
        let program = concat!("nameit ", env!("CARGO_PKG_VERSION"));
        let mut writer = Writer::create(destination, created_at, program)?;
        while let Some(message) = received.blocking_recv() {
            match message {
                Some(records) => records.iter().try_for_each(|record| writer.put(record))?,
                None => return writer.finish().map(Some),
            }
        }
        // Whoever sends the records has given up: what was written vanishes.
        Ok::<_, WriteError>(None)
    });
    let mut records = 0;
    let mut batch = Batch::default();
    let mut dump = source.dump();
    while let Some(record) = dump.try_next().await.map_err(Error::Source)? {
        records += 1;
        // Sending fails when the writer has failed; it is asked for the reason below.
        if batch.push(record, MESSAGE) && messages.send(Some(batch.take())).await.is_err() {
            break;
        }
        tell(progress, Step::Copying, records, None);
    }
    let _ = messages.send(Some(batch.take())).await;
    let _ = messages.send(None).await;
    let written = writing.await.map_err(Error::BrokenOff)??;
    Ok(written.expect("the end was sent, or the writer failed before it"))
}

/// An archive of which every line was found to be as it was written.
#[derive(Debug, Clone)]
pub struct Checked {
    path: PathBuf,
    records: u64,
}

/// Reads an archive to its end, so that a damaged one is refused before anything is changed.
pub async fn check(path: &Path, progress: OnProgress<'_>) -> Result<Checked, Error> {
    let mut records = records_of(path.to_owned());
    let mut count = 0;
    while let Some(record) = records.try_next().await? {
        count += u64::from(Kind::of(&record).is_some());
        tell(progress, Step::Checking, count, None);
    }
    Ok(Checked { path: path.to_owned(), records: count })
}

/// Fills `target` with an archive and gives what it holds. The filled database is read and compared afterwards.
pub async fn restore(
    archive: Checked,
    target: &dyn ArchiveStore,
    if_not_empty: IfNotEmpty,
    progress: OnProgress<'_>,
) -> Result<Digest, Error> {
    must_be_empty(target, if_not_empty).await?;
    fill(records_of(archive.path), target, Some(archive.records), progress).await
}

/// Fills `target` with everything in `source` and gives what that is. The filled database is read and compared
/// afterwards.
pub async fn migrate(
    source: &dyn ArchiveSource,
    target: &dyn ArchiveStore,
    if_not_empty: IfNotEmpty,
    progress: OnProgress<'_>,
) -> Result<Digest, Error> {
    must_be_empty(target, if_not_empty).await?;
    fill(source.dump().map_err(Error::Source).boxed(), target, None, progress).await
}

async fn must_be_empty(target: &dyn ArchiveStore, if_not_empty: IfNotEmpty) -> Result<(), Error> {
    match if_not_empty {
        IfNotEmpty::Resume => Ok(()),
        IfNotEmpty::Refuse if target.is_empty().await.map_err(Error::Target)? => Ok(()),
        IfNotEmpty::Refuse => Err(Error::NotEmpty),
    }
}

/// The records of an archive, read on a thread of their own.
fn records_of(path: PathBuf) -> BoxStream<'static, Result<Record, Error>> {
    async_stream::try_stream! {
        let (messages, mut received) = mpsc::channel::<Vec<Record>>(WAITING);
        let reading = tokio::task::spawn_blocking(move || {
            let mut reader = Reader::open(&path)?;
            let mut batch = Batch::default();
            while let Some(record) = reader.next()? {
                let full = batch.push(record, MESSAGE);
                if full && messages.blocking_send(batch.take()).is_err() {
                    break;
                }
            }
            // Fails when nobody listens any more.
            let _ = messages.blocking_send(batch.take());
            Ok::<_, ReadError>(())
        });
        while let Some(batch) = received.recv().await {
            for record in batch {
                yield record;
            }
        }
        reading.await.map_err(Error::BrokenOff)??;
    }
    .boxed()
}

/// Loads the records, compares, and applies withdrawals.
async fn fill(
    mut records: BoxStream<'_, Result<Record, Error>>,
    target: &dyn ArchiveStore,
    total: Option<u64>,
    progress: OnProgress<'_>,
) -> Result<Digest, Error> {
    let mut read = Digest::default();
    let mut line = Vec::new();
    // Applied at the very end, so that the comparison is with what was read.
    let mut withdrawn: VecDeque<ParticipationId> = VecDeque::new();
    let mut batch = Batch::default();
    while let Some(record) = records.try_next().await? {
        if let Record::Withdrawal(id) = record {
            withdrawn.push_back(id);
            continue;
        }
        add(&mut read, &record, &mut line);
        if batch.push(record, LOAD_MAX_RECORDS) {
            target.load(batch.take()).await.map_err(Error::Target)?;
        }
        tell(progress, Step::Copying, read.count(), total);
    }
    target.load(batch.take()).await.map_err(Error::Target)?;
    compare(&read, target, progress).await?;
    let withdrawals: Vec<Record> = withdrawn.into_iter().map(Record::Withdrawal).collect();
    for withdrawals in withdrawals.chunks(LOAD_MAX_RECORDS) {
        target.load(withdrawals.to_vec()).await.map_err(Error::Target)?;
    }
    Ok(read)
}

async fn compare(read: &Digest, target: &dyn ArchiveStore, progress: OnProgress<'_>) -> Result<(), Error> {
    let mut found = Digest::default();
    let mut line = Vec::new();
    let mut records = target.dump();
    while let Some(record) = records.try_next().await.map_err(Error::Target)? {
        add(&mut found, &record, &mut line);
        tell(progress, Step::Verifying, found.count(), Some(read.count()));
    }
    match read.first_difference(&found) {
        None => Ok(()),
        Some(kind) => Err(Error::Differs { kind, read: read.of(kind).count, found: found.of(kind).count }),
    }
}

fn add(digest: &mut Digest, record: &Record, line: &mut Vec<u8>) {
    if let Some(kind) = Kind::of(record) {
        line::write(record, line);
        digest.add(kind, line);
    }
}

/// Tells it now and then.
fn tell(progress: OnProgress<'_>, step: Step, records: u64, total: Option<u64>) {
    if records % MESSAGE as u64 == 1 || Some(records) == total {
        progress(Progress { step, records, total });
    }
}

/// Records up to a bound.
#[derive(Default)]
struct Batch {
    records: Vec<Record>,
    long_bytes: usize,
}

// === impl Batch ===

impl Batch {
    /// Adds a record; `true` when the batch is full.
    fn push(&mut self, record: Record, max_records: usize) -> bool {
        self.long_bytes += record.long_bytes();
        self.records.push(record);
        self.records.len() >= max_records || self.long_bytes >= BATCH_BYTES
    }

    fn take(&mut self) -> Vec<Record> {
        self.long_bytes = 0;
        std::mem::take(&mut self.records)
    }
}
