//! [`Body`]: the bytes of a response as they arrive, within the timeouts and the size limit.

use std::error::Error as _;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use tokio::time::{Instant, Sleep, sleep_until};

use super::grace::{Due, timeout_at};
use super::upload::Upload;
use super::{Deadline, later};
use crate::error::{Error, StreamError, StreamErrorKind, TransportError, TransportErrorKind};

/// A response body. Dropping it closes the connection.
pub(crate) struct Body {
    inner: reqwest::Body,
    limit: usize,
    taken: usize,
    idle: Duration,
    deadline: Option<Deadline>,
    /// The end of the call timeout, with its grace period.
    call_due: Option<Due>,
    /// The end of the idle timeout; `None` while no read is pending.
    idle_due: Option<Due>,
    /// The timer of both timeouts. It is created once per body, and reset only when it fires.
    timer: Option<Pin<Box<Sleep>>>,
    /// The request body, if the response arrived before it was written. The upload ends with the
    /// response.
    upload: Option<Upload>,
}

/// How long reading the body of an error response may take. A slow body must not delay the error.
const ERROR_BODY: Duration = Duration::from_secs(10);

impl Body {
    pub(super) fn new(inner: reqwest::Body, limit: usize, idle: Duration, deadline: Option<Deadline>) -> Self {
        let call_due = deadline.map(|deadline| Due::new(deadline.at));
        Self { inner, limit, taken: 0, idle, deadline, call_due, idle_due: None, timer: None, upload: None }
    }

    /// Ends the upload of the request body at the end of this response body.
    pub(super) fn of_upload(self, upload: Option<Upload>) -> Self {
        Self { upload, ..self }
    }

    /// Sets the most bytes of the body.
    #[cfg(feature = "chain")]
    pub(super) fn limit(&mut self, bytes: usize) {
        self.limit = bytes;
    }

    /// Returns the next chunk, or `None` at the end.
    pub(crate) fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, StreamError>> {
        loop {
            let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) else {
                return self.poll_time_out(cx).map(Err);
            };
            self.idle_due = None;
            let Some(frame) = frame else {
                self.upload = None;
                return Poll::Ready(Ok(None));
            };
            let frame = frame.map_err(broken)?;
            let Ok(bytes) = frame.into_data() else { continue };
            if bytes.is_empty() {
                continue;
            }
            self.taken = self.taken.saturating_add(bytes.len());
            if self.taken > self.limit {
                let error = StreamError::new(StreamErrorKind::TooLarge, format!("{} bytes", self.limit));
                return Poll::Ready(Err(error));
            }
            // If the peer never pauses, the timer is never polled.
            if let (Some(deadline), Some(due)) = (self.deadline, &mut self.call_due)
                && due.is_over(Instant::now())
            {
                return Poll::Ready(Err(deadline.of_stream()));
            }
            return Poll::Ready(Ok(Some(bytes)));
        }
    }

    /// Waits for the end of the idle timeout or the call timeout.
    fn poll_time_out(&mut self, cx: &mut Context<'_>) -> Poll<StreamError> {
        let idle = self.idle_due.get_or_insert_with(|| Due::new(later(Instant::now(), self.idle)));
        loop {
            let due = self.call_due.map_or(idle.at(), |call| call.at().min(idle.at()));
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
            ready!(timer.as_mut().poll(cx));
            if timer.deadline() < due {
                // The timer was set for an earlier idle period, which has ended.
                timer.as_mut().reset(due);
                continue;
            }
            let now = Instant::now();
            if let (Some(deadline), Some(call)) = (self.deadline, &mut self.call_due)
                && call.is_over(now)
            {
                (self.timer, self.idle_due) = (None, None);
                return Poll::Ready(deadline.of_stream());
            }
            if idle.is_over(now) {
                (self.timer, self.idle_due) = (None, None);
                return Poll::Ready(StreamError::idle(self.idle));
            }
        }
    }

    /// Reads the whole body.
    pub(super) async fn collect(&mut self) -> Result<Bytes, Error> {
        let mut whole = Chunks::default();
        while let Some(chunk) =
            poll_fn(|cx| self.poll_chunk(cx)).await.map_err(|broken| self.transport_error(broken))?
        {
            whole.push(chunk);
        }
        Ok(whole.join())
    }

    /// Reads at most `limit` bytes of the body of an error response, within 10 s.
    ///
    /// A truncated body is returned as far as it was read, because its text can still explain the
    /// error.
    pub(super) async fn collect_error(&mut self, limit: usize) -> Bytes {
        let mut whole = Chunks::default();
        let mut left = limit;
        // `limit` truncates the body. The limit of other bodies would be an error.
        self.limit = usize::MAX;
        let collected = async {
            while let Ok(Some(mut chunk)) = poll_fn(|cx| self.poll_chunk(cx)).await {
                chunk.truncate(left);
                left -= chunk.len();
                whole.push(chunk);
                if left == 0 {
                    break;
                }
            }
        };
        let _ = timeout_at(later(Instant::now(), ERROR_BODY), pin!(collected)).await;
        whole.join()
    }

    /// Converts a stream error to a transport error, for a body that is read as a whole.
    fn transport_error(&self, broken: StreamError) -> TransportError {
        match broken.kind() {
            StreamErrorKind::TooLarge => TransportError::larger_than(self.limit),
            // The error has a source: the timeout is that of a custom HTTP client, and its duration
            // is unknown.
            StreamErrorKind::Idle if broken.source().is_some() => {
                TransportError::new(TransportErrorKind::Body).timed_out().with_source(broken)
            }
            StreamErrorKind::Idle => TransportError::new(TransportErrorKind::Body).with_timeout(self.idle),
            StreamErrorKind::Call => {
                let error = TransportError::new(TransportErrorKind::Call).timed_out();
                match self.deadline {
                    Some(deadline) => error.with_timeout(deadline.after),
                    None => error,
                }
            }
            _ => TransportError::new(TransportErrorKind::Body).with_source(broken),
        }
    }
}

