//! The command `docker`, and what it tells about containers.

use std::collections::BTreeMap;
use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

/// One container of the stack as the engine describes it.
#[derive(Debug, Clone)]
pub(crate) struct Container {
    /// What `docker inspect` says.
    pub(crate) inspected: Value,
}

/// What a command printed when it went well; what it complained of when not.
pub(crate) type Printed = Result<String, String>;

/// Runs `docker` with these arguments.
pub(crate) async fn try_docker(arguments: &[&str]) -> Printed {
    run(Command::new("docker").args(arguments)).await
}

/// Runs `docker` with these arguments, which must go well.
#[track_caller]
pub(crate) fn docker(arguments: &[&str]) -> impl Future<Output = String> {
    let place = std::panic::Location::caller();
    let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    async move {
        let printed = run(Command::new("docker").args(&arguments)).await;
        printed.unwrap_or_else(|error| panic!("{place}: docker {}: {error}", arguments.join(" ")))
    }
}

/// Runs a command to its end. It ends with this process, should that be killed by a panic.
pub(crate) async fn run(command: &mut Command) -> Printed {
    let command = command.stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned());
    }
    Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim_end()))
}

/// The ids of all containers with a label, also of those that do not run.
pub(crate) async fn labelled(label: &str) -> Vec<String> {
    let filter = format!("label={label}");
    let printed = docker(&["ps", "--all", "--quiet", "--no-trunc", "--filter", &filter]).await;
    printed.lines().map(str::to_owned).collect()
}

// === impl Container ===

impl Container {
    /// Asks for several containers at once.
    pub(crate) async fn inspect(ids: &[String]) -> Vec<Self> {
        if ids.is_empty() {
            return Vec::new();
        }
        let mut arguments = vec!["inspect"];
        arguments.extend(ids.iter().map(String::as_str));
        let printed = docker(&arguments).await;
        let all: Vec<Value> = serde_json::from_str(&printed).expect("docker inspect prints JSON");
        all.into_iter().map(|inspected| Self { inspected }).collect()
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        self.text("/Id")
    }

    /// Its name, without the slash.
    pub(crate) fn name(&self) -> &str {
        self.text("/Name").trim_start_matches('/')
    }

    /// The service of compose.yaml that it belongs to.
    pub(crate) fn service(&self) -> &str {
        self.text("/Config/Labels/com.docker.compose.service")
    }

    /// Whether it runs and, if it has a health check, passes it; what is the matter if not.
    pub(crate) fn is_well(&self) -> Result<(), String> {
        let state = self.text("/State/Status");
        let health = self.at("/State/Health/Status").as_str();
        let ended_well = state == "exited" && self.at("/State/ExitCode") == &Value::from(0);
        match (state, health) {
            ("running", None | Some("healthy")) => Ok(()),
            // What initialises something runs once.
            _ if ended_well && self.text("/HostConfig/RestartPolicy/Name") == "no" => Ok(()),
            _ => Err(format!("{} is {state}, {}", self.name(), health.unwrap_or("without health check"))),
        }
    }

    /// How often the engine has started it again by itself.
    pub(crate) fn restarts(&self) -> u64 {
        self.at("/RestartCount").as_u64().unwrap_or_default()
    }

    /// Its environment.
    pub(crate) fn environment(&self) -> BTreeMap<&str, &str> {
        let entries = self.at("/Config/Env").as_array().map(Vec::as_slice).unwrap_or_default();
        entries.iter().filter_map(Value::as_str).filter_map(|entry| entry.split_once('=')).collect()
    }

    /// Part of the description; `null` if it is not there.
    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.inspected.pointer(pointer).unwrap_or(&Value::Null)
    }

    fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }
}
