//! A body that is sent in chunks of a given size, with pauses.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

#[derive(Debug)]
pub(super) struct PacedBody {
    rest: Bytes,
    chunk: usize,
    pause: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl PacedBody {
    /// Creates a body that is sent as a whole.
    pub(super) fn whole(bytes: Bytes) -> Self {
        Self::paced(bytes, usize::MAX, Duration::ZERO)
    }

    /// Creates a body that is sent in chunks of `chunk` bytes, with a pause before each chunk
    /// except the first.
    pub(super) fn paced(rest: Bytes, chunk: usize, pause: Duration) -> Self {
        Self { rest, chunk: chunk.max(1), pause, sleep: None }
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(sleep) = &mut self.sleep {
            ready!(sleep.as_mut().poll(cx));
        }
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let chunk = self.chunk.min(self.rest.len());
        let bytes = self.rest.split_to(chunk);
        let pause = self.pause;
        self.sleep = (!pause.is_zero() && !self.rest.is_empty()).then(|| Box::pin(sleep(pause)));
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        // A paced body has no content length: it is sent with chunked transfer encoding, like a
        // stream.
        if self.chunk == usize::MAX { SizeHint::with_exact(self.rest.len() as u64) } else { SizeHint::default() }
    }
}
