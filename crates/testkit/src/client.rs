//! HTTP as a test reads it.

use http::{HeaderMap, StatusCode};
use reqwest::RequestBuilder;
use serde_json::Value;

/// A server, and a token if one is held.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

/// What a server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    asked: String,
}

// === impl Client ===

impl Client {
    /// A client of the server at `http://host:port` that holds no token and follows no redirects.
    pub fn new(url: &str) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .cookie_store(true)
            .build()
            .expect("a client without TLS can always be built");
        Self { http, url: url.trim_end_matches('/').to_owned(), token: None }
    }

    /// The same server for the holder of another token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same server, without a token.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// The same holder of the same token at another server.
    #[must_use]
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.trim_end_matches('/').to_owned(), ..self.clone() }
    }

    /// The token that is held.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Address of the server, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Gets.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("POST", path).json(body)).await
    }

    /// Puts JSON.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("PUT", path).json(body)).await
    }

    /// Changes by JSON.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("PATCH", path).json(body)).await
    }

    /// Deletes.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path)).await
    }

    /// Sends bytes of a media type.
    pub async fn upload(&self, method: &str, path: &str, media_type: &str, body: Vec<u8>) -> Answer {
        self.send(self.request(method, path).header("content-type", media_type).body(body)).await
    }

    /// Posts a form, as a page does.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.request("POST", path).form(fields)).await
    }

    /// A request that is still to be filled, with the token in it.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("tests use methods that exist");
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.expect("the server answers")
    }

    /// Sends a request to a server that may be gone.
    pub async fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Answer> {
        let request = request.build()?;
        let asked = format!("{} {}", request.method(), request.url().path());
        let response = self.http.execute(request).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        Ok(Answer { status, headers, text, asked })
    }
}

// === impl Answer ===

#[expect(clippy::return_self_not_must_use, reason = "often the insisting is all that a test wants")]
impl Answer {
    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// A text in the JSON body.
    #[track_caller]
    pub fn text_of(&self, name: &str) -> String {
        let json = self.json();
        let found = json[name].as_str();
        found.unwrap_or_else(|| panic!("{}: no text `{name}` in {}", self.asked, self.text)).to_owned()
    }

    /// Insists on success.
    #[track_caller]
    pub fn expect_ok(self) -> Self {
        assert!(self.status.is_success(), "{}: {} {}", self.asked, self.status, self.text);
        self
    }

    /// Insists on this status and, for problems, on RFC 9457 with a detail that contains `part`.
    #[track_caller]
    pub fn expect_problem(self, status: u16, part: &str) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.asked, self.text);
        let media_type = self.headers.get("content-type").and_then(|value| value.to_str().ok());
        assert_eq!(media_type, Some("application/problem+json"), "{}: {}", self.asked, self.text);
        let problem = self.json();
        assert_eq!(problem["status"], status, "{}", self.text);
        let says = problem["detail"].as_str().unwrap_or_default().to_lowercase();
        assert!(says.contains(&part.to_lowercase()), "{}: `{part}` is not in {says:?}", self.asked);
        self
    }

    /// Insists on this status and on a page that says `part`.
    #[track_caller]
    pub fn expect_page(self, status: u16, part: &str) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.asked, self.text);
        let media_type = self.headers.get("content-type").and_then(|value| value.to_str().ok());
        assert!(
            media_type.is_some_and(|kind| kind.starts_with("text/html")),
            "{}: {media_type:?}",
            self.asked
        );
        let says = self.text.to_lowercase();
        assert!(
            says.contains(&part.to_lowercase()),
            "{}: `{part}` is not in the page\n{}",
            self.asked,
            self.text
        );
        self
    }
}
