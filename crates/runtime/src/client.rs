//! Clients of other services.

use std::time::Duration;

use hyper_util::rt::TokioIo;
use nameit_telemetry::grpc::Inject;
use tonic::transport::Endpoint;

use crate::Error;
use crate::transport::Connect;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How often an idle connection is probed, so that a dead peer is noticed.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(15);

/// How long a probe may stay unanswered.
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes in flight per stream and per connection.
const WINDOW_BYTES: u32 = 4 * 1024 * 1024;

/// A connection to a service: made when first needed, made again when lost, carries the trace context.
/// Calls have no deadline of their own; set one per request with `Request::set_timeout` (streams that
/// follow something must not have one).
pub type Channel = Inject<tonic::transport::Channel>;

/// A connection to the service at `target`. Nothing is sent before the first call.
pub fn channel(target: &Connect) -> Result<Channel, Error> {
    let channel = match target {
        Connect::Uri(uri) => endpoint(uri)?.connect_lazy(),
        Connect::Memory(connector) => {
            let connector = connector.clone();
            endpoint("http://memory")?.connect_with_connector_lazy(tower::service_fn(move |_| {
                let connector = connector.clone();
                async move { connector.connect().await.map(TokioIo::new) }
            }))
        }
    };
    Ok(Inject(channel))
}

fn endpoint(uri: &str) -> Result<Endpoint, Error> {
    let wrong = || Error::Address { uri: uri.to_owned() };
    let endpoint = Endpoint::from_shared(uri.to_owned()).map_err(|_| wrong())?;
    if endpoint.uri().scheme_str() != Some("http") || endpoint.uri().authority().is_none() {
        return Err(wrong());
    }
    Ok(endpoint
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .keep_alive_while_idle(true)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES)
        .tcp_nodelay(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_without_a_scheme_is_refused() {
        for wrong in ["127.0.0.1:50051", "ftp://host:1", "", "http://"] {
            assert!(channel(&Connect::Uri(wrong.to_owned())).is_err(), "{wrong:?} must be refused");
        }
        assert!(channel(&Connect::Uri("http://127.0.0.1:50051".to_owned())).is_ok());
    }
}
