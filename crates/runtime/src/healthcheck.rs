//! `<service> healthcheck`: asks a running service whether it is ready, for containers and scripts.
//!
//! Images of NameIT hold no shell and no other program, so each service asks after itself. The service is found
//! where it was told to listen; nothing has to be said twice.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// How long a service may take to answer. Shorter than the three seconds after which containers give a probe up,
/// so that the reason is still heard.
pub const PATIENCE: Duration = Duration::from_millis(2_500);

/// Bytes of an answer that are read; readiness is a few lines.
const ANSWER_MAX_BYTES: usize = 64 << 10;

/// What a service can be asked to do instead of starting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Subcommand)]
pub enum Command {
    /// Exits with 0 when this service, running elsewhere on this machine, is ready; otherwise with 1.
    Healthcheck,
}

/// Why a service does not count as ready.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody listens there, or the connection broke.
    #[error("not ready: {address} does not answer")]
    Silent {
        /// Where was asked.
        address: String,
        /// What the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The answer took too long.
    #[error("not ready: {address} did not answer within {} ms", .patience.as_millis())]
    Slow {
        /// Where was asked.
        address: String,
        /// How long was waited.
        patience: Duration,
    },
    /// The service answered that it is not ready.
    #[error("not ready: {0}")]
    NotReady(String),
    /// Something answers there, but not a service of NameIT.
    #[error("not ready: what answers at {address} is not NameIT")]
    Stranger {
        /// Where was asked.
        address: String,
    },
    /// The address cannot be asked.
    #[error("`{0}` cannot be asked; write the server's own address, for example http://127.0.0.1:8080")]
    Address(String),
}

/// What `/readyz` says.
#[derive(Debug, serde::Deserialize)]
struct Readiness {
    ready: bool,
    #[serde(default)]
    checks: Vec<Check>,
}

/// One dependency in [`Readiness`].
#[derive(Debug, serde::Deserialize)]
struct Check {
    name: String,
    ok: bool,
    #[serde(default)]
    problem: Option<String>,
}

/// Asks the standard health service of the gRPC server that was told to listen on `listen`.
pub async fn grpc(listen: SocketAddr) -> Result<(), Error> {
    let address = reachable(listen).to_string();
    within(PATIENCE, &address, ask_grpc(&address)).await?;
    say_ready();
    Ok(())
}

/// Asks `/readyz` of the HTTP server that was told to listen on `listen`.
pub async fn http(listen: SocketAddr) -> Result<(), Error> {
    http_at(&format!("http://{}", reachable(listen)), PATIENCE).await
}

/// Asks `/readyz` below `url`, and waits at most for `patience`.
pub async fn http_at(url: &str, patience: Duration) -> Result<(), Error> {
    let wrong = || Error::Address(url.to_owned());
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    let host = uri.host().filter(|_| uri.scheme_str() == Some("http")).ok_or_else(wrong)?;
    let address = format!("{host}:{}", uri.port_u16().unwrap_or(80));
    let path = format!("{}/readyz", uri.path().trim_end_matches('/'));
    within(patience, &address, ask_http(&address, &path)).await?;
    say_ready();
    Ok(())
}

/// Where a client on the same machine reaches what listens on `listen`: a server that listens everywhere
/// listens on loopback, too.
pub fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, listen.port())
}

fn say_ready() {
    println!("ready");
}

async fn within(
    patience: Duration,
    address: &str,
    asking: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    let slow = |_| Error::Slow { address: address.to_owned(), patience };
    tokio::time::timeout(patience, asking).await.map_err(slow)?
}

async fn ask_grpc(address: &str) -> Result<(), Error> {
    let endpoint = Endpoint::from_shared(format!("http://{address}"))
        .map_err(|_| Error::Address(address.to_owned()))?
        .connect_timeout(PATIENCE);
    let channel = endpoint.connect().await.map_err(|source| silent(address, source))?;
    // The empty name stands for the service as a whole.
    let request = HealthCheckRequest { service: String::new() };
    let answer = HealthClient::new(channel).check(request).await.map_err(|status| match status.code() {
        tonic::Code::Unavailable => silent(address, status),
        _ => Error::Stranger { address: address.to_owned() },
    })?;
    match answer.into_inner().status() {
        ServingStatus::Serving => Ok(()),
        ServingStatus::NotServing | ServingStatus::ServiceUnknown | ServingStatus::Unknown => {
            Err(Error::NotReady(
                "the service is there, but it lacks something that it needs; its log names it".to_owned(),
            ))
        }
    }
}

