//! What must be there before a story can be told.

use std::path::Path;

use tokio::process::Command;

use crate::docker::{self, try_docker};
use crate::stack::Plan;

/// The services that stories need. The rest of the viewer is not looked at here.
const NEEDED: [&str; 8] =
    ["gateway", "storage", "datamining", "mongo", "collector", "agent", "backup", "prometheus"];

/// What starts and builds everything.
const HOW: &str = "tests/compose/run has all that is needed";

/// The label of our images that says which revision they were built from.
const REVISION: &str = r#"{{index .Config.Labels "org.opencontainers.image.revision"}}"#;

/// What is missing, and how to get it. Whoever insists on the suite knows what the images are made of; for everybody
/// else they must be of this very revision.
pub(crate) async fn missing(is_required: bool) -> Option<String> {
    check(is_required).await.err().map(|missing| format!("{missing}; {HOW}"))
}

async fn check(is_required: bool) -> Result<(), String> {
    let asked = try_docker(&["version", "--format", "{{.Server.Version}}"]).await;
    asked.map_err(|error| format!("no Docker engine answers ({})", last_line(&error)))?;
    let asked = try_docker(&["compose", "version", "--short"]).await;
    asked.map_err(|error| format!("docker has no compose ({})", last_line(&error)))?;
    let plan = Plan::new(Path::new("/nowhere")).await;
    let images = plan.compose(&[&["--profile", "*", "config", "--images"], &NEEDED[..]].concat()).await;
    let images = images.map_err(|error| format!("compose.yaml is not understood: {error}"))?;
    let revision = revision().await;
    for image in images.lines() {
        let inspected = try_docker(&["image", "inspect", "--format", REVISION, image]).await;
        let built_from = inspected.map_err(|_| format!("the image {image} is missing"))?;
        let is_ours = image.starts_with("nameit/");
        if is_ours && !is_required && Some(built_from) != revision {
            return Err(format!("the image {image} is of another revision than this checkout"));
        }
    }
    Ok(())
}

/// The revision of this checkout.
async fn revision() -> Option<String> {
    let mut git = Command::new("git");
    git.args(["-C", env!("CARGO_MANIFEST_DIR"), "rev-parse", "HEAD"]);
    docker::run(&mut git).await.ok()
}

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or_default()
}
