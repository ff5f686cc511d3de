//! A gateway on a free port, and what tests do with it all the time.

use std::sync::Arc;

use nameit_runtime::{Connect, Shutdown};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::fake::Fake;
use crate::{App, Config, PasswordCost};

/// A running gateway; it stops when dropped.
pub(crate) struct Sandbox {
    pub(crate) fake: Fake,
    pub(crate) url: String,
    pub(crate) client: reqwest::Client,
    pub(crate) shutdown: Shutdown,
    services: Shutdown,
    gateway: tokio::task::JoinHandle<anyhow::Result<()>>,
}

/// A participant's id and token.
#[derive(Debug, Clone)]
pub(crate) struct Participant {
    pub(crate) id: String,
    pub(crate) token: String,
}

// === impl Sandbox ===

impl Sandbox {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_app(change, Ok).await
    }

    /// As `nameit up` starts it.
    pub(crate) async fn start_personal() -> Self {
        Self::start_app(|_| {}, App::personal).await
    }

    async fn start_app(
        change: impl FnOnce(&mut Config),
        finish: impl FnOnce(App) -> anyhow::Result<App>,
    ) -> Self {
        let mut config = Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            password: PasswordCost { password_memory_kib: 64, password_passes: 1 },
            ..Config::default()
        };
        change(&mut config);
        let (shutdown, services_shutdown) = (Shutdown::new(), Shutdown::new());
        let fake = Fake::default();
        let services: Connect = fake.serve(&services_shutdown).await;
        let app = App::build(config, services.clone(), services)
            .await
            .and_then(finish)
            .unwrap()
            .with_clock(Arc::new(nameit_domain::SystemClock));
        let url = app.public_url();
        let gateway = tokio::spawn(app.run(shutdown.clone()));
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let sandbox = Self { fake, url, client, shutdown, services: services_shutdown, gateway };
        sandbox.until_ready().await;
        sandbox
    }

    /// Tells the gateway to stop, and waits until it has.
    pub(crate) async fn stop_gateway(&mut self) {
        self.shutdown.begin();
        (&mut self.gateway).await.unwrap().unwrap();
    }

    async fn until_ready(&self) {
        // Readiness is damped, so ask until it says so; the test's own time limit ends a wait for nothing.
        loop {
            let answer = self.request(Method::GET, "/readyz", None).send().await.unwrap();
            if answer.status() == StatusCode::OK {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str, token: Option<&str>) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Calls and gives status and JSON (`null` without).
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut request = self.request(method, path, token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or(Value::Null))
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::POST, path, Some(token), Some(body)).await;
        assert!((200..300).contains(&status), "POST {path}: {status} {answer}");
        answer
    }

    /// A new researcher's token.
    pub(crate) async fn researcher(&self, handle: &str) -> String {
        let account = json!({"handle": handle, "password": "correct horse", "display_name": handle});
        let (status, answer) = self.call(Method::POST, "/api/v1/accounts", None, Some(account)).await;
        assert_eq!(status, 201, "{answer}");
        let wanted = json!({"handle": handle, "password": "correct horse"});
        let (status, answer) = self.call(Method::POST, "/api/v1/tokens", None, Some(wanted)).await;
        assert_eq!(status, 201, "{answer}");
        answer["token"].as_str().unwrap().to_owned()
    }

    /// A draft with the colours `red` and `blue`.
    pub(crate) async fn draft(&self, token: &str) -> Value {
        let new = json!({"title": "Colours", "question": "What is it called?", "language": "en", "access": "unlisted"});
        let experiment = self.post("/api/v1/experiments", token, new).await;
        let id = experiment["id"].as_str().unwrap();
        for (key, colour) in [("red", "#ff0000"), ("blue", "#0000ff")] {
            let path = format!("/api/v1/experiments/{id}/stimuli/{key}");
            let (status, answer) =
                self.call(Method::PUT, &path, Some(token), Some(json!({"colour": colour}))).await;
            assert_eq!(status, 201, "{answer}");
        }
        experiment
    }

    /// A published experiment with the colours `red` and `blue`.
    pub(crate) async fn published(&self, token: &str) -> Value {
        let id = self.draft(token).await["id"].as_str().unwrap().to_owned();
        self.post(&format!("/api/v1/experiments/{id}/publish"), token, json!({})).await
    }

    /// A new participant of a published experiment.
    pub(crate) async fn participant(&self, experiment: &Value) -> Participant {
        let slug = experiment["slug"].as_str().unwrap();
        let path = format!("/api/v1/run/{slug}/participations");
        let (status, run) = self.call(Method::POST, &path, None, Some(json!({}))).await;
        assert_eq!(status, 201, "{run}");
        Participant {
            id: run["participation_id"].as_str().unwrap().to_owned(),
            token: run["token"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) async fn respond(&self, participant: &Participant, trial: u32, body: Value) -> (u16, Value) {
        let path = format!("/api/v1/participations/{}/trials/{trial}/response", participant.id);
        self.call(Method::PUT, &path, Some(&participant.token), Some(body)).await
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.shutdown.begin();
        self.services.begin();
    }
}