fn broken(error: reqwest::Error) -> StreamError {
    let (kind, detail) = if error.is_timeout() {
        (StreamErrorKind::Idle, "a timeout of the HTTP client expired")
    } else {
        (StreamErrorKind::Connection, "")
    };
    StreamError::new(kind, detail).with_source(error.without_url())
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("taken", &self.taken).field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// The chunks of a body. Most bodies have a single chunk, which is not copied.
#[derive(Default)]
struct Chunks {
    first: Bytes,
    all: BytesMut,
}

impl Chunks {
    fn push(&mut self, chunk: Bytes) {
        if self.first.is_empty() && self.all.is_empty() {
            self.first = chunk;
            return;
        }
        if self.all.is_empty() {
            self.all.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.all.extend_from_slice(&chunk);
    }

    fn join(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.freeze() }
    }
}

#[cfg(test)]
mod tests {
    use http_body::Frame;
    use tokio::time::advance;

    use super::super::grace::SHORTEST;
    use super::*;

    /// An endless body that sends one byte per second.
    struct Trickle(Pin<Box<Sleep>>);

    const SECOND: Duration = Duration::from_secs(1);

    impl http_body::Body for Trickle {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            ready!(self.0.as_mut().poll(cx));
            self.0.as_mut().reset(Instant::now() + SECOND);
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"x")))))
        }
    }

    /// An endless body that always has a byte ready.
    struct Flood;

    impl http_body::Body for Flood {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"x")))))
        }
    }

    fn trickle(idle: Duration, deadline: Option<Deadline>) -> Body {
        let inner = reqwest::Body::wrap(Trickle(Box::pin(sleep_until(Instant::now() + SECOND))));
        Body::new(inner, 100, idle, deadline)
    }

    #[tokio::test(start_paused = true)]
    async fn slow_error_body_is_read_for_ten_seconds() {
        let begun = Instant::now();
        let read = trickle(Duration::from_secs(120), None).collect_error(1 << 20).await;
        assert_eq!((begun.elapsed(), read.len()), (10 * SECOND + SHORTEST, 10));
        assert_eq!(trickle(Duration::from_secs(120), None).collect_error(4).await.len(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn idle_timeout_restarts_with_each_chunk() {
        let mut body = trickle(2 * SECOND, None);
        let error = body.collect().await.unwrap_err();
        assert!(matches!(&error, Error::Transport(e) if e.kind() == TransportErrorKind::BodyTooLarge), "{error:?}");
        assert_eq!(body.taken, 101, "a chunk per second never reaches an idle timeout of 2 s");

        let begun = Instant::now();
        let error = trickle(SECOND / 2, None).collect().await.unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        assert_eq!(begun.elapsed(), SECOND / 2 + SHORTEST);
    }

    #[tokio::test(start_paused = true)]
    async fn call_timeout_ends_a_body_that_never_pauses() {
        let deadline = Deadline { at: Instant::now() + SECOND / 2, after: SECOND / 2 };
        // The chunk arrives after the deadline, long before the idle timeout.
        let error = trickle(120 * SECOND, Some(deadline)).collect().await.unwrap_err();
        let Error::Transport(transport) = &error else { panic!("{error:?}") };
        assert_eq!((transport.kind(), transport.timeout()), (TransportErrorKind::Call, Some(SECOND / 2)));
        let over = Deadline { at: Instant::now(), after: SECOND };
        let mut flood = Body::new(reqwest::Body::wrap(Flood), usize::MAX, SECOND, Some(over));
        // The peer never pauses, so the timer is never polled.
        let error = loop {
            match poll_fn(|cx| flood.poll_chunk(cx)).await {
                Ok(_) => advance(Duration::from_millis(1)).await,
                Err(error) => break error,
            }
        };
        assert_eq!((error.kind(), flood.taken), (StreamErrorKind::Call, 21));
        assert_eq!(over.at.elapsed(), SHORTEST);
    }

    /// After a process was stopped, every timer has expired, but the body may have arrived.
    #[tokio::test(start_paused = true)]
    async fn body_that_arrived_while_the_process_was_stopped_is_read() {
        let deadline = Deadline { at: Instant::now() + SECOND, after: SECOND };
        let mut body = Body::new(reqwest::Body::from("whole at once"), 100, SECOND, Some(deadline));
        advance(3600 * SECOND).await;
        assert_eq!(body.collect().await.unwrap(), "whole at once");
    }

    #[tokio::test(start_paused = true)]
    async fn call_timeout_ends_an_idle_body() {
        let begun = Instant::now();
        let deadline = Deadline { at: begun + SECOND * 7 / 2, after: SECOND };
        let mut body = trickle(120 * SECOND, Some(deadline));
        let error = loop {
            match poll_fn(|cx| body.poll_chunk(cx)).await {
                Ok(chunk) => assert!(chunk.is_some(), "the body is endless"),
                Err(error) => break error,
            }
        };
        assert_eq!((error.kind(), body.taken), (StreamErrorKind::Call, 3));
        assert_eq!(begun.elapsed(), SECOND * 7 / 2 + SHORTEST);
    }
}
