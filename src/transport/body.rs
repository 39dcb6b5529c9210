//! [`Body`]: an answer's bytes as they arrive, within the time and the size they may take.

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

/// A body as it arrives. Dropping it closes the connection.
pub(crate) struct Body {
    inner: reqwest::Body,
    limit: usize,
    taken: usize,
    idle: Duration,
    deadline: Option<Deadline>,
    /// The end of the call's time, with its grace period.
    call_due: Option<Due>,
    /// The end of the silence that is allowed; `None` while nobody waits.
    idle_due: Option<Due>,
    /// Made once a body, and set anew only when it goes off.
    timer: Option<Pin<Box<Sleep>>>,
    /// The request's body, if the response came before it was written. It ends with the response.
    upload: Option<Upload>,
}

/// How long the body of an error may take in all: whoever sends it byte by byte must not hold up the error it belongs to.
const ERROR_BODY: Duration = Duration::from_secs(10);

impl Body {
    pub(super) fn new(inner: reqwest::Body, limit: usize, idle: Duration, deadline: Option<Deadline>) -> Self {
        let call_due = deadline.map(|deadline| Due::new(deadline.at));
        Self { inner, limit, taken: 0, idle, deadline, call_due, idle_due: None, timer: None, upload: None }
    }

    /// Ends the upload of a request's body with this response's body.
    pub(super) fn of_upload(self, upload: Option<Upload>) -> Self {
        Self { upload, ..self }
    }

    /// Takes no more than this in all.
    #[cfg(feature = "chain")]
    pub(super) fn limit(&mut self, bytes: usize) {
        self.limit = bytes;
    }

    /// The next bytes, or `None` at the end.
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
            // A peer that never stops sending leaves no silence for a timer.
            if let (Some(deadline), Some(due)) = (self.deadline, &mut self.call_due)
                && due.is_over(Instant::now())
            {
                return Poll::Ready(Err(deadline.of_stream()));
            }
            return Poll::Ready(Ok(Some(bytes)));
        }
    }

    /// Waits for the end of the silence that is allowed, or of the call's time.
    fn poll_time_out(&mut self, cx: &mut Context<'_>) -> Poll<StreamError> {
        let idle = self.idle_due.get_or_insert_with(|| Due::new(later(Instant::now(), self.idle)));
        loop {
            let due = self.call_due.map_or(idle.at(), |call| call.at().min(idle.at()));
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
            ready!(timer.as_mut().poll(cx));
            if timer.deadline() < due {
                // It was set for an earlier silence, which ended.
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

    /// The whole body.
    pub(super) async fn collect(&mut self) -> Result<Bytes, Error> {
        let mut whole = Chunks::default();
        while let Some(chunk) = poll_fn(|cx| self.poll_chunk(cx)).await.map_err(|broken| self.whole(broken))? {
            whole.push(chunk);
        }
        Ok(whole.join())
    }

    /// As much of an error's body as comes in time, within its bound: what an error says is worth having even where it is cut.
    pub(super) async fn collect_error(&mut self, limit: usize) -> Bytes {
        let mut whole = Chunks::default();
        let mut left = limit;
        // It is cut at a bound of its own.
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

    /// A broken stream, said of a body that is no stream.
    fn whole(&self, broken: StreamError) -> TransportError {
        match broken.kind() {
            StreamErrorKind::TooLarge => TransportError::larger_than(self.limit),
            // That of an HTTP client of one's own has a cause; how long it waits, it does not say.
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
        (StreamErrorKind::Idle, "the time that the HTTP client allows ran out")
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

/// Pieces of a body. Most answers come in one, which is never copied.
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

    /// Gives a byte a second, for ever.
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

    /// Gives a byte whenever it is asked.
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
    async fn an_error_that_trickles_is_read_for_ten_seconds() {
        let begun = Instant::now();
        let read = trickle(Duration::from_secs(120), None).collect_error(1 << 20).await;
        assert_eq!((begun.elapsed(), read.len()), (10 * SECOND + SHORTEST, 10));
        assert_eq!(trickle(Duration::from_secs(120), None).collect_error(4).await.len(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn only_silence_is_timed_and_the_timer_follows_it() {
        let mut body = trickle(2 * SECOND, None);
        let error = body.collect().await.unwrap_err();
        assert!(matches!(&error, Error::Transport(e) if e.kind() == TransportErrorKind::BodyTooLarge), "{error:?}");
        assert_eq!(body.taken, 101, "a hundred seconds without two of silence");

        let begun = Instant::now();
        let error = trickle(SECOND / 2, None).collect().await.unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        assert_eq!(begun.elapsed(), SECOND / 2 + SHORTEST);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_in_the_middle_of_a_body() {
        let deadline = Deadline { at: Instant::now() + SECOND / 2, after: SECOND / 2 };
        // The byte is there when the time is over: no silence has to end.
        let error = trickle(120 * SECOND, Some(deadline)).collect().await.unwrap_err();
        let Error::Transport(transport) = &error else { panic!("{error:?}") };
        assert_eq!((transport.kind(), transport.timeout()), (TransportErrorKind::Call, Some(SECOND / 2)));
        let over = Deadline { at: Instant::now(), after: SECOND };
        let mut flood = Body::new(reqwest::Body::wrap(Flood), usize::MAX, SECOND, Some(over));
        // Only the clock can end it: the peer leaves no pause for a timer.
        let error = loop {
            match poll_fn(|cx| flood.poll_chunk(cx)).await {
                Ok(_) => advance(Duration::from_millis(1)).await,
                Err(error) => break error,
            }
        };
        assert_eq!((error.kind(), flood.taken), (StreamErrorKind::Call, 21));
        assert_eq!(over.at.elapsed(), SHORTEST);
    }

    /// A process that was stopped sees every timer expired, and the bytes that arrived meanwhile.
    #[tokio::test(start_paused = true)]
    async fn a_body_that_is_there_when_the_process_continues_is_read() {
        let deadline = Deadline { at: Instant::now() + SECOND, after: SECOND };
        let mut body = Body::new(reqwest::Body::from("whole at once"), 100, SECOND, Some(deadline));
        advance(3600 * SECOND).await;
        assert_eq!(body.collect().await.unwrap(), "whole at once");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_in_the_middle_of_a_silence() {
        let begun = Instant::now();
        let deadline = Deadline { at: begun + SECOND * 7 / 2, after: SECOND };
        let mut body = trickle(120 * SECOND, Some(deadline));
        let error = loop {
            match poll_fn(|cx| body.poll_chunk(cx)).await {
                Ok(chunk) => assert!(chunk.is_some(), "it has no end"),
                Err(error) => break error,
            }
        };
        assert_eq!((error.kind(), body.taken), (StreamErrorKind::Call, 3));
        assert_eq!(begun.elapsed(), SECOND * 7 / 2 + SHORTEST);
    }
}
