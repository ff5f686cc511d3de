//! A front before a server: the first connection is closed without a call being read, the others go through.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Type of the frame that begins a call (RFC 9113, section 6.2).
const HEADERS: u8 = 1;

/// What a client sends first (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Our settings: none.
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

/// `GOAWAY`: no error, and the last call that was taken is none.
const GOAWAY: &[u8] = &[0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// Stands before a server and turns the first call away.
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    turned_away: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Front {
    pub(crate) async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let turned_away = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&turned_away);
        let task = tokio::spawn(async move {
            let (first, _) = listener.accept().await.unwrap();
            turn_away(first).await;
            count.fetch_add(1, Ordering::Relaxed);
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                let mut server = TcpStream::connect(server).await.unwrap();
                tokio::spawn(async move { copy_bidirectional(&mut client, &mut server).await });
            }
        });
        Self { address, turned_away, task }
    }

    /// How many calls were.
    pub(crate) fn turned_away(&self) -> usize {
        self.turned_away.load(Ordering::Relaxed)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Speaks HTTP/2 until a call begins, lets all of its body come, and says that it has not read it.
async fn turn_away(mut client: TcpStream) {
    let mut preface = [0; PREFACE.len()];
    client.read_exact(&mut preface).await.unwrap();
    assert_eq!(preface, PREFACE);
    client.write_all(SETTINGS).await.unwrap();
    let (mut begun, mut ended) = (false, false);
    while !(begun && ended) {
        let mut head = [0; 9];
        client.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        client.read_exact(&mut payload).await.unwrap();
        begun |= head[3] == HEADERS;
        // END_STREAM of HEADERS and of DATA.
        ended |= head[3] <= HEADERS && head[4] & 1 == 1;
    }
    client.write_all(GOAWAY).await.unwrap();
    // The client closes the connection.
    while client.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
}
