//! Every outside crate stands once, in the workspace's table, with a reason and with a user.

use std::collections::BTreeSet;

use super::Workspace;

/// Complains about entries without a reason or a user, and about dependencies that bypass the table.
pub fn check(workspace: &Workspace) -> Vec<String> {
    let mut complaints = without_reason(&workspace.manifest);
    let ours: BTreeSet<&str> = workspace.members.iter().map(|package| package.name.as_str()).collect();
    let used: BTreeSet<&str> = workspace
        .members
        .iter()
        .flat_map(|package| &package.dependencies)
        .map(|dependency| dependency.name.as_str())
        .collect();
    let listed: BTreeSet<&str> = entries(&workspace.manifest).map(|(name, _)| name).collect();
    for name in used.iter().filter(|name| !listed.contains(*name) && !ours.contains(*name)) {
        complaints.push(format!("{name} is not in [workspace.dependencies]"));
    }
    for name in listed.difference(&used) {
        complaints.push(format!("{name} stands in [workspace.dependencies], but nobody uses it"));
    }
    complaints
}

fn without_reason(manifest: &str) -> Vec<String> {
    let outside = entries(manifest).filter(|(_, rest)| !rest.contains("path = "));
    let bare = outside.filter(|(_, rest)| rest.split_once('#').is_none_or(|(_, why)| why.trim().len() < 3));
    bare.map(|(name, _)| format!("{name} has no reason: add `# why` to its line")).collect()
}

/// Name and rest of the line of each entry of the table.
fn entries(manifest: &str) -> impl Iterator<Item = (&str, &str)> {
    manifest
        .lines()
        .skip_while(|line| *line != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_without_a_reason_is_found() {
        let manifest = "[workspace.dependencies]\nours = { path = \"x\" }\ngood = \"1\" # for joy\nbad = \"1\"\nworse = \"1\" #\n[workspace.lints]\nall = \"deny\"\n";
        let complaints = without_reason(manifest);
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert!(complaints[0].starts_with("bad ") && complaints[1].starts_with("worse "));
    }
}
