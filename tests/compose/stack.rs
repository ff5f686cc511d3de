//! The whole stack as one compose project that belongs to this run alone, and ends with it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nameit_testkit::{Client, Researcher};
use serde_json::Value;
use tempfile::TempDir;
use testcontainers::compose::DockerCompose;
use testcontainers::core::IntoContainerPort as _;
use tokio::process::Command;

use crate::cleanup;
use crate::docker::{self, Container, Printed};
use crate::telemetry::Telemetry;
use crate::wait::until;

/// The services that are always there.
pub(crate) const SERVICES: [&str; 5] = ["gateway", "storage", "datamining", "mongo", "collector"];

/// The three that are ours.
pub(crate) const OURS: [&str; 3] = ["gateway", "storage", "datamining"];

/// Within this time the stack is healthy, at the start and after everything that is done to it.
pub(crate) const HEALTHY_WITHIN: Duration = Duration::from_mins(1);

/// Swaps local images in for those that are pulled elsewhere; empty where everything can be pulled.
const OVERRIDE: &str = "NAMEIT_TEST_COMPOSE_OVERRIDE";

/// How many lines of each service's log are shown when a story failed.
const LAST_LINES: &str = "12";

/// How much of a line is shown.
const LINE_LENGTH: usize = 400;

/// What compose puts before the lines of a log, also where there is no terminal.
const ERASE_LINE: &str = "\u{1b}[2K";

/// A running stack.
pub(crate) struct Stack {
    plan: Plan,
    /// What the collector wrote down.
    pub(crate) telemetry: Telemetry,
    /// How long `up` took until everything was healthy.
    pub(crate) up_took: Duration,
    /// Where the gateway is reached from outside.
    pub(crate) url: String,
    /// What ends with it; nothing when it has ended.
    held: tokio::sync::Mutex<Option<(DockerCompose, TempDir)>>,
}

/// What is to be started: files, variables and a name.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) project: String,
    files: Vec<PathBuf>,
    variables: Vec<(&'static str, String)>,
}

/// What the project of this process is called.
pub(crate) fn project() -> String {
    format!("nameit-test-{}", std::process::id())
}

// === impl Plan ===

impl Plan {
    /// The stack of this checkout, which keeps its telemetry in `folder`.
    pub(crate) async fn new(folder: &Path) -> Self {
        let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("compose");
        let checkout = suite.ancestors().nth(2).expect("the tests lie in the repository");
        // Absolute, because testcontainers changes the folder and passes the paths as they are.
        let mut files = vec![checkout.join("compose.yaml")];
        match std::env::var_os(OVERRIDE) {
            None => files.push(suite.join("local.yaml")),
            Some(named) if named.is_empty() => {}
            Some(named) => files.push(checkout.join(named)),
        }
        files.push(suite.join("suite.yaml"));
        // Where the containers' logs are. An engine that does not answer is told of elsewhere.
        let root = docker::try_docker(&["info", "--format", "{{.DockerRootDir}}"]).await.unwrap_or_default();
        let variables = vec![
            ("NAMEIT_DOCKER_ROOT", root),
            ("NAMEIT_BIND", "127.0.0.1".to_owned()),
            ("NAMEIT_PORT", free_port().to_string()),
            ("NAMEIT_TEST_FOLDER", folder.display().to_string()),
            ("NAMEIT_COLLECTOR_ARGS", "--config=/suite/collector.yaml".to_owned()),
            // A run sends in minutes what an installation sends in a day.
            ("NAMEIT_DAILY_LOGS", "20GB".to_owned()),
            ("NAMEIT_DAILY_TRACES", "20GB".to_owned()),
            ("NAMEIT_DAILY_METRICS", "20GB".to_owned()),
            // Whoever runs NameIT from this checkout has settings in .env, and a database that is not for tests.
            ("COMPOSE_DISABLE_ENV_FILE", "1".to_owned()),
            ("COMPOSE_PROFILES", String::new()),
            ("MONGODB_URI", String::new()),
        ];
        Self { project: project(), files, variables }
    }

    /// Runs `docker compose` on the project.
    pub(crate) async fn compose(&self, arguments: &[&str]) -> Printed {
        let mut command = Command::new("docker");
        command.args(["compose", "--ansi", "never", "--project-name", &self.project]);
        for file in &self.files {
            command.arg("--file").arg(file);
        }
        command.args(arguments).envs(self.variables.iter().map(|(name, value)| (name, value)));
        docker::run(&mut command).await
    }

    /// What the services said last, each line as far as a terminal shows it.
    async fn last_words(&self) -> String {
        let logs = self.compose(&["logs", "--no-color", "--tail", LAST_LINES]).await;
        let logs = logs.unwrap_or_else(|error| error);
        let shown = |line: &str| line.replace(ERASE_LINE, "").chars().take(LINE_LENGTH).collect::<String>();
        logs.lines().map(shown).collect::<Vec<_>>().join("\n")
    }
}

/// A port that is free now and that no outgoing connection takes meanwhile: it must stay the same when the
/// gateway is made anew.
fn free_port() -> u16 {
    let first = 20_000 + (std::process::id() % 5_000) as u16;
    let mut ports = first..first + 5_000;
    ports
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("one of five thousand ports is free")
}

