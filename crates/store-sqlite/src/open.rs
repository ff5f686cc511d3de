//! Opening the file: its lock, its connections, its settings.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use nameit_telemetry::metrics::Gauge;
use nameit_telemetry::names;
use rusqlite::{Connection, OpenFlags};

use crate::SqliteStore;
use crate::migrate;
use crate::readers::Readers;
use crate::sql;
use crate::system;
use crate::writer::Writer;

/// Connections that read beside the writer; so many reads run at once, others wait.
const READERS: usize = 4;

/// How long a connection waits for a lock that another one holds for a moment.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Statements that a connection keeps prepared: more than there are.
const STATEMENTS: usize = 96;

/// Settings of the file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The file must not grow beyond this many bytes; writes that would are refused as unavailable.
    pub max_bytes: Option<u64>,
}

/// Why the file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process uses it.
    #[error(
        "{} is in use by another process; a database file belongs to one storage process at a time",
        path.display()
    )]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// It was written by a newer version.
    #[error(
        "the database has schema version {found}, this program knows versions up to {known}; use a newer program"
    )]
    Newer {
        /// The version of the file.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// It was written by an older version, and is only to be read.
    #[error(
        "the database has schema version {found}, this program reads version {known}; start this version of \
         NameIT once with it"
    )]
    Older {
        /// The version of the file.
        found: i64,
        /// The version known here.
        known: i64,
    },
    /// It is somebody else's.
    #[error("the file is a SQLite database, but not one of NameIT")]
    Foreign,
    /// The file or its folder cannot be made or read.
    #[error("{} cannot be opened", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// SQLite refused.
    #[error("the database cannot be opened")]
    Sqlite(#[from] rusqlite::Error),
}

/// Opens everything; the order matters: first the lock, then the writer, which makes the file.
pub(crate) fn open(path: &Path, options: Options) -> Result<SqliteStore, OpenError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|source| OpenError::Io { path: folder.to_owned(), source })?;
    }
    let lock = lock(path)?;
    let connection = write_connection(path, options)?;
    migrate::migrate(&connection)?;
    let writer_id =
        connection.query_row(sql::system::SETTING, ["writer_id"], |row| row.get::<_, Vec<u8>>(0))?;
    let readers: rusqlite::Result<Vec<Connection>> = (0..READERS).map(|_| read_connection(path)).collect();
    let readers = Arc::new(Readers::new(readers?));
    let writer =
        Writer::start(connection, lock).map_err(|source| OpenError::Io { path: path.to_owned(), source })?;
    let writer_id = String::from_utf8_lossy(&writer_id).into();
    let path: Arc<Path> = path.into();
    let measured = Arc::clone(&path);
    let size =
        Gauge::observe(&names::DATABASE_SIZE, move || vec![(system::size(&measured) as f64, Vec::new())]);
    Ok(SqliteStore { readers, writer, writer_id, path, _size: size })
}

/// Locks `<path>.lock` until the returned file is closed, by us or by the end of the process.
fn lock(path: &Path) -> Result<File, OpenError> {
    let mut lock_path = path.as_os_str().to_owned();
    lock_path.push(".lock");
    let lock_path = PathBuf::from(lock_path);
    let failed = |source| OpenError::Io { path: lock_path.clone(), source };
    let file = File::options().create(true).truncate(false).write(true).open(&lock_path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

fn write_connection(path: &Path, options: Options) -> Result<Connection, OpenError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Durable at each commit; erased bytes are overwritten; the log is moved into the
    // file every 16 MiB and then written over, which is cheaper than making it grow again.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -65536;
         PRAGMA wal_autocheckpoint = 4096;
         PRAGMA journal_size_limit = 33554432;",
    )?;
    if let Some(max_bytes) = options.max_bytes {
        let page_size: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = i64::try_from(max_bytes).unwrap_or(i64::MAX) / page_size;
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(connection)
}

/// Looks whether the file at `path` is one that can be read, without a lock and without changing it.
pub(crate) fn check(path: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::Io { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(failed)?.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let found = migrate::version(&read_connection(path)?)?;
    let known = migrate::VERSION;
    if found < known { Err(OpenError::Older { found, known }) } else { Ok(()) }
}

pub(crate) fn read_connection(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -16384;")?;
    Ok(connection)
}
