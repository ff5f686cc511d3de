//! Where a database is, and the secrets that it takes to get there.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where a database is: its URI and, if that stands elsewhere, the password. Never printed: a URI may hold
/// a password too.
#[derive(Clone, PartialEq, Eq)]
pub struct Location {
    uri: String,
    password: Option<String>,
}

/// Why a file with a URI or a password is of no use. Holds nothing of its content.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be read.
    #[error("{}, the file with the {what}, cannot be read", path.display())]
    Unreadable {
        /// What should be in it.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is nothing in it.
    #[error("{} should hold the {what} and is empty", path.display())]
    Empty {
        /// What should be in it.
        what: &'static str,
        /// The file.
        path: PathBuf,
    },
}

// === impl Location ===

impl Location {
    /// The database with this URI.
    pub fn new(uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), password: None }
    }

    /// The database whose URI stands in a file, for example a mounted secret.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        read(path, "URI of the database").map(Self::new)
    }

    /// With the password from a file; it takes the place of one in the URI.
    pub fn with_password_file(self, path: &Path) -> Result<Self, Error> {
        Ok(Self { password: Some(read(path, "password of the database")?), ..self })
    }

    /// The URI, which may be a secret.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The password from a file.
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }
}

impl FromStr for Location {
    type Err = Infallible;

    fn from_str(uri: &str) -> Result<Self, Infallible> {
        Ok(Self::new(uri))
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.uri.split_once(':').map_or("", |(scheme, _)| scheme);
        write!(f, "{scheme}:…")
    }
}

/// The content of a file without the line break at its end.
fn read(path: &Path, what: &'static str) -> Result<String, Error> {
    let content = std::fs::read_to_string(path).map_err(|source| Error::Unreadable {
        what,
        path: path.to_owned(),
        source,
    })?;
    let content = content.trim_end_matches(['\r', '\n']);
    if content.is_empty() {
        return Err(Error::Empty { what, path: path.to_owned() });
    }
    Ok(content.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_come_from_files_and_are_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let (uri, password) = (folder.path().join("uri"), folder.path().join("password"));
        std::fs::write(&uri, "mongodb://ana:inline-secret@db/nameit\n").unwrap();
        std::fs::write(&password, " other secret \r\n").unwrap();
        let location = Location::from_file(&uri).unwrap().with_password_file(&password).unwrap();
        assert_eq!(location.uri(), "mongodb://ana:inline-secret@db/nameit");
        assert_eq!(location.password(), Some(" other secret "), "only the line break is not part of it");
        assert_eq!(format!("{location:?}"), "mongodb:…");
    }

    #[test]
    fn a_useless_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = Location::from_file(&folder.path().join("nowhere")).unwrap_err().to_string();
        assert!(missing.contains("nowhere") && missing.contains("URI of the database"), "{missing}");
        let empty = folder.path().join("empty");
        std::fs::write(&empty, "\n").unwrap();
        let error = Location::new("mongodb://ana@db").with_password_file(&empty).unwrap_err().to_string();
        assert!(error.contains("empty") && error.contains("password of the database"), "{error}");
    }
}
