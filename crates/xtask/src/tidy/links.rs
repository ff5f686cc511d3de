//! Documents that point at files and tests that exist.

use std::path::{Component, Path, PathBuf};

use super::Workspace;

/// Complains about links to nowhere. A link to a Rust file whose label is a `snake_case` name in backticks must
/// find this name in the file: so ARCHITECTURE.md cannot name a test that is gone.
pub fn check(workspace: &Workspace) -> Vec<String> {
    let documents =
        workspace.files.iter().filter(|(path, _)| path.extension().is_some_and(|ending| ending == "md"));
    let mut complaints = Vec::new();
    for (path, text) in documents {
        for (label, target) in links(text) {
            let folder = path.parent().unwrap_or(Path::new(""));
            if let Some(complaint) = judge(workspace, folder, label, target) {
                complaints.push(format!("{}: {complaint}", path.display()));
            }
        }
    }
    complaints
}

fn judge(workspace: &Workspace, folder: &Path, label: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with('#') || target.starts_with("mailto:") {
        return None;
    }
    let target = target.split('#').next().unwrap_or_default();
    let Some(relative) = flatten(&folder.join(target)) else {
        return Some(format!("the link to {target} leaves the repository"));
    };
    if !workspace.root.join(&relative).exists() {
        return Some(format!("the link to {target} leads nowhere"));
    }
    let name = label.strip_prefix('`').and_then(|label| label.strip_suffix('`'))?;
    let is_name = name.contains('_') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let (_, text) = workspace.files.iter().find(|(path, _)| *path == relative)?;
    let missing =
        is_name && relative.extension().is_some_and(|ending| ending == "rs") && !text.contains(name);
    missing.then(|| format!("`{name}` does not stand in {target}"))
}

/// Label and target of each inline link.
fn links(text: &str) -> Vec<(&str, &str)> {
    let mut links = Vec::new();
    let mut rest = text;
    while let Some(middle) = rest.find("](") {
        let label = rest[..middle].rfind('[').map_or("", |from| &rest[from + 1..middle]);
        rest = &rest[middle + 2..];
        let Some(end) = rest.find(')') else { break };
        links.push((label, &rest[..end]));
        rest = &rest[end..];
    }
    links
}

/// `a/../b` is `b`; `None` when it leads out of the root.
fn flatten(path: &Path) -> Option<PathBuf> {
    let mut flat = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => flat.push(name),
            Component::ParentDir if !flat.pop() => return None,
            Component::ParentDir | Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(flat)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> Workspace {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let files = vec![(PathBuf::from("src/lib.rs"), "fn a_test() {}".to_owned())];
        Workspace { root, members: Vec::new(), manifest: String::new(), files }
    }

    #[test]
    fn links_are_found_with_their_labels() {
        assert_eq!(links("see [`x`](a.rs) and ![y](b.png)."), [("`x`", "a.rs"), ("y", "b.png")]);
    }

    #[test]
    fn a_link_to_nowhere_or_to_a_lost_test_is_refused() {
        let workspace = workspace();
        let judge = |label, target| judge(&workspace, Path::new(""), label, target);
        assert_eq!(judge("code", "src/lib.rs"), None);
        assert_eq!(judge("`a_test`", "src/lib.rs"), None);
        assert!(judge("`another_test`", "src/lib.rs").is_some());
        assert!(judge("code", "src/gone.rs").is_some());
        assert!(judge("code", "../../../etc").is_some());
    }
}
