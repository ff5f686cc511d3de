//! gRPC servers.

use std::time::Duration;

use nameit_telemetry::grpc::ExtractLayer;
use tonic::service::Routes;
use tonic::transport::Server;

use crate::transport::Bound;
use crate::{Error, Shutdown};

/// Streams that one connection may have open at once.
const STREAMS_PER_CONNECTION: u32 = 1024;

/// Bytes in flight per stream and per connection.
const WINDOW_BYTES: u32 = 4 * 1024 * 1024;

/// Serves `routes` until the shutdown begins, then lets calls under way finish.
pub async fn serve_grpc(mut bound: Bound, routes: Routes, shutdown: &Shutdown) -> Result<(), Error> {
    let soft = shutdown.soft();
    let incoming = async_stream::stream! {
        loop {
            match bound.accept().await {
                Ok(connection) => yield Ok::<_, std::io::Error>(connection),
                Err(error) => {
                    // Out of file descriptors or a connection that was reset: the listener still works.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    };
    let serve = Server::builder()
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES)
        .http2_keepalive_interval(Some(Duration::from_secs(20)))
        .tcp_nodelay(true)
        .layer(ExtractLayer)
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, soft.cancelled_owned());
    let hard = shutdown.hard();
    tokio::select! {
        served = serve => served.map_err(Error::Serve),
        () = hard.cancelled() => {
            tracing::warn!("calls were still under way when the time to drain was over");
            Ok(())
        }
    }
}
