//! One keep-alive HTTP/1.1 connection, as light as possible.

use anyhow::Context as _;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A connection that is made again when it was lost.
pub(super) struct Connection {
    authority: String,
    host: HeaderValue,
    sender: Option<SendRequest<Full<Bytes>>>,
}

// === impl Connection ===

impl Connection {
    /// To `http://host:port`; connected when first used.
    pub(super) fn to(url: &str) -> anyhow::Result<Self> {
        let authority = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let host = HeaderValue::try_from(&authority).with_context(|| format!("`{url}` is not an address"))?;
        Ok(Self { authority, host, sender: None })
    }

    /// Sends one request and reads the whole answer.
    pub(super) async fn send(
        &mut self,
        method: Method,
        path: &str,
        token: Option<&HeaderValue>,
        body: Bytes,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, &self.host);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, token);
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(body)).context("the request cannot be built")?;
        let sender = self.connected().await?;
        let answer = sender.send_request(request).await;
        let outcome = match answer {
            Ok(response) => {
                let status = response.status();
                response.into_body().collect().await.map(|body| (status, body.to_bytes()))
            }
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            self.sender = None;
        }
        outcome.context("the connection broke off")
    }

    async fn connected(&mut self) -> anyhow::Result<&mut SendRequest<Full<Bytes>>> {
        let usable = match &mut self.sender {
            Some(sender) => sender.ready().await.is_ok(),
            None => false,
        };
        if !usable {
            let stream = TcpStream::connect(&self.authority).await.context("cannot connect")?;
            stream.set_nodelay(true).context("cannot connect")?;
            let (sender, connection) = handshake(TokioIo::new(stream)).await.context("cannot connect")?;
            tokio::spawn(async move {
                // Whoever sends on the connection sees the same error.
                drop(connection.await);
            });
            self.sender = Some(sender);
        }
        self.sender.as_mut().context("was set just now")
    }
}
