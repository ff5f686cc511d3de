//! The HTTP server: HTTP/1.1 and HTTP/2 on one port, bounded, and patient when it stops.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use nameit_runtime::Shutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::config::Limits;

/// Time in which a client must have sent a request's headers; also how long an idle connection is kept.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(30);
/// Headers of a request.
const HEADERS_MAX: usize = 100;
/// Bytes of a request's headers.
const HEADERS_MAX_BYTES: usize = 64 << 10;
/// Requests that one HTTP/2 connection may have open.
const STREAMS_MAX: u32 = 256;

/// Serves until the shutdown begins; what is under way is finished.
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: &Limits, shutdown: &Shutdown) {
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let builder = builder();
    let soft = shutdown.soft();
    loop {
        let place = tokio::select! {
            () = soft.cancelled() => return,
            place = Arc::clone(&places).acquire_owned() => place.expect("this semaphore is never closed"),
        };
        let accepted = tokio::select! {
            () = soft.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = connection(stream, builder.clone(), router.clone(), shutdown.clone());
                shutdown.tasks().spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file descriptors, or a connection that was reset: the listener still works.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, builder: Builder<TokioExecutor>, router: Router, shutdown: Shutdown) {
    // A delayed small answer costs more than a small packet.
    let _ = stream.set_nodelay(true);
    let serving = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut serving = std::pin::pin!(serving);
    let (soft, hard) = (shutdown.soft(), shutdown.hard());
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = soft.cancelled() => {
            serving.as_mut().graceful_shutdown();
            tokio::select! {
                ended = serving => ended,
                () = hard.cancelled() => return,
            }
        }
    };
    // Clients go away all the time; that is no news.
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIMEOUT)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEADERS_MAX_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEADERS_MAX_BYTES as u32)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}
