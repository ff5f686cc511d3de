//! The one place that names the backends.

use std::path::Path;
use std::sync::Arc;

use nameit_store::Store;
use nameit_store_sqlite::{OpenError, Options, SqliteStore};

/// Why no store can be opened. Says nothing of what a URI contains, which may be a password.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not begin with a backend's name, or nothing follows.
    #[error("this is not the URI of a database; write for example sqlite:nameit-data/nameit.sqlite")]
    Uri,
    /// A backend that this program does not have.
    #[error("the backend {0} is not built in yet; use sqlite:PATH")]
    NotBuiltIn(&'static str),
    /// The file cannot be opened.
    #[error(transparent)]
    Sqlite(#[from] OpenError),
    /// Opening was broken off.
    #[error("opening the database was broken off")]
    BrokenOff(#[source] tokio::task::JoinError),
}

/// Opens the store that `uri` names.
pub async fn open(uri: &str) -> Result<Arc<dyn Store>, Error> {
    let (scheme, rest) = uri.split_once(':').ok_or(Error::Uri)?;
    match scheme {
        "sqlite" => {
            let path = Path::new(rest.strip_prefix("//").unwrap_or(rest)).to_owned();
            if path.file_name().is_none() {
                return Err(Error::Uri);
            }
            let opening = tokio::task::spawn_blocking(move || SqliteStore::open(&path, Options::default()));
            Ok(Arc::new(opening.await.map_err(Error::BrokenOff)??))
        }
        "mongodb" | "mongodb+srv" => Err(Error::NotBuiltIn("MongoDB")),
        _ => Err(Error::Uri),
    }
}
