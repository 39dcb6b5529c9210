//! The frames of a response. Frames that are exceptions are returned as errors.

use std::fmt;

use bytes::Bytes;
use http::response::Parts;
use serde_json::Value;

use crate::error::{Error, Redact, Redactor, ServiceError, StreamError, StreamErrorKind};
use crate::eventstream::{Decoder, Frame};
use crate::metadata::detach;
use crate::operation::{is_event_stream, memory_limit, not_an_event_stream};
use crate::shape::{Document, from_json, within};

/// Decodes frames and separates events from errors. Errors are sticky: after a failure every call
/// returns the same error.
#[derive(Clone)]
pub(super) struct EventFrames {
    head: Parts,
    frames: Decoder,
    /// Whether any byte has arrived.
    begun: bool,
    failure: Option<Failure>,
}

/// Hides the headers, because a peer can repeat in them what the client sent.
impl fmt::Debug for EventFrames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventFrames")
            .field("status", &self.head.status)
            .field("frames", &self.frames)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}

/// The error that a stream ended with, kept so that later calls can return it.
#[derive(Debug, Clone)]
enum Failure {
    Service(ServiceError),
    Stream(StreamError),
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

impl From<StreamError> for Failure {
    fn from(error: StreamError) -> Self {
        Self::Stream(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Service(error) => error.into(),
            Failure::Stream(error) => error.into(),
        }
    }
}

impl EventFrames {
    pub(super) fn from_head(mut head: Parts) -> Result<Self, Error> {
        if !is_event_stream(&head) {
            return Err(not_an_event_stream(&head, &[]));
        }
        detach(&mut head.headers);
        Ok(Self::new(head))
    }

    /// Creates the decoder without a check of the content type.
    pub(super) fn new(head: Parts) -> Self {
        Self { head, frames: Decoder::new(), begun: false, failure: None }
    }

    pub(super) fn head(&self) -> &Parts {
        &self.head
    }

    pub(super) fn into_head(self) -> Parts {
        self.head
    }

    pub(super) fn push(&mut self, bytes: Bytes) {
        if self.failure.is_none() {
            self.begun |= !bytes.is_empty();
            self.frames.push(bytes);
        }
    }

    /// Returns the next event, or `None` if more bytes are needed.
    pub(super) fn recv(&mut self) -> Result<Option<Frame>, Error> {
        if let Some(error) = self.failure() {
            return Err(error);
        }
        match self.frames.recv() {
            Ok(None) => Ok(None),
            Ok(Some(frame)) => self.event(frame).map(Some),
            Err(error) => Err(self.fail(error)),
        }
    }

    fn event(&mut self, frame: Frame) -> Result<Frame, Error> {
        let failure: Failure = match frame.message_type() {
            Some("event") if frame.event_type().is_some() => return Ok(frame),
            Some("exception") => {
                let exception_type = frame.exception_type().or(frame.event_type()).unwrap_or_default();
                ServiceError::from_exception(exception_type, frame.payload()).into()
            }
            Some("error") => ServiceError::from_error_frame(frame.error_code(), frame.error_message()).into(),
            Some("event") => malformed("an event has no :event-type".to_owned()).into(),
            Some(other) => malformed(format!("the :message-type {other:?} is unknown")).into(),
            None => malformed("a frame has no :message-type".to_owned()).into(),
        };
        Err(self.end(failure))
    }

    /// Ends the stream with an error and returns the error with the request ID.
    pub(super) fn fail(&mut self, error: StreamError) -> Error {
        self.end(error.into())
    }

    fn end(&mut self, failure: Failure) -> Error {
        let secrets = Redactor::secrets_of(&self.head);
        let failure = match failure {
            Failure::Service(error) => Failure::Service(error.without(&secrets)),
            Failure::Stream(error) => Failure::Stream(error.without(&secrets)),
        };
        Error::from(self.failure.insert(failure).clone()).with_head(&self.head)
    }

    /// Returns the error that the stream ended with.
    pub(super) fn failure(&self) -> Option<Error> {
        Some(Error::from(self.failure.clone()?).with_head(&self.head))
    }

    /// Returns whether no partial frame is buffered and the stream has not failed.
    pub(super) fn is_between_frames(&self) -> bool {
        self.failure.is_none() && self.frames.buffered() == 0
    }

    /// Returns whether no byte has arrived. After [`finish`](Self::finish) this means that there
    /// was no frame.
    pub(super) fn is_empty(&self) -> bool {
        !self.begun
    }

    pub(super) fn finish(&mut self) -> Result<(), Error> {
        if let Some(error) = self.failure() {
            return Err(error);
        }
        self.frames.finish().map_err(|error| self.fail(error))
    }
}

/// The memory that the events of a stream may use. It is counted over all events, because the
/// caller may keep them.
#[derive(Debug, Clone, Copy)]
pub(super) struct EventMemory {
    limit: usize,
    left: usize,
}

impl EventMemory {
    pub(super) fn of(head: &Parts) -> Self {
        let limit = memory_limit(head);
        Self { limit, left: limit }
    }

    /// Reads the payload of an event within the remaining memory.
    pub(super) fn read<T>(
        &mut self,
        event_type: &str,
        payload: &[u8],
        read: impl FnOnce() -> serde_json::Result<T>,
    ) -> Result<T, StreamError> {
        let read = within(self.left, read);
        self.left = self.left.saturating_sub(read.used);
        read.result.map_err(|error| {
            if read.exceeded {
                let limit = self.limit;
                let detail =
                    format!("its events use more than {limit} bytes of memory: raise Limits::memory to allow this");
                return StreamError::new(StreamErrorKind::TooLarge, detail);
            }
            StreamError::malformed_event(event_type, payload, error)
        })
    }
}

fn malformed(detail: String) -> StreamError {
    StreamError::new(StreamErrorKind::MalformedFrame, detail)
}

/// Returns the payload of an unknown event: JSON, or a string if it is not JSON.
pub(super) fn unknown_event(payload: &Bytes) -> Document {
    from_json(payload).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(payload)).into())
}
