//! A response body that knows when its call has ended.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http_body::{Body, Frame, SizeHint};

use super::call::Call;

/// A response body; when it is one of a gRPC call, the call ends with it.
#[derive(Debug)]
pub struct Measured<B> {
    body: B,
    call: Option<Call>,
}

// === impl Measured ===

impl<B> Measured<B> {
    /// A body that is only passed on.
    pub(crate) fn plain(body: B) -> Self {
        Self { body, call: None }
    }

    /// The body of a call.
    pub(super) fn call(body: B, call: Call) -> Self {
        Self { body, call: Some(call) }
    }
}

impl<B: Default> Default for Measured<B> {
    fn default() -> Self {
        Self::plain(B::default())
    }
}

impl<B: Body + Unpin> Body for Measured<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let Self { body, call } = &mut *self;
        let Some(call) = call else { return Pin::new(body).poll_frame(cx) };
        let frame = ready!(call.proceed(|| Pin::new(body).poll_frame(cx)));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    call.trailers(trailers);
                }
            }
            Some(Err(_)) => call.lost(),
            None => call.end(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