async fn ask_http(address: &str, path: &str) -> Result<(), Error> {
    let stranger = || Error::Stranger { address: address.to_owned() };
    let stream = TcpStream::connect(address).await.map_err(|source| silent(address, source))?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|source| silent(address, source))?;
    tokio::spawn(connection);
    let request = Request::get(path)
        .header(header::HOST, address)
        .body(Empty::<Bytes>::new())
        .map_err(|_| Error::Address(address.to_owned()))?;
    let answer = sender.send_request(request).await.map_err(|_| stranger())?;
    let status = answer.status();
    let body = Limited::new(answer.into_body(), ANSWER_MAX_BYTES).collect().await;
    let body = body.map_err(|source| silent(address, io::Error::other(source)))?.to_bytes();
    let readiness: Readiness = serde_json::from_slice(&body).map_err(|_| stranger())?;
    if status == StatusCode::OK && readiness.ready {
        Ok(())
    } else {
        Err(Error::NotReady(readiness.problems()))
    }
}

fn silent(address: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Silent { address: address.to_owned(), source: source.into() }
}

// === impl Readiness ===

impl Readiness {
    /// What is wrong, in one line.
    fn problems(self) -> String {
        let broken: Vec<String> = self
            .checks
            .into_iter()
            .filter(|check| !check.ok)
            .map(|check| format!("{}: {}", check.name, check.problem.unwrap_or_default()))
            .collect();
        if broken.is_empty() { "the server is stopping".to_owned() } else { broken.join("; ") }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;
    use crate::health::Need;
    use crate::{Health, Listen, Shutdown, server};

    #[test]
    fn a_server_that_listens_everywhere_is_asked_on_loopback() {
        let reached = |listen: &str| reachable(listen.parse().unwrap()).to_string();
        assert_eq!(reached("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(reached("[::]:8080"), "[::1]:8080");
        assert_eq!(reached("10.1.2.3:50051"), "10.1.2.3:50051");
    }

    #[tokio::test]
    async fn a_grpc_service_is_as_ready_as_what_it_needs() {
        let health = Health::new();
        let works = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
        let seen = works.clone();
        health
            .register("database", Need::Required, move || {
                let answer = if seen.load(std::sync::atomic::Ordering::Relaxed) {
                    Ok(())
                } else {
                    Err("is away".to_owned())
                };
                Box::pin(async move { answer })
            })
            .await;
        let shutdown = Shutdown::new();
        let bound = Listen::Tcp("127.0.0.1:0".parse().unwrap()).bind().await.unwrap();
        let address = bound.tcp_address().unwrap();
        let routes = tonic::service::Routes::new(health.grpc_service(&shutdown).await);
        let running = shutdown.clone();
        tokio::spawn(async move { server::serve_grpc(bound, routes, &running).await });
        grpc(address).await.unwrap();
        works.store(false, std::sync::atomic::Ordering::Relaxed);
        let refusal = loop {
            match grpc(address).await {
                Ok(()) => tokio::task::yield_now().await,
                Err(refusal) => break refusal,
            }
        };
        assert!(refusal.to_string().contains("lacks something"), "{refusal}");
    }

    #[tokio::test]
    async fn who_is_not_there_or_never_answers_is_not_ready() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let slow = http_at(&url, Duration::from_millis(50)).await.unwrap_err();
        assert!(slow.to_string().contains("did not answer within 50 ms"), "{slow}");
        drop(listener);
        let gone = http_at(&url, PATIENCE).await.unwrap_err();
        assert!(gone.to_string().ends_with("does not answer"), "{gone}");
        for wrong in ["https://127.0.0.1:1", "127.0.0.1", "ftp://a", ""] {
            assert!(matches!(http_at(wrong, PATIENCE).await, Err(Error::Address(_))), "{wrong:?}");
        }
    }

    #[test]
    fn what_is_wrong_stands_in_one_line() {
        let said = r#"{"ready":false,"checks":[{"name":"storage","ok":false,"problem":"is away"},{"name":"signing_key","ok":true}]}"#;
        let readiness: Readiness = serde_json::from_str(said).unwrap();
        assert_eq!(readiness.problems(), "storage: is away");
    }
}
