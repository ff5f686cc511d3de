//! A request that can be sent once more, as long as nobody has read it.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, request::Parts};
use http_body::{Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

/// How much of a body is kept, in bytes. A request that has handed over more is not sent again.
const KEPT_BYTES: usize = 1024 * 1024;

/// A request from which copies are made, one after the other; only the last one goes on.
#[derive(Debug)]
pub(super) struct Repeatable {
    head: Parts,
    body: Shared,
}

/// A body that all copies of a request share.
#[derive(Debug, Clone)]
struct Shared(Arc<Mutex<State>>);

struct State {
    /// What its owner has not handed over yet.
    rest: Body,
    /// What was handed over; `None` once it cannot be handed over again.
    kept: Option<Vec<Bytes>>,
    /// How many bytes more may be kept.
    room: usize,
    /// Counts the copies.
    copy: usize,
}

/// The body of one copy: what was kept, then what is left.
struct Copy {
    shared: Shared,
    number: usize,
    again: VecDeque<Bytes>,
}

// === impl Repeatable ===

impl Repeatable {
    /// With the first copy.
    pub(super) fn new(request: Request<Body>) -> (Self, Request<Body>) {
        let (head, rest) = request.into_parts();
        let state = State { rest, kept: Some(Vec::new()), room: KEPT_BYTES, copy: 0 };
        let repeatable = Self { head, body: Shared(Arc::new(Mutex::new(state))) };
        let first = repeatable.copy(Vec::new());
        (repeatable, first)
    }

    /// The request as it was in the beginning, unless too much of its body has been handed over for that.
    /// The copy that was made before ends.
    pub(super) fn again(&self) -> Option<Request<Body>> {
        let kept = self.body.state().kept.clone()?;
        Some(self.copy(kept))
    }

    fn copy(&self, again: Vec<Bytes>) -> Request<Body> {
        let number = self.body.next_copy();
        let body = Copy { shared: self.body.clone(), number, again: again.into() };
        Request::from_parts(self.head.clone(), Body::new(body))
    }
}

impl Drop for Repeatable {
    fn drop(&mut self) {
        self.body.state().kept = None;
    }
}

// === impl Shared ===

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // A body that panicked is not asked again: its copy is gone with the panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_copy(&self) -> usize {
        let mut state = self.state();
        state.copy += 1;
        state.copy
    }
}

// === impl State ===

impl State {
    /// Remembers what is handed over, as long as it can be given once more.
    fn keep(&mut self, frame: &Frame<Bytes>) {
        let Some(kept) = &mut self.kept else { return };
        match frame.data_ref() {
            Some(data) if data.len() <= self.room => {
                self.room -= data.len();
                kept.push(data.clone());
            }
            Some(_) | None => self.kept = None,
        }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("copy", &self.copy).finish_non_exhaustive()
    }
}

// === impl Copy ===

impl http_body::Body for Copy {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        if let Some(data) = this.again.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        let mut state = this.shared.state();
        if state.copy != this.number {
            return Poll::Ready(None);
        }
        let frame = ready!(Pin::new(&mut state.rest).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => state.keep(frame),
            Some(Err(_)) => state.kept = None,
            None => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.again.is_empty() && self.shared.state().rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let again: u64 = self.again.iter().map(|data| data.len() as u64).sum();
        let rest = self.shared.state().rest.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(again + rest.lower());
        if let Some(upper) = rest.upper() {
            hint.set_upper(again + upper);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use http_body::Body as _;
    use http_body_util::{BodyExt as _, Full, StreamBody};

    use super::*;

    fn request(chunks: impl IntoIterator<Item = impl Into<Bytes>>) -> Request<Body> {
        let frames: Vec<_> =
            chunks.into_iter().map(|chunk| Ok::<_, Status>(Frame::data(chunk.into()))).collect();
        Request::post("/test")
            .header("id", "7")
            .body(Body::new(StreamBody::new(futures::stream::iter(frames))))
            .unwrap()
    }

    async fn read(request: Request<Body>) -> Bytes {
        request.into_body().collect().await.unwrap().to_bytes()
    }

    #[tokio::test]
    async fn a_copy_says_what_the_one_before_said() {
        let (repeatable, mut first) = Repeatable::new(request(["one ", "two ", "three"]));
        assert_eq!(first.headers()["id"], "7");
        let begun = first.body_mut().frame().await.unwrap().unwrap();
        assert_eq!(begun.data_ref().unwrap(), "one ");
        let second = repeatable.again().unwrap();
        assert!(first.body_mut().frame().await.is_none(), "the first copy has ended");
        assert_eq!(second.headers()["id"], "7");
        assert_eq!(read(second).await, "one two three");
        assert_eq!(read(repeatable.again().unwrap()).await, "one two three", "also after its end");
    }

    #[tokio::test]
    async fn an_empty_body_is_seen_to_be_empty() {
        let (repeatable, first) = Repeatable::new(Request::new(Body::empty()));
        assert!(first.body().is_end_stream());
        assert!(repeatable.again().unwrap().body().is_end_stream());
    }

    #[tokio::test]
    async fn the_length_that_is_known_stays_known() {
        let four = Request::new(Body::new(Full::new(Bytes::from_static(b"four"))));
        let (repeatable, first) = Repeatable::new(four);
        assert_eq!(first.body().size_hint().exact(), Some(4));
        assert_eq!(read(first).await, "four");
        assert_eq!(repeatable.again().unwrap().body().size_hint().exact(), Some(4));
    }

    #[tokio::test]
    async fn a_long_body_is_sent_once() {
        let (repeatable, first) = Repeatable::new(request([vec![7; KEPT_BYTES], vec![8]]));
        assert_eq!(read(first).await.len(), KEPT_BYTES + 1);
        assert!(repeatable.again().is_none());
    }

    #[tokio::test]
    async fn nothing_is_kept_when_the_request_is_done() {
        let (repeatable, mut first) = Repeatable::new(request(["one", "two"]));
        first.body_mut().frame().await.unwrap().unwrap();
        let shared = repeatable.body.clone();
        drop(repeatable);
        assert!(shared.state().kept.is_none());
        assert_eq!(read(first).await, "two", "what is under way goes on");
    }
}
