//! [`Upload`]: a large request body, and how much of it the connection has written.
//!
//! hyper 1.12 does not handle a response that arrives before the request body is written:
//!
//! - In `proto/h1`, a whole body is queued at once. The writing state becomes `KeepAlive` although
//!   the queue is not flushed. When the response is complete, the connection counts as idle, but
//!   `Dispatcher::poll_write` does not poll for the next request while the queue is not empty, and
//!   nothing wakes it when the queue is flushed later. Such a connection is never pooled and never
//!   closed.
//! - If the body is still being handed over, the states `(Reading::KeepAlive, Writing::Body)` are
//!   final as well (hyperium/hyper#4176).
//! - With TLS, the unwritten rest can be in the buffer of the TLS session. Then the connection is
//!   reused, and the next request waits behind bytes that the peer never reads.
//!
//! A large body is therefore handed over in chunks, each after the previous one was written. If the
//! response arrives first, the body ends with an error as soon as the response has been read. This
//! error makes hyper close the connection.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// The largest body that is handed over whole, in bytes. It fits into the send buffer of any socket.
const WHOLE: usize = 16 << 10;
/// The most bytes of a larger body that hyper buffers.
const CHUNK: usize = 64 << 10;
/// The size of the last chunk, in bytes. It is small because hyper drops the body when it takes
/// this chunk. From then on the body cannot make hyper close the connection.
const LAST: usize = 1 << 10;

/// Returns a request body for reqwest, and a handle on it if it is large.
pub(super) fn body(bytes: Bytes) -> (reqwest::Body, Option<Upload>) {
    if bytes.len() <= WHOLE {
        return (bytes.into(), None);
    }
    let progress = Arc::new(Progress { total: bytes.len(), ..Progress::default() });
    let source = Source { left: bytes, progress: Arc::clone(&progress), pausing: false };
    (reqwest::Body::wrap(source), Some(Upload(progress)))
}

/// A handle on a large body. Dropping it closes the connection unless the whole body was written.
#[derive(Debug)]
pub(super) struct Upload(Arc<Progress>);

impl Upload {
    /// Returns whether the connection has written the whole body.
    pub(super) fn is_written(&self) -> bool {
        self.0.written.load(Ordering::Acquire) == self.0.total
    }

    /// Stops sending the body. The connection stays open for the response.
    pub(super) fn stop(&self) {
        self.0.change(State::Stopped);
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.0.change(State::Abandoned);
    }
}

#[derive(Debug, Default)]
struct Progress {
    total: usize,
    /// Bytes handed to the connection.
    handed: AtomicUsize,
    /// Bytes that the connection has written, or dropped when it failed.
    written: AtomicUsize,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    state: State,
    /// Whether the runtime has not polled its sockets yet.
    paused: bool,
    waker: Option<Waker>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Sending,
    Stopped,
    Abandoned,
}

impl Progress {
    fn change(&self, state: State) {
        self.update(|waiting| waiting.state = state);
    }

    fn wrote(&self, bytes: usize) {
        self.update(|_| _ = self.written.fetch_add(bytes, Ordering::AcqRel));
    }

