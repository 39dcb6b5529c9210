//! The frames of an answer that are events; those that are errors become errors.

use std::fmt;

use bytes::Bytes;
use http::response::Parts;
use serde_json::Value;

use crate::error::{Error, Redact, Redactor, ServiceError, StreamError, StreamErrorKind};
use crate::eventstream::{Decoder, Frame};
use crate::metadata::detach;
use crate::operation::{is_event_stream, memory_limit, not_an_event_stream};
use crate::shape::{Document, from_json, within};

/// Decodes frames and sorts out the errors among them. After an error it stays failed.
#[derive(Clone)]
pub(super) struct EventFrames {
    head: Parts,
    frames: Decoder,
    /// Whether a byte has arrived.
    begun: bool,
    failure: Option<Failure>,
}

/// Shows no header: a peer can put into one what it was sent.
impl fmt::Debug for EventFrames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventFrames")
            .field("status", &self.head.status)
            .field("frames", &self.frames)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}

/// What a stream ended with, kept so that it can be said again.
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
        Ok(Self { head, frames: Decoder::new(), begun: false, failure: None })
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

    /// The next frame that is an event.
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
            Some("event") => malformed("an event without an :event-type".to_owned()).into(),
            Some(other) => malformed(format!("the :message-type {other:?} is not known")).into(),
            None => malformed("there is no :message-type".to_owned()).into(),
        };
        Err(self.end(failure))
    }

    /// Ends the stream with an error and hands it out, with the request id.
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

    /// The error that the stream ended with, said again.
    pub(super) fn failure(&self) -> Option<Error> {
        Some(Error::from(self.failure.clone()?).with_head(&self.head))
    }

    /// Whether no part of a frame is waiting for the rest, and nothing has failed.
    pub(super) fn is_between_frames(&self) -> bool {
        self.failure.is_none() && self.frames.buffered() == 0
    }

    /// Whether nothing has arrived. Of a stream that has finished: whether there was no frame in it.
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

/// The memory that the events of a stream may take, counted over all of them: whoever reads a stream may keep them.
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

    /// Reads the payload of an event within what is left.
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
                let detail = format!(
                    "its events take more than {limit} bytes of memory: raise Limits::memory if they are meant to"
                );
                return StreamError::new(StreamErrorKind::TooLarge, detail);
            }
            StreamError::malformed_event(event_type, payload, error)
        })
    }
}

fn malformed(detail: String) -> StreamError {
    StreamError::new(StreamErrorKind::MalformedFrame, detail)
}

/// The payload of an event of a kind to come: JSON as it is, anything else as the text it is.
pub(super) fn unknown_event(payload: &Bytes) -> Document {
    from_json(payload).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(payload)).into())
}
