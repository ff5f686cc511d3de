//! Clients of other services, balanced over their replicas.
//!
//! What a [`Channel`] promises:
//! - the name of a service is looked up again every [`RESOLVE_INTERVAL`], and at once when a connection
//!   breaks or cannot be made; each address that it has is one replica with one connection (a headless
//!   service of Kubernetes and the DNS of Docker answer with all of them);
//! - a call goes to a replica that is connected and says that it serves, the one with the fewest unanswered
//!   calls, in turn when several have as few; a call with an [`Affinity`] goes to the same replica as all
//!   calls with that key, and to the next in its order while that one is gone;
//! - a replica that dies is left when its connection breaks, one that hangs within [`HEALTH_INTERVAL`] and
//!   [`HEALTH_TIMEOUT`], one that leaves the name within [`RESOLVE_INTERVAL`]; what it has begun to answer it
//!   may finish;
//! - a call that surely was not read, because it was not sent or because a replica that stops says so, goes to
//!   another replica (unless more than 1 MiB of it has left); one that may have been read never does: its error
//!   is `UNAVAILABLE`, and the caller decides;
//! - when no replica can be reached the call fails after one fresh attempt at each, with one line that says
//!   what was looked for and why it failed. A name that is not found is looked for again: what was found
//!   before stays.
//!
//! An IP address costs one connection and nothing else, a name with one address a look-up now and then.
//! Streams that break are resumed by those who read them; a channel only says that they broke.

mod affinity;
mod balance;
mod deadline;
mod repeatable;
mod replica;
mod resolve;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use nameit_telemetry::grpc::Inject;

pub use self::affinity::Affinity;
pub use self::balance::{Balanced, ReplicaState, ReplicaStatus};
use self::replica::Address;
pub use self::resolve::{Resolve, SystemResolver};
use crate::Error;
use crate::transport::Connect;

/// How often the name of a service is looked up again.
pub const RESOLVE_INTERVAL: Duration = Duration::from_secs(3);

/// How often each of several replicas is asked whether it serves.
pub const HEALTH_INTERVAL: Duration = Duration::from_secs(1);

/// How long a replica may take to say so.
pub const HEALTH_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection to a service: made when it is needed, made again when lost, carries the trace context.
/// Calls have no deadline of their own; set one per request with `Request::set_timeout` (streams that
/// follow something must not have one).
pub type Channel = Inject<Balanced>;

/// A connection to the service at `target`, looked up by the system.
pub fn channel(target: &Connect) -> Result<Channel, Error> {
    channel_resolved_by(target, Arc::new(SystemResolver))
}

/// A connection to the service at `target`, looked up by `resolver`.
pub fn channel_resolved_by(target: &Connect, resolver: Arc<dyn Resolve>) -> Result<Channel, Error> {
    let balanced = match target {
        Connect::Memory(connector) => {
            let origin = Uri::from_static("http://memory");
            Balanced::fixed(origin, Address::Memory(connector.clone()))
        }
        Connect::Uri(uri) => {
            let place = Place::parse(uri)?;
            match place.host.parse::<IpAddr>() {
                Ok(address) => Balanced::fixed(place.origin, Address::Tcp((address, place.port).into())),
                Err(_) => Balanced::named(place, resolver),
            }
        }
    };
    Ok(Inject(balanced))
}

/// Where a service is: `http://host:port`, parsed.
#[derive(Debug)]
struct Place {
    origin: Uri,
    /// Without the brackets of an IPv6 address.
    host: String,
    port: u16,
}

// === impl Place ===

impl Place {
    fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || Error::Address { uri: text.to_owned() };
        let origin: Uri = text.parse().map_err(|_| wrong())?;
        if origin.scheme_str() != Some("http") {
            return Err(wrong());
        }
        let host = origin.host().ok_or_else(wrong)?.trim_matches(['[', ']']).to_owned();
        if host.is_empty() {
            return Err(wrong());
        }
        let port = origin.port_u16().unwrap_or(80);
        Ok(Self { origin, host, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_without_a_scheme_is_refused() {
        for wrong in ["127.0.0.1:50051", "ftp://host:1", "", "http://", "http://:1"] {
            assert!(channel(&Connect::Uri(wrong.to_owned())).is_err(), "{wrong:?} must be refused");
        }
        for right in ["http://127.0.0.1:50051", "http://[::1]:50051", "http://storage:50051"] {
            assert!(channel(&Connect::Uri(right.to_owned())).is_ok(), "{right:?} must be taken");
        }
    }
}
