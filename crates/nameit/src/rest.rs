//! A small client of the public REST API, for the commands that talk to a running server.

use anyhow::{Context as _, bail};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;

/// A server and, once signed in, the token for it.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    client: reqwest::Client,
    url: String,
    token: Option<String>,
}

/// A refusal by the server, with what its problem document says.
#[derive(Debug, thiserror::Error)]
#[error("{method} {path} was answered with {status}: {detail}")]
pub(crate) struct Refused {
    method: &'static str,
    path: String,
    pub(crate) status: StatusCode,
    detail: String,
}

// === impl Server ===

impl Server {
    /// The server at `http://host:port`.
    pub(crate) fn at(url: &str) -> anyhow::Result<Self> {
        let url = url.trim_end_matches('/').to_owned();
        if !url.starts_with("http://") {
            bail!("`{url}` is not the address of a server; write for example http://127.0.0.1:8080");
        }
        let client = reqwest::Client::builder().no_proxy().build().context("cannot make an HTTP client")?;
        Ok(Self { client, url, token: None })
    }

    /// The server's address, without a slash at the end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The same server for somebody with another token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// Makes an account and signs in to it.
    pub(crate) async fn sign_up(
        &self,
        handle: &str,
        password: &str,
        display_name: &str,
    ) -> anyhow::Result<Self> {
        let account =
            serde_json::json!({"handle": handle, "password": password, "display_name": display_name});
        self.post("/api/v1/accounts", &account).await?;
        let sign_in = serde_json::json!({"handle": handle, "password": password, "label": "nameit"});
        let answer = self.post("/api/v1/tokens", &sign_in).await?;
        Ok(self.with_token(text(&answer, "token")?))
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.client.post(self.address(path)).json(body);
        json(self.send("POST", path, request).await?).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.client.put(self.address(path)).json(body);
        json(self.send("PUT", path, request).await?).await
    }

    pub(crate) async fn put_png(&self, path: &str, png: Vec<u8>) -> anyhow::Result<Value> {
        let request = self.client.put(self.address(path)).header("content-type", "image/png").body(png);
        json(self.send("PUT", path, request).await?).await
    }

    /// A successful answer whose body is still to be read.
    pub(crate) async fn open(&self, path: &str) -> anyhow::Result<Response> {
        self.send("GET", path, self.client.get(self.address(path))).await
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    async fn send(
        &self,
        method: &'static str,
        path: &str,
        request: RequestBuilder,
    ) -> anyhow::Result<Response> {
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let no_answer = || format!("{} does not answer; is `nameit up` running?", self.url);
        let response = request.send().await.with_context(no_answer)?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let problem: Value = response.json().await.unwrap_or_default();
        let detail = ["detail", "title"].iter().find_map(|name| problem[name].as_str()).unwrap_or_default();
        let refused = Refused { method, path: path.to_owned(), status, detail: detail.to_owned() };
        Err(refused.into())
    }
}

/// A text of an answer.
pub(crate) fn text<'a>(answer: &'a Value, name: &str) -> anyhow::Result<&'a str> {
    answer[name].as_str().with_context(|| format!("the server's answer has no `{name}`"))
}

async fn json(response: Response) -> anyhow::Result<Value> {
    let body = response.bytes().await.context("the server's answer broke off")?;
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&body).context("the server's answer is not JSON")
}
