//! A MongoDB server that knows nobody: it answers the greeting and refuses every password. It speaks just
//! enough of the wire protocol for a driver to get there.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The first message of a connection, in the form of old servers, and its answer.
const OP_QUERY: i32 = 2004;
const OP_REPLY: i32 = 1;
/// Every other message, and its answer.
const OP_MSG: i32 = 2013;

/// The longest message that is taken.
const MESSAGE_MAX: usize = 1 << 20;

/// Starts the server for as long as the runtime lives.
pub(crate) async fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((connection, _)) = listener.accept().await {
            connections.spawn(serve(connection));
        }
    });
    Ok(address)
}

/// Answers until the client has enough.
async fn serve(mut connection: TcpStream) -> io::Result<()> {
    loop {
        let length = connection.read_i32_le().await?;
        let request_id = connection.read_i32_le().await?;
        let _response_to = connection.read_i32_le().await?;
        let code = connection.read_i32_le().await?;
        let length = usize::try_from(length).ok().and_then(|length| length.checked_sub(16));
        let mut body =
            vec![0; length.filter(|length| *length < MESSAGE_MAX).ok_or(io::ErrorKind::InvalidData)?];
        connection.read_exact(&mut body).await?;
        let (answer_code, answer) = match code {
            // Flags (4 bytes), cursor (8), place of the first document (4), number of documents.
            OP_QUERY => (OP_REPLY, [&[0; 16][..], &1_i32.to_le_bytes(), &greeting()].concat()),
            // Flags, and one section with a document.
            OP_MSG if is_greeting(&body) => (OP_MSG, [&[0; 5][..], &greeting()].concat()),
            OP_MSG => (OP_MSG, [&[0; 5][..], &refusal()].concat()),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        let mut message = Vec::new();
        for number in [answer.len() as i32 + 16, 0, request_id, answer_code] {
            message.extend(number.to_le_bytes());
        }
        message.extend(answer);
        connection.write_all(&message).await?;
    }
}

/// Whether the command, which is the name of the document's first field, is the greeting.
fn is_greeting(body: &[u8]) -> bool {
    // Flags, kind of section, length of the document, type of the field.
    body.get(10..).is_some_and(|name| {
        name.starts_with(b"hello\0") || name.to_ascii_lowercase().starts_with(b"ismaster\0")
    })
}

fn greeting() -> Vec<u8> {
    document(&[
        field(0x08, "ismaster", &[1]),
        field(0x10, "maxBsonObjectSize", &(16_i32 << 20).to_le_bytes()),
        field(0x10, "maxMessageSizeBytes", &48_000_000_i32.to_le_bytes()),
        field(0x10, "maxWriteBatchSize", &100_000_i32.to_le_bytes()),
        field(0x10, "minWireVersion", &0_i32.to_le_bytes()),
        field(0x10, "maxWireVersion", &21_i32.to_le_bytes()),
        field(0x01, "ok", &1_f64.to_le_bytes()),
    ])
}

fn refusal() -> Vec<u8> {
    document(&[
        field(0x01, "ok", &0_f64.to_le_bytes()),
        field(0x10, "code", &18_i32.to_le_bytes()),
        field(0x02, "codeName", &text("AuthenticationFailed")),
        field(0x02, "errmsg", &text("Authentication failed.")),
    ])
}

fn document(fields: &[Vec<u8>]) -> Vec<u8> {
    let fields = fields.concat();
    [&(fields.len() as i32 + 5).to_le_bytes()[..], &fields, &[0]].concat()
}

fn field(kind: u8, name: &str, value: &[u8]) -> Vec<u8> {
    [&[kind], name.as_bytes(), &[0], value].concat()
}

fn text(text: &str) -> Vec<u8> {
    [&(text.len() as i32 + 1).to_le_bytes()[..], text.as_bytes(), &[0]].concat()
}
