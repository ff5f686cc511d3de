//! Removing whatever bears a project's name, however it came to be there.

use crate::docker::try_docker;

/// What is listed and removed, in the order in which it can be.
const KINDS: [(&str, &[&str], &[&str]); 3] = [
    ("container", &["container", "ls", "--quiet", "--all"], &["container", "rm", "--force", "--volumes"]),
    ("network", &["network", "ls", "--quiet"], &["network", "rm"]),
    ("volume", &["volume", "ls", "--quiet"], &["volume", "rm", "--force"]),
];

/// The label by which compose knows what belongs to a project; what stories add to it bears it as well.
pub(crate) fn label(project: &str) -> String {
    format!("com.docker.compose.project={project}")
}

/// Removes containers, networks and volumes of a project; gives what could not be removed, with the reason.
pub(crate) async fn remove_all_of(project: &str) -> Vec<String> {
    let filter = format!("label={}", label(project));
    let mut left = Vec::new();
    for (kind, list, remove) in KINDS {
        let ids = match try_docker(&[list, &["--filter", &filter]].concat()).await {
            Ok(ids) => ids,
            Err(error) => {
                left.push(format!("every {kind} of {project}: {error}"));
                continue;
            }
        };
        for id in ids.lines() {
            if let Err(error) = try_docker(&[remove, &[id]].concat()).await {
                left.push(format!("{kind} {id}: {error}"));
            }
        }
    }
    left
}
