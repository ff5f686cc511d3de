//! MongoDB's own server, as a replica set of one.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use mongodb::bson::doc;

use super::{Life, Outcome, Started};
use crate::server::connect;

/// How long the server may take to answer, and then to become primary.
const LIMIT: Duration = Duration::from_mins(1);

/// Runs the server with a temporary data folder until the standard input closes, then ends it and removes the folder.
const SCRIPT: &str = r#"
data=$(mktemp -d) || exit
"$@" --dbpath "$data" >"$data/log" 2>&1 &
cat >/dev/null
kill $!
wait $!
rm -rf "$data"
"#;

/// Starts `mongod`, if it is on `PATH`.
pub(super) async fn start() -> Outcome {
    if !is_on_path("mongod") {
        return Ok(None);
    }
    let failed = |reason: String| format!("no MongoDB server: mongod did not start: {reason}");
    let port = free_port().map_err(|error| failed(error.to_string()))?.to_string();
    let mut script = Command::new("sh");
    script.args(["-c", SCRIPT, "mongod-for-tests", "mongod", "--bind_ip", "127.0.0.1", "--replSet", "rs0"]);
    let (life, _) = Life::of(script.args(["--port", &port]).process_group(0))
        .map_err(|error| failed(error.to_string()))?;
    let uri = format!("mongodb://127.0.0.1:{port}/?directConnection=true");
    make_primary(&uri, &format!("127.0.0.1:{port}")).await.map_err(failed)?;
    Ok(Some(Started { uri, life: Some(life) }))
}

/// Makes a new server the primary of a replica set of one; `member` is what it calls itself.
pub(super) async fn make_primary(uri: &str, member: &str) -> Result<(), String> {
    let client = connect(uri, LIMIT).await.map_err(|error| error.kind.to_string())?;
    let admin = client.database("admin");
    let initiate = doc! { "_id": "rs0", "members": [{ "_id": 0, "host": member }] };
    let hello = || admin.run_command(doc! { "hello": 1 });
    let is_new = hello().await.is_ok_and(|answer| !answer.contains_key("setName"));
    if is_new {
        admin
            .run_command(doc! { "replSetInitiate": initiate })
            .await
            .map_err(|error| error.kind.to_string())?;
    }
    let elected = async {
        let mut again = tokio::time::interval(Duration::from_millis(50));
        loop {
            again.tick().await;
            let answer = hello().await.map_err(|error| error.kind.to_string())?;
            if answer.get_bool("isWritablePrimary").unwrap_or(false) {
                return Ok(());
            }
        }
    };
    tokio::time::timeout(LIMIT, elected).await.unwrap_or_else(|_| Err("it did not become primary".to_owned()))
}

fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| Path::new(&folder).join(program).is_file())
}

/// A port that was free a moment ago.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
