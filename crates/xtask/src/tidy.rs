//! Checks that the repository is as ARCHITECTURE.md says.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cargo_metadata::{CargoOpt, MetadataCommand, Package};

pub mod dependencies;
pub mod files;
pub mod imports;
pub mod links;

/// What the checks look at.
#[derive(Debug)]
pub struct Workspace {
    /// Where the repository is.
    pub root: PathBuf,
    /// Its own packages.
    pub members: Vec<Package>,
    /// Its manifest, as text.
    pub manifest: String,
    /// Its source files and documents: path from the root, and text.
    pub files: Vec<(PathBuf, String)>,
}

/// A check: what it complains about.
pub type Check = fn(&Workspace) -> Vec<String>;

/// Every check with its name.
pub fn checks() -> [(&'static str, Check); 4] {
    [
        ("imports", imports::check),
        ("dependencies", dependencies::check),
        ("files", files::check),
        ("links", links::check),
    ]
}

// === impl Workspace ===

impl Workspace {
    /// Reads the workspace that this crate is part of.
    pub fn read() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("this crate lies two folders below the root")?
            .to_owned();
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .no_deps()
            .other_options(vec!["--offline".to_owned()])
            .features(CargoOpt::AllFeatures)
            .exec()
            .context("cargo metadata")?;
        let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
        let mut files = Vec::new();
        collect(&root, &root, &mut files)?;
        files.sort();
        Ok(Self { root, members: metadata.packages, manifest, files })
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(PathBuf, String)>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !matches!(name, "target" | ".git" | "nameit-data" | "node_modules") {
                collect(root, &path, files)?;
            }
        } else if matches!(
            path.extension().and_then(|ending| ending.to_str()),
            Some("rs" | "md" | "js" | "css")
        ) {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            files.push((path.strip_prefix(root)?.to_owned(), text));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn tidy(check: Check) {
        let complaints = check(&Workspace::read().unwrap());
        assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    }

    #[test]
    fn nobody_imports_what_the_architecture_forbids() {
        tidy(imports::check);
    }

    #[test]
    fn every_outside_dependency_has_a_reason_and_a_user() {
        tidy(dependencies::check);
    }

    #[test]
    fn files_are_short_enough_to_be_read_in_one_go() {
        tidy(files::check);
    }

    #[test]
    fn documents_point_at_what_exists() {
        tidy(links::check);
    }
}