    /// Begins a pause that ends when the runtime has polled its sockets.
    fn pause(self: &Arc<Self>) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).paused = true;
        // A written chunk can wake the task earlier. Only this waker ends the pause.
        let waker = Waker::from(Arc::clone(self));
        let _ = pin!(tokio::task::yield_now()).poll(&mut Context::from_waker(&waker));
    }

    /// Changes the state, and wakes the task that polls the body.
    fn update(&self, change: impl FnOnce(&mut Waiting)) {
        let waker = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            change(&mut waiting);
            waiting.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Waits until the connection has written all chunks that it received, and a pause is over.
    fn poll_written(&self, cx: &mut Context<'_>) -> Poll<Result<(), Abandoned>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let behind = self.written.load(Ordering::Acquire) < self.handed.load(Ordering::Acquire);
        match waiting.state {
            State::Abandoned => Poll::Ready(Err(Abandoned)),
            State::Sending if !behind && !waiting.paused => Poll::Ready(Ok(())),
            _ => {
                waiting.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Wake for Progress {
    fn wake(self: Arc<Self>) {
        self.update(|waiting| waiting.paused = false);
    }
}

/// The body that hyper polls.
struct Source {
    left: Bytes,
    progress: Arc<Progress>,
    /// Whether the pause before the next chunk has begun.
    pausing: bool,
}

impl http_body::Body for Source {
    type Data = Bytes;
    type Error = Abandoned;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Abandoned>>> {
        let this = self.get_mut();
        if this.left.is_empty() {
            return Poll::Ready(None);
        }
        ready!(this.progress.poll_written(cx))?;
        if this.left.len() < this.progress.total {
            // Lets the runtime poll its sockets before each write, so that a response that has
            // arrived is read first. A write to a connection that the peer has reset would discard
            // an early response.
            if !this.pausing {
                this.pausing = true;
                this.progress.pause();
            }
            ready!(this.progress.poll_written(cx))?;
            this.pausing = false;
        }
        let length = match this.left.len() {
            left @ ..=LAST => left,
            left => CHUNK.min(left - LAST),
        };
        this.progress.handed.fetch_add(length, Ordering::AcqRel);
        let chunk = Chunk { bytes: this.left.split_to(length), progress: Arc::clone(&this.progress) };
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_owner(chunk)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

/// A chunk that counts as written when it is dropped.
struct Chunk {
    bytes: Bytes,
    progress: Arc<Progress>,
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        self.progress.wrote(self.bytes.len());
    }
}

/// The response was read, or the call was dropped, before the whole body was written.
#[derive(Debug)]
struct Abandoned;

impl fmt::Display for Abandoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the response ended before the request body was sent")
    }
}

impl std::error::Error for Abandoned {}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use http_body::Body as _;

    use super::*;

    fn source(bytes: usize) -> (Source, Upload) {
        let progress = Arc::new(Progress { total: bytes, ..Progress::default() });
        let left = Bytes::from(vec![b'x'; bytes]);
        (Source { left, progress: Arc::clone(&progress), pausing: false }, Upload(progress))
    }

    async fn chunk(source: &mut Source) -> Option<Result<Bytes, Abandoned>> {
        let frame = poll_fn(|cx| Pin::new(&mut *source).poll_frame(cx)).await?;
        Some(frame.map(|frame| frame.into_data().unwrap()))
    }

    fn is_waiting(source: &mut Source) -> bool {
        Pin::new(source).poll_frame(&mut Context::from_waker(Waker::noop())).is_pending()
    }

    #[tokio::test]
    async fn large_body_is_handed_over_chunk_by_chunk_and_the_last_is_small() {
        let (mut source, upload) = source(2 * CHUNK + 10);
        let mut sizes = Vec::new();
        while let Some(next) = chunk(&mut source).await {
            let next = next.unwrap();
            assert!(!upload.is_written());
            assert!(source.left.is_empty() || is_waiting(&mut source), "more than one chunk is handed over");
            sizes.push(next.len());
        }
        assert_eq!(sizes, [CHUNK, CHUNK + 10 - LAST, LAST]);
        assert!(upload.is_written() && source.is_end_stream());
    }

    #[tokio::test]
    async fn pause_ends_only_when_the_runtime_has_polled_its_sockets() {
        let (mut source, _upload) = source(2 * CHUNK);
        drop(chunk(&mut source).await.unwrap().unwrap());
        for _ in 0..3 {
            assert!(is_waiting(&mut source), "another wake-up ended the pause");
        }
        assert_eq!(chunk(&mut source).await.unwrap().unwrap().len(), CHUNK - LAST);
    }

    #[tokio::test]
    async fn stopped_upload_waits_and_abandoned_upload_fails() {
        let (mut source, upload) = source(2 * CHUNK);
        drop(chunk(&mut source).await);
        upload.stop();
        tokio::task::yield_now().await;
        assert!(is_waiting(&mut source));
        let waiting = tokio::spawn(async move { chunk(&mut source).await });
        tokio::task::yield_now().await;
        drop(upload);
        assert!(waiting.await.unwrap().unwrap().is_err(), "the abandoned body is woken and fails");
    }

    #[test]
    fn small_body_is_handed_over_whole() {
        for (bytes, large) in [(0, false), (WHOLE, false), (WHOLE + 1, true)] {
            let (body, upload) = body(Bytes::from(vec![b'x'; bytes]));
            assert_eq!((body.size_hint().exact(), upload.is_some()), (Some(bytes as u64), large), "{bytes}");
        }
    }
}
