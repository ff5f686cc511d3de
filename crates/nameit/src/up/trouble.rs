//! What an operator can do when NameIT does not start: one clear line instead of a chain of causes.

use std::io;
use std::path::Path;

use anyhow::anyhow;

/// Adds what to do to an error of the start.
pub(super) fn explain(error: anyhow::Error, data: &Path) -> anyhow::Error {
    let kind = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    let advice = match kind {
        Some(io::ErrorKind::AddrInUse) => {
            "another program uses this address; stop it, or choose another one with --listen 127.0.0.1:8081"
                .to_owned()
        }
        Some(io::ErrorKind::AddrNotAvailable) => {
            "this machine has no such address; 127.0.0.1:8080 is always there".to_owned()
        }
        Some(io::ErrorKind::PermissionDenied) if is_address(&error) => {
            "only an administrator may take this port; choose one above 1023 with --listen".to_owned()
        }
        Some(
            io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::AlreadyExists,
        ) => {
            format!("the folder {} cannot be written; choose another one with --data", data.display())
        }
        Some(io::ErrorKind::StorageFull) => {
            format!(
                "the disk of {} is full; free some space, or choose another folder with --data",
                data.display()
            )
        }
        _ => return error,
    };
    anyhow!("{error:#}: {advice}")
}

fn is_address(error: &anyhow::Error) -> bool {
    error.to_string().starts_with("cannot listen on")
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    fn explained(kind: io::ErrorKind, what: &'static str) -> String {
        let error = Err::<(), _>(io::Error::from(kind)).context(what).unwrap_err();
        explain(error, Path::new("my-data")).to_string()
    }

    #[test]
    fn each_trouble_comes_with_what_to_do() {
        assert!(explained(io::ErrorKind::AddrInUse, "cannot listen on 127.0.0.1:8080").contains("--listen"));
        assert!(
            explained(io::ErrorKind::PermissionDenied, "cannot listen on 0.0.0.0:80").contains("--listen")
        );
        assert!(explained(io::ErrorKind::PermissionDenied, "cannot make the folder").contains("--data"));
        assert!(!explained(io::ErrorKind::AddrInUse, "x").contains('\n'));
    }
}
