//! The one place that names the backends.

use std::path::Path;
use std::sync::Arc;

use nameit_store::{ArchiveSource, ArchiveStore, Store};
use nameit_store_mongo::MongoStore;
use nameit_store_sqlite::{Options, SqliteArchive, SqliteStore};

use crate::location::Location;

/// Why no store can be opened. Says nothing of what a URI contains, which may be a password.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not begin with a backend's name, or nothing follows.
    #[error(
        "this is not the URI of a database; write for example sqlite:nameit-data/nameit.sqlite or \
         mongodb://USER@HOST/nameit"
    )]
    Uri,
    /// A password for a file.
    #[error("a password file is for MongoDB; a SQLite file has no password")]
    PasswordForFile,
    /// The file cannot be opened.
    #[error(transparent)]
    Sqlite(#[from] nameit_store_sqlite::OpenError),
    /// The URI is wrong, or its hosts cannot be looked up.
    #[error(transparent)]
    Mongo(#[from] nameit_store_mongo::OpenError),
    /// Opening was broken off.
    #[error("opening the database was broken off")]
    BrokenOff(#[source] tokio::task::JoinError),
}

/// A backend and where its data is.
enum Backend<'a> {
    Sqlite(&'a Path),
    Mongo,
}

/// Opens the store at `location`. A MongoDB server that cannot be reached is no error: its store is
/// unavailable until it can.
pub async fn open(location: &Location) -> Result<Arc<dyn Store>, Error> {
    match Backend::of(location)? {
        Backend::Sqlite(path) => Ok(Arc::new(open_file(path).await?)),
        Backend::Mongo => Ok(Arc::new(open_mongo(location).await?)),
    }
}

/// Opens the database at `location` to be read as a whole, also beside a server that uses it.
pub async fn open_source(location: &Location) -> Result<Arc<dyn ArchiveSource>, Error> {
    match Backend::of(location)? {
        Backend::Sqlite(path) => {
            let path = path.to_owned();
            let opening = tokio::task::spawn_blocking(move || SqliteArchive::open(&path));
            Ok(Arc::new(opening.await.map_err(Error::BrokenOff)??))
        }
        Backend::Mongo => Ok(Arc::new(open_mongo(location).await?)),
    }
}

/// Opens the database at `location` to be filled, and makes it if there is none. No server may use it.
pub async fn open_archive(location: &Location) -> Result<Arc<dyn ArchiveStore>, Error> {
    match Backend::of(location)? {
        Backend::Sqlite(path) => Ok(Arc::new(open_file(path).await?)),
        Backend::Mongo => Ok(Arc::new(open_mongo(location).await?)),
    }
}

async fn open_file(path: &Path) -> Result<SqliteStore, Error> {
    let path = path.to_owned();
    let opening = tokio::task::spawn_blocking(move || SqliteStore::open(&path, Options::default()));
    Ok(opening.await.map_err(Error::BrokenOff)??)
}

async fn open_mongo(location: &Location) -> Result<MongoStore, Error> {
    let password = location.password().map(str::to_owned);
    let options = nameit_store_mongo::Options { password, ..nameit_store_mongo::Options::default() };
    Ok(MongoStore::open(location.uri(), options).await?)
}

// === impl Backend ===

impl<'a> Backend<'a> {
    fn of(location: &'a Location) -> Result<Self, Error> {
        let (scheme, rest) = location.uri().split_once(':').ok_or(Error::Uri)?;
        match scheme {
            "sqlite" => {
                let path = Path::new(rest.strip_prefix("//").unwrap_or(rest));
                match (path.file_name(), location.password()) {
                    (None, _) => Err(Error::Uri),
                    (Some(_), Some(_)) => Err(Error::PasswordForFile),
                    (Some(_), None) => Ok(Self::Sqlite(path)),
                }
            }
            "mongodb" | "mongodb+srv" => Ok(Self::Mongo),
            _ => Err(Error::Uri),
        }
    }
}
