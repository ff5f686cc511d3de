//! What becomes of an insertion, told by a server that answers as it is told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use mongodb::Client;
use mongodb::bson::{Bson, serialize_to_vec};
use nameit_store::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// A deadlock, as PostgreSQL behind MongoDB's protocol tells it.
const DEADLOCK: i32 = 16_908_292;
const WRITE_CONFLICT: i32 = 112;
const DUPLICATE: i32 = 11_000;
const BAD_VALUE: i32 = 2;

/// Messages of MongoDB's protocol: <https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/>.
const OP_QUERY: i32 = 2004;
const OP_REPLY: i32 = 1;
const OP_MSG: i32 = 2013;

/// The codes with which insertions end, one after the other; the last one for all that follow, 0 for success.
#[derive(Clone)]
struct Script(Arc<Mutex<VecDeque<i32>>>);

/// What is said of an insertion to which the server answers so, and how many answers it took.
async fn outcome(codes: &[i32]) -> (Result<bool>, usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("mongodb://{}/?directConnection=true", listener.local_addr().unwrap());
    let taken = Arc::new(Mutex::new(0));
    let script = Script(Arc::new(Mutex::new(codes.iter().copied().collect())));
    let counted = Arc::clone(&taken);
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, script.clone(), Arc::clone(&counted)));
        }
    });
    let client = Client::with_uri_str(uri).await.unwrap();
    let collection = client.database("nameit").collection::<Document>("things");
    let outcome = insert(&collection, "keeping a thing", &doc! { "_id": 1 }).await;
    server.abort();
    let taken = *taken.lock().unwrap();
    (outcome, taken)
}

/// Answers on one connection until it ends.
async fn serve(mut stream: TcpStream, script: Script, taken: Arc<Mutex<usize>>) -> std::io::Result<()> {
    loop {
        let length = usize::try_from(stream.read_i32_le().await?).unwrap();
        let mut rest = vec![0; length - 4];
        stream.read_exact(&mut rest).await?;
        let number = |at: usize| i32::from_le_bytes(rest[at..at + 4].try_into().unwrap());
        let (request, op) = (number(0), number(8));
        // The command is the first field of the first document, whose type and length come before its name.
        let is_insertion = op == OP_MSG && rest[22..].starts_with(b"insert\0");
        let answer = if is_insertion {
            *taken.lock().unwrap() += 1;
            script.next()
        } else {
            hello()
        };
        let answer = serialize_to_vec(&answer).unwrap();
        let (op, before) = if op == OP_QUERY {
            // Flags, the two halves of a cursor, the place of the first document, how many there are.
            (OP_REPLY, [0, 0, 0, 0, 1].map(i32::to_le_bytes).concat())
        } else {
            // Flags, and the kind of what follows: one document.
            (OP_MSG, vec![0; 5])
        };
        let length = i32::try_from(16 + before.len() + answer.len()).unwrap();
        let header = [length, 0, request, op].map(i32::to_le_bytes).concat();
        stream.write_all(&[header, before, answer].concat()).await?;
    }
}

fn hello() -> Document {
    doc! {
        "ok": 1, "isWritablePrimary": true, "ismaster": true, "minWireVersion": 0, "maxWireVersion": 21,
        "maxBsonObjectSize": 16_777_216, "maxMessageSizeBytes": 48_000_000, "maxWriteBatchSize": 100_000,
    }
}

// === impl Script ===

impl Script {
    fn next(&self) -> Document {
        let mut codes = self.0.lock().unwrap();
        let code = if codes.len() > 1 { codes.pop_front() } else { codes.front().copied() };
        match code {
            Some(0) | None => doc! { "ok": 1, "n": 1 },
            Some(code) => {
                let error = doc! { "index": 0, "code": code, "errmsg": "as it was told to" };
                doc! { "ok": 1, "n": 0, "writeErrors": Bson::Array(vec![error.into()]) }
            }
        }
    }
}

#[tokio::test]
async fn what_was_given_up_for_another_one_begins_again() {
    assert!(matches!(outcome(&[0]).await, (Ok(true), 1)));
    assert!(matches!(outcome(&[DEADLOCK, 0]).await, (Ok(true), 2)));
    assert!(matches!(outcome(&[DEADLOCK, WRITE_CONFLICT, DUPLICATE]).await, (Ok(false), 3)));
}

#[tokio::test]
async fn who_is_given_up_again_and_again_may_try_later() {
    let (outcome, taken) = outcome(&[DEADLOCK]).await;
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert_eq!(taken, TRIES);
}

#[tokio::test]
async fn what_is_wrong_is_not_tried_again() {
    assert!(matches!(outcome(&[DUPLICATE]).await, (Ok(false), 1)));
    assert!(matches!(outcome(&[BAD_VALUE]).await, (Err(Error::Internal { .. }), 1)));
}
