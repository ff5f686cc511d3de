//! From the name of a service to the addresses of its replicas.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::net::SocketAddr;

use futures::future::BoxFuture;

/// Looks names up.
pub trait Resolve: fmt::Debug + Send + Sync + 'static {
    /// Every address that `host` has now, with `port`.
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<BTreeSet<SocketAddr>>>;
}

/// Looks names up as the system does: hosts file, then DNS.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

// === impl SystemResolver ===

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str, port: u16) -> BoxFuture<'a, io::Result<BTreeSet<SocketAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }
}
