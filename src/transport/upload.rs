//! [`Upload`]: a large request body, and how much of it the connection has taken.
//!
//! hyper 1.12 keeps no record of a body that was answered before it was written. In `proto/h1`, a whole
//! body is queued at once and the writing state becomes `KeepAlive` although the queue is not flushed.
//! When the response is complete, the connection counts as idle, but `Dispatcher::poll_write` does not
//! ask for the next request while the queue holds bytes, and nothing makes it ask when the queue
//! has been flushed later. Such a connection is never pooled and never closed. If the body is still
//! being handed over, the states `(Reading::KeepAlive, Writing::Body)` are final as well
//! (hyperium/hyper#4176). With TLS, the unwritten rest can lie in the TLS session's buffer: then the connection
//! is reused, and the next request waits behind bytes that the peer never reads.
//!
//! A large body is therefore handed over chunk by chunk, the next one only after the last was written.
//! If the response comes first, the body ends with an error as soon as the response has been read: this
//! is what makes hyper close the connection.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// The largest body that is handed over whole. The send buffer of any socket has room for it.
const WHOLE: usize = 16 << 10;
/// The most that hyper holds of a larger body.
const CHUNK: usize = 64 << 10;
/// The size of the last chunk. It is small because hyper drops the body once it has taken this chunk:
/// from then on the body cannot make it close the connection.
const LAST: usize = 1 << 10;

/// A request body as reqwest takes it, and a handle on it if it is large.
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
    /// Whether the connection has taken the whole body.
    pub(super) fn is_written(&self) -> bool {
        self.0.written.load(Ordering::Acquire) == self.0.total
    }

    /// Sends nothing more of the body, and leaves the connection open for the response.
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
    /// The runtime has not yet looked at its sockets.
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

    /// Begins a pause that ends when the runtime has looked at its sockets.
    fn pause(self: &Arc<Self>) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).paused = true;
        // The task itself can be woken earlier, by the chunk that was written. Only this waker ends the pause.
        let waker = Waker::from(Arc::clone(self));
        let _ = pin!(tokio::task::yield_now()).poll(&mut Context::from_waker(&waker));
    }

    /// Changes what the body waits for, and has the connection poll it.
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

    /// Waits until the connection has written everything that it was handed, and a pause is over.
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

/// What hyper takes the body from.
struct Source {
    left: Bytes,
    progress: Arc<Progress>,
    /// The pause before the next chunk has begun.
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
            // Lets the runtime look at its sockets before each write. A response that arrived is then read
            // first. A write that meets the reset behind an early response would lose that response.
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
        f.write_str("the rest of the request body is no longer wanted")
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
    async fn one_chunk_at_a_time_is_handed_over_and_the_last_is_small() {
        let (mut source, upload) = source(2 * CHUNK + 10);
        let mut sizes = Vec::new();
        while let Some(next) = chunk(&mut source).await {
            let next = next.unwrap();
            assert!(!upload.is_written());
            assert!(source.left.is_empty() || is_waiting(&mut source), "more is handed over than one chunk");
            sizes.push(next.len());
        }
        assert_eq!(sizes, [CHUNK, CHUNK + 10 - LAST, LAST]);
        assert!(upload.is_written() && source.is_end_stream());
    }

    #[tokio::test]
    async fn a_pause_ends_only_when_the_runtime_has_looked_at_its_sockets() {
        let (mut source, _upload) = source(2 * CHUNK);
        drop(chunk(&mut source).await.unwrap().unwrap());
        for _ in 0..3 {
            assert!(is_waiting(&mut source), "another wake-up ended the pause");
        }
        assert_eq!(chunk(&mut source).await.unwrap().unwrap().len(), CHUNK - LAST);
    }

    #[tokio::test]
    async fn an_upload_that_is_stopped_waits_and_one_that_is_abandoned_fails() {
        let (mut source, upload) = source(2 * CHUNK);
        drop(chunk(&mut source).await);
        upload.stop();
        tokio::task::yield_now().await;
        assert!(is_waiting(&mut source));
        let waiting = tokio::spawn(async move { chunk(&mut source).await });
        tokio::task::yield_now().await;
        drop(upload);
        assert!(waiting.await.unwrap().unwrap().is_err(), "it is woken, and fails");
    }

    #[test]
    fn a_small_body_is_handed_over_whole() {
        for (bytes, large) in [(0, false), (WHOLE, false), (WHOLE + 1, true)] {
            let (body, upload) = body(Bytes::from(vec![b'x'; bytes]));
            assert_eq!((body.size_hint().exact(), upload.is_some()), (Some(bytes as u64), large), "{bytes}");
        }
    }
}