/// Secrets as an operator makes them, in a folder of this run.
async fn make_secrets(folder: &Path) -> Printed {
    let make = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/secrets/make");
    let secrets = folder.join("secrets");
    let copied = std::fs::create_dir(&secrets).and_then(|()| std::fs::copy(make, secrets.join("make")));
    copied.map_err(|error| error.to_string())?;
    docker::run(&mut Command::new(secrets.join("make"))).await
}

// === impl Stack ===

impl Stack {
    /// Starts it and waits until it is healthy.
    pub(crate) async fn up() -> Result<Self, String> {
        let folder =
            tempfile::Builder::new().prefix("nameit-test-").tempdir().map_err(|error| error.to_string())?;
        let plan = Plan::new(folder.path()).await;
        let telemetry = Telemetry::prepare(folder.path()).map_err(|error| error.to_string())?;
        make_secrets(folder.path()).await.map_err(|error| format!("no secrets: {error}"))?;
        let variables =
            plan.variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let mut compose = DockerCompose::with_local_client(plan.files.as_slice())
            .with_project_name(&plan.project)
            .with_env_vars(variables);
        let began = Instant::now();
        let started = async {
            compose.up().await.map_err(|error| error.to_string())?;
            let up_took = began.elapsed();
            let gateway = compose.service("gateway").ok_or("compose.yaml has no gateway")?;
            let port = gateway.get_host_port_ipv4(8080.tcp()).await.map_err(|error| error.to_string())?;
            Ok((up_took, format!("http://127.0.0.1:{port}")))
        };
        match started.await {
            Ok((up_took, url)) => {
                let held = tokio::sync::Mutex::new(Some((compose, folder)));
                Ok(Self { plan, telemetry, up_took, url, held })
            }
            Err(error) => {
                let error: String = error;
                let last_words = plan.last_words().await;
                drop(compose.down().await);
                cleanup::remove_all_of(&plan.project).await;
                Err(format!("{error}\n{last_words}"))
            }
        }
    }

    /// Removes everything; gives what is left behind.
    pub(crate) async fn down(&self) -> Vec<String> {
        let Some((compose, folder)) = self.held.lock().await.take() else { return Vec::new() };
        let mut left = Vec::new();
        // It removes what compose.yaml names by itself; what profiles and stories added goes by the label.
        if let Err(error) = compose.down().await {
            eprintln!("{error}");
        }
        left.extend(cleanup::remove_all_of(self.project()).await);
        let path = folder.path().display().to_string();
        left.extend(folder.close().err().map(|error| format!("{path}: {error}")));
        left
    }

    /// Runs `docker compose`, which must go well.
    #[track_caller]
    pub(crate) fn compose(&self, arguments: &[&str]) -> impl Future<Output = String> {
        let place = std::panic::Location::caller();
        let plan = self.plan.clone();
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        async move {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let printed = plan.compose(&arguments).await;
            printed.unwrap_or_else(|error| panic!("{place}: docker compose {}: {error}", arguments.join(" ")))
        }
    }

    /// The project's name.
    pub(crate) fn project(&self) -> &str {
        &self.plan.project
    }

    /// Every secret that compose.yaml mounts, with its name.
    pub(crate) async fn secrets(&self) -> Vec<(String, String)> {
        let config: Value = serde_json::from_str(&self.compose(&["config", "--format", "json"]).await)
            .expect("docker compose config prints JSON");
        let secrets = config["secrets"].as_object().into_iter().flatten();
        let read = |(name, secret): (&String, &Value)| {
            let file = secret["file"].as_str().expect("secrets are files");
            let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
            (name.clone(), text.trim().to_owned())
        };
        secrets.map(read).filter(|(_, text)| !text.is_empty()).collect()
    }

    /// Somebody without an account.
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// Somebody with an account of this name, which is made.
    pub(crate) async fn researcher(&self, handle: &str) -> Researcher {
        Researcher::sign_up(&self.client(), handle).await
    }

    /// Every container of the project, also those that do not run.
    pub(crate) async fn containers(&self) -> Vec<Container> {
        let ids = docker::labelled(&cleanup::label(self.project())).await;
        Container::inspect(&ids).await
    }

    /// The containers of a service.
    pub(crate) async fn replicas(&self, service: &str) -> Vec<Container> {
        let mut containers = self.containers().await;
        containers.retain(|container| container.service() == service);
        containers
    }

    /// The container of a service that has one.
    pub(crate) async fn container(&self, service: &str) -> Container {
        let mut containers = self.replicas(service).await;
        assert_eq!(containers.len(), 1, "{service} has one container");
        containers.remove(0)
    }

    /// Waits until every container is well, and gives how long that took.
    #[track_caller]
    pub(crate) fn healthy(&self) -> impl Future<Output = Duration> {
        let began = Instant::now();
        let well = until(HEALTHY_WITHIN, async || {
            let containers = self.containers().await;
            for service in SERVICES {
                if !containers.iter().any(|container| container.service() == service) {
                    return Err(format!("{service} has no container"));
                }
            }
            containers.iter().try_for_each(Container::is_well)
        });
        async move {
            well.await;
            began.elapsed()
        }
    }

    /// What the services said last.
    pub(crate) async fn last_words(&self) -> String {
        self.plan.last_words().await
    }
}
