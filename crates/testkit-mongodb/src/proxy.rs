//! A connection that a test can break.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use crate::uri::Uri;

/// A TCP proxy on loopback in front of a server. It ends when it is dropped.
///
/// ```no_run
/// # async fn story() -> Result<(), Box<dyn std::error::Error>> {
/// use nameit_testkit_mongodb::{Proxy, server};
///
/// let database = server()?.database();
/// let proxy = Proxy::start(&server()?.address()).await?;
/// let uri = proxy.uri_through(database.uri());
/// // … a store on `uri` …
/// proxy.cut().await?;
/// // … the server is down …
/// proxy.mend().await?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    orders: mpsc::Sender<Order>,
}

/// What happens to what arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Mended,
    Hanging,
    Cut,
}

/// A new state, and where to say that it holds.
type Order = (State, oneshot::Sender<io::Result<()>>);

/// The part that runs: it owns the listener and all connections.
struct Forwarder {
    address: SocketAddr,
    target: String,
    /// Absent while the connection is cut, so that the system refuses for us.
    listener: Option<TcpListener>,
    connections: JoinSet<()>,
    state: watch::Sender<State>,
}

// === impl Proxy ===

impl Proxy {
    /// Starts in front of `target`, host and port, on a free port of loopback.
    pub async fn start(target: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (orders, orders_in) = mpsc::channel(1);
        let forwarder = Forwarder {
            address,
            target: target.to_owned(),
            listener: Some(listener),
            connections: JoinSet::new(),
            state: watch::Sender::new(State::Mended),
        };
        tokio::spawn(forwarder.run(orders_in));
        Ok(Self { address, orders })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same database through this proxy.
    pub fn uri_through(&self, database_uri: &str) -> String {
        let uri = Uri::parse(database_uri).expect("the URI is one that a server gave");
        uri.through(&self.address.to_string()).to_string()
    }

    /// As if the server ended: every connection is closed, new ones are refused. Holds when this returns.
    pub async fn cut(&self) -> io::Result<()> {
        self.order(State::Cut).await
    }

    /// As if the network lost everything: connections stay and new ones are accepted, but nothing passes.
    pub async fn hang(&self) -> io::Result<()> {
        self.order(State::Hanging).await
    }

    /// As before: new connections are accepted, what hangs goes on.
    pub async fn mend(&self) -> io::Result<()> {
        self.order(State::Mended).await
    }

    async fn order(&self, state: State) -> io::Result<()> {
        let gone = || io::Error::other("the runtime that the proxy was started on has ended");
        let (done, is_done) = oneshot::channel();
        self.orders.send((state, done)).await.map_err(|_| gone())?;
        is_done.await.map_err(|_| gone())?
    }
}

// === impl Forwarder ===

impl Forwarder {
    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        loop {
            tokio::select! {
                order = orders.recv() => {
                    // Without the proxy there is nobody to forward for: dropping the set ends the connections.
                    let Some((state, done)) = order else { return };
                    let result = self.become_state(state).await;
                    // Whoever gave the order may have stopped waiting.
                    let _ = done.send(result);
                }
                client = accept(self.listener.as_ref()) => {
                    if let Ok(client) = client {
                        let state = self.state.subscribe();
                        self.connections.spawn(forward(client, self.target.clone(), state));
                    }
                }
                Some(_) = self.connections.join_next() => {}
            }
        }
    }

    async fn become_state(&mut self, state: State) -> io::Result<()> {
        if state == State::Cut {
            self.listener = None;
            self.connections.shutdown().await;
        } else if self.listener.is_none() {
            self.listener = Some(TcpListener::bind(self.address).await?);
        }
        self.state.send_replace(state);
        Ok(())
    }
}

/// Waits for a client; for ever where nobody listens.
async fn accept(listener: Option<&TcpListener>) -> io::Result<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.map(|(client, _)| client),
        None => std::future::pending().await,
    }
}

/// Carries one connection until either side closes it. A server that is not there closes it at once.
async fn forward(client: TcpStream, target: String, state: watch::Receiver<State>) {
    let Ok(server) = TcpStream::connect(target).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        _ = carry(from_client, to_server, state.clone()) => {}
        _ = carry(from_server, to_client, state) => {}
    }
}

/// Carries bytes one way, and holds what it has while the connection hangs.
async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut state: watch::Receiver<State>,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let count = from.read(&mut bytes).await?;
        if count == 0 {
            return Ok(());
        }
        if state.wait_for(|state| *state == State::Mended).await.is_err() {
            return Ok(());
        }
        to.write_all(&bytes[..count]).await?;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A server that sends back what it gets; its address.
    async fn echo() -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let (mut from, mut to) = client.into_split();
                tokio::spawn(async move { tokio::io::copy(&mut from, &mut to).await });
            }
        });
        address
    }

    async fn say(client: &mut TcpStream, byte: u8) {
        client.write_all(&[byte]).await.unwrap();
    }

    /// The byte that comes back, or the end of the connection.
    async fn hear(client: &mut TcpStream) -> io::Result<u8> {
        let heard = tokio::time::timeout(Duration::from_secs(10), client.read_u8()).await;
        heard.expect("something comes back")
    }

    async fn hears_nothing(client: &mut TcpStream) -> bool {
        tokio::time::timeout(Duration::from_millis(200), client.read_u8()).await.is_err()
    }

    #[tokio::test]
    async fn what_is_cut_ends_and_is_refused_until_mended() {
        let proxy = Proxy::start(&echo().await).await.unwrap();
        let mut client = TcpStream::connect(proxy.address()).await.unwrap();
        say(&mut client, 1).await;
        assert_eq!(hear(&mut client).await.unwrap(), 1);

        proxy.cut().await.unwrap();
        hear(&mut client).await.unwrap_err();
        let refused = TcpStream::connect(proxy.address()).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);

        proxy.mend().await.unwrap();
        let mut client = TcpStream::connect(proxy.address()).await.unwrap();
        say(&mut client, 2).await;
        assert_eq!(hear(&mut client).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn what_hangs_is_held_and_delivered_once_mended() {
        let proxy = Proxy::start(&echo().await).await.unwrap();
        let mut old = TcpStream::connect(proxy.address()).await.unwrap();
        proxy.hang().await.unwrap();
        let mut new = TcpStream::connect(proxy.address()).await.unwrap();
        for client in [&mut old, &mut new] {
            say(client, 7).await;
            assert!(hears_nothing(client).await);
        }
        proxy.mend().await.unwrap();
        for client in [&mut old, &mut new] {
            assert_eq!(hear(client).await.unwrap(), 7);
        }
    }

    #[tokio::test]
    async fn a_proxy_that_hangs_can_be_cut() {
        let proxy = Proxy::start(&echo().await).await.unwrap();
        let mut client = TcpStream::connect(proxy.address()).await.unwrap();
        proxy.hang().await.unwrap();
        say(&mut client, 1).await;
        assert!(hears_nothing(&mut client).await);
        proxy.cut().await.unwrap();
        hear(&mut client).await.unwrap_err();
    }

    #[tokio::test]
    async fn a_server_that_is_gone_ends_the_connection() {
        let gone = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
        let proxy = Proxy::start(&gone.to_string()).await.unwrap();
        let mut client = TcpStream::connect(proxy.address()).await.unwrap();
        hear(&mut client).await.unwrap_err();
    }
}
