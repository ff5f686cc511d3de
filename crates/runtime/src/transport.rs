//! Where a service listens and where a client connects: TCP, or memory within one process.

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tonic::transport::server::{Connected, TcpConnectInfo};

use crate::Error;

/// Bytes that one direction of an in-memory connection holds.
const MEMORY_BUFFER_BYTES: usize = 256 * 1024;

/// In-memory connections that wait to be accepted.
const MEMORY_BACKLOG: usize = 16;

/// Where a service listens.
#[derive(Debug)]
pub enum Listen {
    /// On a TCP address; port 0 takes a free one.
    Tcp(SocketAddr),
    /// In memory, for clients in this process.
    Memory(MemoryListener),
}

/// Where a client connects.
#[derive(Debug, Clone)]
pub enum Connect {
    /// To `http://host:port`.
    Uri(String),
    /// To a listener in this process.
    Memory(MemoryConnector),
}

/// The listening end of [`memory`].
#[derive(Debug)]
pub struct MemoryListener(mpsc::Receiver<DuplexStream>);

/// The connecting end of [`memory`].
#[derive(Debug, Clone)]
pub struct MemoryConnector(mpsc::Sender<DuplexStream>);

/// A listener that is ready to accept.
#[derive(Debug)]
pub enum Bound {
    /// On TCP.
    Tcp(TcpListener, SocketAddr),
    /// In memory.
    Memory(MemoryListener),
}

/// One accepted connection.
#[derive(Debug)]
pub enum Connection {
    /// Over TCP.
    Tcp(TcpStream),
    /// Through memory.
    Memory(DuplexStream),
}

/// A listener and a connector that meet in memory.
pub fn memory() -> (MemoryListener, MemoryConnector) {
    let (sender, receiver) = mpsc::channel(MEMORY_BACKLOG);
    (MemoryListener(receiver), MemoryConnector(sender))
}

// === impl Listen ===

impl Listen {
    /// Takes the address.
    pub async fn bind(self) -> Result<Bound, Error> {
        match self {
            Self::Memory(listener) => Ok(Bound::Memory(listener)),
            Self::Tcp(address) => {
                let failed = |source| Error::Bind { address: address.to_string(), source };
                let listener = TcpListener::bind(address).await.map_err(failed)?;
                let address = listener.local_addr().map_err(failed)?;
                Ok(Bound::Tcp(listener, address))
            }
        }
    }
}

// === impl MemoryConnector ===

impl MemoryConnector {
    /// Opens a connection.
    ///
    /// # Errors
    /// When the listening service has stopped.
    pub async fn connect(&self) -> std::io::Result<DuplexStream> {
        let (mine, theirs) = tokio::io::duplex(MEMORY_BUFFER_BYTES);
        let stopped =
            |_| std::io::Error::new(std::io::ErrorKind::ConnectionRefused, "the service has stopped");
        self.0.send(theirs).await.map_err(stopped)?;
        Ok(mine)
    }
}

// === impl Bound ===

impl Bound {
    /// Where clients can reach it: `127.0.0.1:50051`, or `memory`.
    pub fn address(&self) -> String {
        match self {
            Self::Tcp(_, address) => address.to_string(),
            Self::Memory(_) => "memory".to_owned(),
        }
    }

    /// Where a client in this process connects to it, for TCP.
    pub fn tcp_address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(_, address) => Some(*address),
            Self::Memory(_) => None,
        }
    }

    /// Waits for the next connection. A memory listener that no client can reach any more goes on waiting,
    /// as a TCP listener would: it is the shutdown that ends a service, not the lack of clients.
    pub async fn accept(&mut self) -> std::io::Result<Connection> {
        match self {
            Self::Tcp(listener, _) => listener.accept().await.map(|(stream, _)| {
                // A delayed small answer costs more than a small packet.
                let _ = stream.set_nodelay(true);
                Connection::Tcp(stream)
            }),
            Self::Memory(listener) => match listener.0.recv().await {
                Some(stream) => Ok(Connection::Memory(stream)),
                None => std::future::pending().await,
            },
        }
    }
}

// === impl Connection ===

impl Connected for Connection {
    type ConnectInfo = Option<TcpConnectInfo>;

    fn connect_info(&self) -> Self::ConnectInfo {
        match self {
            Self::Tcp(stream) => Some(stream.connect_info()),
            Self::Memory(_) => None,
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Memory(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Memory(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            Self::Memory(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Memory(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
            Self::Memory(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(stream) => stream.is_write_vectored(),
            Self::Memory(stream) => stream.is_write_vectored(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_memory_listener_outlives_its_clients() {
        let (listener, connector) = memory();
        let mut bound = Listen::Memory(listener).bind().await.unwrap();
        let connected = connector.connect().await;
        assert!(connected.is_ok());
        drop(connector);
        assert!(matches!(bound.accept().await, Ok(Connection::Memory(_))));
        let next = tokio::time::timeout(std::time::Duration::from_millis(20), bound.accept()).await;
        assert!(next.is_err(), "it goes on waiting instead of ending the service");
    }
}
