//! A body that is sent in pieces of a chosen size, at a chosen pace.

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
    piece: usize,
    pause: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl PacedBody {
    /// All at once.
    pub(super) fn whole(bytes: Bytes) -> Self {
        Self::paced(bytes, usize::MAX, Duration::ZERO)
    }

    /// `piece` bytes at a time, with a pause before each but the first.
    pub(super) fn paced(rest: Bytes, piece: usize, pause: Duration) -> Self {
        Self { rest, piece: piece.max(1), pause, sleep: None }
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
        let piece = self.piece.min(self.rest.len());
        let bytes = self.rest.split_to(piece);
        let pause = self.pause;
        self.sleep = (!pause.is_zero() && !self.rest.is_empty()).then(|| Box::pin(sleep(pause)));
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        // A paced body is a stream, and streams are sent in chunks.
        if self.piece == usize::MAX { SizeHint::with_exact(self.rest.len() as u64) } else { SizeHint::default() }
    }
}
