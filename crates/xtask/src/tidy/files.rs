//! Files short enough to be read in one go, named `foo.rs` and `foo/`.

use std::path::Path;

use super::Workspace;

/// Longest file that is accepted; the aim is 400.
const LINES_MAX: usize = 500;

/// Complains about long files and about `mod.rs`.
pub fn check(workspace: &Workspace) -> Vec<String> {
    workspace.files.iter().flat_map(|(path, text)| judge(path, text)).collect()
}

fn judge(path: &Path, text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let shown = path.display();
    let lines = text.lines().count();
    let is_code = path.extension().is_some_and(|ending| ending == "rs" || ending == "js" || ending == "css");
    if is_code && lines > LINES_MAX {
        complaints.push(format!("{shown} has {lines} lines, more than {LINES_MAX}: split it"));
    }
    // In `tests/`, cargo takes every other file for a test binary of its own.
    let in_tests = path.components().any(|part| part.as_os_str() == "tests");
    if path.file_name().is_some_and(|name| name == "mod.rs") && !in_tests {
        complaints.push(format!("{shown}: name it after its folder, beside the folder"));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_and_a_mod_rs_are_found() {
        assert_eq!(judge(Path::new("a/b.rs"), &"\n".repeat(LINES_MAX)), Vec::<String>::new());
        assert_eq!(judge(Path::new("a/b.rs"), &"\n".repeat(LINES_MAX + 1)).len(), 1);
        assert_eq!(judge(Path::new("a/src/mod.rs"), "").len(), 1);
        assert_eq!(judge(Path::new("a/tests/parts/mod.rs"), "").len(), 0);
        assert_eq!(judge(Path::new("README.md"), &"\n".repeat(LINES_MAX + 1)), Vec::<String>::new());
    }
}
