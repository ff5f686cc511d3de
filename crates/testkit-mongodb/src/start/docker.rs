//! MongoDB's own server in a container, as a replica set of one.

use std::os::unix::net::UnixStream;

use testcontainers::core::IntoContainerPort;
use testcontainers::runners::AsyncRunner;
use testcontainers::{GenericImage, ImageExt, ReuseDirective};

use super::mongod::make_primary;
use super::{Outcome, Started};

/// The port inside the container.
const PORT: u16 = 27017;

/// Starts the container, or takes the one that an earlier test process left for others: starting takes longer than many
/// a test. It stays until somebody says `docker rm -f nameit-test-mongodb`.
pub(super) async fn start() -> Outcome {
    if !answers() {
        return Ok(None);
    }
    let failed = |reason: String| format!("no MongoDB server: Docker did not start mongo:8: {reason}");
    let container = GenericImage::new("mongo", "8")
        .with_exposed_port(PORT.tcp())
        .with_container_name("nameit-test-mongodb")
        .with_cmd(["mongod", "--replSet", "rs0", "--bind_ip_all"])
        .with_reuse(ReuseDirective::Always)
        .start()
        .await
        .map_err(|error| failed(error.to_string()))?;
    let host = container.get_host().await.map_err(|error| failed(error.to_string()))?;
    let port = container.get_host_port_ipv4(PORT).await.map_err(|error| failed(error.to_string()))?;
    let uri = format!("mongodb://{host}:{port}/?directConnection=true");
    make_primary(&uri, &format!("127.0.0.1:{PORT}")).await.map_err(failed)?;
    Ok(Some(Started { uri, life: None }))
}

/// Whether somebody says where an engine is, or one listens at the usual place.
fn answers() -> bool {
    std::env::var_os("DOCKER_HOST").is_some() || UnixStream::connect("/var/run/docker.sock").is_ok()
}
